// From ranked candidates to hits: says what matched, where, and how far to rely on it.

import ConversationMemory
import Foundation
import GRDB
import VectorIndex

struct HitAssembly: Sendable {
  let words: KeywordQuery
  let documents: Int
  /// How many of them have each stem of the question.
  let frequencies: [String: Int]
  let question: EmbeddedQuestion?
  let graph: TurnGraph
  let interaction: TokenStage
  var floor = RelevanceFloor()

  func hits(
    _ ranked: [(SearchPipeline.Candidate, ScoreParts)], _ database: Database
  ) throws -> [SearchHit] {
    let similarities = try self.similarities(of: ranked.map(\.0.record.row))
    let rarities = words.terms.map {
      RelevanceFloor.inverseDocumentFrequency(documents: documents, containing: frequencies[$0.stem] ?? 0)
    }
    let stemmer = Stemmer()
    return try ranked.compactMap { candidate, parts in
      // With all that belongs to it now: of a hundred candidates these few are shown.
      guard let record = try MessageRecord.fetch(row: candidate.record.row, database) else { return nil }
      let outcome = interaction.outcomes[candidate.turn]
      var hit = hit(
        record, turn: candidate.turn, parts: parts, outcome: outcome, similarity: similarities[record.row],
        rarities: rarities, stemmer)
      if let lender = outcome?.lender { hit.lender = try named(lender, database) }
      return hit
    }
  }

  /// Cosines of the question's plain vector, by which hits of different questions compare: the weighted one that found
  /// them lays its weight on what is rare.
  private func similarities(of rows: [Int64]) throws -> [Int64: Similarity] {
    guard let question, let vector = question.plain, !rows.isEmpty else { return [:] }
    return try Similarity.nearest(
      to: vector, in: question.index, filter: VectorFilter(allowedKeys: Set(rows)), limit: rows.count)
  }

  private func hit(
    _ record: MessageRecord, turn: Int, parts: ScoreParts, outcome: LateInteraction.Outcome?,
    similarity: Similarity?, rarities: [Double], _ stemmer: Stemmer
  ) -> SearchHit {
    let content = record.message.content
    let matches = words.matches(in: content, stemmer: stemmer)
    var found = matches.terms
    if let author = record.message.author { found.formUnion(words.matches(in: author, stemmer: stemmer).terms) }
    // One more than its rarity: in a tenant of a few messages every word is common, and would weigh nothing.
    let weights = rarities.map { $0 + 1 }
    let coverage = weights.isEmpty ? 0 : found.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
    let cosine = similarity?.cosine ?? (question == nil ? nil : 0)
    let whole = 0..<content.utf8.count
    let passage = (interaction.passages[turn] ?? similarity?.passage)
      .flatMap { $0.isEmpty ? nil : $0.clamped(to: whole) }
    let score = question == nil ? nil : outcome?.score
    return SearchHit(
      message: record.message, score: parts.total,
      weak: floor.isWeak(similarity: cosine, wordCoverage: coverage, interaction: score), parts: parts,
      similarity: cosine, matchedWords: found.sorted().map { words.terms[$0].word }, wordCoverage: coverage,
      matchedRanges: matches.ranges, passage: passage ?? whole, cursor: record.cursor, interaction: score)
  }

  private func named(_ lender: LateInteraction.Lender, _ database: Database) throws -> SearchHit.Lender? {
    let statement = try database.cachedStatement(sql: "SELECT id FROM messages WHERE row = ?")
    guard let id = try String.fetchOne(statement, arguments: [graph.rows[lender.turn]]) else { return nil }
    return SearchHit.Lender(message: MessageID(unchecked: id), offset: lender.offset)
  }
}
