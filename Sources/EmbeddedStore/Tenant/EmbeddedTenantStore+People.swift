// One author, across sessions and channels.

import ConversationMemory
import GRDB

extension EmbeddedTenantStore {
  func authorHistory(
    _ author: String, limit: Int, before cursor: ConversationMemory.Cursor?
  ) async throws -> Page<ConversationMessage> {
    try await history("m.author", limit: limit, before: cursor) { try Self.authorOrdinal(author, tenant: $0, $1) }
  }

  func authorHistory(
    _ author: String, limit: Int, after cursor: ConversationMemory.Cursor
  ) async throws -> Page<ConversationMessage> {
    try await history("m.author", limit: limit, after: cursor) { try Self.authorOrdinal(author, tenant: $0, $1) }
  }

  func person(_ author: String) async throws -> PersonSummary {
    let tenant = id
    return try await read { database in
      let ordinal = try Self.authorOrdinal(author, tenant: tenant, database)
      let counts = try Row.fetchOne(
        database,
        sql: "SELECT count(*), count(DISTINCT session), min(timestamp), max(timestamp) FROM messages WHERE author = ?",
        arguments: [ordinal])
      guard let counts, let first = counts[2] as Int64?, let last = counts[3] as Int64? else {
        throw MemoryError.unknownAuthor(author, tenant: tenant)
      }
      let channels = try String.fetchAll(
        database,
        sql: """
          SELECT name FROM channels
          WHERE ordinal IN (SELECT DISTINCT channel FROM messages WHERE author = ?)
          """, arguments: [ordinal])
      return PersonSummary(
        id: author, messages: counts[0], sessions: counts[1], channels: channels.map(Channel.init(unchecked:)).sorted(),
        first: Timestamp(milliseconds: first), last: Timestamp(milliseconds: last))
    }
  }

  private static func authorOrdinal(_ author: String, tenant: TenantID, _ database: Database) throws -> Int64 {
    guard let ordinal = try Ordinals.find("authors", author, database) else {
      throw MemoryError.unknownAuthor(author, tenant: tenant)
    }
    return ordinal
  }
}
