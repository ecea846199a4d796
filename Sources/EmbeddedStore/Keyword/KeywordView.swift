// What a search asks about words: a state of the keyword index with the messages that are not in it yet.

import ConversationMemory
import KeywordIndex
import TextAnalysis
import VectorIndex

/// A message found by words.
struct KeywordCandidate: Sendable {
  let row: Int64
  /// BM25, positive: more is better.
  let score: Double
}

/// The keyword index turned out to be damaged, and has to be made again. Not an error of the vectors, which have the same
/// type.
struct DamagedKeywords: Error {
  let cause: VectorIndexError
}

/// One state of a tenant's words.
struct KeywordView: Sendable {
  let snapshot: KeywordSnapshot
  /// Messages above the snapshot's mark.
  let waiting: KeywordBatch
  /// Messages that are deleted, but still in one of the two.
  let deleted: Set<Int64>

  /// The best messages that have any of the words, by BM25, inside the filter.
  func candidates(
    _ query: KeywordQuery, filter: ResolvedFilter, limit: Int, constants: RankingConstants
  ) throws -> [KeywordCandidate] {
    var condition = filter.keywordFilter
    condition.excludedKeys = deleted
    // The first letters of a word alone: whoever has it is as good as any other, and the newest come first.
    let scoring =
      query.isVague
      ? KeywordScoring(k1: 0, b: 0)
      : KeywordScoring(k1: constants.saturation, b: constants.lengthNormalization)
    return try Self.reading {
      try snapshot.search(
        terms: query.keywordTerms, topK: limit, filter: condition, beside: waiting, scoring: scoring)
    }.map { KeywordCandidate(row: $0.key, score: query.isVague ? 1 : $0.score) }
  }

  /// How many messages there are.
  var documents: Int { snapshot.documents + waiting.documents }

  /// How many messages have each stem.
  func documentFrequencies(of stems: [String]) throws -> [Int] {
    try Self.reading { try snapshot.documentFrequencies(of: stems, beside: waiting) }
  }

  private static func reading<Value>(_ work: () throws -> Value) throws -> Value {
    try VectorShelf.translating {
      do { return try work() } catch let error as VectorIndexError where error.asksForRebuild {
        throw DamagedKeywords(cause: error)
      }
    }
  }
}
