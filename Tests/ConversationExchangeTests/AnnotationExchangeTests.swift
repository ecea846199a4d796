// Tags and notes in files: read from both formats, and written so that they come back.

import ConversationMemory
import Testing

@testable import ConversationExchange

@Suite struct AnnotationExchangeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func line(_ extra: String) -> String {
    #"{"session_id":"s","channel":"web","role":"user","content":"hi","timestamp":"2026-11-20T10:00:00Z",\#(extra)}"#
  }

  private func first(of path: String) throws -> Result<ImportedLine, ImportRejection>? {
    var importer = try ImportFormat.open(path: path, format: nil)
    return try importer.next()
  }

  @Test(arguments: [
    (#""session_tags":["Won","big"]"#, ["won", "big"]), (#""session_tags":"won, #Big won""#, ["won", "big"]),
    (#""session_tags":[]"#, []), (#""session_tags":null"#, []),
  ])
  func `JSON lines bring tags as a list or as words`(extra: String, tags: [String]) throws {
    let path = try folder.write(line(extra + #","session_note":"calls back""#), to: "a.jsonl")
    let draft = try #require(try first(of: path)).get().draft
    #expect(draft.sessionAnnotations == SessionAnnotations(tags: tags, note: "calls back"))
    #expect(draft.metadata.isEmpty)
  }

  @Test(arguments: [#""session_tags":[1]"#, #""session_tags":{"a":"b"}"#, #""session_tags":["two words\u0007"]"#])
  func `what is no list of tags is rejected by name`(extra: String) throws {
    let path = try folder.write(line(extra), to: "a.jsonl")
    guard case .failure(let rejection) = try #require(try first(of: path)) else {
      Issue.record("accepted")
      return
    }
    #expect(rejection.reason.contains("session_tags"))
  }

  @Test func `CSV brings tags as words or as a JSON list`() throws {
    let path = try folder.write(
      """
      session_id,channel,role,content,timestamp,session_tags,session_note
      s,web,user,hi,2026-11-20T10:00:00Z,won big,calls back
      s,web,user,ho,2026-11-20T10:00:01Z,"[""won"",""big""]",

      """, to: "a.csv")
    var importer = try ImportFormat.open(path: path, format: nil)
    let drafts = try (0..<2).map { _ in try #require(try importer.next()).get().draft.sessionAnnotations }
    #expect(drafts == [SessionAnnotations(tags: ["won", "big"], note: "calls back"), .init(tags: ["won", "big"])])
  }

  @Test func `what is exported brings tags and note back`() async throws {
    let path = try folder.write(
      line(#""session_tags":["won","big"],"session_note":"two\nlines""#) + "\n", to: "a.jsonl")
    let memory = MemoryFake()
    _ = await Importer(into: memory).run(paths: [path], format: nil, rejected: { _ in })
    let out = folder.path("out.jsonl")
    let file = try ExportFile(path: out, overwrite: false)
    try await ConversationExporter(from: memory).write(.everything, ExportOptions(format: .jsonl), to: file)
    try file.finish()
    let copy = MemoryFake()
    let report = await Importer(into: copy).run(paths: [out], format: nil, rejected: { _ in })
    #expect(report.messages == 1)
    #expect(
      try await copy.session(SessionID("s")).annotations
        == SessionAnnotations(tags: ["won", "big"], note: "two\nlines"))
  }
}
