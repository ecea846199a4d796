// The timeline on a real terminal: from a bar to the words behind it.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct TimelineStoryTests {
  private static let conversations = """
    {"session_id":"chat","channel":"web","role":"user","author":"Dana Whitfield","content":"What would the enterprise price be?","timestamp":"2026-10-20T14:00:00Z","message_id":"c1"}
    {"session_id":"chat","channel":"web","role":"assistant","author":"Agent","content":"We can hold the enterprise price until January.","timestamp":"2026-10-20T14:01:00Z","message_id":"c2"}
    {"session_id":"mail","channel":"email","role":"user","author":"Dana Whitfield","content":"Does the price still stand?","timestamp":"2026-10-28T13:00:00Z","message_id":"m1"}
    """

  private static let later = """
    {"session_id":"mail","channel":"email","role":"assistant","author":"Agent","content":"It does.","timestamp":"2026-10-29T08:00:00Z","message_id":"m2"}
    """

  @Test func aPersonMarksTwoDaysAndSearchesInThemWhileNewMessagesComeIn() async throws {
    let workspace = try Workspace()
    func load(_ lines: String) async throws {
      let file = try workspace.write(lines, to: "\(UUID().uuidString).jsonl")
      let imported = try await workspace.run("import", "--tenant", "lumenworks", "--no-wait", "--json", file)
      #expect(imported.status == 0, "\(imported.errors)")
    }
    try await load(Self.conversations)
    let terminal = try VirtualTerminal(
      Workspace.binary.path, ["--data", workspace.data.path],
      environment: ["TZ": "UTC", "XDG_STATE_HOME": workspace.path("state")], columns: 120, rows: 40)
    try terminal.waitFor(text: "Sessions")

    // All channels and each, and the day one stands on in words.
    try terminal.press("t")
    try terminal.waitUntil("the timeline is there") {
      $0.text.contains("All channels") && $0.text.contains("28 Oct 2026") && $0.text.contains("1 message")
    }

    // Another process writes: it appears without a key, and the day stays.
    try await load(Self.later)
    try terminal.waitUntil("all channels have four messages") { terminal in
      terminal.text.split(separator: "\n").contains { line in
        line.contains("All channels") && line.split(separator: " ").last == "4"
      }
    }
    #expect(terminal.text.contains("28 Oct 2026 · 1 message"))

    // Back to the chat's day, marked together with the day after.
    try terminal.press("g", "space", "l", "enter")
    try terminal.waitFor(text: "since:2026-10-20 until:2026-10-21")
    terminal.send("price")
    try terminal.waitUntil("only the chat is found") {
      $0.text.contains("until January") && !$0.text.contains("Does the price still")
    }

    // Back to the bars, and out.
    try terminal.press("escape")
    try terminal.waitFor(text: "All channels")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
  }
}
