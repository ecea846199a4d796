// Text that means harm, from the import to the terminal: through every view, nothing of it steers the terminal.

import Foundation
import Terminal
import TerminalTestSupport
import Testing

@Suite struct HostileStoryTests {
  /// Sequences that no honest program sends: found in the output, they came from the data.
  private static let attacks: [(text: String, sign: String)] = [
    ("\u{1B}]0;pwned\u{7}", "]0;pwned"), ("\u{1B}]52;c;cHduZWQ=\u{1B}\\", "]52;c;cHdu"),
    ("\u{1B}[31;7;5;8m", "[31;7;5;8m"),
    ("\u{1B}P+q544e\u{1B}\\", "P+q544e"), ("\u{9B}35;6m", "\u{9B}"), ("\u{9D}0;pwned\u{9C}", "\u{9D}"),
    ("\u{1B}c", "\u{1B}c"), ("\u{1B}[6n", "[6n"), ("\u{1B}[2J\u{1B}[77;77H", "[77;77H"),
    ("\u{E}\u{F}\u{7F}\u{0}", "\u{7F}"),
    ("\u{202E}drowssap\u{2066}", "\u{202E}"), ("\u{2028}\u{2029}\u{FEFF}", "\u{2028}"),
    ("\u{E0041}\u{E0042}", "\u{E0041}"), ("\u{FFF9}a\u{FFFA}b\u{FFFB}", "\u{FFF9}"),
  ]

  private static var conversations: String {
    let all = attacks.map(\.text).joined(separator: "x").replacing("\0", with: "")
    let zalgo = "z" + String(repeating: "\u{301}\u{30B}", count: 4000)
    let megabyte = String(repeating: "\u{1B}[31mline ", count: 100_000)
    let markdown =
      "**\u{1B}[1m** [\u{1B}]8;;http://x.example\u{7}x](http://x.example/\u{1B}[31m) `\u{9B}1m`\n| \u{1B}c | b |\n|--|--|\n"
    let texts = [
      all, zalgo, String(megabyte.prefix(1_000_000)), "enterprise \(all)\n\(zalgo)", markdown + "enterprise",
    ]
    let lines = texts.enumerated().map { index, text in
      let fields: [String: Any] = [
        "session_id": "s\(index)\(all)", "channel": "web\(all)", "role": "user", "author": "Felix \(all)",
        "content": text, "timestamp": "2026-11-20T10:0\(index):00Z", "message_id": "m\(index)\(all)",
        "metadata": ["subject": "about \(all)", "prospect_name": all],
      ]
      let data = (try? JSONSerialization.data(withJSONObject: fields)) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func expectHarmless(_ terminal: VirtualTerminal, _ place: String) {
    let sent = SentSequences(terminal.raw)
    #expect(sent.strayControls.isEmpty, "\(place): \(Set(sent.strayControls).map { String($0, radix: 16) })")
    #expect(sent.commands.isEmpty, "\(place): \(sent.commands.prefix(3))")
    let text = terminal.rawText
    for attack in Self.attacks
    where attack.sign.count > 1 || attack.sign.unicodeScalars.contains(where: { $0.value > 0x7E }) {
      #expect(
        !text.unicodeScalars.contains { scalar in
          scalar.value > 0x7E && attack.sign.unicodeScalars.elementsEqual([scalar])
        }, "\(place): \(attack.sign.debugDescription)")
      #expect(!sent.sequences.contains { $0.contains(attack.sign) }, "\(place): \(attack.sign.debugDescription)")
    }
  }

  @Test(arguments: ["C.UTF-8", "C"])
  func nothingInAConversationSteersTheTerminalInAnyView(locale: String) async throws {
    let space = try Workspace()
    let terminal = try await space.explorer(
      on: Self.conversations, environment: ["LANG": locale, "LC_ALL": locale], columns: 120, rows: 40)
    try terminal.walkThroughEveryView()
    // Unfolded, as written, and at the narrowest.
    try terminal.press("g", "enter", "z", "W", "G")
    terminal.resize(columns: 20, rows: 6)
    try terminal.waitUntil("the small size is drawn") { $0.line(5).contains("q quit") }
    terminal.resize(columns: 120, rows: 40)
    try terminal.waitFor(text: "Felix")
    expectHarmless(terminal, "the explorer")
    try terminal.press("ctrl-c")
    _ = try terminal.waitForExit()
  }

  @Test func nothingInAConversationSteersTheTerminalLineByLine() async throws {
    let space = try Workspace()
    let file = try space.write(Self.conversations, to: "conversations.jsonl")
    #expect(try await space.run("import", "--tenant", "acme", file).status == 0)
    let script =
      "1\n1\nsheet\ncontext\nchannels\n1\nmore\nsearch enterprise\n1\ntimeline\n1\n\u{1B}]0;pwned\u{7}\nquit\n"
    _ = try space.write(script, to: "script")
    let terminal = try VirtualTerminal(
      "/bin/sh", ["-c", "\(Workspace.binary.path) browse --plain --data \(space.data.path) < \(space.path("script"))"],
      environment: space.explorerEnvironment, columns: 120, rows: 40)
    _ = try terminal.waitForExit()
    #expect(terminal.rawText.contains("What an agent would be told"))
    expectHarmless(terminal, "plain")
  }
}
