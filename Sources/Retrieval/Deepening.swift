// Searching deeper where conditions on the text leave too few of the best candidates.

package import TextAnalysis

/// No index knows which messages meet a condition on the text, so candidates are held against it one by one: first the best
/// few hundred, then a thousand. Where these are not enough, every message inside the filter is read once, and the
/// search runs again among those that pass: that is exact, and cheaper than ranking all messages to look at the last ones
/// too.
package enum Deepening {
  /// How deep a search looks under conditions on the text, before it looks at every message once.
  private static let depths = [200, 1000]

  /// Runs a search until it has its hits or there are no more.
  ///
  /// - Parameters:
  ///   - attempt: the search itself, at a depth.
  ///   - exhaustive: the search among the messages that meet the conditions, which it reads.
  package static func search(
    _ question: SearchQuestion, under conditions: TextConditions, attempt: (Int) async throws -> SearchOutcome,
    exhaustive: (Int) async throws -> SearchOutcome
  ) async throws -> SearchOutcome {
    guard !conditions.isEmpty else { return try await attempt(question.depth) }
    for step in depths {
      let found = try await attempt(max(step, question.depth))
      if found.hits.count >= question.topK || found.isExhausted { return found }
      try Task.checkCancellation()
    }
    return try await exhaustive(question.depth)
  }
}
