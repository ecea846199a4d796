// One author, across sessions and channels.

import ConversationMemory
import GRDB

extension EmbeddedTenantStore {
  func authorHistory(
    _ author: String, limit: Int, before cursor: ConversationMemory.Cursor?
  ) async throws -> Page<ConversationMessage> {
    let tenant = id
    return try await read { database in
      let ordinal = try Self.authorOrdinal(author, tenant: tenant, database)
      return try Self.ascendingPage(
        database, condition: "m.author = ?", arguments: [ordinal], limit: limit, before: cursor)
    }
  }

  func authorHistory(
    _ author: String, limit: Int, after cursor: ConversationMemory.Cursor
  ) async throws -> Page<ConversationMessage> {
    let tenant = id
    return try await read { database in
      let ordinal = try Self.authorOrdinal(author, tenant: tenant, database)
      return try Self.followingPage(
        database, condition: "m.author = ?", arguments: [ordinal], limit: limit, after: cursor)
    }
  }

  func person(_ author: String) async throws -> PersonSummary {
    let tenant = id
    return try await read { database in
      let ordinal = try Self.authorOrdinal(author, tenant: tenant, database)
      // Counted here rather than by two `DISTINCT`, each of which builds a tree of its own.
      var sessions: Set<Int64> = []
      var channels: Set<Int64> = []
      var messages = 0
      var times: ClosedRange<Int64>?
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT timestamp, session, channel FROM messages WHERE author = ? ORDER BY timestamp, sequence, row",
        arguments: [ordinal])
      while let row = try rows.next() {
        let time: Int64 = row[0]
        times = (times?.lowerBound ?? time)...time
        sessions.insert(row[1])
        channels.insert(row[2])
        messages += 1
      }
      guard let times else { throw MemoryError.unknownAuthor(author, tenant: tenant) }
      let names = try channels.compactMap {
        try String.fetchOne(database, sql: "SELECT name FROM channels WHERE ordinal = ?", arguments: [$0])
      }
      return PersonSummary(
        id: author, messages: messages, sessions: sessions.count,
        channels: names.map(Channel.init(unchecked:)).sorted(),
        first: Timestamp(milliseconds: times.lowerBound), last: Timestamp(milliseconds: times.upperBound))
    }
  }

  private static func authorOrdinal(_ author: String, tenant: TenantID, _ database: Database) throws -> Int64 {
    guard let ordinal = try Ordinals.find("authors", author, database) else {
      throw MemoryError.unknownAuthor(author, tenant: tenant)
    }
    return ordinal
  }
}
