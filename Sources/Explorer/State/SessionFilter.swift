// What the line above the list of sessions asks for: words, `key:value` and times, each as it stands or turned round with
// `!`; `!` by itself in front turns all of it round.

import ConversationMemory
import Foundation

struct SessionFilter: Sendable, Equatable {
  /// All of these have to hold.
  var conditions: [SessionCondition] = []
  var timeRange = TimeRange()
  /// Only sessions that do not meet all of it.
  var isInverted = false

  /// Reads a line.
  ///
  /// - Throws: what sessions cannot be filtered by, or cannot be, with its place.
  static func parse(
    _ line: String, metadataKeys: Set<String>, zone: TimeZone, now: Timestamp
  ) throws(SearchQueryError) -> SessionFilter {
    var filter = SessionFilter()
    func read(_ text: String, at offset: Int) throws(SearchQueryError) -> SearchQuery {
      do throws(SearchQueryError) {
        let query = try SearchQueryParser.parse(text, metadataKeys: metadataKeys, zone: zone, now: now)
        if let piece = query.pieces.first(where: { !filtersSessions($0) }) {
          let name = if case .field(let field) = piece.kind { field.name } else { piece.label }
          throw SearchQueryError(
            range: piece.range, message: "sessions cannot be filtered by \(name)",
            remedy:
              "use words, channel:, since:, until:, tag:, note: and metadata; a search looks through what was said")
        }
        return query
      } catch {
        var moved = error
        moved.range = error.range.lowerBound + offset..<error.range.upperBound + offset
        throw moved
      }
    }
    var bytes = Array(line.utf8)
    for range in exclamations(in: bytes) {
      if range.count == 1 {
        filter.isInverted.toggle()
      } else {
        let text = String(decoding: bytes[range.lowerBound + 1..<range.upperBound], as: UTF8.self)
        let query = try read(text, at: range.lowerBound + 1)
        guard query.filter.timeRange == TimeRange() else {
          throw SearchQueryError(
            range: range, message: "a time cannot be turned round",
            remedy: "put ! and a space in front to turn the whole filter round")
        }
        filter.conditions += conditions(of: query, text).map { condition in
          var condition = condition
          condition.isExcluded.toggle()
          return condition
        }
      }
      // As long as before: what is wrong elsewhere keeps its place.
      for index in range { bytes[index] = 0x20 }
    }
    let rest = String(decoding: bytes, as: UTF8.self)
    let query = try read(rest, at: 0)
    filter.conditions += conditions(of: query, rest)
    filter.timeRange = query.filter.timeRange
    return filter
  }

  /// The words that are looked for, without those that must not be there.
  var words: [String] {
    conditions.compactMap { condition in
      if case .text(let text) = condition.kind, !condition.isExcluded { text } else { nil }
    }
  }

  private static func filtersSessions(_ piece: SearchQuery.Piece) -> Bool {
    switch piece.kind {
    case .phrase, .exclusion, .time, .field(.channel), .field(.since), .field(.until), .field(.metadata),
      .field(.tag), .field(.note):
      true
    case .field: false
    }
  }

  /// `!` in front of the line, and `!word`, `!key:value`, `!"some words"` anywhere: UTF-8 ranges.
  private static func exclamations(in bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var index = 0
    var isFirst = true
    while index < bytes.count {
      guard bytes[index] != 0x20 else {
        index += 1
        continue
      }
      let start = index
      var isQuoted = false
      while index < bytes.count, isQuoted || bytes[index] != 0x20 {
        if bytes[index] == 0x22 { isQuoted.toggle() }
        index += 1
      }
      // One that is still to be followed by a word is none yet.
      let isWhole = index - start == 1 && isFirst && index < bytes.count
      if bytes[start] == 0x21, index - start > 1 || isWhole { result.append(start..<index) }
      isFirst = false
    }
    return result
  }

  /// Words one by one, phrases as a whole.
  private static func conditions(of query: SearchQuery, _ line: String) -> [SessionCondition] {
    var result: [SessionCondition] = []
    var bytes = Array(line.utf8)
    for piece in query.pieces {
      for index in piece.range.clamped(to: 0..<bytes.count) { bytes[index] = 0x20 }
      switch piece.kind {
      case .phrase: result.append(SessionCondition(.text(piece.value)))
      case .exclusion: result.append(SessionCondition(.text(piece.value), isExcluded: true))
      case .field(.channel):
        if let channel = query.filter.channel { result.append(SessionCondition(.channel(channel))) }
      case .field(.tag):
        // The parser has refused what is no tag.
        if let tag = try? SessionTag.normalized(piece.value) { result.append(SessionCondition(.tag(tag))) }
      case .field(.note): result.append(SessionCondition(.note(piece.value)))
      case .field(.metadata(let key)): result.append(SessionCondition(.metadata(key, piece.value)))
      case .field, .time: break
      }
    }
    if let unfinished = query.unfinished {
      for index in unfinished.clamped(to: 0..<bytes.count) { bytes[index] = 0x20 }
    }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return result + words.map { SessionCondition(.text(String($0))) }
  }
}
