// The terminal as a pair of descriptors: which ones, how big, raw writes.

import CNCurses
import Glibc

/// Where keys come from and where the picture goes.
struct TerminalDevice {
  let input: Int32
  let output: Int32

  /// Standard output has to be the terminal; where standard input is a pipe or a file, keys come from /dev/tty.
  static func open() throws(ScreenError) -> TerminalDevice {
    guard isatty(STDOUT_FILENO) == 1 else {
      throw ScreenError(
        code: .noTerminal, message: "standard output is not a terminal",
        remedy: "run it in a terminal without redirecting its output, or use a command that prints")
    }
    if isatty(STDIN_FILENO) == 1 { return TerminalDevice(input: STDIN_FILENO, output: STDOUT_FILENO) }
    let descriptor = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ScreenError(
        code: .noTerminal, message: "standard input is not a terminal and /dev/tty cannot be opened",
        remedy: "run it in a terminal")
    }
    return TerminalDevice(input: descriptor, output: STDOUT_FILENO)
  }

  /// 80x24 where the terminal does not know.
  var size: Size {
    var columns: Int32 = 80
    var rows: Int32 = 24
    _ = terminal_window_size(output, &columns, &rows)
    return Size(columns: Int(columns), rows: Int(rows))
  }

  /// Writes all of it, or as much as the terminal takes before it is gone.
  func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
      if count > 0 {
        sent += count
      } else if count < 0, errno == EAGAIN {
        var descriptor = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
        _ = poll(&descriptor, 1, 1000)
      } else if errno != EINTR {
        return
      }
    }
  }

  func write(_ text: String) { write(Array(text.utf8)) }
}
