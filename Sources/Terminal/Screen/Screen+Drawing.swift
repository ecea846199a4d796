// From a surface to ncurses cells: only rows that changed, one look per style, one colour pair per pair of colours.

import CNCurses
import Glibc

/// What ncurses needs for a style.
struct CellLook {
  var attributes: attr_t
  var pair: Int32
  /// The background's colour.
  var ground: Int32
  /// Blanks are seen: underlined, or in the foreground's colour.
  var showsBlanks: Bool { attributes & (terminal_attribute_underline | terminal_attribute_reverse) != 0 }
}

extension Screen {
  /// Shows a surface. Sends nothing where nothing changed.
  public func draw(_ surface: Surface) {
    let columns = surface.size.columns
    line.reserveCapacity(columns)
    let moved = movedArea(surface)
    for y in 0..<surface.size.rows {
      if let lastSurface, surface.isRowEqual(y, to: lastSurface) { continue }
      line.removeAll(keepingCapacity: true)
      previousLook = nil
      for cell in surface.cells[y * columns..<(y + 1) * columns] where cell.width > 0 { append(cell) }
      mvwadd_wchnstr(window, Int32(y), 0, line, Int32(line.count))
    }
    let refresh = {
      self.place(surface.cursor, isVisible: surface.isCursorVisible)
      wnoutrefresh(self.window)
      if let moved {
        terminal_area_moved(
          Int32(moved.rows.lowerBound), Int32(moved.rows.count), Int32(moved.columns.lowerBound),
          Int32(moved.columns.count), Int32(moved.lines))
      }
      doupdate()
    }
    if isEntering {
      refresh()
    } else {
      let sequence = moved.flatMap { movement?.sequence(for: $0, on: surface.size) }
      frameOutput.send(after: sequence ?? [], refresh)
    }
    isEntering = false
    lastSurface = surface
  }

  /// What the terminal moves by itself before the rest is painted.
  private func movedArea(_ surface: Surface) -> ScrolledArea? {
    guard movement != nil, !isEntering, let lastSurface else { return nil }
    return ScrolledArea.best(from: lastSurface, to: surface, hasMargins: hasMargins)
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
    let look = sparing(look(of: cell), cell)
    previousLook = look
    if isUnicode {
      line.append(
        terminal_cell(
          cell.scalar0, cell.scalar1, cell.scalar2, cell.scalar3, cell.scalar4, look.attributes, look.pair))
    } else {
      let character = ASCIIFallback.character(for: cell.scalar0)
      for _ in 0..<cell.width { line.append(terminal_cell(character, 0, 0, 0, 0, look.attributes, look.pair)) }
    }
  }

  /// A blank shows no foreground: it takes the one before it on the same ground, and no colour has to be set for it.
  private func sparing(_ look: CellLook, _ cell: Cell) -> CellLook {
    guard cell.scalar0 == 0x20, cell.scalar1 == 0, let previousLook, look.ground == previousLook.ground,
      !look.showsBlanks, !previousLook.showsBlanks
    else { return look }
    return previousLook
  }

  func forgetLooks() {
    looks = [:]
    lastSurface = nil
  }

  private func look(of cell: Cell) -> CellLook {
    if let known = looks[cell.styleKey] { return known }
    let look = theme.look(for: cell.style)
    let colors = colors(look)
    let made = CellLook(attributes: attributes(look), pair: pair(colors), ground: colors.background)
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

  /// ncurses' numbers of the colours; -1 is the terminal's own.
  private func colors(_ look: Look) -> (foreground: Int32, background: Int32) {
    switch depth {
    case .mono: return (-1, -1)
    case .ansi8:
      let foreground = look.ansiForeground == .brightBlack ? -1 : Self.eight(look.ansiForeground)
      return (foreground, Self.eight(look.ansiBackground))
    case .ansi16: return (Int32(look.ansiForeground.rawValue), Int32(look.ansiBackground.rawValue))
    case .indexed256:
      let indexed = look.indexed(contrast: theme.contrast)
      return (indexed.foreground.map(Int32.init) ?? -1, indexed.background.map(Int32.init) ?? -1)
    case .trueColor: return (look.foreground?.value ?? -1, look.background?.value ?? -1)
    }
  }

  /// 0, the terminal's own colours, where nothing else can be had.
  private func pair(_ colors: (foreground: Int32, background: Int32)) -> Int32 {
    if colors.foreground < 0, colors.background < 0 { return 0 }
    let key = Int64(colors.foreground) << 32 | Int64(UInt32(bitPattern: colors.background))
    if let known = pairs[key] { return known }
    let made = max(0, Int32(alloc_pair(colors.foreground, colors.background)))
    pairs[key] = made
    return made
  }

  private static func eight(_ color: ANSIColor) -> Int32 { Int32(color.rawValue < 0 ? -1 : color.rawValue & 7) }
}
