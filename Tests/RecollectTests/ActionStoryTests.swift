// Actions on a real terminal: reviewing yesterday's web sessions and exporting one; a pager that gets the terminal and gives
// it back.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct ActionStoryTests {
  private func line(_ session: String, _ channel: String, daysAgo: Int, _ author: String, _ content: String) -> String {
    let day = Date(timeIntervalSinceNow: -86_400 * Double(daysAgo)).formatted(.iso8601.year().month().day())
    return """
      {"session_id":"\(session)","channel":"\(channel)","role":"user","author":"\(author)","content":"\(content)",\
      "timestamp":"\(day)T12:00:00Z"}
      """
  }

  private func explorer(on workspace: Workspace, environment: [String: String] = [:]) async throws -> VirtualTerminal {
    let lines = [
      line("web-today", "web", daysAgo: 0, "Ana", "Where is my order?"),
      line("web-yesterday", "web", daysAgo: 1, "Dana Whitfield", "What would <b>the enterprise</b> tier cost us?"),
      line("mail-yesterday", "email", daysAgo: 1, "Ed", "The invoice has the wrong address."),
      line("web-before", "web", daysAgo: 2, "Priya", "The importer stopped."),
    ]
    let file = try workspace.write(lines.joined(separator: "\n") + "\n", to: "in.jsonl")
    let imported = try await workspace.run("import", "--tenant", "lumenworks", "--no-wait", "--json", file)
    #expect(imported.status == 0, "\(imported.errors)")
    let variables = ["TZ": "UTC", "HOME": workspace.folder.path].merging(environment) { $1 }
    return try VirtualTerminal(
      Workspace.binary.path, ["--data", workspace.data.path], environment: variables, columns: 120, rows: 40)
  }

  @Test func aPersonReviewsYesterdaysWebSessionsAndExportsOne() async throws {
    let workspace = try Workspace()
    let terminal = try await explorer(on: workspace)
    try terminal.waitFor(text: "The importer stopped.")

    // Yesterday's web sessions, and nothing else.
    try terminal.press("/")
    terminal.send("channel:web yesterday")
    try terminal.waitUntil("one session is left") {
      $0.text.contains("1 found") && $0.text.contains("Dana Whitfield") && !$0.text.contains("Where is my order")
    }
    try terminal.press("enter", "enter")
    try terminal.waitFor(text: "tier cost us?")

    // Read: says so with a tag and a note.
    try terminal.press("#")
    try terminal.waitFor(text: "no session has a tag yet")
    terminal.send("Reviewed")
    try terminal.press("enter")
    try terminal.waitFor(text: "tagged #reviewed")
    try terminal.press("N")
    try terminal.waitFor(text: "a line of your own")
    terminal.send("wants the annual plan")
    try terminal.press("enter")
    try terminal.waitFor(text: "noted")

    // Exports it as a page for a colleague.
    try terminal.press("e")
    try terminal.waitFor(text: "the conversation \"What would")
    try terminal.waitFor(text: "web-yesterday.md")
    try terminal.press("tab", "ctrl-u")
    terminal.send("~/for-kim.html")
    try terminal.waitFor(text: "for-kim.html")
    try terminal.press("enter")
    try terminal.waitFor(text: "1 message written to ~/for-kim.html")
    let page = try workspace.text(of: "for-kim.html")
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(page.contains("What would &lt;b&gt;the enterprise&lt;/b&gt; tier cost us?"))
    #expect(page.contains("#reviewed") && page.contains("wants the annual plan"))
    #expect(!page.contains("invoice"))

    // The session's id, for a ticket.
    try terminal.press("Y")
    try terminal.waitFor(text: "copied the session's id")
    let encoded = Data("web-yesterday".utf8).base64EncodedString()
    #expect(terminal.rawText.contains("\u{1B}]52;c;\(encoded)\u{07}"))

    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
    let tagged = try await workspace.run("sessions", "--tenant", "lumenworks", "--tag", "reviewed", "--json")
    #expect(try tagged.list("sessions").map { $0["note"] as? String } == ["wants the annual plan"])
  }

  @Test func aPagerGetsTheTerminalAsItWasAndGivesItBack() async throws {
    let workspace = try Workspace()
    let pager = try workspace.write(
      "#!/bin/sh\nhead -1 \"$2\"\nstty -a | grep -o ' icanon'\necho \"$TERM:$TERMINFO:$1\"\nread answer\n",
      to: "pager.sh")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: pager)
    let runtime = workspace.path("runtime")
    try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
    let terminal = try await explorer(
      on: workspace,
      environment: [
        "PAGER": "\(pager) -x", "EDITOR": "/absent/editor", "XDG_RUNTIME_DIR": runtime, "COLORTERM": "truecolor",
      ])
    try terminal.waitFor(text: "The importer stopped.")
    try terminal.press("|")
    try terminal.waitUntil("the pager has the terminal, with its settings and its variables") {
      $0.text.contains("icanon") && $0.text.contains("xterm-256color::-x") && !$0.text.contains("Sessions")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: runtime).count == 1)
    terminal.send("\n")
    try terminal.waitUntil("the explorer is back") { $0.text.contains("Sessions") && !$0.text.contains("icanon") }
    try terminal.waitUntil("the file is gone") { _ in
      (try? FileManager.default.contentsOfDirectory(atPath: runtime).isEmpty) == true
    }

    // An editor that is not there is named, and the explorer goes on.
    try terminal.press("E")
    try terminal.waitFor(text: "/absent/editor cannot be started: name another program in $EDITOR")
    try terminal.waitFor(text: "Sessions")
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }
}
