// The one-line query language: words to look for and `field:value` filters among them.

public import Foundation

/// A query line, taken apart.
public struct SearchQuery: Hashable, Sendable {
  /// One filter as it was written.
  public struct Field: Hashable, Sendable {
    public var name: SearchField
    /// Without its quotes.
    public var value: String
    /// Where it stands in the line, name and quotes included: UTF-8 offsets.
    public var range: Range<Int>
  }

  /// What remains to be looked for, the filters taken out.
  public var text: String
  public var filter: SearchFilter
  /// In the order of the line.
  public var fields: [Field]
  /// A field at the very end of the line whose value is still to be typed: its place, in UTF-8 offsets.
  public var unfinished: Range<Int>?

  public init(
    text: String = "", filter: SearchFilter = SearchFilter(), fields: [Field] = [], unfinished: Range<Int>? = nil
  ) {
    self.text = text
    self.filter = filter
    self.fields = fields
    self.unfinished = unfinished
  }
}

/// What a query line can filter by.
public enum SearchField: String, CaseIterable, Sendable {
  case session, channel, role, author, since, until
}

/// What is wrong with a query line, and where.
public struct SearchQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The offending part of the line: UTF-8 offsets.
  public var range: Range<Int>
  public var message: String
  public var remedy: String

  public init(range: Range<Int>, message: String, remedy: String) {
    self.range = range
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message): \(remedy)" }

  /// The same for code that knows one kind of error only.
  public var memoryError: MemoryError { MemoryError(.unknownField, message, remedy: remedy) }
}

/// Reads query lines such as `enterprise price channel:email author:"Dana Whitfield" since:2026-10-01`.
///
/// A filter is a field's name, a colon and, without a space between, its value: up to the next space, or in double
/// quotes, where `\"` and `\\` stand for a quote and a backslash. Everything else is text, stray quotes, question marks,
/// URLs (`https://…`) and times (`14:30`) included; but a word of letters, a colon and a value that names no known
/// field is an error, because a mistyped filter must not silently become text. Times are ISO 8601, or days as people
/// say them: `today`, `yesterday`, `7d` and `2w` ago.
public enum SearchQueryParser {
  /// - Parameters:
  ///   - zone: the zone of dates that name none. A bare date covers its whole day there.
  ///   - now: decides what day `today` is.
  public static func parse(
    _ line: String, zone: TimeZone = .gmt, now: Timestamp = .now
  ) throws(SearchQueryError) -> SearchQuery {
    var query = SearchQuery()
    var times = WrittenTimes()
    var scanner = LineScanner(line)
    var words: [Substring] = []
    while let token = scanner.next() {
      switch token {
      case .word(let word): words.append(word)
      case .unfinished(let range): query.unfinished = range
      case .field(let name, let value, let range):
        guard let field = SearchField(rawValue: name.lowercased()) else { throw unknown(name, at: range) }
        guard !query.fields.contains(where: { $0.name == field }) else {
          throw SearchQueryError(
            range: range, message: "\(field.rawValue): is given twice", remedy: "keep one of the two")
        }
        try apply(field, value, at: range, to: &query.filter, times: &times) { text throws(MemoryError) in
          try time(text, zone: zone, now: now)
        }
        query.fields.append(SearchQuery.Field(name: field, value: value, range: range))
      }
    }
    query.text = words.joined(separator: " ")
    query.filter.timeRange = TimeRange(since: times.since, until: times.until)
    if let since = query.filter.timeRange.since, let until = query.filter.timeRange.until, since >= until,
      let last = query.fields.last(where: { $0.name == .since || $0.name == .until })
    {
      throw SearchQueryError(
        range: last.range, message: "until: is not after since:", remedy: "no message can be in that time")
    }
    return query
  }

  /// `field:value`, quoted where the value needs it: what `parse` reads back.
  public static func written(_ field: SearchField, _ value: String) -> String {
    let isPlain = !value.isEmpty && !value.hasPrefix("\"") && !value.contains(where: \.isWhitespace)
    if isPlain { return "\(field.rawValue):\(value)" }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\(field.rawValue):\"\(escaped)\""
  }

