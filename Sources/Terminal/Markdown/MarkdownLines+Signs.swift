// Markdown on a single line: an excerpt has no room for headings and blocks.

extension MarkdownLines {
  /// Puts spaces in place of the signs that begin lines (headings, quotation, fences, rules, rows of dashes), so that the
  /// places of everything else stay the same.
  ///
  /// - Parameter isLineStart: whether the first byte begins a line.
  public static func blankSigns(in bytes: inout [UInt8], isLineStart: Bool) {
    var start = bytes.startIndex
    var isFirst = true
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
      if !isFirst || isLineStart {
        let kept = bytes.withUnsafeBufferPointer { keptRange(MarkdownBlock($0, start..<end), $0) }
        for index in start..<end where !kept.contains(index) { bytes[index] = 0x20 }
      }
      isFirst = false
      start = end + 1
    }
  }

  private static func keptRange(_ block: MarkdownBlock, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    switch block.kind {
    case .rule, .fence: block.content.upperBound..<block.content.upperBound
    case .item(let marker): marker.lowerBound..<block.content.upperBound
    case .text where isDashes(block.content, bytes): block.content.upperBound..<block.content.upperBound
    case .text, .blank, .heading: block.content
    }
  }

  /// The row below a table's heading.
  private static func isDashes(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    range.contains { bytes[$0] == UInt8(ascii: "|") }
      && range.allSatisfy { [0x20, UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":")].contains(bytes[$0]) }
  }
}
