// A text that a command reads from standard input.

import Foundation

enum StandardInput {
  /// - Parameters:
  ///   - what: what the text is, as error messages call it.
  ///   - limit: the most bytes it can have.
  static func text(_ what: String, bytes limit: Int) throws -> String {
    // One more than the text and its line end: enough to know that it is too long.
    let bytes = try FileHandle.standardInput.read(upToCount: limit + 2) ?? Data()
    guard bytes.count < limit + 2 else {
      throw CommandFailure(.failed, "the \(what) is too long: split it: at most \(limit) bytes")
    }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.failed, "the \(what) is not UTF-8: convert it first, for example with iconv")
    }
    // The line end that every program puts after its last line is not part of it.
    if text.last == "\n" || text.last == "\r\n" { text.removeLast() }
    return text
  }
}
