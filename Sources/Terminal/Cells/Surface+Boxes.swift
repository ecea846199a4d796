// Frames, lines, bars and scroll bars.

/// The characters of a frame.
public struct BoxSet: Sendable, Equatable {
  public var horizontal: Character
  public var vertical: Character
  public var topLeft: Character
  public var topRight: Character
  public var bottomLeft: Character
  public var bottomRight: Character

  public init(_ characters: (Character, Character, Character, Character, Character, Character)) {
    (horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight) = characters
  }

  public static let single = BoxSet(("─", "│", "┌", "┐", "└", "┘"))
  public static let rounded = BoxSet(("─", "│", "╭", "╮", "╰", "╯"))
  public static let double = BoxSet(("═", "║", "╔", "╗", "╚", "╝"))
  public static let ascii = BoxSet(("-", "|", "+", "+", "+", "+"))
}

extension Surface {
  /// A frame with an optional title in its top edge; returns the inside. Less than two columns or rows draw nothing.
  @discardableResult
  public mutating func box(
    _ rect: Rect, title: String = "", style: Style = Style(.border), titleStyle: Style? = nil, set: BoxSet = .single,
    clip: Rect? = nil
  ) -> Rect {
    guard rect.width >= 2, rect.height >= 2 else { return rect.inset() }
    let inner = rect.inset()
    let edge = String(repeating: set.horizontal, count: inner.width)
    put("\(set.topLeft)\(edge)\(set.topRight)", x: rect.x, y: rect.y, style: style, clip: clip)
    put("\(set.bottomLeft)\(edge)\(set.bottomRight)", x: rect.x, y: rect.maxY - 1, style: style, clip: clip)
    for y in inner.y..<inner.maxY {
      put(String(set.vertical), x: rect.x, y: y, style: style, clip: clip)
      put(String(set.vertical), x: rect.maxX - 1, y: y, style: style, clip: clip)
    }
    if !title.isEmpty, inner.width > 2 {
      let shown = " \(TextLayout.truncate(title, columns: inner.width - 2)) "
      put(shown, x: inner.x, y: rect.y, style: titleStyle ?? style, clip: clip)
    }
    return inner
  }

  /// A bar `fraction` of `columns` long, in eighths of a column; the rest is drawn in `track`.
  /// - Parameter fraction: from 0 to 1; what is outside, or not a number, is cut to it.
  public mutating func bar(
    _ fraction: Double, x: Int, y: Int, columns: Int, style: Style, track: Style = Style(.barTrack), clip: Rect? = nil
  ) {
    guard columns > 0 else { return }
    let eighths = Int((Self.unit(fraction) * Double(columns * 8)).rounded())
    var text = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { text.append(Self.leftBlocks[eighths % 8]) }
    let end = put(text, x: x, y: y, style: style, clip: clip)
    put(String(repeating: "·", count: max(0, x + columns - end)), x: end, y: y, style: track, clip: clip)
  }

  /// One column of a histogram standing on row `bottom`, `rows` high at fraction 1. A value above zero always shows.
  public mutating func column(
    _ fraction: Double, x: Int, bottom: Int, rows: Int, style: Style, clip: Rect? = nil
  ) {
    let value = Self.unit(fraction)
    var eighths = Int((value * Double(max(0, rows) * 8)).rounded())
    if value > 0, rows > 0 { eighths = max(1, eighths) }
    for row in 0..<max(0, rows) where eighths > row * 8 {
      let part = min(8, eighths - row * 8)
      put(String(Self.lowerBlocks[part]), x: x, y: bottom - row, style: style, clip: clip)
    }
  }

  /// The bar beside a list of `total` rows of which `visible` are shown from `first`; nothing where all of them fit.
  public mutating func scrollbar(
    x: Int, y: Int, height: Int, first: Int, visible: Int, total: Int, style: Style = Style(.scrollbar),
    clip: Rect? = nil
  ) {
    guard height > 0, total > visible, visible > 0 else { return }
    let length = max(1, height * visible / total)
    let offset = (height - length) * min(max(0, first), total - visible) / (total - visible)
    for row in 0..<height {
      let isThumb = row >= offset && row < offset + length
      put(isThumb ? "┃" : "│", x: x, y: y + row, style: style, clip: clip)
    }
  }

  private static let leftBlocks: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
  private static let lowerBlocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private static func unit(_ value: Double) -> Double { value.isNaN ? 0 : min(1, max(0, value)) }
}
