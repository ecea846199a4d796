// Reads messages from the database and cuts them into words for the keyword index.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex

/// A batch of messages' words that grows.
struct MessageWords {
  private var builder: KeywordBatchBuilder
  private var cutter = WordCutter()
  /// The last message read: the next to come lie above it.
  private(set) var lastRow: Int64

  /// - Parameter mark: Messages up to this one are not asked for.
  init(above mark: Int64) {
    let stemmer = Stemmer()
    builder = KeywordBatchBuilder(stemming: { stemmer.stem($0) })
    lastRow = mark
  }

  var documents: Int { builder.documents }

  /// What was read so far.
  func batch() -> KeywordBatch { builder.batch() }

  /// Reads the messages that come next. Returns how many.
  ///
  /// - Parameters:
  ///   - limit: At most so many…
  ///   - bytes: …and about so much text.
  mutating func read(_ database: Database, limit: Int, bytes: Int) throws -> Int {
    let statement = try database.cachedStatement(
      sql: """
        SELECT m.row, m.session, m.channel, coalesce(m.author, 0), m.role, m.timestamp, m.content, a.name
        FROM messages m LEFT JOIN authors a ON a.ordinal = m.author WHERE m.row > ? ORDER BY m.row LIMIT ?
        """)
    let rows = try Row.fetchCursor(statement, arguments: [lastRow, limit])
    var count = 0
    var size = 0
    while size < bytes, let values = try rows.next() {
      let row: Int64 = values[0]
      try builder.begin(
        KeywordDocument(
          key: row, session: UInt32(truncatingIfNeeded: values[1] as Int64),
          channel: UInt32(truncatingIfNeeded: values[2] as Int64),
          author: UInt32(truncatingIfNeeded: values[3] as Int64), role: UInt8(clamping: values[4] as Int64),
          timestamp: values[5]))
      if var author: String = values[7] { author.withUTF8 { add($0) } }
      let content: Data = values[6]
      content.withUnsafeBytes { add($0.bindMemory(to: UInt8.self)) }
      size += content.count
      lastRow = row
      count += 1
    }
    return count
  }

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    cutter.cut(text) { _, word in
      builder.add(word: word)
      return true
    }
  }
}
