// From ranked candidates to hits: says what matched, where, and how far to rely on it.

import ConversationMemory
import TextAnalysis

struct HitAssembly {
  let weighed: WeighedQuestion
  let graph: TurnGraph
  let interaction: TokenStage
  var floor = RelevanceFloor()

  func hits(_ ranked: some Sequence<(Candidate, ScoreParts)>, _ evidence: some SearchEvidence) throws -> [SearchHit] {
    let ranked = Array(ranked)
    let rows = ranked.map { graph.rows[$0.0.turn] }
    // Cosines of the question's plain vector, by which hits of different questions compare: the weighted one that found
    // them lays its weight on what is rare.
    let similarities: [Int64: Similarity] =
      if let vector = weighed.question.meaning?.plain, !rows.isEmpty {
        try evidence.similarities(to: vector, of: rows)
      } else {
        [:]
      }
    let rarities = weighed.question.words.terms.map { weighed.statistics.rarity(of: $0.stem) }
    let stemmer = Stemmer()
    return try zip(rows, ranked).compactMap { row, ranked in
      let (candidate, parts) = ranked
      // With all that belongs to it now: of a hundred candidates these few are shown.
      guard let stored = try evidence.stored(row) else { return nil }
      let outcome = interaction.outcomes[candidate.turn]
      var hit = hit(
        stored, turn: candidate.turn, parts: parts, outcome: outcome, similarity: similarities[row],
        rarities: rarities, stemmer)
      if let lender = outcome?.lender, let id = try evidence.id(of: graph.rows[lender.turn]) {
        hit.lender = SearchHit.Lender(message: id, offset: lender.offset)
      }
      return hit
    }
  }

  private func hit(
    _ stored: StoredMessage, turn: Int, parts: ScoreParts, outcome: LateInteraction.Outcome?,
    similarity: Similarity?, rarities: [Double], _ stemmer: Stemmer
  ) -> SearchHit {
    let (words, meaning) = (weighed.question.words, weighed.question.meaning)
    let content = stored.message.content
    let matches = words.matches(in: content, stemmer: stemmer)
    var found = matches.terms
    if let author = stored.message.author { found.formUnion(words.matches(in: author, stemmer: stemmer).terms) }
    // One more than its rarity: in a tenant of a few messages every word is common, and would weigh nothing.
    let weights = rarities.map { $0 + 1 }
    let coverage = weights.isEmpty ? 0 : found.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
    let cosine = similarity?.cosine ?? (meaning == nil ? nil : 0)
    let whole = 0..<content.utf8.count
    let passage = (interaction.passages[turn] ?? similarity?.passage)
      .flatMap { $0.isEmpty ? nil : $0.clamped(to: whole) }
    let score = meaning == nil ? nil : outcome?.score
    return SearchHit(
      message: stored.message, score: parts.total,
      weak: floor.isWeak(similarity: cosine, wordCoverage: coverage, interaction: score), parts: parts,
      similarity: cosine, matchedWords: found.sorted().map { words.terms[$0].word }, wordCoverage: coverage,
      matchedRanges: matches.ranges, passage: passage ?? whole, cursor: stored.cursor, interaction: score)
  }
}
