// What all panes share: the title row, the marked row, the words of an empty pane.

import Terminal

enum PaneChrome {
  /// The rule on top of a pane with its title, a remark beside it and, at the right, a figure.
  static func title(
    _ title: String, remark: String = "", figure: String = "", isFocused: Bool, into surface: inout Surface,
    in row: Rect
  ) {
    guard row.width > 0 else { return }
    let rule = Style(.border)
    surface.put(String(repeating: "─", count: row.width), x: row.x, y: row.y, style: rule, clip: row)
    let figureColumns = figure.isEmpty ? 0 : SafeText.columns(figure) + 3
    let showsFigure = row.width - figureColumns >= SafeText.columns(title) + 4
    let room = row.width - 3 - (showsFigure ? figureColumns : 0)
    let shown = TextLayout.truncate(title, columns: max(0, room - 1))
    let style = isFocused ? Style(.borderFocused, .bold) : Style(.muted)
    var x = surface.put(" \(shown) ", x: row.x + 1, y: row.y, style: style, clip: row)
    if !remark.isEmpty, x - row.x + 2 + SafeText.columns(remark) <= room + 2 {
      x = surface.put("\(remark) ", x: x, y: row.y, style: Style(.muted), clip: row)
    }
    if showsFigure, !figure.isEmpty {
      surface.put(" \(figure) ", x: row.maxX - figureColumns, y: row.y, style: Style(.muted), clip: row)
    }
  }

  /// Marks a selected block; the cursor goes there so that screen readers follow.
  static func mark(_ rect: Rect, isFocused: Bool, glyphs: Glyphs, into surface: inout Surface, clip: Rect) {
    let ground: Role = isFocused ? .selection : .selectionInactive
    let area = rect.intersection(clip)
    guard !area.isEmpty else { return }
    surface.restyle(area) { $0.on(ground) }
    if isFocused {
      for y in area.y..<area.maxY { surface.put(glyphs.pointer, x: area.x, y: y, style: Style(.accent, on: ground)) }
      surface.cursor = Point(x: area.x, y: area.y)
    }
  }

  /// A few words in place of rows, wrapped, a little below the top.
  static func empty(_ lines: [String], into surface: inout Surface, in rect: Rect) {
    var y = rect.y + (rect.height > 8 ? 2 : 0)
    for (index, line) in lines.enumerated() {
      for part in TextLayout.wrap(line, columns: max(1, rect.width - 4)) {
        surface.put(part, x: rect.x + 2, y: y, style: Style(index == 0 ? .text : .muted), clip: rect)
        y += 1
      }
      if index == 0, rect.height > 8 { y += 1 }
    }
  }

  /// The spinner where a pane waits for its first content; nothing while the wait is too short to notice.
  static func waiting(_ state: ExplorerState, into surface: inout Surface, in rect: Rect) {
    guard let frame = state.spinner else { return }
    let sign = state.settings.glyphs.spinner(frame)
    surface.put(
      "\(sign) reading…", x: rect.x + 2, y: rect.y + (rect.height > 8 ? 2 : 0), style: Style(.muted), clip: rect)
  }
}
