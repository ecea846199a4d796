// `recollect browse --plain` as people and scripts use it.

import Foundation
import PseudoTerminal
import TerminalTestSupport
import Testing

@Suite struct PlainStoryTests {
  private func workspace() async throws -> Workspace {
    let workspace = try Workspace()
    let file = try workspace.write(Sample.conversations, to: "conversations.jsonl")
    #expect(try await workspace.run("import", "--tenant", "acme", file).status == 0)
    return workspace
  }

  @Test func aScriptAsksThroughAPipeAndEndsWithItsInput() async throws {
    let space = try await workspace()
    let outcome = try await space.run("browse", "--plain", input: "search pricing\n1\ncontext\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("Sessions of acme, 3 in all, latest first:\n1. "))
    #expect(outcome.output.contains("found words: "))
    #expect(outcome.output.contains("this is the one\n"))
    #expect(outcome.output.contains("What an agent would be told in "))
    #expect(!outcome.output.contains("\u{1B}"))
    let mistaken = try await space.run("explore", "--plain", "--tenant", "acme", input: "nonsense\nquit\n1\n")
    #expect(mistaken.status == 2)
    #expect(mistaken.output.contains("there is no command \"nonsense\": help lists them all\n"))
    let unknown = try await space.run("browse", "--plain", "--tenant", "nobody", input: "")
    #expect(unknown.status == 1)
  }

  @Test func aTerminalThatCannotPlaceItsCursorIsToldOfThePlainModeWhichWorksOnIt() async throws {
    let space = try await workspace()
    let arguments = ["--data", space.data.path]
    let environment = ["TERM": "dumb", "HOME": space.folder.path]
    let refused = try VirtualTerminal(Workspace.binary.path, arguments, environment: environment)
    #expect(try refused.waitForExit() == .exited(3))
    #expect(refused.rawText.contains("`recollect browse --plain`"))

    let terminal = try VirtualTerminal(
      Workspace.binary.path, ["browse", "--plain"] + arguments, environment: environment, columns: 100)
    try terminal.waitFor(text: "acme, sessions>")
    terminal.send("1\n")
    try terminal.waitFor(text: "rain as snow")
    try terminal.waitFor(text: "acme, session>")
    terminal.send("search enterprise tier\n")
    try terminal.waitFor(text: "acme, results>")
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == .exited(0))
    // Nothing but text, line ends, and what the terminal itself echoes.
    #expect(!terminal.raw.contains(0x1B))
  }
}
