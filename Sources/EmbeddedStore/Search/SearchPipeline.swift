// One search from legs to hits: candidates by words and by meaning, the turns around them, late interaction over tokens,
// features, the final score. Each stage's formula is with its type in ConversationMemory.

import ConversationMemory
import GRDB
import VectorIndex

/// A search inside one snapshot of the tenant's database.
struct SearchPipeline: Sendable {
  let words: KeywordQuery
  /// The tenant's words as they are now.
  let keywords: KeywordView
  /// All of the question, for features.
  let text: String
  /// Nil where meaning is not consulted.
  let question: EmbeddedQuestion?
  let usesKeywords: Bool
  let topK: Int
  var constants = RankingConstants.standard

  /// Turns whose evidence a candidate may have borrowed, counted from what a leg found.
  private var reach: Int {
    let selection = max(constants.similarityWindow.reach, constants.keywordWindow.reach)
    return selection + constants.tokenWindow.reach
  }

  /// What a search found.
  struct Outcome: Sendable {
    var hits: [SearchHit] = []
    /// Neither leg has more: going deeper gives nothing new.
    var isExhausted = true
    var stages = SearchStages()
  }

  /// - Parameters:
  ///   - filter: what hits must meet.
  ///   - depth: how many messages each leg contributes, and how many candidates are looked at, at least.
  /// - Throws: `VectorIndexError` where the vectors are damaged, besides what reading a database throws.
  func run(_ filter: ResolvedFilter, depth: Int, _ database: Database) throws -> Outcome {
    var outcome = Outcome()
    var watch = Stopwatch()
    let depth = max(constants.legDepth, depth)
    let frequencies = try frequencies()
    let tokens = weighedTokens(frequencies)
    let keyword =
      usesKeywords ? try keywords.candidates(words, filter: filter, limit: depth, constants: constants) : []
    let scores = Dictionary(keyword.map { ($0.row, $0.score) }, uniquingKeysWith: max)
    watch.lap(&outcome.stages.keyword)

    let nearest = try semanticLeg(tokens, filter, limit: depth)
    outcome.isExhausted = keyword.count < depth && nearest.count < depth
    watch.lap(&outcome.stages.vector)

    let graph = TurnGraph(
      runs: try TurnRuns.around(Set(scores.keys).union(nearest.keys), reach: reach, database))
    let selection = CandidateSelection(
      graph: graph, similarities: question == nil ? nil : nearest.mapValues(\.cosine), keywordScores: scores,
      constants: constants)
    let candidates = try admitted(
      selection, filter, graph: graph, limit: max(constants.candidates, depth), database)
    watch.lap(&outcome.stages.turns)
    guard !candidates.isEmpty else { return outcome }

    let interaction = try TokenStage(
      tokens: tokens, question: question, constants: constants, graph: graph, candidates: candidates, database)
    watch.lap(&outcome.stages.tokens)

    let ranked = rank(candidates, selection: selection, interaction: interaction)
    outcome.hits = try HitAssembly(
      words: words, documents: keywords.documents, frequencies: frequencies, question: question, graph: graph,
      interaction: interaction
    ).hits(Array(ranked.prefix(topK)), database)
    watch.lap(&outcome.stages.assembly)
    return outcome
  }

  private func rank(
    _ candidates: [Candidate], selection: CandidateSelection, interaction: TokenStage
  ) -> [(Candidate, ScoreParts)] {
    let features = QuestionFeatures(
      question: text, authors: Set(candidates.compactMap(\.record.message.author)))
    let parts = FinalRanking.parts(
      candidates.map { candidate in
        let message = candidate.record.message
        return FinalRanking.Candidate(
          interaction: interaction.outcomes[candidate.turn]?.score ?? 0,
          similarity: selection.similarities[candidate.turn], keyword: selection.keywordScores[candidate.turn],
          features: features.features(
            author: message.author, content: message.content, timestamp: message.timestamp))
      }, consultedMeaning: question != nil, constants: constants)
    // Equal scores: newest first.
    return zip(candidates, parts).sorted { left, right in
      let (a, b) = (left.0.record.message, right.0.record.message)
      return (left.1.total, a.timestamp, a.sequence) > (right.1.total, b.timestamp, b.sequence)
    }
  }

  /// How many messages have each stem of the question.
  private func frequencies() throws -> [String: Int] {
    let stems = Array(Set(words.terms.map(\.stem)).union(question?.tokens.compactMap(\.stem) ?? []))
    return Dictionary(zip(stems, try keywords.documentFrequencies(of: stems)), uniquingKeysWith: max)
  }

  /// The question's tokens: the model's, or its words where no model is consulted.
  private func weighedTokens(_ frequencies: [String: Int]) -> QuestionTokens {
    let tokens =
      question?.tokens
      ?? words.terms.map { QuestionTokens.Token(stem: $0.stem, isFunctionWord: false, partWeight: 1) }
    return QuestionTokens(tokens, documents: keywords.documents, constants: constants) { frequencies[$0] ?? 0 }
  }

  private func semanticLeg(
    _ tokens: QuestionTokens, _ filter: ResolvedFilter, limit: Int
  ) throws -> [Int64: Similarity] {
    guard let question, let vector = question.pooled(tokens) else { return [:] }
    return try Similarity.nearest(to: vector, in: question.index, filter: filter.vectorFilter, limit: limit)
  }

  /// The best candidates that pass the filter: what a turn inside it lends to one outside does not bring that in.
  private func admitted(
    _ selection: CandidateSelection, _ filter: ResolvedFilter, graph: TurnGraph, limit: Int, _ database: Database
  ) throws -> [Candidate] {
    var candidates: [Candidate] = []
    for turn in selection.order where candidates.count < limit {
      // Gone meanwhile, or never the filter's: an index may be behind, the messages are not.
      let record = try MessageRecord.fetch(
        row: graph.rows[turn], readsMetadata: !filter.metadata.isEmpty, database)
      guard let record, filter.admits(record) else {
        continue
      }
      candidates.append(Candidate(turn: turn, record: record))
    }
    return candidates
  }

  /// A candidate: its number in the graph, and its message.
  struct Candidate: Sendable {
    let turn: Int
    let record: MessageRecord
  }
}

/// What the vectors say about one message.
struct Similarity: Sendable {
  /// Cosine of question and best passage.
  let cosine: Double
  /// That passage, in UTF-8 bytes of the content.
  let passage: Range<Int>

  /// The nearest messages inside a filter, by row.
  static func nearest(
    to vector: [Float], in index: VectorIndex, filter: VectorFilter, limit: Int
  ) throws -> [Int64: Similarity] {
    let hits = try index.search(query: vector, topK: limit, filter: filter)
    return Dictionary(
      hits.map { hit in
        let passage = Int(hit.utf8Range.lowerBound)..<Int(hit.utf8Range.upperBound)
        return (hit.key, Similarity(cosine: Double(hit.score), passage: passage))
      }, uniquingKeysWith: { first, _ in first })
  }
}

/// Measures what comes one after the other.
private struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap(_ duration: inout Duration) {
    let now = ContinuousClock.now
    duration += last.duration(to: now)
    last = now
  }
}
