// A real program on a real pseudo-terminal.

import Glibc
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct ScreenTests {
  private func start(
    _ arguments: [String] = [], _ environment: [String: String] = [:], columns: Int = 60, rows: Int = 8
  ) throws -> VirtualTerminal {
    let terminal = try VirtualTerminal(
      builtProgram("TerminalFixture"), arguments, environment: environment, columns: columns, rows: rows)
    try terminal.waitFor(text: "ready")
    return terminal
  }

  private func start(
    program: String, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> VirtualTerminal {
    try VirtualTerminal(program, arguments, environment: environment, columns: 60, rows: 8)
  }

  @Test func `It paints, follows keys, and leaves the shell as it was`() throws {
    let terminal = try start()
    #expect(terminal.line(0) == "fixture 60x8")
    #expect(terminal.cursor == Point(x: 0, y: 1))
    #expect(!terminal.isCursorVisible)
    try terminal.press("j", "down", "j", "up")
    try terminal.waitFor(text: "selected 2")
    #expect(terminal.cursor == Point(x: 0, y: 3))
    #expect(terminal.cell(1, 3).background != terminal.cell(1, 2).background)
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
    #expect(terminal.rawText.contains("\u{1B}[?1049l"))
    #expect(terminal.rawText.contains("\u{1B}[?2004l"))
    #expect(terminal.text.contains("left with ready"))
    #expect(terminal.isCursorVisible)
  }

  @Test func `A change of one cell costs a few bytes, and no change costs none`() throws {
    let terminal = try start()
    try terminal.press("/")
    try terminal.waitUntil("the input shows") { $0.line(7) == "/" }
    let before = terminal.raw.count
    for letter in 0..<20 { terminal.send("\u{1B}[99~\u{1B}[?1;2c\(letter == 19 ? "x" : "")") }
    try terminal.waitUntil("the input shows the letter") { $0.line(7) == "/x" }
    #expect(terminal.raw.count - before < 60)
    #expect(terminal.isCursorVisible)
    #expect(terminal.cursor == Point(x: 2, y: 7))
  }

  @Test func `Mouse, paste, focus and messages from tasks arrive`() throws {
    let terminal = try start()
    terminal.click(x: 4, y: 2)
    try terminal.waitFor(text: "mouse release(Terminal.Mouse.Button.left) 4,2")
    terminal.scroll(down: true, x: 1, y: 1)
    try terminal.waitFor(text: "mouse scrollDown 1,1")
    terminal.paste(String(repeating: "q\r", count: 100_000))
    try terminal.waitFor(text: "pasted 200000 bytes")
    terminal.send("\u{1B}[O")
    try terminal.waitFor(text: "focus false")
    try terminal.press("t")
    try terminal.waitFor(text: "counted 1000")
    try terminal.press("d")
    try terminal.waitFor(text: "deadline passed")
    try terminal.press("escape")
    try terminal.waitFor(text: "key escape")
    try terminal.press("y")
    try terminal.waitUntil("the clipboard is set") { $0.rawText.contains("\u{1B}]52;c;Y29waWVkIHRleHQ=\u{7}") }
    try terminal.press("m")
    try terminal.waitUntil("the mouse is off") { $0.rawText.contains("\u{1B}[?1002l") }
  }

  @Test(arguments: ["xterm-256color", "linux", "vt100", "screen", "tmux-256color", "xterm-direct"])
  func `What a list moves on the terminal is what painting it anew would show`(term: String) throws {
    let environment = term == "xterm-direct" ? ["COLORTERM": "truecolor"] : ["TERM": term]
    let terminal = try VirtualTerminal(
      builtProgram("TerminalFixture"), ["--panes"], environment: environment, columns: 100, rows: 30)
    try terminal.waitFor(text: "selected 0")
    var selected = 0
    for repaints in 0..<40 {
      // Down and up by one and three, in an order that does not repeat soon.
      let (key, step) = [("j", 1), ("j", 1), ("k", -1), ("J", 3), ("K", -3)][repaints * repaints % 11 % 5]
      selected = max(0, selected + step)
      try terminal.press(key)
      try terminal.waitUntil("\(key) is done") { $0.line(29) == "painted \(repaints), selected \(selected)" }
      let before = terminal.snapshot
      try terminal.press("ctrl-l")
      // The last row is the last one painted.
      let status = "painted \(repaints + 1), selected \(selected)"
      try terminal.waitUntil("all is painted anew") { $0.line(29) == status }
      let painted = terminal.snapshot.split(separator: "\n").dropLast(2)
      let different = zip(before.split(separator: "\n").dropLast(2), painted).first { $0 != $1 }
      #expect(different == nil, "after \(key) to \(selected)")
      if different != nil { return }
    }
  }

  @Test func `A list that scrolls costs a fraction of painting it, where the terminal has margins`() throws {
    let terminal = try VirtualTerminal(builtProgram("TerminalFixture"), ["--panes"], columns: 100, rows: 30)
    try terminal.waitFor(text: "selected 0")
    let painted = terminal.raw.count
    let before = terminal.raw.count
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
    #expect(terminal.raw.count - before < painted / 5)
  }

  @Test(arguments: [(20, 6), (1, 1), (400, 100), (2, 3)])
  func `It follows a change of size`(columns: Int, rows: Int) throws {
    let terminal = try start()
    terminal.resize(columns: columns, rows: rows)
    try terminal.waitUntil("the top row is redrawn") {
      $0.line(0) == String("fixture \(columns)x\(rows)".prefix(columns)) || rows == 1 && $0.line(0) == "r"
    }
    terminal.resize(columns: 60, rows: 8)
    try terminal.waitUntil("all of it is back") { $0.line(0) == "fixture 60x8" && $0.line(7).contains("selected") }
  }

  @Test func `Control-Z gives the shell back, and fg repaints`() throws {
    let fixture = try builtProgram("TerminalFixture")
    let terminal = try start(program: "/bin/bash", ["--norc", "--noprofile", "-i"], ["PS1": "prompt> "])
    try terminal.waitFor(text: "prompt>")
    terminal.send("\(fixture)\n")
    try terminal.waitFor(text: "ready")
    try terminal.press("ctrl-z")
    try terminal.waitFor(text: "Stopped")
    terminal.send("stty -a | grep -o -- '.icanon'; echo shell-$((40+2))\n")
    try terminal.waitFor(text: "shell-42")
    #expect(!terminal.text.contains("-icanon"))
    terminal.send("fg\n")
    try terminal.waitUntil("it repaints") { $0.line(0) == "fixture 60x8" && $0.text.contains("continued") }
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
    try terminal.press("q")
    try terminal.waitFor(text: "prompt>")
    terminal.send("exit\n")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func `Stopped and continued from outside, it paints everything again`() throws {
    let terminal = try start()
    terminal.signal(SIGSTOP)
    terminal.signal(SIGCONT)
    try terminal.waitFor(text: "continued")
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `Asked to end from outside, it ends in order`(signal: Int32) throws {
    let terminal = try start()
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == .exited(128 + signal))
    #expect(terminal.rawText.contains("\u{1B}[?1049l"))
    #expect(terminal.isCursorVisible)
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGQUIT])
  func `A crash restores the terminal and dies of its own signal`(signal: Int32) throws {
    let terminal = try start()
    try terminal.press("x")
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
    #expect(!terminal.text.contains("a warning"))
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == .signaled(signal))
    #expect(terminal.text.contains("a warning on standard error"))
    #expect(terminal.isCursorVisible)
    let tail = terminal.rawText.components(after: "\u{1B}[?1049l")
    #expect(tail.contains("a warning on standard error"))
    #expect(terminal.rawText.contains("\u{1B}[?1002l"))
  }

  @Test(arguments: ["f", "o"])
  func `A failed program leaves its message where it can be read`(key: String) throws {
    let terminal = try start()
    try terminal.press("x", key)
    guard case .signaled = try terminal.waitForExit() else {
      Issue.record("it did not crash")
      return
    }
    let tail = terminal.rawText.components(after: "\u{1B}[?1049l")
    #expect(tail.contains("a warning on standard error"))
    if key == "f" { #expect(tail.contains("wanted by the test")) }
    #expect(terminal.isCursorVisible)
  }

  @Test(arguments: ["dumb", "no-such-terminal", ""])
  func `A terminal that cannot show a screen is refused with one readable line`(term: String) throws {
    let terminal = try start(program: builtProgram("TerminalFixture"), [], ["TERM": term])
    #expect(try terminal.waitForExit() == .exited(3))
    #expect(terminal.rawText.contains("TERM"))
    #expect(!terminal.rawText.contains("\u{1B}"))
  }

  @Test func `Without a terminal on standard output it says so`() throws {
    let fixture = try builtProgram("TerminalFixture")
    let terminal = try start(program: "/bin/sh", ["-c", "\(fixture) | cat; \(fixture) >/dev/null; echo status $?"])
    #expect(try terminal.waitForExit() == .exited(0))
    #expect(terminal.text.contains("standard output is not a terminal"))
    #expect(terminal.text.contains("status 3"))
  }

  @Test func `With standard input from a pipe, keys come from the terminal`() throws {
    let fixture = try builtProgram("TerminalFixture")
    let terminal = try start(program: "/bin/sh", ["-c", "echo data | \(fixture)"])
    try terminal.waitFor(text: "ready")
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test(arguments: ["xterm", "xterm-256color", "linux", "screen", "tmux-256color", "vt100", "xterm-ghostty", "rxvt"])
  func `It works on this terminal`(term: String) throws {
    let terminal = try start([], ["TERM": term])
    try terminal.press("j")
    try terminal.waitFor(text: "selected 1")
    #expect(terminal.line(2).hasPrefix(" row 1"))
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func `Colours are exact with truecolor, near with 256, the user's with 16, and absent with NO_COLOR`() throws {
    let theme = try ThemeLibrary().theme("midnight")
    let ground = try #require(theme[.text].background)
    let exact = try start([], ["COLORTERM": "truecolor"])
    #expect(exact.cell(1, 3).background == "#16181d")
    #expect(exact.text.contains("trueColor"))
    #expect(!exact.rawText.contains("38:2"))
    try exact.press("l")
    try exact.waitUntil("the light theme shows") { $0.cell(1, 3).background == "#fbfbf8" }
    let near = try start()
    #expect(near.cell(1, 3).background == "\(ground.nearestIndexed)")
    let sixteen = try start([], ["TERM": "xterm"])
    #expect(sixteen.cell(1, 3).background == "-")
    #expect(sixteen.cell(1, 1).background == "6")
    let none = try start([], ["NO_COLOR": "1", "COLORTERM": "truecolor"])
    #expect(none.cell(1, 1).isReversed)
    #expect(!none.rawText.contains("[38;") && !none.rawText.contains("[48;"))
  }

  @Test(arguments: ["C.UTF-8", "C"])
  func `Hostile text is inert in the bytes that reach the terminal`(locale: String) throws {
    let terminal = try start(["--hostile"], ["LANG": locale, "LC_ALL": locale], columns: 100)
    try terminal.waitFor(text: "pwned")
    #expect(!terminal.rawText.contains("\u{1B}]0;"))
    #expect(!terminal.rawText.contains("\u{202E}"))
    #expect(!terminal.raw.contains(0x7F))
    #expect(!terminal.raw.contains(0x07))
    if locale == "C" {
      #expect(terminal.raw.allSatisfy { $0 < 0x80 })
      #expect(terminal.line(1).hasPrefix(" ?]0;pwned??[31mred"))
    } else {
      #expect(terminal.line(1).hasPrefix(" ␛]0;pwned␇␛[31mred \u{FFFD}31m ¤abc␡ 日本 👨 é ❤ FR 👍 "))
    }
  }

  @Test func `Plain output is inert too`() throws {
    let terminal = try start(program: builtProgram("TerminalFixture"), ["--printable"])
    #expect(try terminal.waitForExit() == .exited(0))
    #expect(!terminal.raw.contains(0x1B))
    #expect(terminal.text.contains("␛]0;pwned␇"))
  }

  @Test func `A program run on the terminal has it to itself, signals included`() throws {
    let terminal = try start()
    try terminal.press("e")
    try terminal.waitFor(text: "child is here")
    try terminal.press("ctrl-c")
    try terminal.waitFor(text: "child ended with 3")
    #expect(terminal.line(0) == "fixture 60x8")
    try terminal.press("e")
    try terminal.waitUntil("the child runs again") { $0.line(0) != "fixture 60x8" && $0.text.contains("child is here") }
    terminal.send("answer\n")
    try terminal.waitFor(text: "child ended with 4")
  }

  @Test func `When the terminal goes away the program ends`() throws {
    let terminal = try start()
    terminal.hangUp()
    guard case .exited = try terminal.waitForExit() else {
      Issue.record("it was killed")
      return
    }
  }
}

extension String {
  /// What follows the last occurrence of `mark`; empty where there is none.
  fileprivate func components(after mark: String) -> Substring {
    ranges(of: mark).last.map { self[$0.upperBound...] } ?? ""
  }
}
