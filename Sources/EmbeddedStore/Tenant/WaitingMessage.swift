// Messages that wait to be taken into an index: of words, or of vectors.

import Foundation
import GRDB

/// A stored message with its columns as both indexes have them.
struct WaitingMessage: Sendable {
  let row: Int64
  let session: UInt32
  let channel: UInt32
  let authorOrdinal: UInt32
  let role: UInt8
  let timestamp: Int64
  /// UTF-8.
  let content: Data
  let author: String?

  private init(_ values: Row) {
    row = values[0]
    session = UInt32(truncatingIfNeeded: values[1] as Int64)
    channel = UInt32(truncatingIfNeeded: values[2] as Int64)
    authorOrdinal = UInt32(truncatingIfNeeded: values[3] as Int64)
    role = UInt8(clamping: values[4] as Int64)
    timestamp = values[5]
    content = values[6]
    author = values[7]
  }

  /// Calls `body` with the messages above a mark, in order.
  ///
  /// - Parameters:
  ///   - limit: At most so many…
  ///   - bytes: …and about so much text.
  static func forEach(
    after mark: Int64, limit: Int, bytes: Int, _ database: Database, _ body: (WaitingMessage) throws -> Void
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT m.row, m.session, m.channel, coalesce(m.author, 0), m.role, m.timestamp, m.content, a.name
        FROM messages m LEFT JOIN authors a ON a.ordinal = m.author WHERE m.row > ? ORDER BY m.row LIMIT ?
        """)
    let rows = try Row.fetchCursor(statement, arguments: [mark, limit])
    var size = 0
    while size < bytes, let values = try rows.next() {
      let message = WaitingMessage(values)
      size += message.content.count
      try body(message)
    }
  }
}
