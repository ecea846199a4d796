// A real program on a real pseudo-terminal, its output interpreted by libvterm: what a person would see, cell by cell.

import CVterm
import Glibc
public import PseudoTerminal
public import Terminal

/// What went wrong in a test's terminal, with the screen at that moment.
public struct VirtualTerminalError: Error, CustomStringConvertible, Sendable {
  public let description: String
}

/// Waits are deadlines, never sleeps: they end as soon as what is awaited is there.
public final class VirtualTerminal {
  /// What one cell of the screen shows.
  public struct SeenCell: Equatable, Sendable {
    public var text: String
    public var width: Int
    /// `-` for the terminal's own colour, a palette index, or `#rrggbb`.
    public var foreground: String
    public var background: String
    public var isBold: Bool
    public var isItalic: Bool
    public var isUnderlined: Bool
    public var isReversed: Bool
  }

  /// How long a wait may take before it fails; generous, as machines that run tests are busy.
  public static let patience = Duration.seconds(20)

  public private(set) var columns: Int
  public private(set) var rows: Int
  /// Everything the program has sent.
  public private(set) var raw: [UInt8] = []
  private let terminal: PseudoTerminal
  private let emulator: OpaquePointer
  private let screen: OpaquePointer
  private var isAtEnd = false
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  /// Starts a program. Its environment is only what is given here, besides TERM, LANG, PATH and HOME.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80,
    rows: Int = 24
  ) throws {
    self.columns = columns
    self.rows = rows
    var variables = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/tmp"]
    variables.merge(environment) { $1 }
    guard let emulator = vterm_new(Int32(rows), Int32(columns)), let screen = vterm_obtain_screen(emulator) else {
      throw VirtualTerminalError(description: "libvterm cannot be initialised")
    }
    self.emulator = emulator
    self.screen = screen
    vterm_set_utf8(emulator, 1)
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_reset(screen, 1)
    terminal = try PseudoTerminal(
      program: program, arguments: arguments, environment: variables, columns: columns, rows: rows)
  }

  deinit { vterm_free(emulator) }

  // MARK: What a person does

  /// Types text as it is, escape sequences included.
  public func send(_ text: String) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty, !isAtEnd {
      // Read meanwhile: a program that cannot write does not read either.
      var descriptor = pollfd(fd: terminal.master, events: Int16(POLLOUT | POLLIN), revents: 0)
      guard poll(&descriptor, 1, 10_000) > 0 else { return }
      if descriptor.revents & Int16(POLLIN) != 0 { readOutput() }
      if descriptor.revents & Int16(POLLOUT) != 0 {
        let count = terminal.write(Array(bytes.prefix(1024)))
        if count <= 0 { return }
        bytes.removeFirst(count)
      }
    }
  }

  /// Presses keys by their names: `press("j", "ctrl-c", "shift-tab", "f5")`.
  public func press(_ names: String...) throws {
    for name in names {
      guard let key = Key(name: name), let bytes = KeyEncoding.bytes(for: key) else {
        throw VirtualTerminalError(description: "there is no key '\(name)'")
      }
      send(bytes)
    }
  }

  public func paste(_ text: String) { send("\u{1B}[200~\(text)\u{1B}[201~") }

  /// Presses and releases the left button on a cell, counted from zero.
  public func click(x: Int, y: Int) { send("\u{1B}[<0;\(x + 1);\(y + 1)M\u{1B}[<0;\(x + 1);\(y + 1)m") }

  public func scroll(down: Bool, x: Int, y: Int) { send("\u{1B}[<\(down ? 65 : 64);\(x + 1);\(y + 1)M") }

  public func resize(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    vterm_set_size(emulator, Int32(rows), Int32(columns))
    terminal.resize(columns: columns, rows: rows)
  }

  public func signal(_ number: Int32) { kill(terminal.process, number) }

  /// Closes the terminal under the program, as when its window is closed.
  public func hangUp() {
    terminal.hangUp()
    isAtEnd = true
  }

  // MARK: Waiting

  /// Takes in output until `condition` holds.
  public func waitUntil(_ what: String, _ condition: (VirtualTerminal) -> Bool) throws {
    let deadline = ContinuousClock.now + Self.patience
    while !condition(self) {
      if isAtEnd { throw failure("the program ended before \(what)") }
      if ContinuousClock.now > deadline { throw failure("not in time: \(what)") }
      var descriptor = pollfd(fd: terminal.master, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, 50) > 0 { readOutput() }
    }
  }

  public func waitFor(text needle: String) throws {
    try waitUntil("'\(needle)' is on the screen") { $0.text.contains(needle) }
  }

  /// Takes in output until none has come for longer than a lone escape is waited for, so that the next key stays by itself.
  public func waitForQuiet() throws {
    let quiet: Int32 = 60
    let deadline = ContinuousClock.now + Self.patience
    while !isAtEnd {
      if ContinuousClock.now > deadline { throw failure("the program never comes to rest") }
      var descriptor = pollfd(fd: terminal.master, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, quiet) <= 0 { return }
      readOutput()
    }
  }

  /// Takes in output until the program has ended.
  public func waitForExit() throws -> ExitStatus {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      if isAtEnd, let status = terminal.exitStatus() { return status }
      if ContinuousClock.now > deadline { throw failure("the program does not end") }
      var descriptor = pollfd(fd: isAtEnd ? -1 : terminal.master, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, 20) > 0 { readOutput() }
    }
  }

  private func readOutput() {
    let count = read(terminal.master, &buffer, buffer.count)
    // EIO: the last process has closed the terminal.
    guard count > 0 else {
      isAtEnd = true
      return
    }
    raw += buffer[..<count]
    buffer.withUnsafeBytes { bytes in
      _ = vterm_input_write(emulator, bytes.bindMemory(to: CChar.self).baseAddress, count)
    }
    var reply = [CChar](repeating: 0, count: 512)
    let length = vterm_output_read(emulator, &reply, reply.count)
    if length > 0 { _ = terminal.write(reply[..<length].map { UInt8(bitPattern: $0) }) }
  }

  private func failure(_ what: String) -> VirtualTerminalError {
    VirtualTerminalError(
      description: "\(what); exit status \(terminal.exitStatus().map { "\($0)" } ?? "none"); screen:\n\(text)")
  }

  // MARK: What is there to see

  public func cell(_ x: Int, _ y: Int) -> SeenCell {
    var cell = VTermScreenCell()
    vterm_screen_get_cell(screen, VTermPos(row: Int32(y), col: Int32(x)), &cell)
    var scalars = String.UnicodeScalarView()
    withUnsafeBytes(of: cell.chars) { bytes in
      for value in bytes.bindMemory(to: UInt32.self).prefix(while: { $0 != 0 && $0 != .max }) {
        if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
      }
    }
    return SeenCell(
      text: String(scalars), width: Int(cell.width),
      foreground: vterm_shim_is_default_foreground(&cell.fg) != 0 ? "-" : Self.name(&cell.fg),
      background: vterm_shim_is_default_background(&cell.bg) != 0 ? "-" : Self.name(&cell.bg),
      isBold: cell.attrs.bold != 0, isItalic: cell.attrs.italic != 0, isUnderlined: cell.attrs.underline != 0,
      isReversed: cell.attrs.reverse != 0)
  }

  private static func name(_ color: inout VTermColor) -> String {
    guard vterm_shim_is_rgb(&color) != 0 else { return "\(color.indexed.idx)" }
    return "#"
      + [color.rgb.red, color.rgb.green, color.rgb.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A row's text without the spaces at its end.
  public func line(_ y: Int) -> String {
    var result = ""
    var x = 0
    while x < columns {
      let cell = cell(x, y)
      result += cell.text.isEmpty ? " " : cell.text
      x += max(1, cell.width)
    }
    while result.last == " " { result.removeLast() }
    return result
  }

  public var text: String { (0..<rows).map(line).joined(separator: "\n") }
  public var rawText: String { String(decoding: raw, as: UTF8.self) }

  /// Where the hardware cursor is.
  public var cursor: Point {
    var position = VTermPos()
    vterm_state_get_cursorpos(vterm_obtain_state(emulator), &position)
    return Point(x: Int(position.col), y: Int(position.row))
  }

  /// By the last of the sequences that hide or show it.
  public var isCursorVisible: Bool {
    let text = rawText
    guard let hidden = text.ranges(of: "\u{1B}[?25l").last else { return true }
    guard let shown = text.ranges(of: "\u{1B}[?25h").last else { return false }
    return shown.lowerBound > hidden.lowerBound
  }

  /// Text and colour runs, for golden files.
  public var snapshot: String {
    var lines: [String] = []
    for y in 0..<rows {
      lines.append("|" + line(y))
      // The right half of a wide character shows nothing of its own.
      let looks = (0..<columns).map { x in look(x > 0 && cell(x - 1, y).width == 2 ? cell(x - 1, y) : cell(x, y)) }
      var start = 0
      var runs: [String] = []
      for x in 1...columns where x == columns || looks[x] != looks[start] {
        if looks[start] != "-/-" { runs.append("\(start)-\(x - 1) \(looks[start])") }
        start = x
      }
      if !runs.isEmpty { lines.append("  " + runs.joined(separator: ", ")) }
    }
    return lines.joined(separator: "\n")
  }

  private func look(_ cell: SeenCell) -> String {
    var result = "\(cell.foreground)/\(cell.background)"
    if cell.isBold { result += "+bold" }
    if cell.isItalic { result += "+italic" }
    if cell.isUnderlined { result += "+underline" }
    if cell.isReversed { result += "+reverse" }
    return result
  }
}
