// The checks that run inside a tenant's database. Each returns what is wrong, nothing where all is well.

import ConversationMemory
import Foundation
import GRDB

enum DatabaseVerification {
  /// How many faults of one kind are spelled out.
  private static let limit = 20

  /// Structure, references and every row's checksum.
  static func faults(_ database: Database) throws -> [String] {
    var faults = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(limit))").filter { $0 != "ok" }
    // Rows of a damaged tree may be read twice or never: no use in looking closer.
    guard faults.isEmpty else { return faults }
    let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").count
    if orphans > 0 { faults.append("\(orphans) rows refer to what is not there") }
    faults += try messageFaults(database)
    faults += try sessionFaults(database)
    faults += try annotationFaults(database)
    return faults
  }

  private static func messageFaults(_ database: Database) throws -> [String] {
    var faults: [String] = []
    let rows = try Row.fetchCursor(database, sql: MessageRecord.select + " ORDER BY m.row")
    while faults.count < limit, let values = try rows.next() {
      let id: String = values[4]
      guard let record = try? MessageRecord(values), record.checksum == record.expectedChecksum,
        (values[9] as Data).elementsEqual(record.message.content.utf8)
      else {
        faults.append("message \"\(id)\" differs from its checksum")
        continue
      }
    }
    return faults
  }

  private static func sessionFaults(_ database: Database) throws -> [String] {
    var faults: [String] = []
    let rows = try Row.fetchCursor(database, sql: SessionRecord.select + " ORDER BY s.ordinal")
    while faults.count < limit, let values = try rows.next() {
      let id: String = values[1]
      guard let record = try? SessionRecord(values), record.checksum == record.expectedChecksum else {
        faults.append("session \"\(id)\" differs from its checksum")
        continue
      }
    }
    return faults
  }

  private static func annotationFaults(_ database: Database) throws -> [String] {
    var faults: [String] = []
    let rows = try Row.fetchCursor(database, sql: AnnotationRecord.select + " ORDER BY session")
    while faults.count < limit, let values = try rows.next() {
      let record = AnnotationRecord(values)
      guard record.checksum != record.expectedChecksum else { continue }
      let id = try String.fetchOne(
        database, sql: "SELECT id FROM sessions WHERE ordinal = ?", arguments: [record.session])
      faults.append("tags and note of session \"\(id ?? "")\" differ from their checksum")
    }
    return faults
  }

  /// Counters against what they count.
  static func counterFaults(_ database: Database) throws -> [String] {
    var faults: [String] = []
    func compare(_ what: String, _ sql: String) throws {
      if try Bool.fetchOne(database, sql: sql) == true { faults.append("\(what) do not add up") }
    }
    try compare(
      "the tenant's counts",
      """
      SELECT messages <> (SELECT count(*) FROM messages) OR sessions <> (SELECT count(*) FROM sessions)
        OR last_activity IS NOT (SELECT max(timestamp) FROM messages) FROM tenant
      """)
    try compare(
      "sessions' counts",
      """
      SELECT EXISTS (SELECT 1 FROM sessions s WHERE s.messages <> (SELECT count(*) FROM messages m
        WHERE m.session = s.ordinal))
      """)
    try compare(
      "channels' counts",
      """
      SELECT EXISTS (SELECT channel, count(*), max(timestamp) FROM messages GROUP BY channel
        EXCEPT SELECT channel, messages, last_activity FROM channel_counts)
        OR (SELECT count(*) FROM channel_counts) <> (SELECT count(DISTINCT channel) FROM messages)
      """)
    try compare(
      "channels' sessions",
      """
      SELECT EXISTS (SELECT channel, session, count(*) FROM messages GROUP BY channel, session
        EXCEPT SELECT channel, session, messages FROM channel_sessions)
        OR EXISTS (SELECT channel, session, messages FROM channel_sessions
        EXCEPT SELECT channel, session, count(*) FROM messages GROUP BY channel, session)
      """)
    return faults
  }

  /// Makes all counters again, except the sessions' own, whose rows carry a checksum.
  static func recount(_ database: Database) throws {
    try database.execute(
      sql: """
        DELETE FROM channel_counts;
        INSERT INTO channel_counts (channel, messages, last_activity)
          SELECT channel, count(*), max(timestamp) FROM messages GROUP BY channel;
        DELETE FROM channel_sessions;
        INSERT INTO channel_sessions (channel, session, messages)
          SELECT channel, session, count(*) FROM messages GROUP BY channel, session;
        UPDATE tenant SET messages = (SELECT count(*) FROM messages), sessions = (SELECT count(*) FROM sessions),
          last_activity = (SELECT max(timestamp) FROM messages);
        """)
    let ordinals = try Int64.fetchAll(database, sql: "SELECT ordinal FROM sessions")
    for ordinal in ordinals {
      let values = try Row.fetchOne(
        database, sql: SessionRecord.select + " WHERE s.ordinal = ?", arguments: [ordinal])
      guard var record = try values.map({ try SessionRecord($0) }) else { continue }
      let count =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM messages WHERE session = ?", arguments: [ordinal]) ?? 0
      guard record.session.messageCount != count else { continue }
      record.session.messageCount = count
      try record.update(database)
    }
  }
}
