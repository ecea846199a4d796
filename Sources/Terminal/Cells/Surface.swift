// The picture a view draws and a test asserts on: cells in plain memory, no terminal involved.

import Glibc

/// A grid of cells. Drawing outside the grid, or outside a clip, is cut off silently; wide characters are never cut in half.
public struct Surface: Sendable, Equatable {
  public let size: Size
  /// Row by row, `size.columns` a row.
  public private(set) var cells: [Cell]
  /// Where the hardware cursor goes: the focused row or the insertion point. Screen readers follow it.
  public var cursor: Point?
  /// Whether the cursor is shown: true in an input, false on a row.
  public var isCursorVisible = false

  /// All blank, in `style`.
  public init(size: Size, style: Style = .text) {
    self.size = size
    cells = Array(repeating: Cell(blank: style), count: size.columns * size.rows)
  }

  public var bounds: Rect { Rect(x: 0, y: 0, width: size.columns, height: size.rows) }

  /// The cell at a place; nil outside.
  public subscript(x: Int, y: Int) -> Cell? {
    bounds.contains(Point(x: x, y: y)) ? cells[y * size.columns + x] : nil
  }

  /// Puts the text of one line and returns the column after it; text that is cut off at the right is not measured further.
  ///
  /// - Parameters:
  ///   - clip: where drawing may happen; nil is the whole surface.
  @discardableResult
  public mutating func put(
    _ text: some StringProtocol, x: Int, y: Int, style: Style = .text, clip: Rect? = nil
  ) -> Int {
    let area = clip.map { $0.intersection(bounds) } ?? bounds
    let isVisible = !area.isEmpty && y >= area.y && y < area.maxY
    let edge = min(clip?.maxX ?? size.columns, size.columns)
    var column = x
    draw(in: area, style: style) { pen in
      SafeText.forEachGlyph(in: text) { glyph in
        if isVisible { pen.set(glyph, x: column, y: y) }
        column += Int(glyph.width)
        // Beyond the right edge nothing shows, and a text may be a megabyte long.
        return column < edge
      }
    }
    return column
  }

  /// Puts spans one after the other on a line; returns the column after them.
  @discardableResult
  public mutating func put(_ spans: [Span], x: Int, y: Int, clip: Rect? = nil) -> Int {
    var column = x
    for span in spans { column = put(span.text, x: column, y: y, style: span.style, clip: clip) }
    return column
  }

  /// Puts a line in which the parts that lie in `ranges` have another style: found words, a selection.
  @discardableResult
  public mutating func put(
    _ line: Substring, highlighting ranges: [Range<String.Index>], with highlight: Style, x: Int, y: Int,
    style: Style = .text, clip: Rect? = nil
  ) -> Int {
    var column = x
    var position = line.startIndex
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > position {
      let lower = max(range.lowerBound, position)
      let upper = min(range.upperBound, line.endIndex)
      if lower >= upper { continue }
      column = put(line[position..<lower], x: column, y: y, style: style, clip: clip)
      column = put(line[lower..<upper], x: column, y: y, style: highlight, clip: clip)
      position = upper
    }
    return put(line[position...], x: column, y: y, style: style, clip: clip)
  }

  /// Fills an area with spaces, or with another character of one column.
  public mutating func fill(_ rect: Rect, style: Style = .text, character: Character = " ") {
    let area = rect.intersection(bounds)
    var filler = Glyph.space
    SafeText.forEachGlyph(in: String(character)) { glyph in
      if glyph.width == 1 { filler = glyph }
      return false
    }
    draw(in: area, style: style) { pen in
      for y in area.y..<area.maxY {
        for x in area.x..<area.maxX { pen.set(filler, x: x, y: y) }
      }
    }
  }

  /// Gives an area another style and leaves its text.
  public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(bounds)
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX {
        let index = y * size.columns + x
        cells[index].style = change(cells[index].style)
      }
    }
  }

  /// Hands out a pen for direct access to the cells.
  private mutating func draw(in area: Rect, style: Style, _ body: (Pen) -> Void) {
    let columns = size.columns
    cells.withUnsafeMutableBufferPointer { body(Pen(cells: $0, columns: columns, area: area, style: style)) }
  }

  /// Whether a row is the same in both; false where the widths differ. The style is part of it.
  public func isRowEqual(_ y: Int, to other: Surface) -> Bool {
    guard size.columns == other.size.columns, y >= 0, y < size.rows, y < other.size.rows else { return false }
    let count = MemoryLayout<Cell>.stride * size.columns
    return cells.withUnsafeBytes { mine in
      other.cells.withUnsafeBytes { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return memcmp(left + y * count, right + y * count, count) == 0
      }
    }
  }
}

/// A piece of a line with its style.
public struct Span: Sendable, Equatable {
  public var text: Substring
  public var style: Style

  public init(_ text: Substring, _ style: Style = .text) {
    self.text = text
    self.style = style
  }

  public init(_ text: String, _ style: Style = .text) { self.init(text[...], style) }
}
