// The story format: what is read, and what is refused with file and line.

import Testing

@testable import DemoConversations

@Suite struct StoryParserTests {
  /// 2026-11-18 10:00 UTC, a Wednesday.
  static let now: Int64 = 1_794_996_000_000

  func sessions(_ text: String, now: Int64 = now) throws -> [DemoSession] {
    var parser = StoryParser(fileName: "sample.txt", text: text)
    return try parser.parse().map { try $0.placed(nowMilliseconds: now) }
  }

  @Test func readsHeaderMetadataAuthorsRolesAndContinuationLines() throws {
    let session = try #require(
      sessions(
        """
        # a comment
        == acme-chat | web | -2 09:30
        company: Acme: the best
        deal_stage: lead

        Ann Lee (user) +0m: hello (again) +1: two

          - first
            - nested

        # also a comment
        - (system) +1d2h: handed over
        """
      ).first)
    #expect(session.id == "acme-chat")
    #expect(session.metadata == ["company": "Acme: the best", "deal_stage": "lead"])
    let start = Self.now - 10 * StoryDuration.hour - 2 * StoryDuration.day + 9 * StoryDuration.hour + 1_800_000
    #expect(
      session.messages == [
        DemoMessage(
          sessionID: "acme-chat", channel: "web", role: "user", author: "Ann Lee",
          content: "hello (again) +1: two\n\n- first\n  - nested", timestampMilliseconds: start),
        DemoMessage(
          sessionID: "acme-chat", channel: "web", role: "system", author: nil, content: "handed over",
          timestampMilliseconds: start + 26 * StoryDuration.hour),
      ])
  }

  @Test func sessionOfTodayIsPlacedBeforeNow() throws {
    let session = try #require(
      sessions("== a | slack | now-1h\n\nA (user) +0m: x\nB (assistant) +59m59s: y\n").first)
    #expect(session.messages.map { Self.now - $0.timestampMilliseconds } == [3_600_000, 1_000])
  }

  @Test(arguments: [
    ("@{date +0}", "18 November"), ("until @{date +13}!", "until 1 December!"), ("@{weekday -2}", "Monday"),
    ("@{month -22}", "October"),
    // Saturday and Sunday move to Monday when they lie ahead, and stay when they are past.
    ("@{weekday +3} @{date +4}", "Monday 23 November"), ("@{weekday -3}", "Sunday"),
    ("{{ not ours }} ${nor this}", "{{ not ours }} ${nor this}"),
  ])
  func datesInTextAreRelativeToTheMessage(text: String, expected: String) throws {
    let session = try #require(
      sessions("== a | web | now-1h\nsubject: \(text)\n\nA (user) +0m: hi\nB (user) +1s: \(text)").first)
    #expect(session.messages.last?.content == expected)
    #expect(session.metadata["subject"] == expected)
  }

  static let tail = "\nA (user) +0m: x\nB (user) +1m: y"

  @Test(arguments: [
    ("stray\n== a | web | -1 10:00\n", 1, "before the first session header"),
    ("== a | web\n", 1, "session header is"),
    ("== a | fax | -1 10:00\n", 1, "unknown channel 'fax'"),
    ("== a | web | yesterday\n", 1, "cannot read the start 'yesterday'"),
    ("== a | web | -0 10:00\n", 1, "cannot read the start"),
    ("== a | web | -1 24:00\n", 1, "cannot read the start"),
    ("== a | web | now-\n", 1, "cannot read the start"),
    ("== a | web | -1 10:00\n" + tail + "\n== a | web | -1 11:00\n" + tail, 5, "taken by line 1"),
    ("== a | web | -1 10:00\nno metadata\n", 2, "key: value"),
    ("== a | web | -1 10:00\nk: 1\nk: 2\n", 3, "appears twice"),
    ("== a | web | -1 10:00\n\n  indented\n", 3, "needs a message above"),
    ("== a | web | -1 10:00\n\nnot a message\n", 3, "expected 'Author (role) +5m: text'"),
    ("== a | web | -1 10:00\n\nA (boss) +0m: x\n", 3, "unknown role 'boss'"),
    ("== a | web | -1 10:00\n\nA (user) +5x: x\n", 3, "cannot read the time '+5x'"),
    ("== a | web | -1 10:00\n\nA (user) +5: x\n", 3, "cannot read the time '+5'"),
    ("== a | web | -1 10:00\n\nA (user) +9999999999999999999d: x\n", 3, "cannot read the time"),
    ("== a | web | -1 10:00\n\nA (user) +0m: x\nB (user) +0m: y\n", 4, "only the first message"),
    ("== a | web | -1 10:00\n\nA (user) +0m:\n\nB (user) +1m: y\n", 3, "no text"),
    ("== a | web | -1 10:00\n\nA (user) +0m: x\n", 1, "at least two messages"),
    ("== a | web | -1 10:00\n\nA (user) +0m: x\nB (user) +14h: y\n", 4, "runs into the future"),
    ("== a | web | now-5m\n\nA (user) +0m: x\nB (user) +5m: y\n", 4, "runs into the future"),
    ("== a | web | -1 10:00\n\nA (user) +0m: x\nB (user) +1m: @{date 3}\n", 4, "cannot read '@{date 3}'"),
    ("== a | web | -1 10:00\n\nA (user) +0m: x\nB (user) +1m: @{year +3}\n", 4, "unknown date"),
    ("== a | web | -1 10:00\nsubject: @{date +3\n" + tail, 1, "without its '}'"),
  ])
  func malformedTextIsRefusedWithFileAndLine(text: String, line: Int, problem: String) throws {
    let error = try #require(throws: DemoConversationsError.self) { try sessions(text) }
    #expect(error.description.hasPrefix("sample.txt:\(line): "))
    #expect(error.description.contains(problem))
  }
}
