// A pipe that wakes the event loop: signal handlers and inboxes write, the loop polls.

import CNCurses
import Glibc

/// Closed when the last user lets go of it.
final class WakePipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(ScreenError) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_NONBLOCK | O_CLOEXEC) == 0 else {
      throw ScreenError(
        code: .system, message: "a pipe cannot be made (\(String(cString: strerror(errno))))",
        remedy: "raise the limit of open files (ulimit -n)")
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// A zero byte; signal numbers are never zero.
  func wake() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// The signals that came, each once, in the order of their first coming.
  func drain() -> [Int32] {
    var buffer = [UInt8](repeating: 0, count: 256)
    var signals: [Int32] = []
    while true {
      let count = read(readEnd, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return signals }
      for byte in buffer[..<count] where byte != 0 && !signals.contains(Int32(byte)) { signals.append(Int32(byte)) }
    }
  }
}
