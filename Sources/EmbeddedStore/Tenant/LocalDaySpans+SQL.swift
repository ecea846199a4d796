// Spans of local days as SQL reads them.

import ConversationMemory

extension LocalDaySpans {
  /// Days that ``json(_:)`` adds to every offset: SQL's division rounds towards zero, and no time may come out negative.
  static let shiftedDays: Int64 = 2

  /// As `[[since, until, shift], …]`, where the shift is the offset and ``shiftedDays`` days.
  static func json(_ spans: [Span]) -> String {
    let parts = spans.map { "[\($0.since),\($0.until),\($0.offset + shiftedDays * day)]" }
    return "[" + parts.joined(separator: ",") + "]"
  }
}
