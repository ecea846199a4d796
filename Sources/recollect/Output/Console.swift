// The ways out of this program: answers on standard output, everything else on standard error.

import ConversationExchange
import Foundation

/// What a stream is connected to.
struct OutputStream: Sendable {
  let descriptor: Int32
  let isTerminal: Bool
  /// A terminal, and nobody asked for plain text.
  let hasColor: Bool

  init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    hasColor = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Of the terminal; nil where there is none.
  var columns: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of it. A reader that has gone away is not an error worth words.
  func write(_ text: String) throws(CommandFailure) {
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + position }, $0.count - position)
      }
      if written >= 0 {
        position += written
      } else if errno == EPIPE {
        throw CommandFailure(.failed)
      } else if errno != EINTR {
        throw CommandFailure(
          .failed, "the output cannot be written (\(String(cString: strerror(errno)))): check the free space")
      }
    }
  }
}

enum Console {
  static let output = OutputStream(descriptor: STDOUT_FILENO)
  static let errors = OutputStream(descriptor: STDERR_FILENO)

  /// Lines of an answer for people.
  static func print(_ lines: [StyledText]) throws {
    guard !lines.isEmpty else { return }
    try output.write(lines.map { $0.rendered(inColor: output.hasColor) }.joined(separator: "\n") + "\n")
  }

  static func print(_ lines: StyledText...) throws { try print(lines) }

  /// The answer for programs.
  static func print(_ document: JSONText) throws { try output.write(document.indented + "\n") }

  /// A line beside the answer.
  static func note(_ line: StyledText) { try? errors.write(line.rendered(inColor: errors.hasColor) + "\n") }

  static func note(_ line: String) { note(StyledText(line)) }

  /// How the program ends where it did not go well.
  static func fail(_ message: String) { note(StyledText("recollect: ", .bold) + StyledText(message).folded) }
}
