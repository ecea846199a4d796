// Tables: which lines are one, how wide their columns are, and their rows as lines.

/// A table's columns, laid out for a width.
struct MarkdownTable {
  enum Alignment: Equatable { case left, center, right }

  let quotes: Int
  private let alignments: [Alignment]
  private var widths: [Int] = []
  private let prefix: [MarkupSpan]

  /// Rows that are looked at to find the widths: later ones are wrapped to fit.
  private static let measuredRows = 60
  private static let longestRow = 4096
  private static let fewestColumns = 4
  private static let gap = " │ "

  /// nil where the line is no heading of a table: behind it comes a row of dashes with as many cells.
  ///
  /// - Parameters:
  ///   - line: the line, quotation taken off.
  ///   - columns: of a whole line.
  init?(
    _ text: Substring, _ bytes: UnsafeBufferPointer<UInt8>, line: Range<Int>, next: Int, quotes: Int,
    prefix: [MarkupSpan], columns: Int
  ) {
    guard line.count <= Self.longestRow, next < bytes.count else { return nil }
    let heading = Self.cells(bytes, line)
    let rule = MarkdownBlock(bytes, Self.lineRange(bytes, next), mostQuotes: quotes)
    guard rule.quotes == quotes, let alignments = Self.alignments(bytes, rule.content),
      alignments.count == heading.count
    else { return nil }
    self.quotes = quotes
    self.alignments = alignments
    self.prefix = prefix
    let used = prefix.reduce(0) { $0 + SafeText.columns($1.text) }
    let room = columns - used - (heading.count - 1) * SafeText.columns(Self.gap)
    guard room >= heading.count * Self.fewestColumns else { return nil }
    widths = Self.fitted(natural(text, bytes, heading: line, next: next), room: room)
  }

