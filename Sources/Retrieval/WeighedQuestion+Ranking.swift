// From what the legs found to hits: the turns around, late interaction over tokens, features, the final score. Each stage's
// formula is with its type in ConversationMemory.

package import ConversationMemory

/// What a search found.
package struct SearchOutcome: Sendable {
  package var hits: [SearchHit] = []
  /// Neither leg has more: going deeper gives nothing new.
  package var isExhausted = true
  package var stages = SearchStages()

  package init() {}
}

/// A candidate: its number in the graph, and its message.
struct Candidate: Sendable {
  let turn: Int
  let message: ConversationMessage
}

extension WeighedQuestion {
  /// Ranks what the legs found.
  ///
  /// - Parameters:
  ///   - found: the best ``legDepth(_:)`` of each leg.
  ///   - depth: how many candidates are looked at, at least.
  /// - Throws: what the evidence throws.
  package func ranked(_ found: LegFindings, depth: Int, from evidence: some SearchEvidence) throws -> SearchOutcome {
    var outcome = SearchOutcome()
    var watch = Stopwatch()
    let limit = legDepth(depth)
    outcome.isExhausted = found.keywordScores.count < limit && found.similarities.count < limit
    let graph = TurnGraph(runs: try evidence.turns(around: found.rows, reach: question.reach))
    let selection = CandidateSelection(
      graph: graph, similarities: question.meaning == nil ? nil : found.similarities.mapValues(\.cosine),
      keywordScores: found.keywordScores, constants: question.constants)
    let candidates = try admitted(
      selection, graph: graph, limit: max(question.constants.candidates, limit), evidence)
    watch.lap(&outcome.stages.turns)
    guard !candidates.isEmpty else { return outcome }

    let interaction = try TokenStage(self, graph: graph, candidates: candidates, evidence: evidence)
    watch.lap(&outcome.stages.tokens)

    let ranked = rank(candidates, selection: selection, interaction: interaction)
    outcome.hits = try HitAssembly(weighed: self, graph: graph, interaction: interaction)
      .hits(ranked.prefix(question.topK), evidence)
    watch.lap(&outcome.stages.assembly)
    return outcome
  }

  private func rank(
    _ candidates: [Candidate], selection: CandidateSelection, interaction: TokenStage
  ) -> [(Candidate, ScoreParts)] {
    let features = QuestionFeatures(question: question.text, authors: Set(candidates.compactMap(\.message.author)))
    let parts = FinalRanking.parts(
      candidates.map { candidate in
        let message = candidate.message
        return FinalRanking.Candidate(
          interaction: interaction.outcomes[candidate.turn]?.score ?? 0,
          similarity: selection.similarities[candidate.turn], keyword: selection.keywordScores[candidate.turn],
          features: features.features(
            author: message.author, content: message.content, timestamp: message.timestamp))
      }, consultedMeaning: question.meaning != nil, constants: question.constants)
    // Equal scores: newest first.
    return zip(candidates, parts).sorted { left, right in
      let (a, b) = (left.0.message, right.0.message)
      return (left.1.total, a.timestamp, a.sequence) > (right.1.total, b.timestamp, b.sequence)
    }
  }

  /// The best candidates that pass the filter: what a turn inside it lends to one outside does not bring that in.
  private func admitted(
    _ selection: CandidateSelection, graph: TurnGraph, limit: Int, _ evidence: some SearchEvidence
  ) throws -> [Candidate] {
    var candidates: [Candidate] = []
    for turn in selection.order where candidates.count < limit {
      // Gone meanwhile, or never the filter's: an index may be behind, the messages are not.
      guard let message = try evidence.admitted(graph.rows[turn]) else { continue }
      candidates.append(Candidate(turn: turn, message: message))
    }
    return candidates
  }
}
