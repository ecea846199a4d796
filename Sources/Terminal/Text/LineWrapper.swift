// Greedy wrapping by words, one line at a time.

/// The lines of a text. Breaks after spaces and hyphens and beside wide (CJK) characters; a word longer than a line is cut.
/// Spaces at a break belong to no line; an empty text is one empty line; a line feed at the very end makes no line.
public struct LineWrapper: Sequence, IteratorProtocol, Sendable {
  private let text: Substring
  private let columns: Int
  /// In bytes of UTF-8 from the start of `text`.
  private var position = 0
  private var isDone = false

  /// - Parameter columns: a line's width; less than 1 counts as 1.
  public init(_ text: Substring, columns: Int) {
    self.text = text
    self.columns = Swift.max(1, columns)
  }

  public mutating func next() -> Substring? {
    if isDone { return nil }
    let start = position
    let (line, following) = UTF8Bytes.with(text) { bytes in
      var scan = LineScan(bytes: bytes, start: start, columns: columns)
      return scan.run()
    }
    position = following ?? 0
    isDone = following == nil
    let first = text.utf8.index(text.startIndex, offsetBy: start)
    return text[first..<text.utf8.index(first, offsetBy: line - start)]
  }
}

/// The search for the end of one line.
private struct LineScan {
  let bytes: UnsafeBufferPointer<UInt8>
  let start: Int
  let columns: Int
  private var used = 0
  /// Where the line may end, and where the next would start.
  private var breakpoint: (end: Int, next: Int)?
  private var spacesStart: Int?
  private var scanner = ScalarScanner()

  init(bytes: UnsafeBufferPointer<UInt8>, start: Int, columns: Int) {
    self.bytes = bytes
    self.start = start
    self.columns = columns
  }

  /// The line's end, and where the next line starts; nil for the last line.
  mutating func run() -> (end: Int, next: Int?) {
    var index = start
    while index < bytes.count {
      let (value, after) = UTF8Bytes.scalar(in: bytes, at: index)
      if value == 0x0A || value == 0x0D {
        let isPair = value == 0x0D && after < bytes.count && bytes[after] == 0x0A
        let next = isPair ? after + 1 : after
        return (visibleEnd(index), next == bytes.count ? nil : next)
      }
      let width = scanner.step(value).columns
      let isSpace = value == 0x20 || value == 0x09
      if isSpace {
        let first = spacesStart ?? index
        spacesStart = first
        // Leading spaces are indentation, no place to break.
        if first != start { breakpoint = (first, after) }
      } else if width > 0 {
        spacesStart = nil
        if width == 2, index > start, used <= columns { breakpoint = (index, index) }
      }
      used += width
      // Other spaces may hang over the edge.
      if used > columns, width > 0, !isSpace || spacesStart == start { return cut(index, after) }
      if value == 0x2D || width == 2 { breakpoint = (after, after) }
      if width == 0, let last = breakpoint, last.next == index {
        // A mark stays with what it stands on.
        breakpoint = (last.end == index ? after : last.end, after)
      }
      index = after
    }
    return (visibleEnd(index), nil)
  }

  /// The line ends because what is at `index` no longer fits.
  private func cut(_ index: Int, _ after: Int) -> (end: Int, next: Int?) {
    if let breakpoint, breakpoint.next > start { return (breakpoint.end, breakpoint.next) }
    if index > start { return (index, index) }
    // One character at least, with its marks, however narrow the line.
    var end = after
    var scanner = scanner
    while end < bytes.count {
      let (value, next) = UTF8Bytes.scalar(in: bytes, at: end)
      if value == 0x0A || value == 0x0D || scanner.step(value).columns > 0 { break }
      end = next
    }
    return (end, end == bytes.count ? nil : end)
  }

  /// Without the spaces that hang over the edge.
  private func visibleEnd(_ end: Int) -> Int { used > columns ? spacesStart ?? end : end }
}
