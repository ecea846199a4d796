// The keyword leg: the messages that a question's words find.

import ConversationMemory
import GRDB

enum KeywordLeg {
  /// The best messages by BM25, inside the filter. Where a word is still being typed and few messages have one that begins
  /// so, those are looked for whose stem is shorter than what is typed.
  static func candidates(
    _ query: KeywordQuery, filter: ResolvedFilter, limit: Int, _ database: Database
  ) throws -> [KeywordCandidate] {
    var found = try FullTextIndex.candidates(query, filter: filter, limit: limit, database)
    guard found.count < limit, let expression = query.shortenedPrefixExpression else { return found }
    let known = Set(found.map(\.row))
    let stemmer = Stemmer()
    for candidate in try FullTextIndex.candidates(matching: expression, filter: filter, limit: limit * 5, database)
    where !known.contains(candidate.row) && found.count < limit {
      guard let record = try MessageRecord.fetch(row: candidate.row, database) else { continue }
      if query.isMatched(by: record.message, stemmer: stemmer) { found.append(candidate) }
    }
    return found
  }

  /// How many messages have each stem.
  static func documentFrequencies(of stems: [String], _ database: Database) throws -> [Int] {
    try FullTextIndex.documentFrequencies(of: stems, database)
  }
}
