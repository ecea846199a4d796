// Columns that line up, in whatever script their text is.

/// Rows of cells under headings. On a terminal the widest flexible column gives way, so that no row wraps.
struct Table {
  struct Column {
    var heading: String
    var alignsRight = false
    /// May be cut where the terminal is narrow.
    var isFlexible = false
  }

  private static let gap = 2
  private static let narrowest = 12

  let columns: [Column]
  private var rows: [[StyledText]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: StyledText...) { add(cells) }

  mutating func add(_ cells: [StyledText]) { rows.append(cells.map(\.folded)) }

  /// The lines, headings first.
  func lines(width: Int?) -> [StyledText] {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].heading.count) { max($0, $1[index].columns) }
    }
    if let width {
      var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
      while excess > 0,
        let widest = columns.indices.filter({ columns[$0].isFlexible && widths[$0] > Self.narrowest })
          .max(by: { widths[$0] < widths[$1] })
      {
        let cut = min(excess, max(1, (widths[widest] - Self.narrowest) / 2))
        widths[widest] -= cut
        excess -= cut
      }
    }
    let headings = columns.map { StyledText($0.heading, .dim) }
    return ([headings] + rows).map { line($0, widths: widths) }
  }

  private func line(_ cells: [StyledText], widths: [Int]) -> StyledText {
    var line = StyledText()
    for (index, cell) in cells.enumerated() {
      let shown = cell.truncated(to: widths[index])
      let space = StyledText(String(repeating: " ", count: max(0, widths[index] - shown.columns)))
      if index > 0 { line += StyledText(String(repeating: " ", count: Self.gap)) }
      if columns[index].alignsRight {
        line += space + shown
      } else {
        line += index == cells.count - 1 ? shown : shown + space
      }
    }
    return line
  }
}
