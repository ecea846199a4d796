// Scrolling through blocks of differing heights (messages, hits, rows) without ever adding up the heights of all.

/// Which block is at the top of the pane, how many of its lines are above it, and which block is selected.
struct BlockScroll: Sendable, Equatable {
  struct Top: Sendable, Equatable {
    var index = 0
    /// Lines of that block that are scrolled away.
    var line = 0
  }

  var top = Top()
  var selected = 0

  /// Blocks were put in front.
  mutating func shift(by count: Int) {
    top.index += count
    selected += count
  }

  /// Brings the selected block into sight, all of it where it fits, moving as little as possible.
  ///
  /// - Parameters:
  ///   - rows: the pane's height in lines.
  ///   - height: lines of the block at an index, at least 1.
  mutating func reveal(rows: Int, count: Int, height: (Int) -> Int) {
    guard count > 0, rows > 0 else {
      self = BlockScroll()
      return
    }
    selected = min(max(0, selected), count - 1)
    top.index = min(max(0, top.index), count - 1)
    let own = height(selected)
    if selected < top.index || (selected == top.index && (top.line > 0 && own <= rows)) {
      top = Top(index: selected)
      return
    }
    // Lines from the pane's top to the selected block's, no further than the pane.
    var offset = -top.line
    var index = top.index
    while index < selected, offset <= rows {
      offset += height(index)
      index += 1
    }
    if index == selected, offset + min(own, rows) <= rows { return }
    top = Top(index: selected, line: 0)
    scroll(by: -(rows - min(own, rows)), count: count, height: height)
  }

  /// Moves the view by lines, up where negative; stops at the first line. The selection stays.
  mutating func scroll(by lines: Int, count: Int, height: (Int) -> Int) {
    guard count > 0 else { return }
    top.line += lines
    while top.line < 0, top.index > 0 {
      top.index -= 1
      top.line += height(top.index)
    }
    top.line = max(0, top.line)
    while top.index < count - 1, top.line >= height(top.index) {
      top.line -= height(top.index)
      top.index += 1
    }
    if top.index == count - 1 { top.line = min(top.line, max(0, height(top.index) - 1)) }
  }

  /// Shows the last lines at the pane's bottom, or everything from the top where it fits.
  mutating func toEnd(rows: Int, count: Int, height: (Int) -> Int) {
    guard count > 0 else {
      top = Top()
      return
    }
    top = Top(index: count - 1, line: height(count - 1))
    var above = rows
    top.line -= above
    while top.line < 0, top.index > 0 {
      top.index -= 1
      above = height(top.index)
      top.line += above
    }
    top.line = max(0, top.line)
  }

  /// Keeps the pane filled: no empty lines below the last block while there is something above.
  mutating func fill(rows: Int, count: Int, height: (Int) -> Int) {
    if linesBelow(rows: rows, count: count, height: height) < rows {
      toEnd(rows: rows, count: count, height: height)
    }
  }

  /// Whether the last line is in sight.
  func showsEnd(rows: Int, count: Int, height: (Int) -> Int) -> Bool {
    linesBelow(rows: rows + 1, count: count, height: height) <= rows
  }

  /// Lines from the pane's top to the end, counted no further than `rows`.
  private func linesBelow(rows: Int, count: Int, height: (Int) -> Int) -> Int {
    var lines = -top.line
    var index = top.index
    while index < count, lines < rows {
      lines += height(index)
      index += 1
    }
    return lines
  }

  /// The blocks in sight with the row, relative to the pane's top, on which each begins (negative for one cut off).
  func visible(rows: Int, count: Int, height: (Int) -> Int) -> [(index: Int, row: Int, height: Int)] {
    var result: [(index: Int, row: Int, height: Int)] = []
    var row = -top.line
    var index = max(0, top.index)
    while index < count, row < rows {
      let lines = height(index)
      result.append((index, row, lines))
      row += lines
      index += 1
    }
    return result
  }
}
