// Collects what the tokens of a query line ask for, refuses what cannot be, and puts together what is left as text.

import Foundation

struct QueryConditions {
  private let line: String
  private let keys: Set<String>
  private let zone: TimeZone
  private let now: Timestamp
  private var filter = SearchFilter()
  private var pieces: [SearchQuery.Piece] = []
  private var since: Bound?
  private var until: Bound?
  private var unfinished: Range<Int>?

  /// An end of the time range, and what set it.
  private struct Bound {
    var moment: Timestamp
    var piece: SearchQuery.Piece
  }

  init(_ line: String, keys: Set<String>, zone: TimeZone, now: Timestamp) {
    self.line = line
    self.keys = keys
    self.zone = zone
    self.now = now
  }

  // MARK: Collecting

  mutating func add(_ token: QueryScanner.Token) throws(SearchQueryError) {
    switch token {
    case .word: break
    case .phrase(let words, let range):
      filter.phrases.append(words)
      pieces.append(SearchQuery.Piece(kind: .phrase, value: words, label: "\"\(words)\"", range: offsets(range)))
    case .exclusion(let words, let range):
      filter.excluded.append(words)
      let label = words.contains(where: \.isWhitespace) ? "not \"\(words)\"" : "not \(words)"
      pieces.append(SearchQuery.Piece(kind: .exclusion, value: words, label: label, range: offsets(range)))
    case .excludedField(let name, let range):
      guard SearchField(named: name) != nil || keys.contains(name) else { throw unknownField(name, range) }
      throw SearchQueryError(
        range: offsets(range), message: "\(name): cannot be excluded", remedy: "take the minus sign away")
    case .unfinished(let range): unfinished = offsets(range)
    case .field(let name, let isKey, let value, let range):
      guard let field = isKey ? .metadata(name) : SearchField(named: name) else { throw unknownField(name, range) }
      try add(field, value, range)
    }
  }

  /// Nothing is added where the phrase names days outside the years that messages can have.
  mutating func add(_ found: QueryTimes.Found, written: String) throws(SearchQueryError) {
    let phrase = found.phrase
    var times = TimeRange()
    let meaning: String
    if let back = phrase.back {
      times.since = now.adding(milliseconds: -back)
      meaning = "since \(times.since.map { Self.clock($0, zone: zone) } ?? "")"
    } else {
      times.since = phrase.since.flatMap { WrittenDay.midnight(of: $0, zone: zone) }
      times.until = phrase.until.flatMap { WrittenDay.midnight(of: $0, zone: zone) }
      guard (phrase.since == nil) == (times.since == nil), (phrase.until == nil) == (times.until == nil) else { return }
      meaning = Self.days(phrase)
    }
    let piece = SearchQuery.Piece(
      kind: .time(times), value: written, label: "\(written): \(meaning)", range: offsets(found.range))
    try setTime(piece, since: times.since, until: times.until)
    pieces.append(piece)
  }

  private mutating func add(_ field: SearchField, _ value: String, _ range: Range<String.Index>)
    throws(SearchQueryError)
  {
    let piece = SearchQuery.Piece(
      kind: .field(field), value: value, label: "\(field.name): \(value)", range: offsets(range))
    guard field == .has || field == .tag || !pieces.contains(where: { $0.kind == piece.kind }) else {
      throw SearchQueryError(
        range: piece.range, message: "\(field.name): is given twice", remedy: "keep one of the two")
    }
    do throws(MemoryError) {
      switch field {
      case .session: filter.session = try SessionID(value)
      case .channel: filter.channel = try Channel(value)
      case .role: filter.role = try Role(value.lowercased())
      case .author: filter.author = value
      case .metadata(let key): filter.metadata[key] = value
      case .has: try addFeature(value)
      case .tag: filter.tags.insert(try SessionTag.normalized(value))
      case .note: filter.note = value
      case .since, .until: break
      }
    } catch {
      throw SearchQueryError(range: piece.range, message: error.message, remedy: error.remedy ?? "change it")
    }
    if field == .since || field == .until { try addTime(piece, isStart: field == .since) }
    pieces.append(piece)
  }

  private mutating func addFeature(_ value: String) throws(MemoryError) {
    if let feature = MessageFeature(rawValue: value.lowercased()) {
      filter.has.insert(feature)
    } else if keys.contains(value) {
      filter.hasMetadata.insert(value)
    } else {
      let features = MessageFeature.allCases.map(\.rawValue)
      let meant = NameSuggestion.nearest(to: value, among: features + keys.sorted())
      throw MemoryError(
        .invalidArgument,
        "a message cannot have \"\(value.prefix(40))\"" + (meant.map { " (did you mean \($0)?)" } ?? ""),
        remedy: "use \(features.joined(separator: ", ")) or the name of metadata")
    }
  }

