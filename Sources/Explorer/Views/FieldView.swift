// A line being edited, scrolled so that the insertion point is in sight.

import Terminal

enum FieldView {
  /// - Parameter spans: the text in pieces of different looks; nil draws it in `style`.
  static func draw(
    _ field: TextField, placeholder: String, style: Style, isFocused: Bool, spans: [Span]? = nil,
    into surface: inout Surface, in row: Rect
  ) {
    guard row.width > 0 else { return }
    surface.fill(row, style: style)
    if field.text.isEmpty {
      let text = TextLayout.truncate(placeholder, columns: row.width - 1)
      surface.put(text, x: row.x + (isFocused ? 1 : 0), y: row.y, style: Style(.placeholder), clip: row)
    }
    let before = SafeText.columns(field.text.prefix(field.position))
    let shift = isFocused ? max(0, before - row.width + 1) : 0
    surface.put(spans ?? [Span(field.text, style)], x: row.x - shift, y: row.y, clip: row)
    if isFocused {
      surface.cursor = Point(x: row.x + before - shift, y: row.y)
      surface.isCursorVisible = true
    }
  }
}
