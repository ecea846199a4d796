// Messages in time order: of a session, of a channel, of everything. Equal times stand in the order of arrival.

import ConversationMemory
import GRDB

extension EmbeddedTenantStore {
  func message(_ id: MessageID) async throws -> ConversationMessage {
    let tenant = self.id
    return try await read { database in
      let values = try Row.fetchOne(
        database, sql: MessageRecord.select + " WHERE m.id = ?", arguments: [id.rawValue])
      guard let values else {
        throw MemoryError(
          .unknownMessage, "tenant \"\(tenant)\" has no message \"\(id)\"", remedy: "it may have been deleted")
      }
      return try MessageRecord(values).message
    }
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, before cursor: ConversationMemory.Cursor?
  ) async throws -> Page<ConversationMessage> {
    try await history("m.session", limit: limit, before: cursor) { try Self.sessionOrdinal(session, tenant: $0, $1) }
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, after cursor: ConversationMemory.Cursor
  ) async throws -> Page<ConversationMessage> {
    try await history("m.session", limit: limit, after: cursor) { try Self.sessionOrdinal(session, tenant: $0, $1) }
  }

  func channelHistory(
    _ channel: Channel, limit: Int, before cursor: ConversationMemory.Cursor?
  ) async throws -> Page<ConversationMessage> {
    try await history("m.channel", limit: limit, before: cursor) { tenant, database in
      guard let ordinal = try Ordinals.find("channels", channel.rawValue, database) else {
        throw MemoryError.unknownChannel(channel, tenant: tenant)
      }
      return ordinal
    }
  }

  /// Finds the number of what a history is of.
  typealias OrdinalLookUp = @Sendable (TenantID, Database) throws -> Int64

  /// The messages that have a number in a column, before a place or the last ones.
  func history(
    _ column: String, limit: Int, before cursor: ConversationMemory.Cursor?, of ordinal: @escaping OrdinalLookUp
  ) async throws -> Page<ConversationMessage> {
    let tenant = id
    return try await read { database in
      try Self.ascendingPage(
        database, condition: "\(column) = ?", arguments: [try ordinal(tenant, database)], limit: limit, before: cursor)
    }
  }

  /// The same behind a place.
  func history(
    _ column: String, limit: Int, after cursor: ConversationMemory.Cursor, of ordinal: @escaping OrdinalLookUp
  ) async throws -> Page<ConversationMessage> {
    let tenant = id
    return try await read { database in
      try Self.followingPage(
        database, condition: "\(column) = ?", arguments: [try ordinal(tenant, database)], limit: limit, after: cursor)
    }
  }

  func recentContext(limit: Int, before cursor: ConversationMemory.Cursor?) async throws -> Page<ConversationMessage> {
    try await read { database in
      let page = try Self.ascendingPage(database, condition: "1", arguments: [], limit: limit, before: cursor)
      return Page(items: page.items.reversed(), next: page.next)
    }
  }

  /// The last `limit` rows before the cursor, oldest first; the page's cursor stands on its oldest row.
  static func ascendingPage(
    _ database: Database, condition: String, arguments: StatementArguments, limit: Int,
    before cursor: ConversationMemory.Cursor?
  ) throws -> Page<ConversationMessage> {
    var arguments = arguments
    var condition = condition
    if let cursor {
      let key = try cursor.integers(listing: "messages", count: 3)
      condition += " AND (m.timestamp, m.sequence, m.row) < (?, ?, ?)"
      arguments += [key[0], key[1], key[2]]
    }
    let limit = bounded(limit)
    arguments += [limit + 1]
    let records = try Row.fetchAll(
      database,
      sql: MessageRecord.select
        + " WHERE \(condition) ORDER BY m.timestamp DESC, m.sequence DESC, m.row DESC LIMIT ?",
      arguments: arguments
    ).map { try MessageRecord($0) }
    let shown = records.prefix(limit)
    return Page(
      items: shown.reversed().map(\.message), next: records.count > limit ? shown.last?.cursor : nil)
  }

  /// The first `limit` rows after the cursor, oldest first; the page's cursor stands on its newest row.
  static func followingPage(
    _ database: Database, condition: String, arguments: StatementArguments, limit: Int,
    after cursor: ConversationMemory.Cursor
  ) throws -> Page<ConversationMessage> {
    let key = try cursor.integers(listing: "messages", count: 3)
    let limit = bounded(limit)
    let records = try Row.fetchAll(
      database,
      sql: MessageRecord.select + """
         WHERE \(condition) AND (m.timestamp, m.sequence, m.row) > (?, ?, ?)
        ORDER BY m.timestamp, m.sequence, m.row LIMIT ?
        """, arguments: arguments + [key[0], key[1], key[2], limit + 1]
    ).map { try MessageRecord($0) }
    let shown = records.prefix(limit)
    return Page(items: shown.map(\.message), next: records.count > limit ? shown.last?.cursor : nil)
  }

  static func sessionOrdinal(_ session: SessionID, tenant: TenantID, _ database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(sql: "SELECT ordinal FROM sessions WHERE id = ?")
    guard let ordinal = try Int64.fetchOne(statement, arguments: [session.rawValue]) else {
      throw MemoryError.unknownSession(session, tenant: tenant)
    }
    return ordinal
  }

  /// At least one row, and no more than a page can hold in memory.
  static func bounded(_ limit: Int) -> Int { min(max(1, limit), 100_000) }
}