  private struct WrittenTimes {
    var since: WrittenTime?
    var until: WrittenTime?
  }

  private static func apply(
    _ field: SearchField, _ value: String, at range: Range<Int>, to filter: inout SearchFilter,
    times: inout WrittenTimes, time: (String) throws(MemoryError) -> WrittenTime
  ) throws(SearchQueryError) {
    do throws(MemoryError) {
      switch field {
      case .session: filter.session = try SessionID(value)
      case .channel: filter.channel = try Channel(value)
      case .role: filter.role = try Role(value)
      case .author: filter.author = value
      case .since: times.since = try time(value)
      case .until: times.until = try time(value)
      }
    } catch {
      throw SearchQueryError(range: range, message: error.message, remedy: error.remedy ?? "change it")
    }
  }

  private static func time(_ text: String, zone: TimeZone, now: Timestamp) throws(MemoryError) -> WrittenTime {
    if let day = RelativeDay.parse(text, zone: zone, now: now) { return day }
    do throws(MemoryError) {
      return try TimestampParser.parse(text, zone: zone)
    } catch {
      throw MemoryError(
        error.code, error.message, remedy: "write today, yesterday, 7d, 2w or 2026-11-21")
    }
  }

  private static func unknown(_ name: String, at range: Range<Int>) -> SearchQueryError {
    let known = SearchField.allCases.map(\.rawValue).joined(separator: ", ")
    return SearchQueryError(
      range: range, message: "there is no field \"\(name.prefix(40))\"",
      remedy: "use \(known)")
  }
}

/// Cuts a line into words and fields.
private struct LineScanner {
  enum Token {
    case word(Substring)
    case field(name: String, value: String, range: Range<Int>)
    case unfinished(Range<Int>)
  }

  private let line: String
  private var index: String.Index

  init(_ line: String) {
    self.line = line
    index = line.startIndex
  }

  mutating func next() -> Token? {
    while index < line.endIndex, line[index].isWhitespace { line.formIndex(after: &index) }
    guard index < line.endIndex else { return nil }
    return field() ?? .word(plain())
  }

  /// Up to the next white space.
  private mutating func plain() -> Substring {
    let start = index
    index = line[start...].firstIndex(where: \.isWhitespace) ?? line.endIndex
    return line[start..<index]
  }

  /// A field at the place reached; nil, and nothing consumed, where a word stands there.
  private mutating func field() -> Token? {
    let start = index
    let name = line[start...].prefix { $0.isLetter && $0.isASCII }
    guard !name.isEmpty, name.endIndex < line.endIndex, line[name.endIndex] == ":" else { return nil }
    let valueStart = line.index(after: name.endIndex)
    if valueStart == line.endIndex, SearchField(rawValue: name.lowercased()) != nil {
      index = valueStart
      return .unfinished(range(from: start))
    }
    guard valueStart < line.endIndex, !line[valueStart].isWhitespace else { return nil }
    // `https://…`, `std::vector`, `:)` after a word: no field.
    guard line[valueStart] != "/", line[valueStart] != ":", line[valueStart] != ")" else { return nil }
    index = valueStart
    let value = line[valueStart] == "\"" ? quoted() : String(plain())
    if value.isEmpty { return .unfinished(range(from: start)) }
    return .field(name: String(name), value: value, range: range(from: start))
  }

  /// A quoted value; one that is not closed reaches to the end of the line, as it is still being typed.
  private mutating func quoted() -> String {
    var value = ""
    line.formIndex(after: &index)
    while index < line.endIndex {
      var character = line[index]
      line.formIndex(after: &index)
      if character == "\"" { break }
      if character == "\\", index < line.endIndex, line[index] == "\"" || line[index] == "\\" {
        character = line[index]
        line.formIndex(after: &index)
      }
      value.append(character)
    }
    return value
  }

  private func range(from start: String.Index) -> Range<Int> {
    line.utf8.distance(from: line.startIndex, to: start)..<line.utf8.distance(from: line.startIndex, to: index)
  }
}
