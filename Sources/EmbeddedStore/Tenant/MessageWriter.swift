// Adds a batch of messages inside one transaction: ids, sessions, counters, all or nothing.

import ConversationMemory
import Foundation
import GRDB

/// One batch on its way into the tables. Lives as long as its transaction.
struct MessageWriter {
  let database: Database
  let tenant: TenantID
  let policy: RejectionPolicy
  let now: Timestamp

  private var sessions: [SessionID: SessionRecord] = [:]
  private var channels: [Channel: Int64] = [:]
  /// By bytes: as `String`s, two Unicode forms of a name would be one author.
  private var authors: [[UInt8]: Int64] = [:]
  private var channelGains: [Int64: (messages: Int, lastActivity: Int64)] = [:]
  private var channelSessionGains: [ChannelSession: Int] = [:]
  private var occurrences = OccurrenceCounter()
  private var result = AddResult(ids: [], added: 0, duplicates: 0, newSessions: 0, rejections: [])
  private var lastActivity: Int64?

  private struct ChannelSession: Hashable {
    let channel: Int64
    let session: Int64
  }

  init(database: Database, tenant: TenantID, policy: RejectionPolicy, now: Timestamp) {
    self.database = database
    self.tenant = tenant
    self.policy = policy
    self.now = now
  }

  /// Adds the batch. Throws the first fault under ``RejectionPolicy/refuseBatch``; the caller's transaction rolls back.
  mutating func add(_ drafts: [MessageDraft]) throws -> AddResult {
    result.ids.reserveCapacity(drafts.count)
    for (index, draft) in drafts.enumerated() {
      do throws(MemoryError) {
        try draft.validate()
      } catch {
        try reject(index, error)
        continue
      }
      try add(draft, index: index)
    }
    if result.added > 0 { try writeCounters() }
    return result
  }

  private mutating func reject(_ index: Int, _ reason: MemoryError) throws {
    if policy == .refuseBatch { throw reason }
    result.ids.append(nil)
    result.rejections.append(AddResult.Rejection(index: index, reason: reason))
  }

  private mutating func add(_ draft: MessageDraft, index: Int) throws {
    let timestamp = draft.timestamp ?? now
    let id = occurrences.identity(of: draft, at: timestamp, tenant: tenant)
    if let stored = try StoredIdentity.fetch(database, id: id) {
      guard stored.matches(draft) else {
        return try reject(
          index,
          MemoryError(
            .conflict,
            "the message id \"\(id.rawValue.prefix(80))\" is taken by another message in session "
              + "\"\(stored.session)\"", remedy: "ids are unique within a tenant: give this message its own"))
      }
      result.ids.append(id)
      result.duplicates += 1
      return
    }
    var session = try session(for: draft, at: timestamp)
    let sequence: Int64
    do throws(MemoryError) {
      sequence = try session.note(draft, at: timestamp)
    } catch {
      return try reject(index, error)
    }
    let channel = try channelOrdinal(draft.channel)
    let author = try draft.author.map { try authorOrdinal($0) }
    sessions[draft.session] = session
    let message = ConversationMessage(
      id: id, session: draft.session, channel: draft.channel, role: draft.role, author: draft.author,
      content: draft.content, timestamp: timestamp, ingestedAt: now, sequence: sequence, metadata: draft.metadata)
    try insert(message, session: session.ordinal, channel: channel, author: author)
    count(timestamp: timestamp.milliseconds, channel: channel, session: session.ordinal)
    result.ids.append(id)
    result.added += 1
  }

  private mutating func session(for draft: MessageDraft, at timestamp: Timestamp) throws -> SessionRecord {
    if let known = sessions[draft.session] { return known }
    if let stored = try SessionRecord.fetch(database, id: draft.session) { return stored }
    result.newSessions += 1
    return try SessionRecord.insert(
      database, id: draft.session, channel: draft.channel, channelOrdinal: try channelOrdinal(draft.channel),
      at: timestamp, metadata: [:])
  }

  private mutating func channelOrdinal(_ channel: Channel) throws -> Int64 {
    if let known = channels[channel] { return known }
    let ordinal = try Ordinals.channel(channel, database)
    channels[channel] = ordinal
    return ordinal
  }

