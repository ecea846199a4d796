// Finds a part of the picture that only moved: a list one row further. Moving it on the terminal costs a hundred bytes, painting
// each row anew costs thousands.

/// Rows, and the columns of them, whose content moved up or down together.
struct ScrolledArea: Equatable, Sendable {
  let rows: Range<Int>
  let columns: Range<Int>
  /// How far it moved: up where it is positive, as a list's rows do when one goes down.
  let lines: Int

  /// Movements looked for: a key, a wheel's notch.
  private static let reach = 3
  /// What a movement's sequences cost, in bytes.
  private static let movement = 60
  /// Pictures that differ by less are painted as they are.
  private static let worthwhile = 400

  /// The movement after which least has to be painted; nil where painting without one costs about as little.
  ///
  /// - Parameter hasMargins: whether the terminal moves some columns of its rows and leaves the others alone.
  static func best(from old: Surface, to new: Surface, hasMargins: Bool) -> ScrolledArea? {
    guard old.size == new.size else { return nil }
    let changes = new.changes(from: old)
    // A margin takes two columns at least (DECSLRM).
    guard let columns = hasMargins ? changes.columns : 0..<new.size.columns, columns.count > 1 else { return nil }
    let unmoved = changes.costs.reduce(0, +)
    guard unmoved >= worthwhile else { return nil }
    var best: ScrolledArea?
    // Much less: where more than the area moves along, terminals may show that for a moment.
    var least = unmoved * 2 / 3
    for lines in (-reach...reach) where lines != 0 {
      let gaining = rows(gainingMost: lines, columns, changes.costs, old, new)
      guard gaining.count > reach else { continue }
      // The rows whose content comes in may gain nothing themselves: they lie at the end that it comes from.
      let whole =
        lines > 0
        ? gaining.lowerBound..<min(new.size.rows, gaining.upperBound + lines)
        : max(0, gaining.lowerBound + lines)..<gaining.upperBound
      for rows in [gaining, whole] where new.isWhole(rows, columns) && old.isWhole(rows, columns) {
        let area = ScrolledArea(rows: rows, columns: columns, lines: lines)
        let cost = movement + area.cost(unmoved: changes.costs, old, new)
        if cost < least { (least, best) = (cost, area) }
      }
    }
    return best
  }

  /// The rows after one another that gain most when each shows what stood so many lines further down.
  private static func rows(
    gainingMost lines: Int, _ columns: Range<Int>, _ unmoved: [Int], _ old: Surface, _ new: Surface
  ) -> Range<Int> {
    var best = (gain: 0, rows: 0..<0)
    var current = (gain: 0, start: 0)
    for y in 0..<new.size.rows {
      let source = y + lines
      let isInside = source >= 0 && source < new.size.rows
      let gain = unmoved[y] - new.cost(ofRow: y, insteadOf: isInside ? source : nil, in: old, columns)
      if current.gain <= 0 { current = (0, y) }
      current.gain += gain
      if current.gain > best.gain { best = (current.gain, current.start..<y + 1) }
    }
    return best.rows
  }

  /// What is left to paint after the movement, in bytes.
  private func cost(unmoved: [Int], _ old: Surface, _ new: Surface) -> Int {
    unmoved.indices.reduce(0) { sum, y in
      guard rows.contains(y) else { return sum + unmoved[y] }
      let source = y + lines
      return sum + new.cost(ofRow: y, insteadOf: rows.contains(source) ? source : nil, in: old, columns)
    }
  }
}

extension Surface {
  /// What a run of changed cells costs besides its text: the way there and its colours.
  private static let run = 16

  /// About how many bytes each row costs to paint where another picture stands, and between which columns they differ.
  fileprivate func changes(from old: Surface) -> (costs: [Int], columns: Range<Int>?) {
    var costs = [Int](repeating: 0, count: size.rows)
    var bounds: Range<Int>?
    for y in 0..<size.rows where !isRowEqual(y, to: old) {
      costs[y] = cost(ofRow: y, insteadOf: y, in: old, 0..<size.columns)
      let start = y * size.columns
      let row = start..<start + size.columns
      guard let first = row.first(where: { cells[$0] != old.cells[$0] }),
        let last = row.last(where: { cells[$0] != old.cells[$0] })
      else { continue }
      let columns = first - start..<last - start + 1
      bounds = bounds.map { min($0.lowerBound, columns.lowerBound)..<max($0.upperBound, columns.upperBound) } ?? columns
    }
    return (costs, bounds)
  }

  /// About how many bytes it takes to paint a part of a row where another picture's row stands, or nothing.
  fileprivate func cost(ofRow y: Int, insteadOf source: Int?, in old: Surface, _ columns: Range<Int>) -> Int {
    guard let source else { return columns.count + Self.run }
    var cost = 0
    cells.withUnsafeBufferPointer { mine in
      old.cells.withUnsafeBufferPointer { theirs in
        var wasEqual = true
        for x in columns {
          let isEqual = mine[y * size.columns + x] == theirs[source * size.columns + x]
          if !isEqual { cost += wasEqual ? Self.run + 1 : 1 }
          wasEqual = isEqual
        }
      }
    }
    return cost
  }

  /// No wide character lies across the area's edge.
  fileprivate func isWhole(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
    rows.allSatisfy { y in
      let start = y * size.columns
      return cells[start + columns.lowerBound].width > 0
        && (columns.upperBound == size.columns || cells[start + columns.upperBound].width > 0)
    }
  }
}
