// The box that overlays stand in.

import Terminal

enum OverlayFrame {
  /// Clears a place in the middle, draws the frame and returns the inside. On a small screen it takes all of it.
  static func draw(title: String, width: Int, height: Int, into surface: inout Surface) -> Rect {
    let size = surface.size
    let whole = Rect(x: 0, y: 0, width: size.columns, height: max(1, size.rows - 1))
    let isSmall = isSmall(size)
    // The header and the bar stay in sight.
    let area = Rect(x: 0, y: 1, width: size.columns, height: size.rows - 2)
    let rect = isSmall ? whole : area.centered(width: width, height: height)
    surface.fill(rect, style: Style(.overlay))
    surface.cursor = nil
    surface.isCursorVisible = false
    if isSmall {
      let row = rect.row(0)
      surface.put(
        TextLayout.truncate(title, columns: row.width - 2), x: 1, y: row.y, style: Style(.title, on: .overlay),
        clip: row)
      return Rect(x: 1, y: row.y + 1, width: rect.width - 2, height: rect.height - 1)
    }
    surface.box(
      rect, title: title, style: Style(.borderFocused, on: .overlay), titleStyle: Style(.title, on: .overlay),
      set: .rounded)
    return rect.inset(columns: 2, rows: 1)
  }

  private static func isSmall(_ size: Size) -> Bool { size.columns < 60 || size.rows < 15 }

  /// The height of the inside of an overlay that would like to be `wanted` rows high.
  static func innerRows(_ size: Size, wanted: Int) -> Int {
    isSmall(size) ? max(1, size.rows - 2) : max(1, min(wanted, size.rows - 4))
  }
}
