// The smallest parts a message is cut into: words, and pieces of what has no spaces.

/// Reads a message's units, each with its number of word pieces and how it ends.
struct PassageUnits {
  enum Ending {
    case word, line, sentence
  }

  /// Bytes `start..<end` of the message, without the white space around them.
  struct Unit {
    let start: Int32
    let end: Int32
    let tokens: Int32
    var ending: Ending
  }

  private(set) var units: [Unit] = []

  /// - Parameter longest: The length in bytes at which what has no spaces is cut.
  init(_ bytes: UnsafeBufferPointer<UInt8>, longest: Int, vocabulary: Vocabulary) {
    var scanner = WordPieceScanner(vocabulary: vocabulary, limit: .max)
    var at = 0
    while at < bytes.count {
      if Self.isSpace(bytes[at]) {
        var lineBreaks = 0
        while at < bytes.count, Self.isSpace(bytes[at]) {
          if bytes[at] == UInt8(ascii: "\n") { lineBreaks += 1 }
          at += 1
        }
        endLine(lineBreaks)
        continue
      }
      let end = Self.unitEnd(bytes, from: at, longest: longest)
      scanner.reset()
      scanner.scan(UnsafeBufferPointer(rebasing: bytes[at..<end]))
      let ending: Ending = Self.endsSentence(bytes, at..<end) ? .sentence : .word
      units.append(
        Unit(start: Int32(at), end: Int32(end), tokens: Int32(scanner.ids.count), ending: ending))
      at = end
    }
  }

  /// An empty line ends a sentence; one line break, a line.
  private mutating func endLine(_ lineBreaks: Int) {
    guard lineBreaks > 0, let last = units.indices.last, units[last].ending == .word else { return }
    units[last].ending = lineBreaks > 1 ? .sentence : .line
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 9...13 ~= byte }

  /// The end of the unit from `start`: before white space, after a full stop of a script without spaces, or at
  /// `longest` bytes.
  private static func unitEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, longest: Int) -> Int {
    var end = start
    while end < bytes.count, !isSpace(bytes[end]) {
      if end - start >= longest, bytes[end] & 0xC0 != 0x80 {
        return characterBoundary(bytes, start: start, end: end)
      }
      end += 1
      if isIdeographicStop(bytes, endingAt: end) { return end }
    }
    return end
  }

  /// A place at or shortly before `end` that does not part a character from its accents or joined emoji.
  private static func characterBoundary(_ bytes: UnsafeBufferPointer<UInt8>, start: Int, end: Int) -> Int {
    if bytes[end] < 0x80 { return end }
    let from = scalarStart(bytes, start + (end - start) / 2)
    let to = scalarStart(bytes, min(end + 32, bytes.count))
    let text = String(decoding: bytes[from..<max(to, end)], as: UTF8.self)
    var best = end
    var offset = from
    for character in text {
      let next = offset + character.utf8.count
      if next > end { break }
      best = next
      offset = next
    }
    return best > start ? best : end
  }

  private static func scalarStart(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int {
    var offset = offset
    while offset > 0, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  private static func endsSentence(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    var end = range.upperBound
    // Closing quotes and brackets may follow the full stop.
    closing: while end > range.lowerBound {
      switch bytes[end - 1] {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"): end -= 1
      default:
        guard ends(bytes, range.lowerBound..<end, "”") || ends(bytes, range.lowerBound..<end, "’") else {
          break closing
        }
        end -= 3
      }
    }
    guard end > range.lowerBound else { return false }
    switch bytes[end - 1] {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): return true
    default: return ends(bytes, range.lowerBound..<end, "…") || isIdeographicStop(bytes, endingAt: end)
    }
  }

  private static func isIdeographicStop(_ bytes: UnsafeBufferPointer<UInt8>, endingAt end: Int) -> Bool {
    guard end >= 3, bytes[end - 1] & 0xC0 == 0x80 else { return false }
    return ends(bytes, 0..<end, "。") || ends(bytes, 0..<end, "！") || ends(bytes, 0..<end, "？")
  }

  @inline(__always)
  private static func ends(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ suffix: StaticString
  ) -> Bool {
    let count = suffix.utf8CodeUnitCount
    guard range.count >= count else { return false }
    for offset in 0..<count where bytes[range.upperBound - count + offset] != suffix.utf8Start[offset] {
      return false
    }
    return true
  }
}
