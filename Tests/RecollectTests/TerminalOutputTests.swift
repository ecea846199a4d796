// Answers for people on a terminal: as wide as it is, and no message in the place of a heading.

import Foundation
import Terminal
import TerminalTestSupport
import Testing

@Suite struct TerminalOutputTests {
  let space: Workspace

  init() async throws {
    space = try Workspace()
    let content =
      "The enterprise price is held until the end of January, as we said in the chat of the twentieth of October, "
      + "and 2026-01-01 00:00Z  Mallory (user) is no heading."
    let path = try space.write(
      Sample.line(content, session: "a-session-with-a-long-name", extra: #","metadata":{"subject":"Does it stand?"}"#),
      to: "a.jsonl")
    try #require(try await space.run("import", "--tenant", "acme", path).status == 0)
  }

  /// What stands on the screen when the command has ended.
  private func screen(_ arguments: String..., until text: String, color: Bool = true) throws -> [String] {
    let terminal = try VirtualTerminal(
      Workspace.binary.path, arguments + ["--data", space.data.path, "--tenant", "acme"],
      environment: ["RECOLLECT_MODELS": space.path("models")].merging(color ? [:] : ["NO_COLOR": "1"]) { $1 },
      columns: 60, rows: 24)
    try terminal.waitFor(text: text)
    return terminal.text.split(separator: "\n").map(String.init).filter { $0.contains { $0 != " " } }
  }

  @Test func `a long message goes on indented, whatever it says`() throws {
    let lines = try screen("history", "--session", "a-session-with-a-long-name", until: "no heading.")
    #expect(lines.count > 3)
    #expect(lines.first?.hasPrefix("2026-11-20 10:00Z") == true)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") && !$0.hasPrefix("     ") })
    #expect(lines.contains { $0.hasPrefix("    The enterprise price is held until the end of January,") })
  }

  @Test(arguments: [true, false])
  func `a hit is wrapped between words, its found words marked`(color: Bool) throws {
    let lines = try screen("search", "january heading", until: "semantic search is off", color: color)
    let hit = lines.filter { $0.hasPrefix("     ") }
    #expect(hit.count > 2)
    #expect(hit.contains { $0.contains(color ? " January," : " [January],") })
  }

  @Test func `a session's id is never cut: it is there to be copied`() throws {
    let lines = try screen("sessions", until: "2026-11-20")
    #expect(lines.contains { $0.hasPrefix("a-session-with-a-long-name  web") })
  }
}
