// A whole import: batches, counts, ids, stopping and going on; and the way back out.

import ConversationMemory
import Testing

@testable import ConversationExchange

@Suite struct ImporterTests {
  let folder: TemporaryFolder
  let memory = MemoryFake()

  init() throws { folder = try TemporaryFolder() }

  static func line(_ number: Int, session: String = "s1", content: String? = nil) -> String {
    """
    {"session_id":"\(session)","channel":"web","role":"user","content":"\(content ?? "message \(number)")",\
    "timestamp":\(1_763_733_720 + number)}
    """
  }

  private func lines(_ range: Range<Int>) -> String {
    range.map { Self.line($0, session: "s\($0 % 7)") }.joined(separator: "\n") + "\n"
  }

  private func run(
    _ paths: [String], into memory: MemoryFake? = nil, stopAfter records: Int = .max
  ) async -> (report: ImportReport, rejections: [ImportRejection], progress: [ImportProgress]) {
    var rejections: [ImportRejection] = []
    var progress: [ImportProgress] = []
    var asked = 0
    let report = await Importer(into: memory ?? self.memory).run(
      paths: paths, format: nil,
      shouldStop: {
        asked += 1
        return asked > records
      }, rejected: { rejections.append($0) }, progress: { progress.append($0) })
    return (report, rejections, progress)
  }

  @Test func `messages, sessions, rejects and duplicates are counted`() async throws {
    let text =
      Self.line(1) + "\n" + Self.line(2, session: "s2") + "\nnonsense\n" + Self.line(3, content: " ") + "\n"
    let path = try folder.write(text, to: "a.jsonl")
    let first = await run([path])
    #expect(first.report.messages == 2)
    #expect(first.report.sessions == 2)
    #expect(first.report.rejected == 2)
    #expect(!first.report.isComplete)
    #expect(first.rejections.map(\.line) == [3, 4])
    #expect(first.rejections.last?.reason == "the content is empty: a message needs words")
    let second = await run([path])
    #expect(second.report.messages == 0)
    #expect(second.report.sessions == 0)
    #expect(second.report.duplicates == 2)
    #expect(memory.messages.count == 2)
  }

  @Test func `equal lines stay apart, and importing them again adds nothing`() async throws {
    let yes = Self.line(1, content: "Yes.")
    let path = try folder.write("\(yes)\n\(yes)\n\(yes)\n", to: "a.jsonl")
    #expect(await run([path]).report.messages == 3)
    #expect(Set(memory.messages.map(\.id)).count == 3)
    #expect(await run([path]).report.duplicates == 3)
    #expect(memory.messages.count == 3)
  }

  @Test func `files that overlap give the same messages together as one after the other`() async throws {
    let first = try folder.write(lines(0..<30), to: "a.jsonl")
    let second = try folder.write(lines(20..<50), to: "b.jsonl")
    let together = await run([first, second])
    #expect(together.report.messages == 50)
    #expect(together.report.duplicates == 10)
    let apart = MemoryFake()
    _ = await run([first], into: apart)
    _ = await run([second], into: apart)
    #expect(apart.messages.map(\.id) == memory.messages.map(\.id))
  }

  @Test func `batches are bounded by count and by size, and progress reaches the end`() async throws {
    let path = try folder.write(lines(0..<2500), to: "a.jsonl")
    let result = await run([path])
    #expect(memory.batches == [1000, 1000, 500])
    #expect(result.progress.map(\.records) == [1000, 2000, 2500])
    #expect(result.progress.last?.bytesDone == result.progress.last?.bytesTotal)
    let large = String(repeating: "x", count: 1_000_000)
    let heavy = try folder.write((0..<9).map { Self.line($0, content: large) }.joined(separator: "\n"), to: "b.jsonl")
    let other = MemoryFake()
    _ = await run([heavy], into: other)
    #expect(other.batches == [5, 4])
  }

  @Test func `an import that is stopped keeps what it counted, and the same command goes on`() async throws {
    let path = try folder.write(lines(0..<2500), to: "a.jsonl")
    let stopped = await run([path], stopAfter: 1500)
    guard case .stopped = stopped.report.outcome else {
      Issue.record("was not stopped")
      return
    }
    #expect(stopped.report.messages == 1500)
    #expect(memory.messages.count == 1500)
    let resumed = await run([path])
    #expect(resumed.report.messages == 1000)
    #expect(resumed.report.duplicates == 1500)
    #expect(resumed.report.isComplete)
  }

