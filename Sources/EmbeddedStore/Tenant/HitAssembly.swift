// From candidates to hits: fuse the scores, fetch the messages, check the filter once more, say what matched.

import ConversationMemory
import Foundation
import GRDB

struct HitAssembly: Sendable {
  let query: KeywordQuery
  let filter: ResolvedFilter
  let ranking: HybridRanking
  let topK: Int

  /// - Parameters:
  ///   - similarities: by row; rows the vectors do not know are missing.
  ///   - consultedMeaning: whether a row missing there has no meaning in common, rather than an unknown one.
  func hits(
    keyword: [KeywordCandidate], similarities: [Int64: Similarity], consultedMeaning: Bool, _ database: Database
  ) throws -> [SearchHit] {
    let rarities = try self.rarities(database)
    let attainable = ranking.attainableKeywordScore(inverseDocumentFrequencies: rarities)
    var scores: [Int64: ScoreParts] = [:]
    let stemmer = Stemmer()
    let words = Dictionary(keyword.map { ($0.row, $0.score) }, uniquingKeysWith: { first, _ in first })
    for row in Set(words.keys).union(similarities.keys) {
      let cosine = similarities[row]?.cosine ?? (consultedMeaning ? 0 : nil)
      scores[row] = ranking.parts(similarity: cosine, keywordScore: words[row] ?? 0, attainable: attainable)
    }
    let order = scores.sorted { ($0.value.total, $0.key) > ($1.value.total, $1.key) }
    var hits: [SearchHit] = []
    for (row, parts) in order where hits.count < topK {
      // Gone meanwhile, or never the filter's: an index may be behind, the messages are not.
      guard let record = try fetch(row, database), filter.admits(record) else { continue }
      hits.append(
        hit(record, parts: parts, similarity: similarities[row], consultedMeaning, rarities: rarities, stemmer))
    }
    // Equal scores: newest first.
    return hits.sorted {
      ($0.score, $0.message.timestamp, $0.message.sequence) > ($1.score, $1.message.timestamp, $1.message.sequence)
    }
  }

  /// The messages that the words find. Where a word is still being typed and few messages have one that begins so, those
  /// are looked for whose stem is shorter than what is typed.
  func candidates(limit: Int, _ database: Database) throws -> [KeywordCandidate] {
    var found = try FullTextIndex.candidates(query, filter: filter, limit: limit, database)
    guard found.count < limit, let expression = query.shortenedPrefixExpression else { return found }
    let known = Set(found.map(\.row))
    let stemmer = Stemmer()
    for candidate in try FullTextIndex.candidates(matching: expression, filter: filter, limit: limit * 5, database)
    where !known.contains(candidate.row) && found.count < limit {
      guard let record = try fetch(candidate.row, database) else { continue }
      if query.isMatched(by: record.message, stemmer: stemmer) { found.append(candidate) }
    }
    return found
  }

  private func rarities(_ database: Database) throws -> [Double] {
    let frequencies = try FullTextIndex.documentFrequencies(of: query.terms.map(\.stem), database)
    let total = try Int.fetchOne(database, sql: "SELECT messages FROM tenant") ?? 0
    return frequencies.map { HybridRanking.inverseDocumentFrequency(documents: total, containing: $0) }
  }

  private func fetch(_ row: Int64, _ database: Database) throws -> MessageRecord? {
    let statement = try database.cachedStatement(sql: MessageRecord.select + " WHERE m.row = ?")
    return try Row.fetchOne(statement, arguments: [row]).map { try MessageRecord($0) }
  }

  private func hit(
    _ record: MessageRecord, parts: ScoreParts, similarity: Similarity?, _ consultedMeaning: Bool,
    rarities: [Double], _ stemmer: Stemmer
  ) -> SearchHit {
    let content = record.message.content
    let matches = query.matches(in: content, stemmer: stemmer)
    var found = matches.terms
    if let author = record.message.author { found.formUnion(query.matches(in: author, stemmer: stemmer).terms) }
    // One more than its rarity: in a tenant of a few messages every word is common, and would weigh nothing.
    let weights = rarities.map { $0 + 1 }
    let coverage = weights.isEmpty ? 0 : found.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
    let cosine = similarity?.cosine ?? (consultedMeaning ? 0 : nil)
    let whole = 0..<content.utf8.count
    let passage = similarity.map(\.passage).flatMap { $0.isEmpty ? nil : $0.clamped(to: whole) }
    return SearchHit(
      message: record.message, score: parts.total,
      weak: ranking.isWeak(similarity: cosine, wordCoverage: coverage), parts: parts, similarity: cosine,
      matchedWords: found.sorted().map { query.terms[$0].word }, wordCoverage: coverage,
      matchedRanges: matches.ranges, passage: passage ?? whole,
      cursor: record.cursor)
  }
}
