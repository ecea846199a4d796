// A search's query line beside the options of its command: one set of conditions, and what there is to say about it.

import ConversationExchange
import ConversationMemory

/// The conditions of a search, from both places they can be written in.
struct SearchLine {
  /// What the options of the command say.
  struct Options {
    var session: SessionID?
    var channel: Channel?
    var role: Role?
    var author: String?
    var time = TimeRange()
  }

  /// A condition that was understood.
  struct Condition {
    var field: String
    var value: String
    var label: String
    var source = "written"
  }

  /// What is left to look for.
  let text: String
  let filter: SearchFilter
  let conditions: [Condition]

  /// - Parameter metadataKeys: asked for only where the line may name one.
  /// - Throws: wrong usage, with the place in the line.
  init(_ line: String, options: Options, metadataKeys: () async throws -> Set<String>) async throws {
    let keys = SearchQueryParser.mayNameMetadata(line) ? try await metadataKeys() : []
    let query: SearchQuery
    do throws(SearchQueryError) {
      // Who names a time in options means the words.
      query = try SearchQueryParser.parse(line, metadataKeys: keys, readsTimeWords: options.time.isUnbounded)
    } catch {
      throw Self.usage(error, in: line)
    }
    for piece in query.pieces {
      guard case .field(let field) = piece.kind, options.sets(field) else { continue }
      throw Self.usage(
        SearchQueryError(
          range: piece.range, message: "--\(field.name) is given too", remedy: "keep one of the two"), in: line)
    }
    guard !query.text.isEmpty else {
      throw CommandFailure.usage(
        "the query has nothing but filters: say what to look for as well; in quotes, words are looked for as they stand"
      )
    }
    text = query.text
    var filter = query.filter
    filter.session = options.session ?? filter.session
    filter.channel = options.channel ?? filter.channel
    filter.role = options.role ?? filter.role
    filter.author = options.author ?? filter.author
    filter.timeRange.since = options.time.since ?? filter.timeRange.since
    filter.timeRange.until = options.time.until ?? filter.timeRange.until
    if let since = filter.timeRange.since, let until = filter.timeRange.until, since >= until {
      throw CommandFailure.usage("until is not after since: no message can be in that time")
    }
    self.filter = filter
    conditions = options.conditions + query.pieces.flatMap { Self.conditions($0, filter: filter) }
  }

  /// All conditions in one line, each once; empty where there are none.
  var labels: String {
    var labels: [String] = []
    for label in conditions.map(\.label) where labels.last != label { labels.append(label) }
    return labels.joined(separator: ", ")
  }

  var json: JSONText {
    .array(
      conditions.map { condition in
        .object([
          .init("field", .string(condition.field)), .init("value", .string(condition.value)),
          .init("label", .string(condition.label)), .init("source", .string(condition.source)),
        ])
      })
  }

  /// A span of time words is two conditions: each has a field of the query language.
  private static func conditions(_ piece: SearchQuery.Piece, filter: SearchFilter) -> [Condition] {
    switch piece.kind {
    case .phrase: return [Condition(field: "phrase", value: piece.value, label: piece.label)]
    case .exclusion: return [Condition(field: "not", value: piece.value, label: piece.label)]
    case .time(let range):
      return [("since", range.since), ("until", range.until)].compactMap { field, moment in
        moment.map { Condition(field: field, value: $0.iso8601, label: piece.label, source: "time words") }
      }
    case .field(let field):
      let moment = field == .since ? filter.timeRange.since : field == .until ? filter.timeRange.until : nil
      return [Condition(field: field.name, value: moment?.iso8601 ?? piece.value, label: piece.label)]
    }
  }

  private static func usage(_ error: SearchQueryError, in line: String) -> CommandFailure {
    let place = String(decoding: Array(line.utf8)[error.range], as: UTF8.self)
    let words = place.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return .usage("in the query at byte \(error.range.lowerBound + 1), `\(words.prefix(80))`: \(error)")
  }
}

extension SearchLine.Options {
  fileprivate func sets(_ field: SearchField) -> Bool {
    switch field {
    case .session: session != nil
    case .channel: channel != nil
    case .role: role != nil
    case .author: author != nil
    case .since: time.since != nil
    case .until: time.until != nil
    case .has, .tag, .note, .metadata: false
    }
  }

  fileprivate var conditions: [SearchLine.Condition] {
    let all: [(SearchField, String?)] = [
      (.session, session?.rawValue), (.channel, channel?.rawValue), (.role, role?.rawValue), (.author, author),
      (.since, time.since?.iso8601), (.until, time.until?.iso8601),
    ]
    return all.compactMap { field, value in
      value.map { SearchLine.Condition(field: field.name, value: $0, label: "\(field.name): \($0)") }
    }
  }
}