  @Test func `a store that fails ends the import with the counts so far`() async throws {
    let path = try folder.write(lines(0..<2500), to: "a.jsonl")
    memory.fail(afterBatches: 1)
    let result = await run([path])
    guard case .failed(let error) = result.report.outcome else {
      Issue.record("did not fail")
      return
    }
    #expect((error as? MemoryError)?.code == .storageFull)
    #expect(result.report.messages == 1000)
    memory.fail(afterBatches: nil)
    #expect(await run([path]).report.messages == 1500)
  }

  @Test func `a damaged or missing file is named, what it had is stored, and the other files are read`() async throws {
    let whole = try gzip(Array(lines(0..<9000).utf8))
    let damaged = try folder.write(whole.prefix(whole.count - 4000), to: "a.jsonl.gz")
    let sound = try folder.write(lines(20_000..<20_010), to: "b.jsonl")
    let result = await run([damaged, folder.path("absent.jsonl"), sound])
    #expect(result.report.brokenFiles.map(\.code) == [.damaged, .unreadable])
    #expect(result.report.messages > 1000 && result.report.messages < 9010)
    #expect(memory.messages.contains { $0.content == "message 20009" })
    #expect(!result.report.isComplete)
  }

  @Test func `an exported tenant imports into another as the same messages`() async throws {
    let text = """
      {"session_id":"s1","channel":"web","role":"user","content":"Hi \\"you\\"\\n\\u001b[31m漢","timestamp":1763733720.5,"author":"Dana","metadata":{"deal_stage":"won","n":1.50}}
      {"session_id":"s1","channel":"web","role":"user","content":"same time","timestamp":1763733720.5,"message_id":"own id/ü"}
      {"session_id":"s0","channel":"email","role":"system","content":"later","timestamp":1763733999}
      """
    let source = try folder.write(text + "\n" + lines(0..<3000), to: "in.jsonl")
    #expect(await run([source]).report.isComplete)
    let file = try ExportFile(path: folder.path("out.jsonl"), overwrite: false)
    let written = try await ConversationExporter(from: memory).write(
      .everything, ExportOptions(format: .jsonl), to: file)
    try file.finish()
    #expect(written.messages == 3003)
    let copy = MemoryFake("globex")
    #expect(await run([folder.path("out.jsonl")], into: copy).report.isComplete)
    func plain(_ memory: MemoryFake) -> [ConversationMessage] {
      memory.messages.map {
        var message = $0
        message.ingestedAt = Timestamp(milliseconds: 0)
        message.sequence = 0
        return message
      }
    }
    #expect(Set(plain(copy)) == Set(plain(memory)))
    #expect(copy.messages.map(\.id) == memory.messages.map(\.id))
  }

  @Test func `one session can be exported alone`() async throws {
    _ = await run([try folder.write(lines(0..<50), to: "in.jsonl")])
    let file = try ExportFile(path: folder.path("out.jsonl"), overwrite: false)
    let report = try await ConversationExporter(from: memory).write(
      .chosen([SessionID("s3")]), ExportOptions(format: .jsonl), to: file)
    #expect(report == ExportReport(messages: 7, sessions: 1))
    try file.finish()
    let exported = try folder.text(of: "out.jsonl").split(separator: "\n")
    #expect(exported.count == 7)
    #expect(exported.allSatisfy { $0.contains(#""session_id":"s3""#) })
  }

  @Test func `an export appears whole or not at all, and replaces nothing unasked`() throws {
    let path = try folder.write("precious", to: "out.jsonl")
    #expect(throws: ExchangeError.self) { try ExportFile(path: path, overwrite: false) }
    do {
      let abandoned = try ExportFile(path: path, overwrite: true)
      try abandoned.write("half")
    }
    #expect(try folder.text(of: "out.jsonl") == "precious")
    #expect(try folder.names() == ["out.jsonl"])
    let file = try ExportFile(path: path, overwrite: true)
    try file.write("new")
    try file.finish()
    #expect(try folder.text(of: "out.jsonl") == "new")
    #expect(throws: ExchangeError.self) { try ExportFile(path: folder.path("absent/out"), overwrite: false) }
  }
}