  private mutating func authorOrdinal(_ author: String) throws -> Int64 {
    let key = Array(author.utf8)
    if let known = authors[key] { return known }
    let ordinal = try Ordinals.author(author, database)
    authors[key] = ordinal
    return ordinal
  }

  private func insert(_ message: ConversationMessage, session: Int64, channel: Int64, author: Int64?) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO messages (id, session, channel, role, author, content, timestamp, ingested_at, sequence, metadata,
          checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(arguments: [
      message.id.rawValue, session, channel, Int(RoleCode.code(of: message.role)), author,
      Data(message.content.utf8), message.timestamp.milliseconds, message.ingestedAt.milliseconds,
      message.sequence, MetadataText.encode(message.metadata), RowChecksum.of(message, withArrival: true),
    ])
  }

  private mutating func count(timestamp: Int64, channel: Int64, session: Int64) {
    let gain = channelGains[channel] ?? (0, timestamp)
    channelGains[channel] = (gain.messages + 1, max(gain.lastActivity, timestamp))
    channelSessionGains[ChannelSession(channel: channel, session: session), default: 0] += 1
    lastActivity = max(lastActivity ?? timestamp, timestamp)
  }

  private mutating func writeCounters() throws {
    for id in sessions.keys { try sessions[id]?.update(database) }
    for (channel, gain) in channelGains {
      try database.execute(
        sql: """
          INSERT INTO channel_counts (channel, messages, last_activity) VALUES (?, ?, ?)
          ON CONFLICT (channel) DO UPDATE SET messages = messages + excluded.messages,
            last_activity = max(coalesce(last_activity, excluded.last_activity), excluded.last_activity)
          """, arguments: [channel, gain.messages, gain.lastActivity])
    }
    for (key, messages) in channelSessionGains {
      try database.execute(
        sql: """
          INSERT INTO channel_sessions (channel, session, messages) VALUES (?, ?, ?)
          ON CONFLICT (channel, session) DO UPDATE SET messages = messages + excluded.messages
          """, arguments: [key.channel, key.session, messages])
    }
    try database.execute(
      sql: """
        UPDATE tenant SET messages = messages + ?, sessions = sessions + ?,
          last_activity = max(coalesce(last_activity, ?), ?)
        """, arguments: [result.added, result.newSessions, lastActivity, lastActivity])
  }
}

/// What is stored under a message id, as far as it decides whether a draft is the same message again.
private struct StoredIdentity {
  let session: String
  let role: Int
  let content: Data

  static func fetch(_ database: Database, id: MessageID) throws -> StoredIdentity? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT s.id, m.role, m.content FROM messages m JOIN sessions s ON s.ordinal = m.session WHERE m.id = ?
        """)
    return try Row.fetchOne(statement, arguments: [id.rawValue]).map {
      StoredIdentity(session: $0[0], role: $0[1], content: $0[2])
    }
  }

  func matches(_ draft: MessageDraft) -> Bool {
    SessionID(unchecked: session) == draft.session && role == Int(RoleCode.code(of: draft.role))
      && content == Data(draft.content.utf8)
  }
}

/// Numbers that stand for names.
enum Ordinals {
  static func channel(_ channel: Channel, _ database: Database) throws -> Int64 {
    try ordinal("channels", channel.rawValue, database)
  }

  static func author(_ author: String, _ database: Database) throws -> Int64 {
    try ordinal("authors", author, database)
  }

  /// Nil where nothing has that name.
  static func find(_ table: String, _ name: String, _ database: Database) throws -> Int64? {
    let statement = try database.cachedStatement(sql: "SELECT ordinal FROM \(table) WHERE name = ?")
    return try Int64.fetchOne(statement, arguments: [name])
  }

  private static func ordinal(_ table: String, _ name: String, _ database: Database) throws -> Int64 {
    if let known = try find(table, name, database) { return known }
    try database.execute(sql: "INSERT INTO \(table) (name) VALUES (?)", arguments: [name])
    return database.lastInsertedRowID
  }
}
