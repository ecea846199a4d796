// The project's JSON lines: what is read, and what is refused with which words.

import ConversationMemory
import Testing

@testable import ConversationExchange

@Suite struct JSONLinesImporterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let good =
    #"{"session_id":"s1","channel":"web","role":"user","content":"Hello","timestamp":"2026-11-21T14:02:00Z"}"#

  private func reason(_ line: String) throws -> String {
    let results = try folder.read(line)
    try #require(results.count == 1)
    return try #require(results[0].reason)
  }

  @Test func `all fields arrive, and unknown ones become metadata`() throws {
    let line = """
      {"session_id":"s1","channel":"email","role":"ASSISTANT","content":"Grüße\\n漢字","timestamp":"2026-11-21T14:02:00.250+01:00",\
      "message_id":"m1","author":"Dana","metadata":{"deal_stage":"won","score":1.50,"tags":["a", "b"],"none":null,"vip":true},\
      "region":"EMEA","retries":3,"gone":null}
      """
    let draft = try #require(try folder.read(line).first?.line?.draft)
    #expect(draft.id?.rawValue == "m1")
    #expect(draft.session.rawValue == "s1")
    #expect(draft.channel.rawValue == "email")
    #expect(draft.role == .assistant)
    #expect(draft.author == "Dana")
    #expect(draft.content == "Grüße\n漢字")
    #expect(draft.timestamp?.iso8601 == "2026-11-21T13:02:00.250Z")
    #expect(
      draft.metadata == [
        "deal_stage": "won", "score": "1.50", "tags": #"["a", "b"]"#, "vip": "true", "region": "EMEA", "retries": "3",
      ])
  }

  @Test(arguments: ["1763733720", "1763733720000", "\"1763733720\"", "\"2025-11-21 14:02\"", "1763733720.0"])
  func `times are ISO 8601 or epoch numbers`(written: String) throws {
    let line = Self.good.replacing("\"2026-11-21T14:02:00Z\"", with: written)
    #expect(try folder.read(line).first?.line?.draft.timestamp?.iso8601 == "2025-11-21T14:02:00Z")
  }

  @Test func `ids may be numbers, and empty optional fields are none`() throws {
    let line =
      #"{"session_id":42,"channel":"web","role":"user","content":"x","timestamp":1763733720,"message_id":7,"author":""}"#
    let draft = try #require(try folder.read(line).first?.line?.draft)
    #expect(draft.session.rawValue == "42")
    #expect(draft.id?.rawValue == "7")
    #expect(draft.author == nil)
  }

  @Test func `line numbers count blank lines, which are passed over`() throws {
    let results = try folder.read("\u{FEFF}\(Self.good)\r\n\r\n   \n\(Self.good)\n")
    #expect(results.map(\.line?.line) == [1, 4])
  }

  @Test func `a missing field is named, with what is there instead`() throws {
    #expect(
      try reason(#"{"session_id":"s","channel":"web","role":"user","text":"x","timestamp":0}"#)
        == "the field \"content\" is missing; the record has session_id, channel, role, text, timestamp")
    #expect(try reason("{}") == "the field \"session_id\" is missing; the record has no fields")
    let untimed = Self.good.replacing(#","timestamp":"2026-11-21T14:02:00Z""#, with: "")
    #expect(try reason(untimed).contains("\"timestamp\" is missing (an imported message needs its own time)"))
  }

  @Test func `a field of a wrong kind or value is named`() throws {
    #expect(try reason(Self.good.replacing("\"Hello\"", with: "17")) == "the field \"content\" is a number, not text")
    #expect(try reason(Self.good.replacing("\"Hello\"", with: "[]")) == "the field \"content\" is a list, not text")
    #expect(
      try reason(Self.good.replacing("\"user\"", with: "\"customer\"")).contains(
        "\"role\": the role \"customer\" is unknown"))
    #expect(try reason(Self.good.replacing("\"s1\"", with: "\"\"")).contains("\"session_id\": the session id is empty"))
    #expect(
      try reason(Self.good.replacing("2026-11-21T14:02:00Z", with: "yesterday")).contains(
        "\"timestamp\": \"yesterday\" is not a time"))
    #expect(try reason(Self.good.replacing("2026", with: "9026")).contains("lies outside the years"))
    #expect(
      try reason(Self.good.replacing("}", with: #","metadata":[1]}"#))
        == "the field \"metadata\" is a list, not an object")
    #expect(try reason(Self.good.replacing("}", with: #","content":"again"}"#)).contains("\"content\" appears twice"))
    #expect(
      try reason(Self.good.replacing("}", with: #","metadata":{"x":"1"},"x":"2"}"#)).contains(
        "\"x\" stands in the metadata and beside it"))
  }

  @Test func `a broken line is refused with its place, and the next one is read`() throws {
    var bytes = Array("\(Self.good)\n".utf8)
    let offset = bytes.count + 5
    bytes += Array("{\"a\":".utf8) + [0xC3, 0x28] + Array("}\n{\"a\": nope}\n\(Self.good)\n".utf8)
    let results = try folder.read(bytes)
    #expect(results.map { $0.line?.line } == [1, nil, nil, 4])
    #expect(results[1].reason == "not UTF-8 at byte \(offset) of the file")
    #expect(results[2].reason == "not JSON: expected null at byte 8 of the line")
    guard case .failure(let rejection) = results[1] else { return }
    #expect(rejection.description == "\(folder.path("input.jsonl")):2: not UTF-8 at byte \(offset) of the file")
  }

  @Test func `an endless line is named and passed over`() throws {
    let long = Self.good.replacing("Hello", with: String(repeating: "x", count: 9 << 20))
    let results = try folder.read("\(long)\n\(Self.good)\n")
    #expect(results.map { $0.line?.line } == [nil, 2])
    #expect(results[0].reason?.contains("at most 8388608 are read") == true)
  }
}
