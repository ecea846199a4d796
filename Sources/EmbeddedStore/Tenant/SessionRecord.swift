// A session as the tables hold it: read once a batch, changed in memory, written back once.

import ConversationMemory
import Foundation
import GRDB

struct SessionRecord: Sendable {
  /// How good the words are that the title may be made of.
  enum OpeningRank: Int { case none, anyone, customer }

  var ordinal: Int64
  var session: ConversationSession
  var opening: String?
  var openingRank: Int
  var lastSequence: Int64
  var checksum: Int64
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
    session = ConversationSession(
      id: SessionID(unchecked: values[1]), channel: Channel(unchecked: values[2]), title: values[3],
      startedAt: Timestamp(milliseconds: values[6]), lastActivity: Timestamp(milliseconds: values[7]),
      messageCount: values[8], metadata: try MetadataText.decode(values[10]))
    session.annotations = AnnotationRecord.annotations(tags: values[12], note: values[13])
    opening = values[4]
    openingRank = values[5]
    lastSequence = values[9]
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
    let title = SessionTitle.make(metadata: metadata, opening: nil, id: id)
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO sessions (id, channel, title, opening_rank, started_at, last_activity, messages, last_sequence,
          metadata, checksum) VALUES (?, ?, ?, 0, ?, ?, 0, 0, ?, 0)
        """)
    try statement.execute(arguments: [
      id.rawValue, channelOrdinal, title, time.milliseconds, time.milliseconds,
      MetadataText.encode(metadata) ?? "{}",
    ])
    var record = SessionRecord(
      ordinal: database.lastInsertedRowID,
      session: ConversationSession(
        id: id, channel: channel, title: title, startedAt: time, lastActivity: time, messageCount: 0,
        metadata: metadata))
    try record.update(database)
    return record
  }

  private init(ordinal: Int64, session: ConversationSession) {
    self.ordinal = ordinal
    self.session = session
    opening = nil
    openingRank = OpeningRank.none.rawValue
    lastSequence = 0
    checksum = 0
  }

  /// Takes a new message into account; returns its sequence number.
  ///
  /// - Throws: where the session would have too many tags; then nothing is changed.
  mutating func note(_ draft: MessageDraft, at time: Timestamp) throws(MemoryError) -> Int64 {
    if !draft.sessionAnnotations.isEmpty {
      session.annotations = try session.annotations.applying(draft.annotation(of: session.annotations))
      isAnnotated = true
    }
    if session.messageCount == 0 {
      session.startedAt = time
      session.lastActivity = time
    } else {
      session.startedAt = min(session.startedAt, time)
      session.lastActivity = max(session.lastActivity, time)
    }
    session.messageCount += 1
    lastSequence += 1
    for (key, value) in draft.sessionMetadata where session.metadata[key] == nil { session.metadata[key] = value }
    for key in MetadataKey.sessionWide where session.metadata[key] == nil {
      if let value = draft.metadata[key], !value.isEmpty { session.metadata[key] = value }
    }
    let rank = draft.role == .user ? OpeningRank.customer.rawValue : OpeningRank.anyone.rawValue
    if rank > openingRank, draft.role != .system {
      opening = SessionTitle.make(metadata: [:], opening: draft.content, id: draft.session)
      openingRank = rank
    }
    return lastSequence
  }

  /// Writes counters, title and metadata back; tags and note where a message brought some.
  mutating func update(_ database: Database) throws {
    session.title = SessionTitle.make(metadata: session.metadata, opening: opening, id: session.id)
    checksum = expectedChecksum
    let statement = try database.cachedStatement(
      sql: """
        UPDATE sessions SET title = ?, opening = ?, opening_rank = ?, started_at = ?, last_activity = ?, messages = ?,
          last_sequence = ?, metadata = ?, checksum = ? WHERE ordinal = ?
        """)
    try statement.execute(arguments: [
      session.title, opening, openingRank, session.startedAt.milliseconds, session.lastActivity.milliseconds,
      session.messageCount, lastSequence, MetadataText.encode(session.metadata) ?? "{}", checksum, ordinal,
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
    checksum.add(opening)
    checksum.add(Int64(openingRank))
    checksum.add(session.startedAt.milliseconds)
    checksum.add(session.lastActivity.milliseconds)
    checksum.add(Int64(session.messageCount))
    checksum.add(lastSequence)
    checksum.add(MetadataText.encode(session.metadata))
    return checksum.value
  }
}
