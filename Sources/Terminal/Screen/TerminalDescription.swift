// Which terminfo entry drives the terminal, and what it says about entering and leaving.

import CNCurses
import Glibc

extension TerminalEnvironment {
  static var current: TerminalEnvironment {
    func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return TerminalEnvironment(
      term: value("TERM"), colorTerm: value("COLORTERM"), noColor: value("NO_COLOR"),
      isInsideTmux: !value("TMUX").isEmpty)
  }
}

struct TerminalDescription {
  /// For `newterm`.
  let name: String
  /// What `TERMINFO` has to be while ncurses looks the name up; nil leaves it alone.
  let terminfo: String?
  let depth: ColorDepth
  /// Switches to the alternate screen.
  let enterSequence: String
  /// What a crash handler sends: modes off, plain text, cursor shown, main screen.
  let restoreBytes: [UInt8]
  /// How parts of the picture are moved; nil where the terminal cannot.
  let movement: AreaMovement?
  /// Whether it may be asked for modes: others could show the question.
  let answersModes: Bool

  /// - Throws: for terminals that are unknown or cannot place the cursor.
  static func find(_ environment: TerminalEnvironment, output: Int32) throws(ScreenError) -> TerminalDescription {
    guard !environment.term.isEmpty else {
      throw ScreenError(
        code: .unknownTerminal, message: "TERM is not set",
        remedy: "set it to what the terminal is, for example TERM=xterm-256color")
    }
    var status: Int32 = 0
    let isKnown = setupterm(environment.term, output, &status) == OK
    defer { if isKnown { terminal_forget_description() } }
    let colors = isKnown ? Int(tigetnum("colors")) : 256
    guard isKnown || status == 1 || environment.isXtermLike else {
      throw ScreenError(
        code: .unknownTerminal, message: "no description of the terminal '\(environment.term)' is installed",
        remedy: "install it (Debian: apt install ncurses-term) or set TERM=xterm-256color")
    }
    if isKnown, capability("cup") == nil {
      throw ScreenError(
        code: .tooSimple, message: "the terminal '\(environment.term)' cannot place its cursor",
        remedy: "set TERM to what the terminal is, for example xterm-256color, or use a command that prints")
    }
    let depth = environment.depth(colors: colors)
    if depth == .trueColor || !isKnown {
      let restored = Modes.off + "\u{1B}[m\u{1B}[?25h\u{1B}[?1049l\r"
      return TerminalDescription(
        name: DirectColorDescription.name, terminfo: DirectColorDescription.environmentValue,
        depth: depth == .mono ? .mono : .trueColor, enterSequence: "\u{1B}[?1049h", restoreBytes: Array(restored.utf8),
        movement: AreaMovement(DirectColorDescription.string(named:)), answersModes: environment.isXtermLike)
    }
    let leaving = ["sgr0", "cnorm", "rmcup"].map { capability($0) ?? "" }.joined()
    return TerminalDescription(
      name: environment.term, terminfo: nil, depth: depth, enterSequence: capability("smcup") ?? "",
      restoreBytes: Array((Modes.off + leaving + "\r").utf8), movement: AreaMovement(capability),
      answersModes: environment.isXtermLike)
  }

  /// Runs `body` with `TERMINFO` as it has to be, and puts the variable back: children must see the user's own.
  func withEnvironment<Result>(_ body: () -> Result) -> Result {
    guard let terminfo else { return body() }
    let before = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", terminfo, 1)
    defer {
      if let before {
        setenv("TERMINFO", before, 1)
      } else {
        unsetenv("TERMINFO")
      }
    }
    return body()
  }

  /// A string capability without its padding (`$<5>`); nil where the terminal lacks it.
  private static func capability(_ name: String) -> String? {
    // -1 says that this is no string capability, nil that the terminal lacks it.
    guard let value = tigetstr(name), Int(bitPattern: value) != -1 else { return nil }
    var result = ""
    var rest = Substring(String(cString: value))
    while let start = rest.firstRange(of: "$<") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...].drop { $0 != ">" }.dropFirst()
    }
    return result + rest
  }
}
