// From the two legs' findings to the candidates that are looked at closely.

/// The first stage: what words and meaning found, lent to the turns around, and fused by score.
///
/// With D and L the widened cosines and BM25 scores (0 where a leg did not find the turn) and mm the mapping of smallest
/// and largest value onto 0 and 1: `candidate score = share · mm(D) + (1 − share) · mm(L)`. By score, not by rank: rank
/// fusion loses wherever one leg is much weaker than the other.
public struct CandidateSelection: Sendable {
  /// Of each turn of the graph.
  public let similarities: [Double]
  public let keywordScores: [Double]
  /// The turns, best first.
  public let order: [Int]

  /// - Parameters:
  ///   - similarities: cosines of what the semantic leg found, by row; nil where meaning was not consulted.
  ///   - keywordScores: BM25 scores of what the keyword leg found, by row.
  public init(
    graph: TurnGraph, similarities: [Int64: Double]?, keywordScores: [Int64: Double], constants: RankingConstants
  ) {
    let cosines = graph.rows.map { max(0, similarities?[$0] ?? 0) }
    let words = graph.rows.map { keywordScores[$0] ?? 0 }
    let widenedCosines = graph.widened(cosines, constants.similarityWindow)
    let widenedWords = graph.widened(words, constants.keywordWindow)
    let share = similarities == nil ? 0 : constants.candidateSemanticShare
    let scores = zip(Self.scaled(widenedCosines), Self.scaled(widenedWords)).map { share * $0 + (1 - share) * $1 }
    self.similarities = widenedCosines
    self.keywordScores = widenedWords
    order = scores.indices.filter { turn in
      // What a leg found is a candidate, however little it has in common with the question.
      scores[turn] > 0 || keywordScores[graph.rows[turn]] != nil || similarities?[graph.rows[turn]] != nil
    }.sorted { (scores[$0], $0) > (scores[$1], $1) }
  }

  /// Smallest and largest mapped onto 0 and 1; where they are the same, all are.
  private static func scaled(_ values: [Double]) -> [Double] {
    guard let low = values.min(), let high = values.max(), high > low else { return values.map { $0 > 0 ? 1 : 0 } }
    return values.map { ($0 - low) / (high - low) }
  }
}
