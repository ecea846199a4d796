// Records of comma-separated values (RFC 4180), one at a time, in bounded memory.
//
// The CSV packages for Swift read a whole file into memory or cut it at line ends first; conversations come as
// gigabytes, with line breaks inside quotes, so this reads a stream.

/// One record of a file.
struct CSVRecord {
  /// Of its first byte, from 1.
  var line: Int
  /// Of its first byte, after decompression.
  var offset: Int64
  var content: Content

  enum Content {
    case fields([[UInt8]])
    /// Not a record; reading goes on at the next line.
    case malformed(String)
  }
}

/// Cuts a stream into records. A quote that never closes costs its own line only: reading resumes on the next one.
struct CSVReader {
  let stream: ByteStream
  /// Bytes of a record, quotes and all.
  let limit: Int
  var separator = UInt8(ascii: ",")

  private var buffer: [UInt8] = []
  private var start = 0
  private var line = 1
  private var offset: Int64 = 0
  private var isAtEnd = false

  init(_ stream: ByteStream, limit: Int = LineReader.defaultLimit) {
    self.stream = stream
    self.limit = limit
  }

  /// Where the scanner stands within the record that begins at `start`, so that more bytes continue it.
  private struct Scan {
    enum State { case fieldStart, unquoted, quoted, quoteInQuoted }
    var state = State.fieldStart
    var position: Int
    var fields: [[UInt8]] = []
    var field: [UInt8] = []
  }

  /// The next record that is not an empty line; nil after the last.
  mutating func next() throws(ExchangeError) -> CSVRecord? {
    var scan = Scan(position: start)
    while true {
      switch step(&scan) {
      case .record(let fields, let end):
        let record = CSVRecord(line: line, offset: offset, content: .fields(fields))
        consume(to: end)
        if fields.count == 1, fields[0].isEmpty {
          scan = Scan(position: start)
          continue
        }
        return record
      case .malformed(let reason): return try resume(after: reason)
      case .needsMore:
        if buffer.count - start > limit { return try resume(after: "the record has more than \(limit) bytes") }
        if isAtEnd {
          guard start < buffer.count else { return nil }
          if scan.state == .quoted { return try resume(after: "a quote is opened and never closed") }
          let record = CSVRecord(
            line: line, offset: offset, content: .fields(scan.fields + [Self.withoutReturn(scan)]))
          consume(to: buffer.count)
          return record
        }
        let before = start
        try fill()
        scan.position -= before - start
      }
    }
  }

  private enum Step {
    /// `end` is past the line end.
    case record([[UInt8]], end: Int)
    case malformed(String)
    case needsMore
  }

  private func step(_ scan: inout Scan) -> Step {
    buffer.withUnsafeBufferPointer { bytes in
      let quote = UInt8(ascii: "\"")
      while scan.position < bytes.count {
        let byte = bytes[scan.position]
        scan.position += 1
        switch scan.state {
        case .fieldStart where byte == quote: scan.state = .quoted
        case .quoted:
          if byte == quote { scan.state = .quoteInQuoted } else { scan.field.append(byte) }
        case .quoteInQuoted where byte == quote:
          scan.field.append(quote)
          scan.state = .quoted
        case .quoteInQuoted where byte == 13: continue
        case .fieldStart, .unquoted, .quoteInQuoted:
          if byte == 10 { return .record(scan.fields + [Self.withoutReturn(scan)], end: scan.position) }
          if byte == separator {
            scan.fields.append(scan.field)
            scan.field = []
            scan.state = .fieldStart
          } else if scan.state == .quoteInQuoted {
            return .malformed("there is text after a closing quote")
          } else {
            scan.field.append(byte)
            scan.state = .unquoted
          }
        }
      }
      return .needsMore
    }
  }

  /// The field just read; an unquoted last one may end with the CR of its line end.
  private static func withoutReturn(_ scan: Scan) -> [UInt8] {
    scan.state == .unquoted && scan.field.last == 13 ? scan.field.dropLast() : scan.field
  }

  private mutating func fill() throws(ExchangeError) {
    guard let chunk = try stream.next() else {
      isAtEnd = true
      return
    }
    buffer.removeFirst(start)
    start = 0
    buffer.append(contentsOf: chunk)
    if line == 1, offset == 0, buffer.starts(with: InputText.byteOrderMark) { buffer.removeFirst(3) }
  }

  private mutating func consume(to end: Int) {
    line += buffer[start..<end].count { $0 == 10 }
    offset += Int64(end - start)
    start = end
  }

  /// Gives the record up and goes on at the line after its first.
  private mutating func resume(after reason: String) throws(ExchangeError) -> CSVRecord {
    let record = CSVRecord(line: line, offset: offset, content: .malformed(reason))
    while true {
      if let end = buffer[start...].firstIndex(of: 10) {
        consume(to: end + 1)
        return record
      }
      consume(to: buffer.count)
      if isAtEnd { return record }
      try fill()
    }
  }
}
