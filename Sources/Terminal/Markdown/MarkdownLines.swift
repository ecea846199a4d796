// Markdown as lines on screen, made one after the other: only as much of a text is read as lines are asked for. What is
// not Markdown stays as it is; line breaks stay where they are, as people write messages.

/// The lines of a text in Markdown: headings, lists, quotes, rules, tables, code, and the markup within lines (see
/// `InlineMarkup`). Pieces of lines are slices of the text, except the signs that stand for markup. A line of markup that
/// says nothing, such as the end of a block of code, is left out; the rest is as long as `TextLayout` would make it.
public struct MarkdownLines: Sequence, IteratorProtocol, Sendable {
  private let text: Substring
  private let columns: Int
  private let style: Style

  /// In bytes of `text`: what is before was read.
  private(set) var position = 0
  private var isAtEnd = false
  private var hasLines = false
  private var ready: [MarkupLine] = []
  private var taken = 0

  // What the lines before decide.
  private var code: CodeBlock?
  private var table: MarkdownTable?
  /// Further lines of an item hang below its text.
  private var isInList = false
  /// In the middle of a long line: what stands before each of its lines, and its look.
  private var rest: (prefix: [MarkupSpan], style: Style)?

  /// A block of code between fences.
  private struct CodeBlock {
    var sign: UInt8
    var length: Int
    var quotes: Int
    var indent: Int
  }

  /// No more than this many bytes of a line are looked at at once, so that a line of a megabyte costs what is seen of it.
  static let window = 8192
  private static let mostBars = 8

  /// - Parameters:
  ///   - columns: a line's width; less than 1 counts as 1.
  ///   - style: of what has no markup.
  public init(_ text: Substring, columns: Int, style: Style = .text) {
    self.text = text
    self.columns = Swift.max(1, columns)
    self.style = style
  }

  public mutating func next() -> MarkupLine? {
    while taken == ready.count {
      if isAtEnd {
        if hasLines { return nil }
        hasLines = true
        return MarkupLine(plain: text[text.startIndex..<text.startIndex], style)
      }
      ready.removeAll(keepingCapacity: true)
      taken = 0
      read()
    }
    hasLines = true
    taken += 1
    return ready[taken - 1]
  }

  /// At most `limit` lines.
  public static func wrap(
    _ text: Substring, columns: Int, style: Style = .text, limit: Int = .max
  ) -> [MarkupLine] {
    var result: [MarkupLine] = []
    var lines = MarkdownLines(text, columns: columns, style: style)
    while result.count < limit, let line = lines.next() { result.append(line) }
    return result
  }

  /// How many lines there are, counting no further than `limit`.
  public static func lineCount(_ text: Substring, columns: Int, limit: Int = .max) -> Int {
    var count = 0
    var lines = MarkdownLines(text, columns: columns)
    while count < limit, lines.next() != nil { count += 1 }
    return count
  }

  // MARK: Lines of the text

  /// Reads one line of the text, or the next part of a long one.
  private mutating func read() {
    // The copy shares its storage: reading happens in place while this value changes.
    let text = text
    UTF8Bytes.with(text) { bytes in
      guard position < bytes.count else {
        isAtEnd = true
        return
      }
      var end = position
      let limit = Swift.min(bytes.count, position + Self.window)
      while end < limit, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      let isWhole = end == bytes.count || end < limit || bytes[end] == 0x0A || bytes[end] == 0x0D
      if !isWhole { while end > position + 1, bytes[end] & 0xC0 == 0x80 { end -= 1 } }
      let next = isWhole ? Self.afterBreak(bytes, end) : end
      if let rest {
        add(position..<end, prefix: rest.prefix, then: rest.prefix, rest.style, isWhole: isWhole, next: next)
      } else {
        readLine(bytes, position..<end, isWhole: isWhole, next: next)
      }
      if position >= bytes.count { isAtEnd = true }
    }
  }

  private static func afterBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> Int {
    guard end < bytes.count else { return end }
    let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
    return end + (isPair ? 2 : 1)
  }

  private mutating func readLine(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isWhole: Bool, next: Int
  ) {
    if let code {
      let block = MarkdownBlock(bytes, range, mostQuotes: code.quotes)
      if block.quotes == code.quotes { return readCode(bytes, block, code, range, isWhole: isWhole, next: next) }
      self.code = nil
    }
    let block = MarkdownBlock(bytes, range)
    if let table {
      if isWhole, table.hasRow(bytes, block) {
        ready += table.lines(text, bytes, block.content, style: base(block))
        position = next
        return
      }
      self.table = nil
    }
    if case .text = block.kind, isWhole, block.content.contains(where: { bytes[$0] == UInt8(ascii: "|") }),
      let table = MarkdownTable(
        text, bytes, line: block.content, next: next, quotes: block.quotes, prefix: bars(block.quotes),
        columns: columns)
    {
      self.table = table
      ready += table.lines(text, bytes, block.content, style: base(block).adding(.bold)) + [table.rule]
      // The row of dashes is drawn as a rule.
      var end = next
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      position = Self.afterBreak(bytes, end)
      return
    }
    show(block, isWhole: isWhole, next: next)
  }

