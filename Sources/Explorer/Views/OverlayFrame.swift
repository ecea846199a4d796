// The box that overlays stand in.

import Terminal

enum OverlayFrame {
  /// Clears a place in the middle, draws the frame and returns the inside. On a small screen it takes all of it.
  static func draw(title: String, width: Int, height: Int, into surface: inout Surface) -> Rect {
    let isSmall = isSmall(surface.size)
    let rect = frame(surface.size, width: width, height: height)
    surface.fill(rect, style: Style(.overlay))
    surface.cursor = nil
    surface.isCursorVisible = false
    if isSmall {
      let row = rect.row(0)
      surface.put(
        TextLayout.truncate(title, columns: row.width - 2), x: 1, y: row.y, style: Style(.title, on: .overlay),
        clip: row)
    } else {
      surface.box(
        rect, title: title, style: Style(.borderFocused, on: .overlay), titleStyle: Style(.title, on: .overlay),
        set: .rounded)
    }
    return inner(surface.size, width: width, height: height)
  }

  private static func frame(_ size: Size, width: Int, height: Int) -> Rect {
    if isSmall(size) { return Rect(x: 0, y: 0, width: size.columns, height: max(1, size.rows - 1)) }
    // The header and the bar stay in sight.
    return Rect(x: 0, y: 1, width: size.columns, height: size.rows - 2).centered(width: width, height: height)
  }

  /// The inside of an overlay.
  static func inner(_ size: Size, width: Int, height: Int) -> Rect {
    let rect = frame(size, width: width, height: height)
    guard isSmall(size) else { return rect.inset(columns: 2, rows: 1) }
    return Rect(x: 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 1)
  }

  private static func isSmall(_ size: Size) -> Bool { size.columns < 60 || size.rows < 15 }

  /// The height of the inside of an overlay that would like to be `wanted` rows high.
  static func innerRows(_ size: Size, wanted: Int) -> Int {
    isSmall(size) ? max(1, size.rows - 2) : max(1, min(wanted, size.rows - 4))
  }
}
