// Reads messages from the database and cuts them into words for the keyword index.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex
import TextAnalysis

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
    var count = 0
    try WaitingMessage.forEach(after: lastRow, limit: limit, bytes: bytes, database) { message in
      try builder.begin(
        KeywordDocument(
          key: message.row, session: message.session, channel: message.channel, author: message.authorOrdinal,
          role: message.role, timestamp: message.timestamp))
      if var author = message.author { author.withUTF8 { add($0) } }
      message.content.withUnsafeBytes { add($0.bindMemory(to: UInt8.self)) }
      lastRow = message.row
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
