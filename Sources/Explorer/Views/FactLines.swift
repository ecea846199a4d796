// Overlays that are a column of facts: a label, a value, wrapped; all of it scrolls.

import Terminal

/// Lines being put together for a width.
struct FactLines {
  /// Columns of a line.
  let columns: Int
  private(set) var lines: [[Span]] = []

  static let labelColumns = 19

  init(columns: Int) { self.columns = max(10, columns) }

  /// Names narrower than this give way on a small screen.
  private var labelColumns: Int { min(Self.labelColumns, columns / 3) }
  var valueColumns: Int { max(8, columns - labelColumns) }

  mutating func blank() { if !lines.isEmpty { lines.append([]) } }

  mutating func heading(_ text: String) {
    blank()
    lines.append([Span(text, Style(.title, on: .overlay))])
  }

  /// A paragraph of at most `limit` lines.
  mutating func text(_ text: String, _ role: Role = .text, limit: Int = .max) {
    add(text, limit: limit, columns: columns) { [Span($0, Style(role, on: .overlay))] }
  }

  /// A value of at most `limit` lines beside its name.
  mutating func fact(_ name: String, _ value: String, _ role: Role = .text, limit: Int = 6) {
    var label = name
    let width = labelColumns
    add(value, limit: limit, columns: valueColumns) { line in
      defer { label = "" }
      return [Self.label(label, columns: width), Span(line, Style(role, on: .overlay))]
    }
  }

  /// A value that is drawn, not written.
  mutating func fact(_ name: String, spans: [Span]) {
    lines.append([Self.label(name, columns: labelColumns)] + spans)
  }

  private static func label(_ name: String, columns: Int) -> Span {
    Span(TextLayout.pad(name, columns: columns - 1) + " ", Style(.muted, on: .overlay))
  }

  private mutating func add(_ text: String, limit: Int, columns: Int, _ line: (Substring) -> [Span]) {
    let wrapped = TextLayout.wrap(text, columns: columns, limit: limit == .max ? limit : limit + 1)
    for (index, part) in wrapped.prefix(limit).enumerated() {
      let isCut = index == limit - 1 && wrapped.count > limit
      lines.append(line(isCut ? TextLayout.truncate("\(part) …", columns: columns)[...] : part))
    }
  }

  // MARK: On screen

  private static let widest = 84

  static func width(_ size: Size) -> Int { min(widest, size.columns - 4) }

  /// Columns of a line in an overlay of a screen.
  static func columns(_ size: Size) -> Int { max(10, width(size) - 5) }

  static func rows(_ size: Size, lines: Int) -> Int { OverlayFrame.innerRows(size, wanted: lines) }

  /// Draws the lines from `top` on; returns where they are.
  @discardableResult
  static func draw(_ lines: [[Span]], title: String, top: Int, into surface: inout Surface) -> Rect {
    let rows = rows(surface.size, lines: lines.count)
    let inner = OverlayFrame.draw(title: title, width: width(surface.size), height: rows + 2, into: &surface)
    let top = min(top, max(0, lines.count - inner.height))
    for (offset, line) in lines.dropFirst(top).prefix(inner.height).enumerated() {
      surface.put(line, x: inner.x, y: inner.y + offset, clip: inner)
    }
    surface.scrollbar(
      x: inner.maxX, y: inner.y, height: inner.height, first: top, visible: inner.height, total: lines.count,
      style: Style(.scrollbar, on: .overlay))
    surface.cursor = Point(x: inner.x, y: inner.y)
    return inner
  }
}
