// The explorer on the terminals people have: kinds, sizes, locales, and what happens to a terminal while it runs.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct TerminalKindTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  @Test(arguments: ["xterm-256color", "tmux-256color", "screen", "linux", "vt100"])
  func everyViewIsReachedOnThisKindOfTerminal(term: String) async throws {
    let terminal = try await space.explorer(environment: ["TERM": term])
    try terminal.walkThroughEveryView()
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
    #expect(terminal.isCursorVisible || term == "vt100")
  }

  @Test(arguments: [["LANG": "C", "LC_ALL": "C"], ["LANG": "C", "LC_ALL": "C", "TERM": "vt100"]])
  func withoutUnicodeEveryViewIsASCII(environment: [String: String]) async throws {
    let terminal = try await space.explorer(environment: environment)
    try terminal.walkThroughEveryView()
    #expect(terminal.raw.allSatisfy { $0 < 0x80 })
    #expect(terminal.text.contains("-- Sessions") || terminal.text.contains("- Sessions -"))
    #expect(terminal.text.contains(">"), "the selected row has a pointer")
  }

  @Test func withNoColorEveryViewDoesWithAttributes() async throws {
    let terminal = try await space.explorer(environment: ["NO_COLOR": "1", "COLORTERM": "truecolor"])
    try terminal.walkThroughEveryView()
    let parameters = SentSequences(terminal.raw).parametersOfAttributes
    #expect(parameters.contains("7"), "the selection is reversed")
    #expect(parameters.isDisjoint(with: Set((30...49).map(String.init) + (90...107).map(String.init))))
  }

  @Test func aStormOfSizesEndsWithTheLastOneDrawnWhole() async throws {
    let terminal = try await space.explorer()
    try terminal.waitFor(text: "Sessions")
    let extremes = [(20, 6), (400, 100), (1, 1), (2, 3), (300, 2), (3, 90)]
    for step in 0..<50 {
      let (columns, rows) = step % 4 == 0 ? extremes[step / 4 % extremes.count] : (10 + step * 7, 3 + step * 2 % 70)
      terminal.resize(columns: columns, rows: rows)
      if step % 5 == 0 { try terminal.press(["j", "enter", "escape", "s", "t"][step / 5 % 5]) }
    }
    for (columns, rows) in [(20, 6), (400, 100), (80, 24)] {
      terminal.resize(columns: columns, rows: rows)
      try terminal.waitUntil("\(columns)x\(rows) is drawn") {
        $0.line(rows - 1).contains("q quit") || $0.line(rows - 1).contains("all keys")
      }
    }
    #expect(terminal.line(0).contains("recollect  acme"))
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test(arguments: ["price ", "e\u{301}\u{302}\u{303}", "\u{1B}[31m", "*["])
  func aMegabytePastedIntoTheSearchIsCutAndKeysGoOnWorking(unit: String) async throws {
    let terminal = try await space.explorer()
    try terminal.waitFor(text: "Sessions")
    try terminal.press("s")
    try terminal.waitFor(text: "Results")
    terminal.paste(String(repeating: unit, count: (1 << 20) / unit.utf8.count))
    try terminal.press("ctrl-u")
    terminal.send("parking")
    try terminal.waitUntil("the search goes on") { $0.text.contains("rain as snow") }
    try terminal.press("ctrl-c")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func controlZGivesTheShellBackAndFgTheExplorer() async throws {
    _ = try await space.explorer()
    let terminal = try VirtualTerminal(
      "/bin/bash", ["--norc", "--noprofile", "-i"],
      environment: space.explorerEnvironment.merging(["PS1": "prompt> "]) { $1 })
    try terminal.waitFor(text: "prompt>")
    terminal.send("\(Workspace.binary.path) --data \(space.data.path)\n")
    try terminal.waitFor(text: "Sessions")
    try terminal.press("s")
    terminal.send("parking")
    try terminal.waitFor(text: "rain as snow")
    try terminal.press("ctrl-z")
    try terminal.waitFor(text: "Stopped")
    terminal.send("stty -a | grep -o -- '.icanon'; echo shell-$((40+2))\n")
    try terminal.waitFor(text: "shell-42")
    #expect(!terminal.text.contains("-icanon"))
    terminal.send("fg\n")
    try terminal.waitUntil("it is where it was") { $0.text.contains("rain as snow") && !$0.text.contains("prompt>") }
    try terminal.press("ctrl-c")
    try terminal.waitFor(text: "prompt>")
    terminal.send("exit\n")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func askedToEndItEndsInOrder(signal: Int32) async throws {
    let terminal = try await space.explorer()
    try terminal.waitFor(text: "Sessions")
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == .exited(128 + signal))
    #expect(terminal.rawText.contains("\u{1B}[?1049l"))
    #expect(terminal.isCursorVisible)
  }

  @Test(arguments: [SIGSEGV, SIGABRT])
  func aCrashInAnyViewLeavesAShellThatCanBeUsed(signal: Int32) async throws {
    let terminal = try await space.explorer()
    try terminal.waitFor(text: "Sessions")
    try terminal.press("s")
    try terminal.waitFor(text: "Results")
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == .signaled(signal))
    let tail = terminal.rawText.ranges(of: "\u{1B}[?1049l").last.map { terminal.rawText[$0.upperBound...] }
    #expect(tail != nil, "the shell's screen is back")
    #expect(terminal.isCursorVisible)
    #expect(terminal.rawText.contains("\u{1B}[?1002l"), "the mouse is off")
  }

  @Test func whenItsTerminalIsGoneItEnds() async throws {
    let terminal = try await space.explorer()
    try terminal.waitFor(text: "Sessions")
    terminal.hangUp()
    guard case .exited = try terminal.waitForExit() else {
      Issue.record("it was killed")
      return
    }
  }
}
