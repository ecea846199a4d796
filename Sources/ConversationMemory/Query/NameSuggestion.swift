// The known name that a mistyped one was probably meant to be.

package enum NameSuggestion {
  /// The nearest of the known names, where it is near enough to be meant: a third of the letters may differ, at least
  /// two. Of equally near ones the first. Else one that begins so.
  package static func nearest(to name: String, among known: [String]) -> String? {
    let written = Array(name.lowercased())
    guard !written.isEmpty, written.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in known where candidate.count <= 64 {
      let distance = distance(written, Array(candidate.lowercased()))
      guard distance <= max(2, written.count / 3), distance < max(written.count, candidate.count) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    // What is still a beginning: "quest" of "question".
    return best?.name ?? known.first { written.count > 2 && $0.lowercased().hasPrefix(name.lowercased()) }
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let isSame = character == other
        var cost = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          cost = min(cost, before[column - 1] + 1)
        }
        current.append(cost)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