  private mutating func addTime(_ piece: SearchQuery.Piece, isStart: Bool) throws(SearchQueryError) {
    let range: TimeRange
    do throws(MemoryError) {
      let time = try WrittenDay.parse(piece.value, zone: zone, now: now)
      range = isStart ? TimeRange(since: time, until: nil) : TimeRange(since: nil, until: time)
    } catch {
      throw SearchQueryError(range: piece.range, message: error.message, remedy: error.remedy ?? "change it")
    }
    try setTime(piece, since: range.since, until: range.until)
  }

  private mutating func setTime(
    _ piece: SearchQuery.Piece, since start: Timestamp?, until end: Timestamp?
  ) throws(SearchQueryError) {
    if let earlier = start != nil && since != nil ? since : end != nil && until != nil ? until : nil {
      let bound = start != nil && since != nil ? "since" : "until"
      throw SearchQueryError(
        range: piece.range,
        message: "\"\(written(piece))\" sets \(bound), which \"\(written(earlier.piece))\" has set already",
        remedy: "keep one of the two, or put plain words in quotes")
    }
    if let start { since = Bound(moment: start, piece: piece) }
    if let end { until = Bound(moment: end, piece: piece) }
  }

  // MARK: The whole

  func query() throws(SearchQueryError) -> SearchQuery {
    if let since, let until, since.moment >= until.moment {
      let later = since.piece.range.lowerBound > until.piece.range.lowerBound ? since.piece : until.piece
      throw SearchQueryError(
        range: later.range, message: "until is not after since", remedy: "no message can be in that time")
    }
    var query = SearchQuery(filter: filter, unfinished: unfinished)
    query.filter.timeRange = TimeRange(since: since?.moment, until: until?.moment)
    query.pieces = pieces.sorted { $0.range.lowerBound < $1.range.lowerBound }
    query.text = text(query.pieces)
    return query
  }

  /// The line without its pieces, the words of phrases kept, white space collapsed. Punctuation behind a piece goes to the
  /// word before it; at the beginning of the text it goes.
  private func text(_ pieces: [SearchQuery.Piece]) -> String {
    let bytes = Array(line.utf8)
    var result = ""
    var position = 0
    var removed = pieces.map { (range: $0.range, words: $0.kind == .phrase ? $0.value : "") }
    if let unfinished { removed.append((unfinished, "")) }
    func append(_ part: ArraySlice<UInt8>) {
      let text = String(decoding: part, as: UTF8.self)
      let isBehindPiece = position > 0 && result.allSatisfy(\.isWhitespace)
      result += isBehindPiece ? text.drop { $0.isWhitespace || ",;:.?!".contains($0) } : text[...]
    }
    for (range, words) in removed.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      append(bytes[position..<range.lowerBound])
      result += words
      position = range.upperBound
      let isGlued = position < bytes.count && ![0x20, 0x09, 0x0A, 0x0D].contains(bytes[position])
      if isGlued, words.isEmpty { result = String(result[...].trimmingEnd(where: \.isWhitespace)) }
    }
    append(bytes[position...])
    let text = result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    // What is left of "last week?" is no question.
    return removed.isEmpty || text.contains { $0.isLetter || $0.isNumber } ? text : ""
  }

  // MARK: Words for people

  private func unknownField(_ name: String, _ range: Range<String.Index>) -> SearchQueryError {
    let fields = SearchField.named.map(\.name)
    let meant = NameSuggestion.nearest(to: name, among: fields + keys.sorted())
    let known = keys.isEmpty ? "" : " or metadata (\(Self.some(keys)))"
    return SearchQueryError(
      range: offsets(range),
      message: "there is no field \"\(name.prefix(40))\"" + (meant.map { " (did you mean \($0)?)" } ?? ""),
      remedy: "use \(fields.joined(separator: ", "))\(known), or quotes to look for the words")
  }

  private static func some(_ keys: Set<String>) -> String {
    let sorted = keys.sorted()
    return sorted.prefix(8).joined(separator: ", ") + (sorted.count > 8 ? ", …" : "")
  }

  private static func days(_ phrase: TimePhrase) -> String {
    switch (phrase.since, phrase.until) {
    case (let start?, let end?): DaySpan(start: start, end: end).description
    case (let start?, nil): "from \(CivilDay(daysSinceEpoch: start))"
    case (nil, let end?): "up to \(CivilDay(daysSinceEpoch: end - 1))"
    case (nil, nil): ""
    }
  }

  private static func clock(_ moment: Timestamp, zone: TimeZone) -> String {
    let local = moment.adding(milliseconds: Int64(zone.secondsFromGMT(for: moment.date)) * 1000)
    return String(local.iso8601.prefix(16)).replacing("T", with: " ")
  }

  private func written(_ piece: SearchQuery.Piece) -> String {
    String(decoding: Array(line.utf8)[piece.range], as: UTF8.self)
  }

  private func offsets(_ range: Range<String.Index>) -> Range<Int> {
    let start = line.utf8.distance(from: line.startIndex, to: range.lowerBound)
    return start..<start + line.utf8.distance(from: range.lowerBound, to: range.upperBound)
  }
}
