// What requests say, without a server to say it to.

import ConversationMemory
import Foundation
import Testing

@testable import QdrantStore

@Suite struct RequestTests {
  private let requests = TenantRequest(collection: .standard, tenant: TenantID(unchecked: "acme"))

  /// Every request about data, each with a filter that would let everything in.
  private var bodies: [(name: String, body: [UInt8]?)] {
    let open = PointFilter(should: [.kind(.message), .nested(PointFilter(mustNot: [.kind(.tenant)]))])
    let draft = PointDraft(
      id: .session(SessionID(unchecked: "s"), of: TenantID(unchecked: "acme")),
      payload: [("kind", "session")])
    return [
      (
        "scroll",
        requests.scroll(
          "list", open, order: nil, limit: 1, payload: .all, offset: nil, withVectors: false
        ).body
      ),
      ("count", requests.count(PointFilter()).body),
      ("facet", requests.facet(.session, open, limit: 5).body),
      (
        "query",
        requests.query(
          "search",
          [
            PointQuery(.nearest([1, 0]), filter: open, limit: 3),
            PointQuery(.words(indices: [7], values: [1], corpus: .messages), filter: PointFilter(), limit: 3),
            PointQuery(.ordered(ScrollOrder(.place, descending: true)), filter: open, limit: 3),
            PointQuery(.none, filter: open, limit: 3),
          ]
        ).body
      ),
      ("payload", requests.setPayload([("stamp", 1)], open).body),
      ("delete", requests.delete(PointFilter()).body),
      ("upsert", requests.upsert([draft], mode: .upsert, onlyIf: open).body),
    ]
  }

