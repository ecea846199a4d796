// From a surface to ncurses cells: only rows that changed, one look per style, one colour pair per pair of colours.

import CNCurses
import Glibc

/// What ncurses needs for a style.
struct CellLook {
  var attributes: attr_t
  var pair: Int32
}

extension Screen {
  /// Shows a surface. Sends nothing where nothing changed.
  public func draw(_ surface: Surface) {
    let columns = surface.size.columns
    line.reserveCapacity(columns)
    for y in 0..<surface.size.rows {
      if let lastSurface, surface.isRowEqual(y, to: lastSurface) { continue }
      line.removeAll(keepingCapacity: true)
      for cell in surface.cells[y * columns..<(y + 1) * columns] where cell.width > 0 { append(cell) }
      mvwadd_wchnstr(window, Int32(y), 0, line, Int32(line.count))
    }
    let refresh = {
      self.place(surface.cursor, isVisible: surface.isCursorVisible)
      wnoutrefresh(self.window)
      doupdate()
    }
    if isEntering { refresh() } else { frameOutput.send(refresh) }
    isEntering = false
    lastSurface = surface
  }

  /// Screen readers follow the cursor even where it is hidden.
  private func place(_ cursor: Point?, isVisible: Bool) {
    let size = self.size
    let x = min(max(0, cursor?.x ?? 0), max(0, size.columns - 1))
    let y = min(max(0, cursor?.y ?? size.rows - 1), max(0, size.rows - 1))
    wmove(window, Int32(y), Int32(x))
    let wanted: Int32 = cursor != nil && isVisible ? 1 : 0
    if lastSurface.map({ $0.cursor != nil && $0.isCursorVisible ? 1 : 0 }) != wanted { curs_set(wanted) }
  }

  private func append(_ cell: Cell) {
    let look = look(of: cell)
    if isUnicode {
      line.append(
        terminal_cell(
          cell.scalar0, cell.scalar1, cell.scalar2, cell.scalar3, cell.scalar4, look.attributes, look.pair))
    } else {
      let character = ASCIIFallback.character(for: cell.scalar0)
      for _ in 0..<cell.width { line.append(terminal_cell(character, 0, 0, 0, 0, look.attributes, look.pair)) }
    }
  }

  func forgetLooks() {
    looks = [:]
    lastSurface = nil
  }

  private func look(of cell: Cell) -> CellLook {
    if let known = looks[cell.styleKey] { return known }
    let look = theme.look(for: cell.style)
    let made = CellLook(attributes: attributes(look), pair: pair(look))
    looks[cell.styleKey] = made
    return made
  }

  private func attributes(_ look: Look) -> attr_t {
    let wanted: Attributes =
      switch depth {
      case .mono: look.mono
      case .ansi8, .ansi16: look.ansiAttributes
      case .indexed256, .trueColor: look.attributes
      }
    var result = terminal_attribute_normal
    if wanted.contains(.bold) { result |= terminal_attribute_bold }
    if wanted.contains(.dim) { result |= terminal_attribute_dim }
    if wanted.contains(.italic) { result |= terminal_attribute_italic }
    if wanted.contains(.underline) { result |= terminal_attribute_underline }
    if wanted.contains(.reverse) { result |= terminal_attribute_reverse }
    guard depth == .ansi8, look.ansiForeground.rawValue >= 8 else { return result }
    // With 8 colours, bright is bold; bright black would be black on black on some, so it is a dim default.
    return result | (look.ansiForeground == .brightBlack ? terminal_attribute_dim : terminal_attribute_bold)
  }

  /// 0, the terminal's own colours, where nothing else can be had.
  private func pair(_ look: Look) -> Int32 {
    let foreground: Int32
    let background: Int32
    switch depth {
    case .mono: return 0
    case .ansi8:
      foreground = look.ansiForeground == .brightBlack ? -1 : Self.eight(look.ansiForeground)
      background = Self.eight(look.ansiBackground)
    case .ansi16:
      foreground = Int32(look.ansiForeground.rawValue)
      background = Int32(look.ansiBackground.rawValue)
    case .indexed256:
      let indexed = look.indexed(contrast: theme.contrast)
      foreground = indexed.foreground.map(Int32.init) ?? -1
      background = indexed.background.map(Int32.init) ?? -1
    case .trueColor:
      foreground = look.foreground?.value ?? -1
      background = look.background?.value ?? -1
    }
    if foreground < 0, background < 0 { return 0 }
    let key = Int64(foreground) << 32 | Int64(UInt32(bitPattern: background))
    if let known = pairs[key] { return known }
    let made = max(0, Int32(alloc_pair(foreground, background)))
    pairs[key] = made
    return made
  }

  private static func eight(_ color: ANSIColor) -> Int32 { Int32(color.rawValue < 0 ? -1 : color.rawValue & 7) }
}
