// The best candidates of a search so far.

/// Collects scored rows and keeps the best `limit` keys. Rows are gathered in a buffer that is now and then cut down to
/// the best; the threshold that this raises keeps most later rows out.
struct CandidateCollector {
  struct Candidate {
    var score: Float
    var key: Int64
    var place: Int
    var row: Int

    /// Better first; equal scores by key, then by position.
    static func isBetter(_ left: Candidate, _ right: Candidate) -> Bool {
      if left.score != right.score { return left.score > right.score }
      if left.key != right.key { return left.key < right.key }
      return (left.place, left.row) < (right.place, right.row)
    }
  }

  /// Scores below this can no longer be among the best.
  private(set) var threshold = -Float.infinity

  private let limit: Int
  private let capacity: Int
  private var buffer: [Candidate] = []

  init(limit: Int) {
    self.limit = limit
    // Large enough that sorting is rare, whatever the limit (which may be Int.max).
    capacity = limit > Int.max / 4 ? Int.max : Swift.max(256, 4 * limit)
  }

  mutating func add(_ candidate: Candidate) {
    buffer.append(candidate)
    if buffer.count >= capacity { prune() }
  }

  mutating func add(contentsOf other: CandidateCollector) {
    for candidate in other.buffer { add(candidate) }
  }

  /// The best candidate of each of the best keys, best first.
  mutating func finish() -> [Candidate] {
    prune()
    return buffer
  }

  private mutating func prune() {
    buffer.sort(by: Candidate.isBetter)
    var kept: [Candidate] = []
    var keys: Set<Int64> = []
    for candidate in buffer where kept.count < limit && keys.insert(candidate.key).inserted {
      kept.append(candidate)
    }
    buffer = kept
    if kept.count == limit, let last = kept.last { threshold = last.score }
  }
}