  @Test func `Every filter of every request about data begins with the tenant`() throws {
    var filters = 0
    func look(_ value: Any, in name: String) {
      if let members = value as? [String: Any] {
        for (key, member) in members {
          if ["filter", "corpus", "update_filter"].contains(key) {
            filters += 1
            let first = ((member as? [String: Any])?["must"] as? [[String: Any]])?.first
            #expect(first?["key"] as? String == "tenant_id", "\(name): \(key)")
            #expect((first?["match"] as? [String: Any])?["value"] as? String == "acme", "\(name): \(key)")
          }
          look(member, in: name)
        }
      } else if let members = value as? [Any] {
        for member in members { look(member, in: name) }
      }
    }
    for (name, body) in bodies {
      let value = try JSONSerialization.jsonObject(with: Data(try #require(body)))
      if let searches = (value as? [String: Any])?["searches"] as? [[String: Any]] {
        #expect(searches.allSatisfy { $0["filter"] != nil })
      } else {
        #expect(["filter", "update_filter"].contains { (value as? [String: Any])?[$0] != nil }, "\(name)")
      }
      look(value, in: name)
    }
    #expect(filters == 11)
  }

  @Test func `Writes that others may race with go through the shard's leader`() {
    func path(_ mode: UpdateMode, _ filter: PointFilter?, inOneOrder: Bool) -> String {
      requests.upsert([], mode: mode, onlyIf: filter, inOneOrder: inOneOrder).path
    }
    #expect(path(.insertOnly, nil, inOneOrder: true).hasSuffix("ordering=strong"))
    #expect(path(.updateOnly, .sessions, inOneOrder: false).hasSuffix("ordering=strong"))
    #expect(path(.insertOnly, nil, inOneOrder: false).hasSuffix("ordering=weak"))
  }

  @Test func `A point that is written carries its tenant`() throws {
    let body = try #require(bodies.last?.body)
    let value = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    let points = try #require(value["points"] as? [[String: Any]])
    #expect(points.allSatisfy { ($0["payload"] as? [String: Any])?["tenant_id"] as? String == "acme" })
  }

  @Test func `Any text survives being written as JSON`() throws {
    let texts = ["", "quote \" and \\", "line\nfeed\u{0}\u{1F}\u{7F}", "é e\u{301} 漢字 🙂", "\u{2028}</script>"]
    for text in texts {
      let bytes = JSONValue.array([.string(text)]).bytes
      let read = try JSONDecoder().decode([String].self, from: Data(bytes))
      #expect(Array(read[0].utf8) == Array(text.utf8))
    }
  }

  @Test func `The start of an order is moved back by what a double loses, never forward`() throws {
    for milliseconds in [1, 1_732_270_000_000, 7_258_118_399_999] as [Int64] {
      for sequence in [1, 1500, 1_048_575] as [Int64] {
        let place = Place(timestamp: Timestamp(milliseconds: milliseconds), sequence: sequence).rawValue
        for isDescending in [false, true] {
          let body = ScrollOrder(.place, descending: isDescending, from: place).json.bytes
          let value = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
          let sent = try #require(value["start_from"] as? NSNumber).int64Value
          let read = Double(sent)
          #expect(isDescending ? read >= Double(place) && Int64(read) >= place : Int64(read) <= place)
        }
      }
    }
  }

  @Test func `The outermost starts of an order stay where they are`() throws {
    for (start, isDescending) in [(Int64.min, false), (.min, true), (.max, false), (.max, true)] {
      let body = ScrollOrder(.place, descending: isDescending, from: start).json.bytes
      let value = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
      let sent = try #require(value["start_from"] as? NSNumber).int64Value
      #expect(isDescending ? sent >= start : sent <= start)
    }
  }

  @Test(arguments: ["nan", "inf", "-inf", "soon"])
  func `A wait that is no number of seconds is none`(text: String) {
    #expect(QdrantFailure.refusal(status: 429, body: [], retryAfter: text).retryAfter == nil)
  }

  @Test func `A word's frequency stays between one and all messages, whatever the score`() {
    for rarity in [Double.nan, .infinity, -.infinity, -700, 1e300, -1e300] {
      #expect((1...40).contains(ClusterSearch.frequency(rarity: rarity, documents: 40)))
    }
    #expect(ClusterSearch.frequency(rarity: -.infinity, documents: .max) >= 1)
  }

  @Test func `Ids of points tell kinds, tenants and names apart, and are the same in every process`() {
    let acme = TenantID(unchecked: "acme")
    let ids: [PointID] = [
      .message(MessageID(unchecked: "1"), of: acme), .message(MessageID(unchecked: "2"), of: acme),
      .message(MessageID(unchecked: "1"), of: TenantID(unchecked: "acme2")),
      .message(MessageID(unchecked: "21"), of: TenantID(unchecked: "acme")),
      .session(SessionID(unchecked: "1"), of: acme), .passage(1, of: MessageID(unchecked: "1"), of: acme),
      .passage(11, of: MessageID(unchecked: ""), of: acme), .tenant(acme),
    ]
    #expect(Set(ids).count == ids.count)
    #expect(ids[0].text == "c58f650c-a8f4-80c0-9ad7-898a56f1e52f")
    #expect(ids.allSatisfy { UUID(uuidString: $0.text) != nil && $0.row > 0 })
  }

  @Test(arguments: [
    ("http://localhost", "http://localhost:6333"),
    ("https://q.example.com:443/qdrant/", "https://q.example.com:443/qdrant"),
    ("HTTP://10.0.0.1:7000", "http://10.0.0.1:7000"), ("http://[::1]:6333", "http://[::1]:6333"),
  ])
  func `An address is read with Qdrant's port where it names none`(address: String, base: String) throws {
    #expect(try QdrantServer(address).description == base)
  }

  @Test(arguments: [
    "", "localhost:6333", "ftp://host", "http://", "http://user:secret@host", "http://host?x=1",
    "http://host?api-key=secret", "ftp://user:secret@host", "host?api-key=secret", "http://a b:secret@host",
  ])
  func `What is no address, or carries a password, is refused without repeating the password`(address: String) {
    let error = #expect(throws: MemoryError.self) { try QdrantServer(address) }
    #expect(error?.code == .invalidArgument)
    #expect(error.map { !$0.description.contains("secret") } ?? false)
  }

  @Test func `Only a key that would cross a network unencrypted is exposed`() throws {
    #expect(try QdrantServer("http://cluster:6333").exposesKey)
    #expect(try !QdrantServer("https://cluster:6333").exposesKey)
    #expect(try !QdrantServer("http://127.0.0.1:6333").exposesKey)
    #expect(try !QdrantServer("http://127.200.0.9:6333").exposesKey)
    #expect(try !QdrantServer("http://[::1]:6333").exposesKey)
    #expect(try QdrantServer("http://127.evil.example:6333").exposesKey)
    #expect(try QdrantServer("http://127.0.0.1.evil.example:6333").exposesKey)
  }

  @Test func `A key does not show itself`() throws {
    let key = try QdrantKey("  s3cret\n", origin: "QDRANT_API_KEY")
    #expect(key.value == "s3cret")
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] { #expect(!text.contains("s3cret")) }
    #expect(throws: MemoryError.self) { try QdrantKey("two\nlines", origin: "the file") }
  }

  @Test func `Waits between attempts grow, are bounded and heed the server`() {
    let policy = RetryPolicy(attempts: 5, base: .milliseconds(100), cap: .seconds(1), total: .seconds(60))
    for attempt in 1...40 {
      let wait = policy.delay(after: attempt, asked: nil)
      #expect(wait >= .zero && wait <= min(.seconds(1), .milliseconds(100) * (1 << min(attempt - 1, 20))))
    }
    #expect(policy.delay(after: 1, asked: .seconds(7)) >= .seconds(7))
  }

  @Test(arguments: ["conversations", "a-B_9.x"])
  func `A collection's name is letters, digits and a few signs`(name: String) throws {
    #expect(try CollectionName(name).description == name)
    for wrong in ["", "a/b", "a b", "..", "ü", String(repeating: "a", count: 256)] {
      #expect(throws: MemoryError.self) { try CollectionName(wrong) }
    }
  }
}
