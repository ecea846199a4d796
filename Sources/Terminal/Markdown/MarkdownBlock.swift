// What a line of Markdown is, as told by its first characters: a heading, an item of a list, quoted, a rule, a fence of code.

/// The beginning of a line.
struct MarkdownBlock {
  enum Kind: Equatable {
    case text
    case blank
    /// 1 to 6.
    case heading(Int)
    case rule
    /// The fence's sign and length; what stands behind it names the language.
    case fence(UInt8, Int)
    /// With the marker in the text: `-`, `3.`.
    case item(marker: Range<Int>)
  }

  /// Signs of quotation in front.
  private(set) var quotes = 0
  /// Columns before what follows them.
  private(set) var indent = 0
  private(set) var kind = Kind.text
  /// What is shown of the line.
  private(set) var content: Range<Int>
  /// Behind the signs of quotation.
  private(set) var lineStart = 0

  private let bytes: UnsafeBufferPointer<UInt8>

  /// - Parameters:
  ///   - range: a line, or its first part.
  ///   - mostQuotes: further signs of quotation are text.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, mostQuotes: Int = 64) {
    self.bytes = bytes
    content = range
    while quotes < mostQuotes, let after = quote(at: content.lowerBound) {
      quotes += 1
      content = after..<range.upperBound
    }
    lineStart = content.lowerBound
    var start = content.lowerBound
    while start < content.upperBound, bytes[start] == 0x20 || bytes[start] == 0x09 {
      indent += bytes[start] == 0x09 ? SafeText.tabColumns : 1
      start += 1
    }
    guard start < content.upperBound else {
      kind = .blank
      return
    }
    recognize(at: start)
  }

  private mutating func recognize(at start: Int) {
    let sign = bytes[start]
    switch sign {
    case UInt8(ascii: "#"): heading(at: start)
    case UInt8(ascii: "`"), UInt8(ascii: "~"): fence(at: start)
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "_"):
      if isRule(from: start) {
        kind = .rule
      } else if sign != UInt8(ascii: "_") {
        item(markerEnd: start + 1, from: start)
      }
    case UInt8(ascii: "+"): item(markerEnd: start + 1, from: start)
    case 0x30...0x39:
      var end = start
      while end < content.upperBound, end < start + 9, bytes[end] >= 0x30, bytes[end] <= 0x39 { end += 1 }
      if end < content.upperBound, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ")") {
        item(markerEnd: end + 1, from: start)
      }
    default: break
    }
  }

  /// After a sign of quotation and its space. `>50` and `>= 3` are comparisons.
  private func quote(at start: Int) -> Int? {
    var index = start
    while index < content.upperBound, index < start + 3, bytes[index] == 0x20 { index += 1 }
    guard index < content.upperBound, bytes[index] == UInt8(ascii: ">") else { return nil }
    index += 1
    guard index < content.upperBound else { return index }
    switch bytes[index] {
    case 0x20: return index + 1
    case 0x30...0x39, UInt8(ascii: "="), UInt8(ascii: "$"): return nil
    default: return index
    }
  }

  private mutating func heading(at start: Int) {
    var end = start
    while end < content.upperBound, bytes[end] == UInt8(ascii: "#") { end += 1 }
    let level = end - start
    guard level <= 6, end < content.upperBound, bytes[end] == 0x20 else { return }
    while end < content.upperBound, bytes[end] == 0x20 { end += 1 }
    var last = content.upperBound
    while last > end, bytes[last - 1] == 0x20 { last -= 1 }
    let trimmed = last
    while last > end, bytes[last - 1] == UInt8(ascii: "#") { last -= 1 }
    // `C#` is a name, `Prices ##` a heading that is closed.
    if last > end, bytes[last - 1] != 0x20 { last = trimmed }
    while last > end, bytes[last - 1] == 0x20 { last -= 1 }
    guard last > end else { return }
    kind = .heading(level)
    content = end..<last
  }

  private mutating func fence(at start: Int) {
    let sign = bytes[start]
    var end = start
    while end < content.upperBound, bytes[end] == sign { end += 1 }
    guard end - start >= 3 else { return }
    let rest = end..<content.upperBound
    // ```` ```code``` ```` on one line is code within a line.
    if sign == UInt8(ascii: "`"), rest.contains(where: { bytes[$0] == sign }) { return }
    kind = .fence(sign, end - start)
    content = trimmed(rest)
  }

  /// Three or more of one sign and nothing else but spaces.
  private func isRule(from start: Int) -> Bool {
    var count = 0
    for index in start..<content.upperBound where bytes[index] != 0x20 {
      guard bytes[index] == bytes[start] else { return false }
      count += 1
    }
    return count >= 3
  }

  private mutating func item(markerEnd: Int, from start: Int) {
    guard markerEnd < content.upperBound, bytes[markerEnd] == 0x20 || bytes[markerEnd] == 0x09 else { return }
    let rest = trimmed(markerEnd..<content.upperBound)
    guard !rest.isEmpty else { return }
    kind = .item(marker: start..<markerEnd)
    content = rest.lowerBound..<content.upperBound
  }

  /// A fence that begins within an item: `1. ```sh`.
  func fenceInItem() -> MarkdownBlock? {
    guard case .item = kind else { return nil }
    var inner = self
    inner.kind = .text
    if let first = content.first, bytes[first] == UInt8(ascii: "`") { inner.fence(at: first) }
    if case .fence = inner.kind { return inner }
    return nil
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var range = range
    while let first = range.first, bytes[first] == 0x20 || bytes[first] == 0x09 { range.removeFirst() }
    while let last = range.last, bytes[last] == 0x20 || bytes[last] == 0x09 { range.removeLast() }
    return range
  }
}