  private mutating func show(_ block: MarkdownBlock, isWhole: Bool, next: Int) {
    let style = base(block)
    let bars = bars(block.quotes)
    let room = columns - bars.reduce(0) { $0 + SafeText.columns($1.text) }
    if block.kind != .blank, block.indent == 0 { isInList = false }
    switch block.kind {
    case .blank: add(block.content, prefix: bars, then: bars, style, isWhole: isWhole, next: next)
    case .text:
      // Below an item, what is indented stays so.
      let hanging = isInList && block.indent > 0
      let indent = hanging ? space(block.indent, room) : []
      let content = hanging ? afterSpaces(block.content) : block.content
      add(content, prefix: bars + indent, then: bars + indent, style, isWhole: isWhole, next: next)
    case .heading(let level):
      let heading = Style(
        .heading, on: style.ground, level == 1 ? style.attributes.union(.underline) : style.attributes)
      add(block.content, prefix: bars, then: bars, heading, isWhole: isWhole, next: next)
    case .rule:
      guard isWhole else { return add(block.content, prefix: bars, then: bars, style, isWhole: false, next: next) }
      ready.append(MarkupLine(bars + [MarkupSpan(sign: String(repeating: "─", count: room), Style(.border))]))
      position = next
    case .fence(let sign, let length):
      guard isWhole else { return add(block.content, prefix: bars, then: bars, style, isWhole: false, next: next) }
      openCode(block, sign, length, marker: [], next: next)
    case .item(let marker):
      isInList = true
      let indent = space(block.indent, room)
      let isBullet = marker.count == 1
      let sign =
        isBullet ? MarkupSpan(sign: "• ", Style(.listMarker)) : MarkupSpan(slice(marker), Style(.listMarker))
      let hang = block.indent + (isBullet ? 2 : marker.count + 1)
      let first = bars + indent + [sign] + (isBullet ? [] : [MarkupSpan(sign: " ", style)])
      if isWhole, let fence = block.fenceInItem(), case .fence(let sign, let length) = fence.kind {
        return openCode(fence, sign, length, marker: first, next: next)
      }
      add(block.content, prefix: first, then: bars + space(hang, room), style, isWhole: isWhole, next: next)
    }
  }

  // MARK: Code

  private mutating func openCode(
    _ block: MarkdownBlock, _ sign: UInt8, _ length: Int, marker: [MarkupSpan], next: Int
  ) {
    code = CodeBlock(sign: sign, length: length, quotes: block.quotes, indent: block.indent)
    position = next
    if block.content.isEmpty {
      if !marker.isEmpty { ready.append(MarkupLine(marker)) }
      return
    }
    let label = TextLayout.prefix(of: slice(block.content), columns: Swift.max(1, columns / 2))
    let spans = [MarkupSpan(sign: " ", Style(.code)), MarkupSpan(label, Style(.muted, on: .code))]
    let prefix = marker.isEmpty ? bars(block.quotes) + space(block.indent, columns) : marker
    ready.append(MarkupLine(prefix + spans, fill: Style(.code)))
  }

  private mutating func readCode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ block: MarkdownBlock, _ code: CodeBlock, _ range: Range<Int>,
    isWhole: Bool, next: Int
  ) {
    if isWhole, case .fence(code.sign, let length) = block.kind, length >= code.length, block.content.isEmpty {
      self.code = nil
      position = next
      return
    }
    var start = block.lineStart
    while start < range.upperBound, start < block.lineStart + code.indent, bytes[start] == 0x20 { start += 1 }
    let prefix = bars(code.quotes) + space(code.indent, columns) + [MarkupSpan(sign: " ", Style(.code))]
    add(start..<range.upperBound, prefix: prefix, then: prefix, Style(.code), isWhole: isWhole, next: next)
  }

  // MARK: Screen lines

  /// Wraps a part of the text, and goes on behind it. Of a line that is longer than the part, the last line on screen is
  /// not finished: the next part begins with it.
  private mutating func add(
    _ range: Range<Int>, prefix: [MarkupSpan], then following: [MarkupSpan], _ style: Style, isWhole: Bool, next: Int
  ) {
    let used = following.reduce(0) { $0 + SafeText.columns($1.text) }
    let isCode = style.role == .code
    let source = slice(range)
    let marked = isCode ? nil : MarkedText(source, style: style)
    let shown = marked?.text ?? source
    var wrapped = TextLayout.wrap(shown, columns: columns - used)
    position = next
    rest = isWhole ? nil : (following, style)
    if !isWhole, wrapped.count > 1, let last = wrapped.popLast() {
      let offset = shown.utf8.distance(from: shown.startIndex, to: last.startIndex)
      position = range.lowerBound + (marked?.origin(of: offset) ?? offset)
    }
    for (index, line) in wrapped.enumerated() {
      let spans = (index == 0 ? prefix : following) + (marked?.spans(line) ?? [MarkupSpan(line, style)])
      ready.append(MarkupLine(spans, fill: isCode ? style : nil))
    }
  }

  /// Quoted text has a look of its own.
  private func base(_ block: MarkdownBlock) -> Style {
    block.quotes > 0 ? Style(.quote, on: style.ground, style.attributes) : style
  }

  /// A bar for each sign of quotation, as far as they leave room for words.
  private func bars(_ quotes: Int) -> [MarkupSpan] {
    let count = Swift.min(quotes, Self.mostBars, columns / 6)
    return count > 0 ? [MarkupSpan(sign: String(repeating: "│ ", count: count), Style(.border))] : []
  }

  private func space(_ count: Int, _ room: Int) -> [MarkupSpan] {
    let shown = Swift.min(count, room / 3)
    return shown > 0 ? [MarkupSpan(sign: String(repeating: " ", count: shown), style)] : []
  }

  private func afterSpaces(_ range: Range<Int>) -> Range<Int> {
    let count = slice(range).utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count
    return range.lowerBound + count..<range.upperBound
  }

  private func slice(_ range: Range<Int>) -> Substring {
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return text[start..<text.utf8.index(start, offsetBy: range.count)]
  }
}
