// The turns that a search looks at, linked to those before and after them.

/// Turns of several sessions, numbered from 0, each with its neighbours in its session.
public struct TurnGraph: Sendable {
  /// The store's numbers of the turns, ascending: a turn's place here is its number in the graph.
  public let rows: [Int64]
  private let previous: [Int32]
  private let next: [Int32]

  /// - Parameter runs: turns that follow each other in a session, in order. Runs may overlap.
  public init(runs: [[Int64]]) {
    rows = Set(runs.joined()).sorted()
    var places: [Int64: Int32] = [:]
    places.reserveCapacity(rows.count)
    for (place, row) in rows.enumerated() { places[row] = Int32(place) }
    var previous = [Int32](repeating: -1, count: rows.count)
    var next = previous
    for run in runs {
      for (left, right) in zip(run, run.dropFirst()) {
        guard let before = places[left], let after = places[right] else { continue }
        next[Int(before)] = after
        previous[Int(after)] = before
      }
    }
    self.previous = previous
    self.next = next
  }

  public var count: Int { rows.count }

  /// The turn a number of turns later (negative: earlier) in the same session; nil where the graph has none.
  public func turn(_ turn: Int, offset: Int) -> Int? {
    var at = Int32(turn)
    for _ in 0..<abs(offset) {
      at = offset > 0 ? next[Int(at)] : previous[Int(at)]
      if at < 0 { return nil }
    }
    return Int(at)
  }

  /// The turns that lend to a turn within a window, with how many turns later they stand and the share that each lends.
  func lenders(to turn: Int, _ window: TurnWindow) -> [(turn: Int, offset: Int, share: Double)] {
    var lenders: [(turn: Int, offset: Int, share: Double)] = []
    var at = Int32(turn)
    for (distance, share) in window.before.enumerated() {
      at = previous[Int(at)]
      if at < 0 { break }
      lenders.append((Int(at), -distance - 1, share))
    }
    at = Int32(turn)
    for (distance, share) in window.after.enumerated() {
      at = next[Int(at)]
      if at < 0 { break }
      lenders.append((Int(at), distance + 1, share))
    }
    return lenders
  }

  /// Each turn's own value or the most that a turn around it lends. Negative values lend nothing.
  ///
  /// `v'(i) = max(v(i), before[k - 1] · v(i - k), after[k - 1] · v(i + k))`
  func widened(_ values: [Double], _ window: TurnWindow) -> [Double] {
    var widened = values
    // Few turns have anything to lend: from them to the others is the shorter way.
    for turn in values.indices where values[turn] > 0 {
      var at = turn
      for share in window.before {
        at = Int(next[at])
        if at < 0 { break }
        widened[at] = max(widened[at], share * values[turn])
      }
      at = turn
      for share in window.after {
        at = Int(previous[at])
        if at < 0 { break }
        widened[at] = max(widened[at], share * values[turn])
      }
    }
    return widened
  }
}
