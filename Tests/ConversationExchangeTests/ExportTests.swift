// What the formats look like, that hostile text stays text in each, and that everything asked for is written once, in order.

import ConversationMemory
import Foundation
import Testing

@testable import ConversationExchange

@Suite struct ExportTests {
  let folder: TemporaryFolder
  let memory = MemoryFake()

  init() throws { folder = try TemporaryFolder() }

  private func say(
    _ content: String, session: String = "s1", channel: String = "web", role: String = "user", author: String? = nil,
    second: Int64 = 0, tags: [String] = [], note: String? = nil
  ) async throws {
    var draft = MessageDraft(
      session: try SessionID(session), channel: try Channel(channel), role: try Role(role), author: author,
      content: content, timestamp: Timestamp(milliseconds: 1_763_733_720_000 + second * 1000))
    draft.sessionAnnotations = SessionAnnotations(tags: tags, note: note)
    _ = try await memory.add([draft], policy: .refuseBatch)
  }

  private func export(_ format: ExportFormat, guardsFormulas: Bool = true) async throws -> String {
    try await export(.everything, format, guardsFormulas: guardsFormulas)
  }

  private func export(
    _ scope: ExportScope, _ format: ExportFormat, title: String? = nil, guardsFormulas: Bool = true
  ) async throws -> String {
    let name = "\(UUID().uuidString).\(format.fileExtension)"
    let file = try ExportFile(path: folder.path(name), overwrite: false)
    let zone = try #require(TimeZone(secondsFromGMT: 3600))
    try await ConversationExporter(from: memory).write(
      scope, ExportOptions(format: format, title: title, zone: zone, guardsFormulas: guardsFormulas), to: file)
    try file.finish()
    return try folder.text(of: name)
  }

