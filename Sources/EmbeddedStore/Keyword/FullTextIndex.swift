// The keyword index: FTS5 behind a small interface, so that an index of our own can take its place.

import ConversationMemory
import Foundation
import GRDB

/// A message found by words.
struct KeywordCandidate: Sendable {
  let row: Int64
  /// BM25, positive: more is better.
  let score: Double
}

/// Words in, candidates out. All calls run inside the caller's transaction.
enum FullTextIndex {
  static func insert(row: Int64, _ database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT INTO keywords (rowid, author, content) SELECT row, author, content FROM message_text WHERE row = ?")
    try statement.execute(arguments: [row])
  }

  /// Must come before the message itself goes: FTS5 needs the text to find the entries.
  static func delete(row: Int64, _ database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO keywords (keywords, rowid, author, content)
        SELECT 'delete', row, author, content FROM message_text WHERE row = ?
        """)
    try statement.execute(arguments: [row])
  }

  /// Merges all segments, so that no term of a deleted message is left in the file.
  static func scrub(_ database: Database) throws {
    try database.execute(sql: "INSERT INTO keywords (keywords) VALUES ('optimize')")
  }

  /// Compares the index with the messages.
  static func verify(_ database: Database) throws {
    try database.execute(sql: "INSERT INTO keywords (keywords, rank) VALUES ('integrity-check', 1)")
  }

  static func rebuild(_ database: Database) throws {
    try database.execute(sql: "INSERT INTO keywords (keywords) VALUES ('rebuild')")
  }

  /// The best messages that have any of the words, by BM25, inside the filter.
  static func candidates(
    _ query: KeywordQuery, filter: ResolvedFilter, limit: Int, _ database: Database
  ) throws -> [KeywordCandidate] {
    guard let expression = query.matchExpression else { return [] }
    return try candidates(matching: expression, filter: filter, limit: limit, ranked: !query.isVague, database)
  }

  /// - Parameter ranked: else the messages that came last, all with the score 1: ranking reads every match.
  static func candidates(
    matching expression: String, filter: ResolvedFilter, limit: Int, ranked: Bool = true, _ database: Database
  ) throws -> [KeywordCandidate] {
    var arguments: StatementArguments = [expression]
    let condition = filter.condition(arguments: &arguments)
    let score = ranked ? "rank" : "-1.0"
    let source =
      condition.isEmpty
      ? "SELECT rowid, \(score) FROM keywords WHERE keywords MATCH ?"
      : """
      SELECT keywords.rowid, \(score) FROM keywords JOIN messages m ON m.row = keywords.rowid
      WHERE keywords MATCH ? AND \(condition)
      """
    let order = ranked ? "rank" : "keywords.rowid DESC"
    arguments += [limit]
    return try Row.fetchAll(database, sql: source + " ORDER BY \(order) LIMIT ?", arguments: arguments).map {
      KeywordCandidate(row: $0[0], score: -($0[1] as Double))
    }
  }

  /// How many messages have each stem.
  static func documentFrequencies(of stems: [String], _ database: Database) throws -> [Int] {
    let statement = try database.cachedStatement(sql: "SELECT doc FROM vocabulary WHERE term = ?")
    return try stems.map { try Int.fetchOne(statement, arguments: [$0]) ?? 0 }
  }
}
