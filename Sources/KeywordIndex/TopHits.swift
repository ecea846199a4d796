// The best hits so far.

/// A hit on its way: where it was found, and its score in points.
struct FoundDocument {
  var score: Int32
  var document: UInt32
  var segment: Int
}

/// A heap of the best documents, the worst of them on top (Floyd 1964, Williams 1964). Documents must come in falling order of
/// their keys: of equal scores the first to come then has the highest key, and stays.
struct TopHits {
  let limit: Int
  private(set) var found: [FoundDocument] = []

  init(limit: Int) {
    self.limit = limit
    found.reserveCapacity(min(limit, 1024))
  }

  /// Scores up to this one do not get in.
  private(set) var threshold: Int32 = 0

  /// Whether `left` is worse than `right`. Of equal scores the later one in the falling order of keys is.
  private func isWorse(_ left: FoundDocument, _ right: FoundDocument) -> Bool {
    if left.score != right.score { return left.score < right.score }
    // Segments are numbered in the order of their keys.
    if left.segment != right.segment { return left.segment < right.segment }
    return left.document < right.document
  }

  mutating func insert(_ hit: FoundDocument) {
    guard hit.score > threshold else { return }
    if found.count < limit {
      found.append(hit)
      var place = found.count - 1
      while place > 0, isWorse(found[place], found[(place - 1) / 2]) {
        found.swapAt(place, (place - 1) / 2)
        place = (place - 1) / 2
      }
    } else {
      found[0] = hit
      var place = 0
      while true {
        var worst = place
        for child in [2 * place + 1, 2 * place + 2] where child < found.count && isWorse(found[child], found[worst]) {
          worst = child
        }
        if worst == place { break }
        found.swapAt(place, worst)
        place = worst
      }
    }
    if found.count == limit { threshold = found[0].score }
  }

  /// The hits, best first.
  var sorted: [FoundDocument] { found.sorted { isWorse($1, $0) } }
}
