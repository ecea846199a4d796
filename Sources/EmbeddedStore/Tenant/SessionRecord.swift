// A session as the tables hold it: read once a batch, changed in memory, written back once.

import ConversationMemory
import Foundation
import GRDB

struct SessionRecord: Sendable {
  var ordinal: Int64
  private var sheet: SessionSheet
  var checksum: Int64
  var session: ConversationSession {
    get { sheet.session }
    set { sheet.session = newValue }
  }
  /// Whether tags or note differ from what is stored.
  private var isAnnotated = false

  static let select = """
    SELECT s.ordinal, s.id, c.name, s.title, s.opening, s.opening_rank, s.started_at, s.last_activity, s.messages,
      s.last_sequence, s.metadata, s.checksum, n.tags, n.note
    FROM sessions s JOIN channels c ON c.ordinal = s.channel
      LEFT JOIN session_annotations n ON n.session = s.ordinal
    """

  init(_ values: Row) throws {
    ordinal = values[0]
    var session = ConversationSession(
      id: SessionID(unchecked: values[1]), channel: Channel(unchecked: values[2]), title: values[3],
      startedAt: Timestamp(milliseconds: values[6]), lastActivity: Timestamp(milliseconds: values[7]),
      messageCount: values[8], metadata: try MetadataText.decode(values[10]))
    session.annotations = AnnotationRecord.annotations(tags: values[12], note: values[13])
    sheet = SessionSheet(
      session: session, opening: values[4], openingRank: values[5], lastSequence: values[9])
    checksum = values[11]
  }

  static func fetch(_ database: Database, id: SessionID) throws -> SessionRecord? {
    let statement = try database.cachedStatement(sql: select + " WHERE s.id = ?")
    return try Row.fetchOne(statement, arguments: [id.rawValue]).map { try SessionRecord($0) }
  }

  /// Inserts an empty session at a time.
  static func insert(
    _ database: Database, id: SessionID, channel: Channel, channelOrdinal: Int64, at time: Timestamp,
    metadata: [String: String]
  ) throws -> SessionRecord {
    let sheet = SessionSheet(id: id, channel: channel, at: time, metadata: metadata)
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO sessions (id, channel, title, opening_rank, started_at, last_activity, messages, last_sequence,
          metadata, checksum) VALUES (?, ?, ?, 0, ?, ?, 0, 0, ?, 0)
        """)
    try statement.execute(arguments: [
      id.rawValue, channelOrdinal, sheet.session.title, time.milliseconds, time.milliseconds,
      MetadataText.encode(metadata) ?? "{}",
    ])
    var record = SessionRecord(ordinal: database.lastInsertedRowID, sheet: sheet)
    try record.update(database)
    return record
  }

  private init(ordinal: Int64, sheet: SessionSheet) {
    self.ordinal = ordinal
    self.sheet = sheet
    checksum = 0
  }

  /// Takes a new message into account; returns its sequence number.
  ///
  /// - Throws: where the session would have too many tags; then nothing is changed.
  mutating func note(_ draft: MessageDraft, at time: Timestamp) throws(MemoryError) -> Int64 {
    let sequence = try sheet.note(draft, at: time)
    if !draft.sessionAnnotations.isEmpty { isAnnotated = true }
    return sequence
  }

  /// Writes counters, title and metadata back; tags and note where a message brought some.
  mutating func update(_ database: Database) throws {
    sheet.retitle()
    checksum = expectedChecksum
    let statement = try database.cachedStatement(
      sql: """
        UPDATE sessions SET title = ?, opening = ?, opening_rank = ?, started_at = ?, last_activity = ?, messages = ?,
          last_sequence = ?, metadata = ?, checksum = ? WHERE ordinal = ?
        """)
    try statement.execute(arguments: [
      session.title, sheet.opening, sheet.openingRank, session.startedAt.milliseconds,
      session.lastActivity.milliseconds, session.messageCount, sheet.lastSequence,
      MetadataText.encode(session.metadata) ?? "{}", checksum, ordinal,
    ])
    if isAnnotated { try AnnotationRecord.write(session.annotations, session: ordinal, database) }
    isAnnotated = false
  }

  /// What ``checksum`` should be.
  var expectedChecksum: Int64 {
    var checksum = RowChecksum()
    checksum.add(session.id.rawValue)
    checksum.add(session.channel.rawValue)
    checksum.add(session.title)
    checksum.add(sheet.opening)
    checksum.add(Int64(sheet.openingRank))
    checksum.add(session.startedAt.milliseconds)
    checksum.add(session.lastActivity.milliseconds)
    checksum.add(Int64(session.messageCount))
    checksum.add(sheet.lastSequence)
    checksum.add(MetadataText.encode(session.metadata))
    return checksum.value
  }
}
