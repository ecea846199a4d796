// A message as the tables hold it, and the SELECT that reads it.

import ConversationMemory
import Foundation
import GRDB

/// A stored message with the numbers it has inside the database.
struct MessageRecord: Sendable {
  let row: Int64
  let sessionOrdinal: Int64
  let channelOrdinal: Int64
  let authorOrdinal: Int64?
  let message: ConversationMessage
  let checksum: Int64

  /// Columns by position, read by ``init(_:)``.
  static let select = """
    SELECT m.row, m.session, m.channel, m.author, m.id, s.id, c.name, m.role, a.name, m.content, m.timestamp,
      m.ingested_at, m.sequence, m.metadata, m.checksum
    FROM messages m
    JOIN sessions s ON s.ordinal = m.session
    JOIN channels c ON c.ordinal = m.channel
    LEFT JOIN authors a ON a.ordinal = m.author
    """

  /// - Parameter readsMetadata: else the message comes without its own metadata, which takes as long to read as the rest.
  init(_ values: Row, readsMetadata: Bool = true) throws {
    row = values[0]
    sessionOrdinal = values[1]
    channelOrdinal = values[2]
    authorOrdinal = values[3]
    let content: Data = values[9]
    let metadata: String? = values[13]
    message = ConversationMessage(
      id: MessageID(unchecked: values[4]), session: SessionID(unchecked: values[5]),
      channel: Channel(unchecked: values[6]), role: try RoleCode.role(of: values[7]), author: values[8],
      content: String(decoding: content, as: UTF8.self), timestamp: Timestamp(milliseconds: values[10]),
      ingestedAt: Timestamp(milliseconds: values[11]), sequence: values[12],
      metadata: readsMetadata ? try MetadataText.decode(metadata) : [:])
    checksum = values[14]
  }

  /// The message with that number; nil where there is none.
  static func fetch(row: Int64, readsMetadata: Bool = true, _ database: Database) throws -> MessageRecord? {
    let statement = try database.cachedStatement(sql: select + " WHERE m.row = ?")
    return try Row.fetchOne(statement, arguments: [row]).map { try MessageRecord($0, readsMetadata: readsMetadata) }
  }

  /// What ``checksum`` should be.
  var expectedChecksum: Int64 { RowChecksum.of(message, withArrival: true) }

  var cursor: ConversationMemory.Cursor { .message(timestamp: message.timestamp, sequence: message.sequence, row: row) }
}

/// Roles as small integers, in the tables and in the vector index.
enum RoleCode {
  static func code(of role: Role) -> UInt8 {
    switch role {
    case .user: 0
    case .assistant: 1
    case .system: 2
    }
  }

  static func role(of code: Int) throws -> Role {
    switch code {
    case 0: return .user
    case 1: return .assistant
    case 2: return .system
    default:
      throw MemoryError(
        .damaged, "a stored message has the unknown role \(code)", remedy: "run `recollect verify`")
    }
  }
}
