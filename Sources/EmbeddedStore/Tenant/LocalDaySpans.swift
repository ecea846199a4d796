// Where a zone's clocks change within a range of time: between two changes, days are of one length and can be computed.

import ConversationMemory
import Foundation

enum LocalDaySpans {
  /// A stretch of time in which the zone's offset stays the same; milliseconds.
  struct Span: Hashable, Sendable {
    var since: Int64
    var until: Int64
    /// East of UTC.
    var offset: Int64
  }

  private static let day: Int64 = 86_400_000

  /// Days that ``json(_:)`` adds to every offset: SQL's division rounds towards zero, and no time may come out negative.
  static let shiftedDays: Int64 = 2

  /// Spans in order that fill `range`.
  static func spans(of range: Range<Int64>, in zone: TimeZone) -> [Span] {
    guard !range.isEmpty else { return [] }
    func offset(_ moment: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Timestamp(milliseconds: moment).date)) * 1000
    }
    var result: [Span] = []
    var start = range.lowerBound
    var current = offset(start)
    var looked = start
    // Day by day: what a zone calls daylight saving is not its only kind of change.
    while looked < range.upperBound {
      let next = min(looked + day, range.upperBound)
      let later = offset(next)
      if later != current {
        var before = looked
        var after = next
        while after - before > 1 {
          let middle = before + (after - before) / 2
          if offset(middle) == current { before = middle } else { after = middle }
        }
        result.append(Span(since: start, until: after, offset: current))
        start = after
        current = later
      }
      looked = next
    }
    if start < range.upperBound { result.append(Span(since: start, until: range.upperBound, offset: current)) }
    return result
  }

  /// As `[[since, until, shift], …]`, where the shift is the offset and ``shiftedDays`` days.
  static func json(_ spans: [Span]) -> String {
    let parts = spans.map { "[\($0.since),\($0.until),\($0.offset + shiftedDays * day)]" }
    return "[" + parts.joined(separator: ",") + "]"
  }
}
