// Messages per day and channel. Days are those of a zone, whose clocks may change: see `LocalDaySpans`.

import ConversationMemory
import Foundation
import GRDB

extension EmbeddedTenantStore {
  func activity(in range: TimeRange, zone: TimeZone) async throws -> [DayActivity] {
    try await read { database in
      guard let held = try Self.heldTimes(database) else { return [] }
      let since = max(held.lowerBound, range.since?.milliseconds ?? .min)
      let until = min(held.upperBound, range.until?.milliseconds ?? .max)
      guard since < until else { return [] }
      let spans = LocalDaySpans.spans(of: since..<until, in: zone)
      var counts: [String: [Int64: Int]] = [:]
      let rows = try Row.fetchCursor(database, sql: Self.activityQuery, arguments: [LocalDaySpans.json(spans)])
      // A day on which the clocks change has a row for each of its spans.
      while let row = try rows.next() { counts[row[0], default: [:]][row[1], default: 0] += row[2] as Int }
      return counts.sorted { $0.key < $1.key }.flatMap { channel, days in
        days.sorted { $0.key < $1.key }.map { day, messages in
          DayActivity(
            channel: Channel(unchecked: channel), day: CivilDay(daysSinceEpoch: day), messages: messages)
        }
      }
    }
  }

  /// From the first message to just after the last one, in milliseconds; nil while there is none.
  private static func heldTimes(_ database: Database) throws -> Range<Int64>? {
    // Two subqueries, each of which looks at one end of an index: together in one, they would read all of it.
    let row = try Row.fetchOne(
      database, sql: "SELECT (SELECT min(timestamp) FROM messages), (SELECT max(timestamp) FROM messages)")
    guard let row, let first = row[0] as Int64?, let last = row[1] as Int64? else { return nil }
    return first..<last + 1
  }

  /// Channel, day and count. Goes from the first message of a day to the first one after that day along the index of
  /// channels and times, and counts what lies between: a `GROUP BY` on the day sorts all rows and takes five times as
  /// long.
  private static let activityQuery = """
    WITH RECURSIVE
      spans (since, until, shift) AS (
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)),
      firsts (channel, until, shift, first) AS (
        SELECT c.ordinal, s.until, s.shift, (
          SELECT m.timestamp FROM messages m
          WHERE m.channel = c.ordinal AND m.timestamp >= s.since AND m.timestamp < s.until
          ORDER BY m.timestamp LIMIT 1)
        FROM channels c, spans s
        UNION ALL
        SELECT f.channel, f.until, f.shift, (
          SELECT m.timestamp FROM messages m
          WHERE m.channel = f.channel AND m.timestamp < f.until
            AND m.timestamp >= ((f.first + f.shift) / 86400000 + 1) * 86400000 - f.shift
          ORDER BY m.timestamp LIMIT 1)
        FROM firsts f WHERE f.first IS NOT NULL)
    SELECT c.name, (f.first + f.shift) / 86400000 - \(LocalDaySpans.shiftedDays), (
      SELECT count(*) FROM messages m
      WHERE m.channel = f.channel AND m.timestamp >= f.first
        AND m.timestamp < min(f.until, ((f.first + f.shift) / 86400000 + 1) * 86400000 - f.shift))
    FROM firsts f JOIN channels c ON c.ordinal = f.channel WHERE f.first IS NOT NULL
    """
}
