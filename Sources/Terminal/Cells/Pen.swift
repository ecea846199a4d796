// The inner loop of drawing: one style, one area, direct access to the cells.

/// Valid only while the buffer is: made and used inside `Surface`.
struct Pen {
  private let cells: UnsafeMutableBufferPointer<Cell>
  private let columns: Int
  private let area: Rect
  private let blank: Cell

  /// - Parameter area: lies within the surface.
  init(cells: UnsafeMutableBufferPointer<Cell>, columns: Int, area: Rect, style: Style) {
    self.cells = cells
    self.columns = columns
    self.area = area
    blank = Cell(blank: style)
  }

  /// Writes a glyph where it fits whole into the area, a space where half of it would be cut off.
  func set(_ glyph: Glyph, x: Int, y: Int) {
    let width = Int(glyph.width)
    guard x + width > area.x, x < area.maxX else { return }
    if x >= area.x, x + width <= area.maxX {
      store(blank.showing(glyph), x: x, y: y)
      if width == 2 { store(blank.showing(Glyph(0, width: 0)), x: x + 1, y: y) }
    } else {
      for column in max(x, area.x)..<min(x + width, area.maxX) { store(blank, x: column, y: y) }
    }
  }

  /// Replaces one cell; where that tears a wide character apart, the other half becomes a space.
  private func store(_ cell: Cell, x: Int, y: Int) {
    let index = y * columns + x
    let before = cells[index].width
    if before == 2, x + 1 < columns {
      cells[index + 1] = cells[index + 1].showing(.space)
    } else if before == 0, cell.width != 0, x > 0 {
      cells[index - 1] = cells[index - 1].showing(.space)
    }
    cells[index] = cell
  }
}
