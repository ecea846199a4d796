// Lines of a stream, one at a time, in bounded memory.

import Glibc

/// A line as it stands in its file.
struct InputLine {
  /// From 1.
  var number: Int
  /// Of its first byte, after decompression.
  var offset: Int64
  var content: Content

  enum Content {
    /// Without its line end.
    case bytes([UInt8])
    /// Over the limit: passed over, never held in memory. Its length in bytes.
    case tooLong(Int)
  }
}

/// Cuts a stream at LF; a CR before it goes too. A byte order mark at the start is dropped.
struct LineReader {
  /// A message of 1 MiB has at most 6 MiB in JSON, where every byte may be an escape.
  static let defaultLimit = 8 << 20

  let stream: ByteStream
  let limit: Int

  private var buffer: [UInt8] = []
  private var start = 0
  /// Up to here no line end was found.
  private var scanned = 0
  private var number = 0
  private var offset: Int64 = 0
  private var isAtEnd = false

  init(_ stream: ByteStream, limit: Int = LineReader.defaultLimit) {
    self.stream = stream
    self.limit = limit
  }

  /// The next line; nil after the last. A stream that breaks off in the middle of a line throws and drops that line.
  mutating func next() throws(ExchangeError) -> InputLine? {
    while true {
      if let end = findLineEnd() { return takeLine(to: end, skipping: 1) }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        return takeLine(to: buffer.count, skipping: 0)
      }
      if buffer.count - start > limit { return try skipLine() }
      try fill()
    }
  }

  private mutating func fill() throws(ExchangeError) {
    guard let chunk = try stream.next() else {
      isAtEnd = true
      return
    }
    if start > 0 {
      buffer.removeFirst(start)
      scanned -= start
      start = 0
    }
    buffer.append(contentsOf: chunk)
    if number == 0, offset == 0, buffer.starts(with: InputText.byteOrderMark) {
      start = 3
      scanned = 3
      offset = 3
    }
  }

  private mutating func findLineEnd() -> Int? {
    let found = buffer.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress, scanned < bytes.count,
        let hit = memchr(base + scanned, 10, bytes.count - scanned)
      else { return nil }
      return UnsafeRawPointer(hit) - base
    }
    scanned = found ?? buffer.count
    return found
  }

  private mutating func takeLine(to end: Int, skipping terminator: Int) -> InputLine {
    number += 1
    let length = end - start
    let isTooLong = length > limit
    let last = length > 0 && buffer[end - 1] == 13 ? end - 1 : end
    let line = InputLine(
      number: number, offset: offset, content: isTooLong ? .tooLong(length) : .bytes(Array(buffer[start..<last])))
    offset += Int64(length + terminator)
    start = end + terminator
    scanned = start
    return line
  }

  /// Passes over a line that has outgrown the limit.
  private mutating func skipLine() throws(ExchangeError) -> InputLine {
    number += 1
    let began = offset
    var length = 0
    while true {
      let end = findLineEnd()
      let piece = (end ?? buffer.count) - start
      length += piece
      offset += Int64(piece)
      if let end {
        offset += 1
        start = end + 1
        scanned = start
        break
      }
      start = buffer.count
      if isAtEnd { break }
      try fill()
    }
    return InputLine(number: number, offset: began, content: .tooLong(length))
  }
}
