// On a real terminal: "what did we promise Globex?", found, understood, kept for tomorrow, and still there tomorrow.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct FindingStoryTests {
  private static let conversations = """
    {"session_id":"chat","channel":"web","role":"user","author":"Dana Whitfield","content":"What would the enterprise price be for Globex?","timestamp":"2026-10-20T14:00:00Z","message_id":"c1","metadata":{"prospect_name":"Globex"}}
    {"session_id":"chat","channel":"web","role":"assistant","author":"Kim Osei","content":"We promise Globex the enterprise price of 41 dollars until January.","timestamp":"2026-10-20T14:01:00Z","message_id":"c2","metadata":{"prospect_name":"Globex"}}
    {"session_id":"mail","channel":"email","role":"user","author":"Dana Whitfield","content":"Globex would like to move the start to March.","timestamp":"2026-10-28T13:00:00Z","message_id":"m1","metadata":{"subject":"A later start","prospect_name":"Globex"}}
    {"session_id":"toner","channel":"slack","role":"user","author":"Ed","content":"The promised toner never came.","timestamp":"2026-10-29T09:00:00Z","message_id":"n1"}
    """

  private static let later = """
    {"session_id":"toner","channel":"slack","role":"assistant","author":"Kim Osei","content":"It comes on Friday.","timestamp":"2026-10-29T10:00:00Z","message_id":"n2"}
    """

  private func load(_ lines: String, _ workspace: Workspace) async throws {
    let file = try workspace.write(lines, to: "\(UUID().uuidString).jsonl")
    let imported = try await workspace.run("import", "--tenant", "lumenworks", "--no-wait", "--json", file)
    #expect(imported.status == 0, "\(imported.errors)")
  }

  private func explorer(on workspace: Workspace) throws -> VirtualTerminal {
    let environment = ["TZ": "UTC", "XDG_STATE_HOME": workspace.path("state")]
    let terminal = try VirtualTerminal(
      Workspace.binary.path, ["--data", workspace.data.path], environment: environment, columns: 120, rows: 40)
    try terminal.waitFor(text: "The promised toner never came")
    return terminal
  }

  private func leave(_ terminal: VirtualTerminal) throws {
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func aPersonFindsWhatWasPromisedAndKeepsIt() async throws {
    let workspace = try Workspace()
    try await load(Self.conversations, workspace)
    var terminal = try explorer(on: workspace)

    // The filter that hides everybody else's promises is taken out again: it was the wrong channel.
    try terminal.press("s")
    terminal.send("promise globex channel:email prospect_name:Globex")
    try terminal.waitFor(text: "prospect_name Globex ×")
    try terminal.press("shift-left", "shift-left", "ctrl-x")
    try terminal.waitUntil("the promise is found") {
      $0.text.contains("41 dollars until January") && !$0.text.contains("email ×") && !$0.text.contains("toner")
    }

    // Why was it found?
    try terminal.press("enter")
    try terminal.waitUntil("the promise is selected") { $0.text.contains("▌ Kim Osei: We promise") }
    try terminal.press("I")
    try terminal.waitUntil("the inspector tells") {
      $0.text.contains("Why it was found") && $0.text.contains("“globex”") && $0.text.contains("2026-10-20T14:01:00Z")
    }
    try terminal.press("enter")
    try terminal.waitUntil("it is open in its conversation") { $0.text.contains("▌ We promise Globex") }

    // Kept: the message, and the search.
    try terminal.press("b")
    try terminal.waitFor(text: "Kim Osei ★")
    try terminal.press("[")
    try terminal.waitFor(text: "change search")
    terminal.send(":save-search Promises to Globex\r")
    try terminal.waitFor(text: "saved as \"Promises to Globex\"")

    // What else did they say?
    try terminal.press("j", "a")
    try terminal.waitUntil("everything the customer said, with both conversations") {
      $0.text.contains("Person › Dana Whitfield") && $0.text.contains("2 messages in 2 sessions")
        && $0.text.contains("A later start")
    }
    try leave(terminal)

    // Tomorrow all of it is there, and what came meanwhile is unread.
    try await load(Self.later, workspace)
    terminal = try explorer(on: workspace)
    try terminal.press("B")
    try terminal.waitFor(text: "Kim Osei: We promise Globex")
    try terminal.press("enter")
    try terminal.waitUntil("the bookmark leads to the promise") { $0.text.contains("▌ We promise Globex") }
    terminal.send(":saved prom\r")
    try terminal.waitFor(text: "promise globex prospect_name:Globex")
    try leave(terminal)
    let marks = try workspace.text(of: "state/recollect/marks.json")
    #expect(marks.contains("Promises to Globex"))
  }

  @Test func twoExplorersKeepEachOthersBookmarksAndNoConfigKeepsNone() async throws {
    let workspace = try Workspace()
    try await load(Self.conversations, workspace)
    let first = try explorer(on: workspace)
    let second = try explorer(on: workspace)
    try first.press("b")
    try first.waitFor(text: "bookmarked;")
    try second.press("j", "b")
    try second.waitFor(text: "bookmarked;")
    try leave(first)
    try leave(second)
    let third = try explorer(on: workspace)
    try third.press("B")
    // Newest first.
    try third.waitUntil("both are listed") {
      $0.text.contains("│ ▌A later start") && $0.text.contains("│  The promised toner")
    }
    try leave(third)

    let before = try workspace.bytes(of: "state/recollect/marks.json")
    let terminal = try VirtualTerminal(
      Workspace.binary.path, ["explore", "--data", workspace.data.path, "--no-config"],
      environment: ["TZ": "UTC", "XDG_STATE_HOME": workspace.path("state")], columns: 120, rows: 40)
    try terminal.waitFor(text: "The promised toner never came")
    try terminal.press("b")
    try terminal.waitFor(text: "until the explorer is left")
    try leave(terminal)
    #expect(try workspace.bytes(of: "state/recollect/marks.json") == before)
  }

  @Test func damagedMarksAreSaidAndPutAside() async throws {
    let workspace = try Workspace()
    try await load(Self.conversations, workspace)
    try FileManager.default.createDirectory(
      at: workspace.folder.appending(path: "state/recollect"), withIntermediateDirectories: true)
    try workspace.write("{ not JSON", to: "state/recollect/marks.json")
    let terminal = try explorer(on: workspace)
    try terminal.waitUntil("it is said") { $0.text.contains("are damaged") && $0.text.contains("marks.json.damaged") }
    try leave(terminal)
    #expect(try workspace.text(of: "state/recollect/marks.json.damaged") == "{ not JSON")
  }
}
