// The ncurses back end: takes surfaces and a theme, and lets ncurses work out what to send. Everything ncurses does happens in
// this file and in `Screen+Drawing.swift`.

import CNCurses
import Glibc

/// The terminal as a screen. One at a time in a process, used from one thread only: ncurses keeps global state.
public final class Screen {
  public struct Options: Sendable {
    /// Whether mouse reports are asked for at the start.
    public var isMouseOn = true

    public init(isMouseOn: Bool = true) { self.isMouseOn = isMouseOn }
  }

  let device: TerminalDevice
  let wake: WakePipe
  let guardian: TerminalGuard
  let window: UnsafeMutablePointer<WINDOW>
  private let handle: OpaquePointer
  private let streams: (output: UnsafeMutablePointer<FILE>?, input: UnsafeMutablePointer<FILE>?)
  private let enterSequence: String
  private var isOpen = true

  /// How colours are shown.
  public let depth: ColorDepth
  /// Whether the user's locale is UTF-8; otherwise cells are drawn in ASCII.
  public let isUnicode: Bool
  public private(set) var isMouseOn: Bool
  public var theme: Theme {
    didSet { forgetLooks() }
  }

  // Drawing state, used by `draw`.
  var lastSurface: Surface?
  var looks: [UInt32: CellLook] = [:]
  var pairs: [Int64: Int32] = [:]
  var line: [cchar_t] = []
  /// Of the cell before, in the row that is being written.
  var previousLook: CellLook?
  let frameOutput: FrameOutput
  let movement: AreaMovement?
  /// Whether the terminal has said that it moves some columns of its rows and leaves the others alone.
  var hasMargins = false
  /// ncurses sets the terminal's modes with the next frame, for which it needs the terminal itself.
  var isEntering = true

  /// Takes over the terminal.
  /// - Throws: where there is no terminal, or one that cannot show a screen; nothing has been sent to it then.
  public static func open(theme: Theme, options: Options = Options()) throws(ScreenError) -> Screen {
    let device = try TerminalDevice.open()
    let isUnicode = SafeText.isLocaleUnicode
    // ncurses needs it for wide characters; only ASCII is drawn then.
    if !isUnicode { setlocale(LC_CTYPE, "C.UTF-8") }
    let environment = TerminalEnvironment.current
    let description = try TerminalDescription.find(environment, output: device.output)
    let wake = try WakePipe()
    var saved = termios()
    tcgetattr(device.output, &saved)
    return try Screen(
      device: device, wake: wake, saved: saved, description: description, isUnicode: isUnicode, theme: theme,
      options: options)
  }

  private init(
    device: TerminalDevice, wake: WakePipe, saved: termios, description: TerminalDescription, isUnicode: Bool,
    theme: Theme, options: Options
  ) throws(ScreenError) {
    // Streams of their own, so that closing them leaves the descriptors open.
    var output: UnsafeMutablePointer<FILE>?
    var input: UnsafeMutablePointer<FILE>?
    let handle = description.withEnvironment {
      terminal_newterm(description.name, dup(device.output), dup(device.input), &output, &input)
    }
    guard let handle, let output, let window = newwin(0, 0, 0, 0) else {
      throw ScreenError(
        code: .system, message: "the terminal '\(description.name)' cannot be initialised",
        remedy: "set TERM to what the terminal is, for example xterm-256color")
    }
    self.handle = handle
    self.window = window
    self.device = device
    self.wake = wake
    self.isUnicode = isUnicode
    self.theme = theme
    isMouseOn = options.isMouseOn
    streams = (output, input)
    frameOutput = FrameOutput(
      descriptor: fileno(output), device: device, hasColors: description.depth != .mono)
    movement = description.movement
    depth = description.depth
    enterSequence = description.enterSequence
    guardian = TerminalGuard(device: device, saved: saved, restore: description.restoreBytes, wake: wake)
    raw()
    noecho()
    nonl()
    // Updates are never broken off for typed-ahead keys: this program reads them itself.
    typeahead(-1)
    if depth != .mono, has_colors() {
      start_color()
      use_default_colors()
    }
    leaveok(window, false)
    guardian.activate()
    device.write(Modes.on(mouse: isMouseOn))
    if description.answersModes { device.write(AreaMovement.marginQuestion) }
    fitToTerminal()
  }

  deinit { close() }

  public var size: Size { device.size }

  /// Gives the terminal back for good; what was written to standard error appears.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    leave()
    guardian.uninstall()
    delwin(window)
    delscreen(handle)
    if let output = streams.output { fclose(output) }
    if let input = streams.input { fclose(input) }
  }

  /// After a change of the window's size: the next `draw` paints everything.
  func fitToTerminal() {
    let size = device.size
    resizeterm(Int32(size.rows), Int32(size.columns))
    wresize(window, Int32(size.rows), Int32(size.columns))
    repaintAll()
  }

  /// The next `draw` paints everything.
  func repaintAll() {
    lastSurface = nil
    clearok(window, true)
  }

  /// Stops the program until the shell continues it; returns with the screen back.
  func suspend() {
    leave()
    guardian.stop()
    enter()
  }

  /// After being stopped and continued from outside: the shell had the terminal in between.
  func reclaim() {
    reset_prog_mode()
    device.write(enterSequence + Modes.on(mouse: isMouseOn))
    isEntering = true
    fitToTerminal()
  }

  /// Runs another program on the terminal (an editor, a pager) and waits for it.
  /// - Returns: its exit status, 128 + signal where a signal ended it, 127 where it could not be started.
  func run(_ arguments: [String]) -> Int32 {
    leave()
    let status = guardian.withoutKeyboardSignals { ChildProgram.run(arguments, terminal: device) }
    enter()
    return status
  }

  func setMouse(_ isOn: Bool) {
    isMouseOn = isOn
    device.write(isOn ? Modes.mouseOn : Modes.mouseOff)
  }

  private func leave() {
    device.write(Modes.off)
    curs_set(1)
    endwin()
    guardian.deactivate()
  }

  private func enter() {
    guardian.activate()
    reset_prog_mode()
    device.write(Modes.on(mouse: isMouseOn))
    isEntering = true
    fitToTerminal()
  }
}

/// Private modes that terminfo has no names for. Terminals that lack one ignore it.
enum Modes {
  static let mouseOn = "\u{1B}[?1002h\u{1B}[?1006h"
  static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l"

  /// Bracketed paste and focus reports.
  static func on(mouse: Bool) -> String { "\u{1B}[?2004h\u{1B}[?1004h" + (mouse ? mouseOn : "") }
  static let off = mouseOff + "\u{1B}[?1004l\u{1B}[?2004l"
}
