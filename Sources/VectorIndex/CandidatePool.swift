// The best rows of a search so far, by their int8 scores.

internal import CVectorKernels

/// Collects scored rows and keeps at least the `limit` best. Rows are gathered in a buffer that is now and then cut down
/// to the best; the threshold that this raises keeps most later rows out.
struct CandidatePool {
  struct Candidate {
    /// The cosine by the upper plane.
    var score: Float
    /// The product with the upper plane.
    var product: Int32
    /// The place of the row's file in the view, and its row there.
    var part: Int32
    var row: UInt32
  }

  /// Scores below this can no longer be among the best.
  private(set) var threshold = -Float.infinity
  /// Whether rows were left out.
  private(set) var wasCut = false
  private(set) var candidates: [Candidate] = []

  private let limit: Int
  private var capacity: Int

  init(limit: Int) {
    self.limit = limit
    // Large enough that cutting is rare, whatever the limit (which may be Int.max).
    capacity = limit > Int.max / 4 ? Int.max : 2 * limit + 256
  }

  @inline(__always)
  mutating func add(_ candidate: Candidate) {
    guard candidate.score >= threshold else {
      wasCut = true
      return
    }
    candidates.append(candidate)
    if candidates.count >= capacity { cut() }
  }

  /// Notes that rows were passed over because of the threshold.
  mutating func noteCut() { wasCut = true }

  /// The score of the `rank`-th best so far; minus infinity where there are not more than that many.
  func score(ofRank rank: Int) -> Float {
    guard candidates.count > rank else { return -.infinity }
    return candidates.withUnsafeBufferPointer { candidates in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: candidates.count) { scores in
        for index in candidates.indices { scores[index] = candidates[index].score }
        return row_largest(scores.baseAddress, candidates.count, rank)
      }
    }
  }

  /// Leaves the `limit` best, and those that are equal to the last of them.
  mutating func cut() {
    guard candidates.count > limit else { return }
    threshold = score(ofRank: limit)
    let before = candidates.count
    let floor = threshold
    candidates.removeAll { $0.score < floor }
    if candidates.count < before { wasCut = true }
    // Many equal scores: they all stay, and are not looked at again too soon.
    capacity = Swift.max(capacity, 2 * candidates.count)
  }
}
