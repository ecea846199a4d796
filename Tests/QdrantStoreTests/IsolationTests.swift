// The server's own log of what it was asked.

import ConversationMemory
import Foundation
import QdrantTestSupport
import StoreContract
import Testing
import TextEmbedding

@testable import QdrantStore

@Suite struct IsolationTests {
  @Test func `No request about data leaves without its tenant, and none names another one`() async throws {
    let server = try await QdrantTestServer.start(requiresFilter: true, mustBeOwn: true)
    let store = try await ClusterStore.make(on: server)
    let tenant = try await store.tenant("acme")
    let other = try await store.tenant("acme-2")
    for memory in [tenant, other] {
      try await memory.add(
        (0..<6).map { try MessageDraft("price \($0)", session: "s\($0 % 2)", author: "Dana", minute: $0, id: "m\($0)") }
      )
    }
    let before = try await server.log().last
    _ = try await tenant.createSession(NewSession(id: SessionID("empty"), channel: Channel("web")))
    try await tenant.finishIndexing { _ in }
    _ = try await tenant.sessionHistory(SessionID("s0"))
    _ = try await tenant.channelHistory(Channel("web"))
    _ = try await tenant.recentContext()
    _ = try await tenant.authorHistory("Dana", limit: 2, before: nil)
    _ = try await tenant.person("Dana")
    _ = try await tenant.message(MessageID("m1"))
    for order in SessionQuery.Order.allCases { _ = try await tenant.sessions(SessionQuery(order: order, text: "s")) }
    _ = try await tenant.session(SessionID("s1"))
    _ = try await tenant.annotate(SessionID("s1"), with: AnnotationEdit(addedTags: ["won"], note: .set("note")))
    _ = try await tenant.tags()
    _ = try await tenant.channels()
    _ = try await tenant.counts()
    _ = try await tenant.changeCounter()
    _ = try await tenant.metadataKeys()
    _ = try await tenant.activity(in: TimeRange(), zone: .gmt)
    _ = try await tenant.deleteSession(SessionID("s0"))
    _ = try await tenant.deleteTenant()
    let log = try await server.log(after: before)
    #expect(log.unfiltered.isEmpty)
    #expect(log.requests.count > 30)
    let data = log.requests.filter { $0.isolation == .filtered }
    #expect(data.allSatisfy { $0.tenants == ["acme"] })
    #expect(log.requests.allSatisfy { [.filtered, .collection].contains($0.isolation) })
    #expect(try await other.counts().messages == 6)
    await server.stop()
  }

  @Test func `No view takes more than two round trips one after the other`() async throws {
    let server = try await QdrantTestServer.start(mustBeOwn: true)
    let store = try await ClusterStore.make(on: server, semantic: SemanticSource.none)
    let tenant = try await store.tenant("acme")
    try await tenant.add(
      (0..<60).map {
        try MessageDraft("m\($0)", session: "s\($0 % 7)", channel: "c\($0 % 3)", author: "Dana", minute: $0 / 4)
      })
    // Requests that are sent together must also be seen together, however fast the server and however busy the machine is.
    try await server.setLatency(100)
    let views: [(String, @Sendable () async throws -> Void)] = [
      ("sessions", { _ = try await tenant.sessions(SessionQuery()) }),
      ("by title", { _ = try await tenant.sessions(SessionQuery(order: .title)) }),
      ("by size", { _ = try await tenant.sessions(SessionQuery(order: .messageCount)) }),
      ("filtered", { _ = try await tenant.sessions(SessionQuery(text: "m1")) }),
      ("session", { _ = try await tenant.session(SessionID("s1")) }),
      ("history", { _ = try await tenant.sessionHistory(SessionID("s1"), limit: 5, before: nil) }),
      ("channel", { _ = try await tenant.channelHistory(Channel("c1"), limit: 5, before: nil) }),
      ("recent", { _ = try await tenant.recentContext(limit: 5, before: nil) }),
      ("channels", { _ = try await tenant.channels() }),
      ("counts", { _ = try await tenant.counts() }),
      ("activity", { _ = try await tenant.activity(in: TimeRange(), zone: .gmt) }),
      ("person", { _ = try await tenant.person("Dana") }),
      ("tags", { _ = try await tenant.tags() }),
      ("watching", { _ = try await tenant.changeCounter() }),
      ("tenants", { _ = try await store.store.tenants(limit: 20, after: nil) }),
    ]
    for (name, view) in views {
      var fewest = Int.max
      // A machine that is busy elsewhere can hold one of them up.
      for _ in 0..<8 where fewest > 2 {
        let before = try await server.log().last
        try await view()
        fewest = min(fewest, try await server.log(after: before).sequentialRoundTrips)
      }
      #expect((1...2).contains(fewest), "\(name)")
    }
    await server.stop()
  }
}
