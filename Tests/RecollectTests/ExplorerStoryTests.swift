// The explorer on a real terminal, driven like a person: libvterm reads what the program sends.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import TextEmbedding
import Testing

@Suite struct ExplorerStoryTests {
  /// Two conversations of one prospect, and one of somebody else.
  private static let conversations = """
    {"session_id":"chat","channel":"web","role":"user","author":"Dana Whitfield","content":"What would the enterprise tier cost us for 200 seats?","timestamp":"2026-10-20T14:00:00Z","message_id":"c1"}
    {"session_id":"chat","channel":"web","role":"assistant","author":"Agent","content":"We can hold the enterprise price of $41 a seat until January.","timestamp":"2026-10-20T14:01:00Z","message_id":"c2"}
    {"session_id":"toner","channel":"slack","role":"user","author":"Ed","content":"The printer on the second floor is out of toner.","timestamp":"2026-10-21T09:00:00Z","message_id":"n1"}
    {"session_id":"toner","channel":"slack","role":"assistant","author":"Agent","content":"A new cartridge comes on Friday.","timestamp":"2026-10-21T09:02:00Z","message_id":"n2"}
    {"session_id":"mail","channel":"email","role":"user","author":"Dana Whitfield","content":"Does the enterprise price per seat that you promised still stand?","timestamp":"2026-11-12T13:00:00Z","message_id":"m1","metadata":{"subject":"Does the October quote still stand?"}}
    """

  private func explorer(
    on workspace: Workspace, columns: Int = 120, rows: Int = 40, environment: [String: String] = [:]
  ) async throws -> VirtualTerminal {
    let models = ["RECOLLECT_MODELS": ModelLibrary.defaultFolder()]
    let file = try workspace.write(Self.conversations, to: "conversations.jsonl")
    let imported = try await workspace.run(
      "import", "--tenant", "lumenworks", "--json", file, environment: models)
    #expect(imported.status == 0, "\(imported.errors)")
    let variables = models.merging(["XDG_STATE_HOME": workspace.path("state")]) { $1 }.merging(environment) { $1 }
    return try VirtualTerminal(
      Workspace.binary.path, ["--data", workspace.data.path], environment: variables, columns: columns, rows: rows)
  }

  @Test func aPersonFindsAPromiseOpensItAndSeesWhatTheAgentIsTold() async throws {
    let workspace = try Workspace()
    let terminal = try await explorer(on: workspace)
    // Opens on the sessions, newest first, with the newest one's messages beside them.
    try terminal.waitFor(text: "Does the October quote still stand?")
    try terminal.waitFor(text: "that you promised still")

    // Searches by meaning: none of these words is in the promise.
    try terminal.press("s")
    terminal.send("guaranteed rate for large customers")
    try terminal.waitFor(text: "until January")
    try terminal.press("enter", "enter")
    try terminal.waitUntil("the hit is open in its conversation") {
      $0.text.contains("What would the enterprise tier cost us")
        && $0.text.contains("▌ We can hold the enterprise price")
    }

    // Back to the results, as they were.
    try terminal.press("escape")
    try terminal.waitFor(text: "guaranteed rate for large customers")
    try terminal.press("escape")
    try terminal.waitFor(text: "Sessions")

    // What would the agent be told in the mail?
    try terminal.press("g", "c")
    try terminal.waitFor(text: "What the agent is told")
    try terminal.waitUntil("the promise is recalled with its reason") {
      $0.text.contains("until January") && $0.text.contains("close in meaning")
    }
    #expect(!terminal.text.contains("toner"))

    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
    #expect(terminal.rawText.contains("\u{1B}[?1049l"), "the shell's screen comes back")
  }

  @Test func filtersOnTheSearchLineAreExactAndAnUnknownFieldIsNamed() async throws {
    let workspace = try Workspace()
    let terminal = try await explorer(on: workspace)
    try terminal.waitFor(text: "Does the October quote")
    try terminal.press("s")
    terminal.send("price channel:email")
    try terminal.waitUntil("only the mail is found") {
      $0.text.contains("promised still") && !$0.text.contains("until January")
    }
    try terminal.press("ctrl-u")
    terminal.send("price colour:red")
    try terminal.waitFor(text: "colour")
    try terminal.waitUntil("the unknown field is an error") { $0.text.contains("there is no field \"colour\"") }
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func helpResizeAndATermSignalLeaveTheShellClean() async throws {
    let workspace = try Workspace()
    let terminal = try await explorer(on: workspace, columns: 80, rows: 24)
    try terminal.waitFor(text: "Does the October quote")
    try terminal.press("?")
    try terminal.waitFor(text: "Everything you can do")
    try terminal.press("escape")
    for (columns, rows) in [(20, 6), (200, 60), (80, 24)] {
      terminal.resize(columns: columns, rows: rows)
      try terminal.waitUntil("\(columns)x\(rows) is drawn") { $0.line(0).contains("recollect") }
    }
    terminal.signal(SIGTERM)
    _ = try terminal.waitForExit()
    #expect(terminal.rawText.contains("\u{1B}[?1049l"))
  }

  @Test func aKeyOfOnesOwnWorksAndTheBarAndTheHelpShowIt() async throws {
    let workspace = try Workspace()
    let folder = workspace.folder.appending(path: "recollect")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try workspace.write("[keys]\nsearch = [\"F\"]\n", to: "recollect/config.toml")
    let terminal = try await explorer(on: workspace, environment: ["XDG_CONFIG_HOME": workspace.folder.path])
    try terminal.waitFor(text: "Does the October quote")
    try terminal.waitUntil("the bar shows the key") { $0.text.contains("F search") && !$0.text.contains("s search") }
    try terminal.press("?")
    terminal.send("all of the tenant")
    try terminal.waitUntil("the help shows the key") { $0.text.contains("F ") && $0.text.contains(":search") }
    try terminal.press("escape")
    // An escape right before a letter is that letter with Alt.
    try terminal.waitUntil("the help is gone") { !$0.text.contains("Everything you can do") }
    try terminal.press("F")
    terminal.send("toner")
    try terminal.waitFor(text: "out of toner")
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func aConfigurationWithAMistakeIsRefusedWithItsLineAndCanBeLeftOut() async throws {
    let workspace = try Workspace()
    let folder = workspace.folder.appending(path: "recollect")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = try workspace.write("mouse = true\ntehme = \"midnight\"\n", to: "recollect/config.toml")
    let environment = ["XDG_CONFIG_HOME": workspace.folder.path]
    let terminal = try await explorer(on: workspace, environment: environment)
    #expect(try terminal.waitForExit() == .exited(64))
    #expect(terminal.rawText.contains("config.toml:2: there is no setting \"tehme\""))
    #expect(terminal.rawText.contains("--no-config"))

    let checked = try await workspace.run("config", "check", environment: environment)
    #expect(checked.status == 1)
    #expect(checked.output.hasPrefix("\(path):2: "))
    let refused = try await workspace.run("config", "init", environment: environment)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("--force"))
    #expect(try workspace.text(of: "recollect/config.toml").contains("tehme"))
    #expect(try await workspace.run("config", "init", "--force", environment: environment).status == 0)
    #expect(try await workspace.run("config", "check", environment: environment).status == 0)
    #expect(try await workspace.run("config", "path", environment: environment).output == path + "\n")
  }

  @Test func aTerminalThatCannotShowItIsRefusedWithOneLine() async throws {
    let workspace = try Workspace()
    let terminal = try await explorer(on: workspace, environment: ["TERM": "dumb"])
    #expect(try terminal.waitForExit() == .exited(3))
    #expect(terminal.text.contains("recollect:"))
  }
}
