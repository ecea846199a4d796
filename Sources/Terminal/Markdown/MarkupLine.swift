// Lines on screen whose markup was taken out: pieces of the text they came from, and signs that stand for the markup.

/// A piece of a line.
public struct MarkupSpan: Sendable, Equatable {
  /// A slice of the text that was laid out, so that ranges in it (found words) stay true; a sign of its own where
  /// `isSource` is false.
  public var text: Substring
  public var style: Style
  public var isSource: Bool

  init(_ text: Substring, _ style: Style) {
    self.text = text
    self.style = style
    isSource = true
  }

  init(sign: String, _ style: Style) {
    text = sign[...]
    self.style = style
    isSource = false
  }
}

/// One line on screen.
public struct MarkupLine: Sendable, Equatable {
  public var spans: [MarkupSpan]
  /// What the rest of the line is filled with: the ground of a block of code.
  public var fill: Style?

  init(_ spans: [MarkupSpan], fill: Style? = nil) {
    self.spans = spans
    self.fill = fill
  }

  /// A line without markup.
  public init(plain text: Substring, _ style: Style) { self.init([MarkupSpan(text, style)]) }

  /// What is shown, without styles.
  public var text: String { spans.map { String($0.text) }.joined() }

  public var columns: Int { spans.reduce(0) { $0 + SafeText.columns($1.text) } }
}

extension Surface {
  /// Puts a line in which the parts that lie in `ranges` of the text it came from look different, on the ground they have.
  ///
  /// - Parameters:
  ///   - columns: how far a line that fills its rest does so.
  /// - Returns: the column after the line.
  @discardableResult
  public mutating func put(
    _ line: MarkupLine, highlighting ranges: [Range<String.Index>] = [], with highlight: Style = Style(.match),
    x: Int, y: Int, columns: Int = 0, clip: Rect? = nil
  ) -> Int {
    var column = x
    for span in line.spans {
      if span.isSource, !ranges.isEmpty {
        let ground = span.style.ground ?? (span.style.role == .code ? .code : highlight.ground)
        let found = ranges.filter { $0.upperBound > span.text.startIndex && $0.lowerBound < span.text.endIndex }
        column = put(
          span.text, highlighting: found, with: highlight.on(ground), x: column, y: y, style: span.style, clip: clip)
      } else {
        column = put(span.text, x: column, y: y, style: span.style, clip: clip)
      }
    }
    if let fill = line.fill, column < x + columns {
      put(String(repeating: " ", count: x + columns - column), x: column, y: y, style: fill, clip: clip)
    }
    return column
  }
}
