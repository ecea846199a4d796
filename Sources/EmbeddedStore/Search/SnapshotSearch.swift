// One search inside one snapshot: what words and vectors find, handed to the ranking.

import ConversationMemory
import GRDB
import Retrieval
import VectorIndex

struct SnapshotSearch: Sendable {
  let question: SearchQuestion
  /// The tenant's words as they are now.
  let keywords: KeywordView
  /// Nil where meaning is not consulted.
  let index: VectorIndex?

  /// - Parameters:
  ///   - filter: what hits must meet.
  ///   - depth: how many messages each leg contributes, and how many candidates are looked at, at least.
  /// - Throws: `VectorIndexError` where the vectors are damaged, besides what reading a database throws.
  func run(_ filter: ResolvedFilter, depth: Int, _ database: Database) throws -> SearchOutcome {
    var stages = SearchStages()
    var watch = Stopwatch()
    let weighed = WeighedQuestion(question, try statistics())
    let limit = weighed.legDepth(depth)
    var found = LegFindings()
    if question.usesKeywords {
      let candidates = try keywords.candidates(
        question.words, filter: filter, limit: limit, constants: question.constants)
      found.keywordScores = Dictionary(candidates.map { ($0.row, $0.score) }, uniquingKeysWith: max)
    }
    watch.lap(&stages.keyword)
    if let index, let vector = weighed.vector {
      found.similarities = try Similarity.nearest(to: vector, in: index, filter: filter.vectorFilter, limit: limit)
    }
    watch.lap(&stages.vector)
    var outcome = try weighed.ranked(
      found, depth: depth, from: SnapshotEvidence(filter: filter, index: index, database: database))
    outcome.stages.keyword = stages.keyword
    outcome.stages.vector = stages.vector
    return outcome
  }

  /// How many messages have each stem of the question.
  private func statistics() throws -> WordStatistics {
    let stems = question.stems
    return WordStatistics(
      documents: keywords.documents,
      frequencies: Dictionary(zip(stems, try keywords.documentFrequencies(of: stems)), uniquingKeysWith: max))
  }
}