  @Test func `Markdown shows who said what when, and gives no text a meaning`() async throws {
    try await say(
      "# not a heading\n*not bold* [not](a link) <b>not HTML</b> | $5\n    not code\n1. not a list\n\n&amp; `x` \\",
      author: "Dana_W", tags: ["won"], note: "> calls\nback")
    let text = try await export(.chosen([SessionID("s1")]), .markdown)
    #expect(
      text.hasSuffix(
        """
        - Tags: \\#won

        > \\> calls\\
        > back

        **Dana\\_W (user)** · 2025-11-21 15:02:00 +01:00

        \\# not a heading\\
        \\*not bold\\* \\[not\\](a link) \\<b\\>not HTML\\</b\\> \\| \\$5\\
        &nbsp;&nbsp;&nbsp;&nbsp;not code\\
        1\\. not a list

        \\&amp; \\`x\\` \\\\


        """), "\(text)")
  }

  @Test func `HTML is one page that nothing in a text can break out of`() async throws {
    try await say("</div><script>alert('x')</script>&\u{1B}[31m\u{202E}", author: "\"><img src=x>")
    let text = try await export(.chosen([SessionID("s1")]), .html)
    #expect(text.hasPrefix("<!DOCTYPE html>"))
    #expect(text.hasSuffix("</main>\n</body>\n</html>\n"))
    #expect(text.contains("default-src 'none'"))
    #expect(text.contains("&lt;/div&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\u{241B}[31m\u{FFFD}"))
    #expect(text.contains("&quot;&gt;&lt;img src=x&gt; (user)"))
    #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("\u{1B}"))
    #expect(text.contains("<time datetime=\"2025-11-21T14:02:00Z\">2025-11-21 15:02:00 +01:00</time>"))
    #expect(text.contains("prefers-color-scheme: dark"))
  }

  @Test func `CSV comes back in as it was, but for what a spreadsheet would run`() async throws {
    try await say("a, \"b\"\r\nc", author: "Dana", tags: ["won", "big"], note: "calls, back")
    try await say("=HYPERLINK(\"http://x\")", author: "+1", second: 1)
    try await say(" - fine", author: "@x", second: 2)
    let guarded = try await export(.csv)
    #expect(guarded.hasPrefix("session_id,channel,role,author,timestamp,content,message_id,"))
    #expect(guarded.contains(",'+1,"))
    #expect(guarded.contains("\"'=HYPERLINK(\"\"http://x\"\")\""))
    let exact = try await export(.csv, guardsFormulas: false)
    let path = try folder.write(exact, to: "back.csv")
    let copy = MemoryFake("globex")
    let report = await Importer(into: copy).run(paths: [path], format: nil, rejected: { Issue.record("\($0)") })
    #expect(report.messages == 3)
    #expect(copy.messages.map(\.content) == memory.messages.map(\.content))
    #expect(copy.messages.map(\.author) == ["Dana", "+1", "@x"])
    #expect(
      try await copy.session(SessionID("s1")).annotations
        == SessionAnnotations(tags: ["won", "big"], note: "calls, back"))
  }

  @Test func `an empty export is a whole file all the same`() async throws {
    #expect(try await export(.csv).hasPrefix("session_id,"))
    #expect(try await export(.html).hasSuffix("</html>\n"))
    #expect(try await export(.jsonl) == "")
  }

  @Test func `text for a pager steers no terminal`() async throws {
    try await say("red \u{1B}[31mtext\u{9B}2J\r\nnext\u{7}", author: "Da\u{1B}na")
    let text = try await export(.text)
    #expect(
      text.contains("Da\u{241B}na (user), 2025-11-21 15:02:00 +01:00\nred \u{241B}[31mtext\u{FFFD}2J\nnext\u{2407}\n"))
  }

  @Test func `all sessions are written one after the other, each message once`() async throws {
    for number in 0..<250 {
      try await say("message \(number)", session: "s\(number % 7)", second: Int64(number))
    }
    let text = try await export(.everything, .text, title: "All")
    #expect(text.hasPrefix("All\n===\n"))
    let numbers = text.split(separator: "\n").filter { $0.hasPrefix("message ") }.compactMap { Int($0.dropFirst(8)) }
    #expect(numbers == (0..<7).flatMap { Array(stride(from: $0, to: 250, by: 7)) })
  }

  @Test func `a range and a channel leave out what lies outside`() async throws {
    for number in 0..<40 {
      try await say(
        "message \(number)", session: "s\(number % 2)", channel: number % 4 < 2 ? "web" : "email", second: Int64(number)
      )
    }
    let range = TimeRange(
      since: Timestamp(milliseconds: 1_763_733_730_000), until: Timestamp(milliseconds: 1_763_733_750_000))
    let text = try await export(
      .sessions(SessionQuery(order: .startedAt, reversed: true, channel: Channel("web")), within: range), .jsonl)
    let numbers = text.split(separator: "\n").compactMap { $0.firstMatch(of: /message (\d+)/).flatMap { Int($0.1) } }
    #expect(numbers == [12, 16, 20, 24, 28, 13, 17, 21, 25, 29])
    #expect(text.contains("session_") && !text.contains("email"))
  }

  @Test func `an author's messages come from the oldest on, whatever sessions they are in`() async throws {
    for number in 0..<1200 {
      try await say(
        "message \(number)", session: "s\(number % 3)", author: number % 2 == 0 ? "Dana" : "Ed", second: Int64(number))
    }
    let text = try await export(.author("Dana"), .text)
    let numbers = text.split(separator: "\n").filter { $0.hasPrefix("message ") }.compactMap { Int($0.dropFirst(8)) }
    #expect(numbers == Array(stride(from: 0, to: 1200, by: 2)))
  }

  @Test(arguments: ExportFormat.allCases)
  func `found messages name their session, and people read why they were found`(format: ExportFormat) async throws {
    try await say("the price", session: "deal")
    try await say("the cost", session: "other", second: 1)
    let found = memory.messages.reversed().map { ExportedMessage($0, remark: "score 0.8") }
    let text = try await export(.messages(Array(found)), format, title: "price")
    let places = ["the cost", "the price"].compactMap { text.range(of: $0)?.lowerBound }
    #expect(places.count == 2 && places[0] < places[1])
    #expect(text.contains("score 0.8") == [.markdown, .html, .text].contains(format))
    #expect(text.contains("other"))
  }

  @Test(arguments: ExportFormat.allCases)
  func `a list of sessions has each of them with its tags`(format: ExportFormat) async throws {
    for number in 0..<5 { try await say("hello", session: "s\(number)", tags: ["t\(number)"], note: "note \(number)") }
    let text = try await export(.list(SessionQuery()), format)
    for number in 0..<5 {
      #expect(text.contains("s\(number)") && text.contains("t\(number)") && text.contains("note \(number)"))
    }
    #expect(!text.contains("hello"))
  }

  @Test func `a file that came into being meanwhile is not replaced`() throws {
    let path = folder.path("out.txt")
    do {
      let file = try ExportFile(path: path, overwrite: false)
      try file.write("mine")
      _ = try folder.write("theirs", to: "out.txt")
      let error = #expect(throws: ExchangeError.self) { try file.finish() }
      #expect(error?.code == .exists)
    }
    #expect(try folder.text(of: "out.txt") == "theirs")
    #expect(try folder.names() == ["out.txt"])
  }

  @Test func `a file is readable by its owner only, and what a terminal gets is filtered`() async throws {
    let file = try ExportFile(path: folder.path("out.txt"), overwrite: false, filter: { $0.uppercased() })
    try file.write("hello")
    try file.finish()
    #expect(try folder.text(of: "out.txt") == "HELLO")
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("out.txt"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }
}
