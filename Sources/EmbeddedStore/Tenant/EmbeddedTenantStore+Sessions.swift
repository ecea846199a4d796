// Sessions and channels: made, listed, counted.

import ConversationMemory
import Foundation
import GRDB

extension EmbeddedTenantStore {
  func createSession(_ session: NewSession) async throws -> ConversationSession {
    let id = try session.checkedID()
    let tenant = self.id
    return try await write { database in
      guard try SessionRecord.fetch(database, id: id) == nil else {
        throw MemoryError(
          .conflict, "tenant \"\(tenant)\" already has a session \"\(id)\"", remedy: "add to it, or choose another id")
      }
      let record = try SessionRecord.insert(
        database, id: id, channel: session.channel,
        channelOrdinal: try Ordinals.channel(session.channel, database), at: .now, metadata: session.metadata)
      try database.execute(sql: "UPDATE tenant SET sessions = sessions + 1")
      return record.session
    }
  }

  func session(_ id: SessionID) async throws -> ConversationSession {
    let tenant = self.id
    return try await read { database in
      guard let record = try SessionRecord.fetch(database, id: id) else {
        throw MemoryError.unknownSession(id, tenant: tenant)
      }
      return record.session
    }
  }

  func sessions(_ query: SessionQuery) async throws -> Page<ConversationSession> {
    try await read { database in
      var arguments = StatementArguments()
      var conditions = try SessionConditions(query, database).clauses(&arguments)
      let sort = SessionSort(query)
      if let cursor = query.cursor {
        conditions.append(try sort.continuation(of: cursor, arguments: &arguments))
      }
      let limit = Self.bounded(query.limit)
      arguments += [limit + 1]
      let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
      let records = try Row.fetchAll(
        database, sql: SessionRecord.select + filter + " ORDER BY \(sort.clause) LIMIT ?", arguments: arguments
      ).map { try SessionRecord($0) }
      let shown = records.prefix(limit)
      return Page(
        items: shown.map(\.session), next: records.count > limit ? shown.last.map(sort.cursor(of:)) : nil)
    }
  }

  func channels() async throws -> [ChannelSummary] {
    try await read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT c.name, coalesce(k.messages, 0), k.last_activity,
            (SELECT count(*) FROM channel_sessions x WHERE x.channel = c.ordinal)
          FROM channels c LEFT JOIN channel_counts k ON k.channel = c.ordinal ORDER BY c.name
          """
      ).map {
        ChannelSummary(
          id: Channel(unchecked: $0[0]), messages: $0[1], sessions: $0[3],
          lastActivity: ($0[2] as Int64?).map { Timestamp(milliseconds: $0) })
      }
    }
  }
}

/// A listing's order, in SQL and as a cursor: the sorted column, then the ordinal, both in one direction.
private struct SessionSort {
  let order: SessionQuery.Order
  let isDescending: Bool

  init(_ query: SessionQuery) {
    order = query.order
    isDescending = (query.order != .title) != query.reversed
  }

  private var column: String {
    switch order {
    case .lastActivity: "s.last_activity"
    case .startedAt: "s.started_at"
    case .messageCount: "s.messages"
    case .title: "s.title COLLATE NOCASE"
    }
  }

  var clause: String {
    let direction = isDescending ? "DESC" : "ASC"
    return "\(column) \(direction), s.ordinal \(direction)"
  }

  private var listing: String { "sessions:\(order.rawValue):\(isDescending ? "down" : "up")" }

  func cursor(of record: SessionRecord) -> ConversationMemory.Cursor {
    let key =
      switch order {
      case .lastActivity: String(record.session.lastActivity.milliseconds)
      case .startedAt: String(record.session.startedAt.milliseconds)
      case .messageCount: String(record.session.messageCount)
      case .title: record.session.title
      }
    return ConversationMemory.Cursor(listing: listing, key: [key, String(record.ordinal)])
  }

  func continuation(of cursor: ConversationMemory.Cursor, arguments: inout StatementArguments) throws -> String {
    guard cursor.listing == listing, cursor.key.count == 2, let ordinal = Int64(cursor.key[1]) else {
      throw MemoryError(
        .invalidCursor, "\(cursor) is not a cursor of this listing",
        remedy: "pass the `next` of the page before, with the same order")
    }
    if order == .title {
      arguments += [cursor.key[0], ordinal]
    } else {
      guard let value = Int64(cursor.key[0]) else {
        throw MemoryError(
          .invalidCursor, "\(cursor) is not a cursor of this listing", remedy: "pass the `next` of the page before")
      }
      arguments += [value, ordinal]
    }
    return "(\(column), s.ordinal) \(isDescending ? "<" : ">") (?, ?)"
  }
}