  /// The end of the line that begins at `start`, or as much of it as a row may have.
  private static func lineRange(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int> {
    var end = start
    let limit = min(bytes.count, start + longestRow)
    while end < limit, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    return start..<end
  }

  /// Cells between unescaped bars, with the spaces around them taken off.
  static func cells(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> [Range<Int>] {
    var line = trimmed(bytes, line)
    if let first = line.first, bytes[first] == UInt8(ascii: "|") { line.removeFirst() }
    if let last = line.last, bytes[last] == UInt8(ascii: "|"), line.count < 2 || bytes[last - 1] != UInt8(ascii: "\\") {
      line.removeLast()
    }
    var cells: [Range<Int>] = []
    var start = line.lowerBound
    var index = start
    while index < line.upperBound {
      if bytes[index] == UInt8(ascii: "\\") {
        index += 1
      } else if bytes[index] == UInt8(ascii: "|") {
        cells.append(trimmed(bytes, start..<index))
        start = index + 1
      }
      index += 1
    }
    return cells + [trimmed(bytes, min(start, line.upperBound)..<line.upperBound)]
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var range = range
    while let first = range.first, bytes[first] == 0x20 || bytes[first] == 0x09 { range.removeFirst() }
    while let last = range.last, bytes[last] == 0x20 || bytes[last] == 0x09 { range.removeLast() }
    return range
  }

  /// What a row of dashes says; nil where the line is none.
  private static func alignments(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> [Alignment]? {
    guard line.contains(where: { bytes[$0] == UInt8(ascii: "|") }) else { return nil }
    var result: [Alignment] = []
    for cell in cells(bytes, line) {
      var dashes = cell
      let isLeft = dashes.first.map { bytes[$0] == UInt8(ascii: ":") } ?? false
      if isLeft { dashes.removeFirst() }
      let isRight = dashes.last.map { bytes[$0] == UInt8(ascii: ":") } ?? false
      if isRight { dashes.removeLast() }
      guard !dashes.isEmpty, dashes.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
      result.append(isRight ? isLeft ? .center : .right : .left)
    }
    return result
  }

  /// Whether a line goes on with the table.
  func hasRow(_ bytes: UnsafeBufferPointer<UInt8>, _ block: MarkdownBlock) -> Bool {
    block.quotes == quotes && block.kind != .blank && block.content.count <= Self.longestRow
      && block.content.contains { bytes[$0] == UInt8(ascii: "|") }
  }

  // MARK: Widths

  private func natural(
    _ text: Substring, _ bytes: UnsafeBufferPointer<UInt8>, heading: Range<Int>, next: Int
  ) -> [Int] {
    var result = [Int](repeating: 1, count: alignments.count)
    func measure(_ line: Range<Int>) {
      for (index, cell) in row(bytes, line).enumerated() {
        let columns = SafeText.columns(MarkedText(Self.slice(text, cell), style: .text).text)
        result[index] = max(result[index], columns)
      }
    }
    measure(heading)
    var position = Self.lineRange(bytes, next).upperBound
    for _ in 0..<Self.measuredRows {
      guard let start = Self.afterBreak(bytes, position) else { break }
      let range = Self.lineRange(bytes, start)
      let block = MarkdownBlock(bytes, range, mostQuotes: quotes)
      guard hasRow(bytes, block) else { break }
      measure(block.content)
      position = range.upperBound
    }
    return result
  }

  /// Where the next line begins; nil at the end.
  private static func afterBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    guard position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D else { return nil }
    let isPair = bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A
    let next = position + (isPair ? 2 : 1)
    return next < bytes.count ? next : nil
  }

  /// The widest columns give way until all fit.
  static func fitted(_ natural: [Int], room: Int) -> [Int] {
    var room = room
    var widths = natural
    // From the narrowest on, each takes what it needs, or its share of what is left.
    let order = natural.indices.sorted { natural[$0] < natural[$1] }
    for (rank, index) in order.enumerated() {
      widths[index] = max(1, min(natural[index], room / (order.count - rank)))
      room -= widths[index]
    }
    return widths
  }

  // MARK: Lines

  /// A row's cells, as many as there are columns: the last takes what is too much, so that nothing is lost.
  private func row(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> [Range<Int>] {
    var cells = Self.cells(bytes, line)
    if cells.count > alignments.count {
      let last = cells[alignments.count - 1].lowerBound..<(cells.last?.upperBound ?? line.upperBound)
      cells = cells.prefix(alignments.count - 1) + [last]
    }
    return cells
  }

  /// The lines of a row: as many as its tallest cell has.
  func lines(
    _ text: Substring, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, style: Style
  ) -> [MarkupLine] {
    let cells = row(bytes, line).map { cell in MarkedText(Self.slice(text, cell), style: style) }
    let wrapped = cells.enumerated().map { index, cell in TextLayout.wrap(cell.text, columns: widths[index]) }
    return (0..<(wrapped.map(\.count).max() ?? 1)).map { lineIndex in
      var spans = prefix
      for column in widths.indices {
        if column > 0 { spans.append(MarkupSpan(sign: Self.gap, Style(.border))) }
        let lines = column < wrapped.count ? wrapped[column] : []
        let content = lineIndex < lines.count ? cells[column].spans(lines[lineIndex]) : []
        let space = max(0, widths[column] - content.reduce(0) { $0 + SafeText.columns($1.text) })
        let left = alignments[column] == .left ? 0 : alignments[column] == .right ? space : space / 2
        if left > 0 { spans.append(MarkupSpan(sign: String(repeating: " ", count: left), style)) }
        spans += content
        if space > left, column < widths.count - 1 {
          spans.append(MarkupSpan(sign: String(repeating: " ", count: space - left), style))
        }
      }
      return MarkupLine(spans)
    }
  }

  /// The line below the heading.
  var rule: MarkupLine {
    let text = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
    return MarkupLine(prefix + [MarkupSpan(sign: text, Style(.border))])
  }

  private static func slice(_ text: Substring, _ range: Range<Int>) -> Substring {
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return text[start..<text.utf8.index(start, offsetBy: range.count)]
  }
}
