// Where a zone's clocks change within a range of time: between two changes, days are of one length and can be computed.

package import Foundation

package enum LocalDaySpans {
  /// A stretch of time in which the zone's offset stays the same; milliseconds.
  package struct Span: Hashable, Sendable {
    package var since: Int64
    package var until: Int64
    /// East of UTC.
    package var offset: Int64
  }

  package static let day: Int64 = 86_400_000

  /// Spans in order that fill `range`.
  package static func spans(of range: Range<Int64>, in zone: TimeZone) -> [Span] {
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
}
