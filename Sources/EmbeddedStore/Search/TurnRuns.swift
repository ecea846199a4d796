// The turns around found messages, from the tenant's database.

import ConversationMemory
import GRDB

/// Reads the messages that come before and after others in their sessions.
enum TurnRuns {
  /// Sessions up to this many messages are read whole: one read serves all that was found in them.
  private static let wholeSession = 64

  /// The turns around each of some messages, in the order of their sessions: by time, then as they were added.
  ///
  /// - Parameter reach: how many before, and how many after each.
  static func around(_ rows: some Sequence<Int64>, reach: Int, _ database: Database) throws -> [[Int64]] {
    let placeStatement = try database.cachedStatement(
      sql: """
        SELECT m.session, m.timestamp, m.sequence, s.messages
        FROM messages m JOIN sessions s ON s.ordinal = m.session WHERE m.row = ?
        """)
    let sessionStatement = try database.cachedStatement(
      sql: "SELECT row FROM messages WHERE session = ? ORDER BY timestamp, sequence, row")
    let beforeStatement = try database.cachedStatement(
      sql: """
        SELECT row FROM messages WHERE session = ? AND (timestamp, sequence, row) < (?, ?, ?)
        ORDER BY timestamp DESC, sequence DESC, row DESC LIMIT ?
        """)
    let afterStatement = try database.cachedStatement(
      sql: """
        SELECT row FROM messages WHERE session = ? AND (timestamp, sequence, row) > (?, ?, ?)
        ORDER BY timestamp, sequence, row LIMIT ?
        """)
    var runs: [[Int64]] = []
    var whole = Set<Int64>()
    // In the order in which they lie in the file.
    for row in rows.sorted() {
      // Gone meanwhile: it has no place among others.
      guard let place = try Row.fetchOne(placeStatement, arguments: [row]) else { continue }
      let session: Int64 = place[0]
      if whole.contains(session) { continue }
      let size: Int = place[3]
      if size <= wholeSession {
        whole.insert(session)
        runs.append(try Int64.fetchAll(sessionStatement, arguments: [session]))
        continue
      }
      let (timestamp, sequence): (Int64, Int64) = (place[1], place[2])
      let before = try Int64.fetchAll(beforeStatement, arguments: [session, timestamp, sequence, row, reach])
      let after = try Int64.fetchAll(afterStatement, arguments: [session, timestamp, sequence, row, reach])
      runs.append(before.reversed() + [row] + after)
    }
    return runs
  }
}
