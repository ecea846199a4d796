// A text with the markup of its lines taken out, and the way back to where each piece of it stood.

/// What is shown of a piece of text, in runs of one look.
public struct MarkedText: Sendable {
  /// What is shown. Lines of it (see `TextLayout`) go back to the source through ``line(_:)``.
  public let text: Substring
  private let source: Substring
  private let runs: [Run]

  private struct Run {
    /// In bytes of `text`.
    var start: Int
    var count: Int
    /// In bytes of `source`; nil for a sign that stands for markup.
    var origin: Int?
    var style: Style
  }

  /// - Parameters:
  ///   - source: one line.
  ///   - collapsesSpaces: shows one space for many.
  public init(_ source: Substring, style: Style, collapsesSpaces: Bool = false) {
    let parsed: (text: String, runs: [Run])? = UTF8Bytes.with(source) { bytes in
      guard collapsesSpaces || InlineMarkup.mayHaveMarkup(bytes) else { return nil }
      let markup = InlineMarkup(bytes)
      guard markup.hasMarkup || collapsesSpaces else { return nil }
      return Self.shown(markup, style, collapsesSpaces)
    }
    guard let parsed else {
      self.init(plain: source, style: style)
      return
    }
    self.init(text: parsed.text[...], source: source, runs: parsed.runs)
  }

  /// Without any markup.
  public init(plain source: Substring, style: Style) {
    let run = Run(start: 0, count: source.utf8.count, origin: 0, style: style)
    self.init(text: source, source: source, runs: [run])
  }

  private init(text: Substring, source: Substring, runs: [Run]) {
    self.text = text
    self.source = source
    self.runs = runs
  }

  /// The text that is shown, and its runs.
  private static func shown(
    _ markup: InlineMarkup, _ style: Style, _ collapsesSpaces: Bool
  ) -> (text: String, runs: [Run]) {
    var shown: [UInt8] = []
    shown.reserveCapacity(markup.bytes.count)
    var runs: [Run] = []
    var last: InlineMarkup.Kinds?
    for (index, kinds) in markup.kinds.enumerated() {
      let isSpace = kinds.contains(.space)
      if kinds.contains(.hidden) || collapsesSpaces && markup.bytes[index] == 0x20 && shown.last == 0x20 {
        last = nil
        continue
      }
      if isSpace || kinds != last {
        runs.append(
          Run(start: shown.count, count: 0, origin: isSpace ? nil : index, style: style.showing(kinds)))
      }
      shown.append(isSpace ? 0x20 : markup.bytes[index])
      runs[runs.count - 1].count += 1
      last = isSpace ? nil : kinds
    }
    return (String(decoding: shown, as: UTF8.self), runs)
  }

  /// A part of the text with its looks.
  public func line(_ part: Substring) -> MarkupLine { MarkupLine(spans(part)) }

  func spans(_ part: Substring) -> [MarkupSpan] {
    let bytes = text.utf8
    let start = bytes.distance(from: text.startIndex, to: part.startIndex)
    let end = start + part.utf8.count
    var result: [MarkupSpan] = []
    for run in runs[firstRun(endingAfter: start)...] {
      if run.start >= end { break }
      let lower = max(run.start, start)
      let count = min(run.start + run.count, end) - lower
      if count <= 0 { continue }
      guard let origin = run.origin else {
        result.append(MarkupSpan(sign: " ", run.style))
        continue
      }
      let from = source.utf8.index(source.startIndex, offsetBy: origin + lower - run.start)
      result.append(MarkupSpan(source[from..<source.utf8.index(from, offsetBy: count)], run.style))
    }
    return result
  }

  /// Runs are in order: lines of a long text do not look through all of them.
  private func firstRun(endingAfter position: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].start + runs[middle].count > position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Bytes of the source before what is shown at a byte of the text.
  func origin(of position: Int) -> Int {
    let index = firstRun(endingAfter: position)
    guard index < runs.count else { return source.utf8.count }
    let run = runs[index]
    guard let origin = run.origin else { return runs[(index + 1)...].first { $0.origin != nil }?.origin ?? position }
    return origin + max(0, position - run.start)
  }
}

extension Style {
  /// The look of marked up text within text of this style.
  fileprivate func showing(_ kinds: InlineMarkup.Kinds) -> Style {
    var style = self
    if kinds.contains(.code) {
      style.role = .code
    } else if kinds.contains(.target) {
      style.role = .linkTarget
    } else if kinds.contains(.link) {
      style.role = .link
    }
    // A heading's bold words are no bolder than the heading.
    if kinds.contains(.bold) { style.attributes.insert(.bold) }
    if kinds.contains(.italic) { style.attributes.insert(.italic) }
    return style
  }
}
