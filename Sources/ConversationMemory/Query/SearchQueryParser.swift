// Reads a query line: from its tokens to text, conditions and pieces. Cutting is in `QueryScanner`, time words are in
// `QueryTimes`, values in `QueryConditions`.

public import Foundation

/// Reads query lines such as `enterprise price "annual plan" -refund channel:email has:price last week`.
///
/// - **Words** are what is looked for, by meaning and by words.
/// - **`"exact words"`** must stand so in the message, one after the other; case and accents do not matter. They count
///   for the ranking too.
/// - **`-word`** and **`-"exact words"`** must not stand in the message. A lone `-`, a number's sign (`-5`) and a range
///   (`5-10`) are text.
/// - **`field:value`**, without a space between: `session:`, `channel:`, `role:`, `author:`, `since:`, `until:`, `has:`
///   (see ``MessageFeature``), `tag:` and `note:` (the session's: see ``SessionAnnotations``) and the names of the tenant's
///   metadata. A value with spaces stands in double quotes, where `\"` and `\\` stand for a quote and a backslash. `?`,
///   `!`, `,` and `;` at the end of a value without quotes belong to the sentence. A metadata name that is not plain is
///   quoted too: `"deal stage":won`. Fields cannot be excluded.
/// - **Plain words about time** become a condition where they cannot mean anything else: `today`, `yesterday`, `last
///   week`, `this quarter`, `past two weeks`, `3 days ago`, `in March`, `in March 2025`, `on Monday`, `since Friday`,
///   `before 5 March`, `between March and May`, `from 2026-11-01 to 2026-11-05`. Days are those of the zone; a week begins
///   on Monday; a month or weekday is the latest that has begun; `last week` is the calendar's, `past week` the seven days
///   up to now; both ends of a range belong to it. Quoted, they are text.
///
/// **A question that asks for a time** ("When did …", "How long …", "Which year …") keeps its time words as text. In "When
/// did Caroline go to the group yesterday?", `yesterday` is what somebody said, not when it was said, and a filter would
/// hide the answer. Times that lie wholly ahead stay text for the same reason, and so does `until 31 January` while the
/// coming one is nearer than the last.
///
/// Everything else is text: question marks, stray and unclosed quotes, URLs, `14:30`, `:)`. But a name of two or more
/// letters, a colon and a value that names no known field is an error: a mistyped filter must not silently become text.
public enum SearchQueryParser {
  /// Takes a line apart.
  ///
  /// - Parameters:
  ///   - metadataKeys: the names of metadata the tenant has: ``TenantStore/metadataKeys()``.
  ///   - zone: the zone of days and of times that name none. A bare date covers its whole day there.
  ///   - now: decides what day `today` is.
  ///   - readsTimeWords: whether plain words about time become conditions. Where the caller has its own time range, they
  ///     had better stay text.
  /// - Throws: an unknown field, a value that cannot be, or conditions that contradict each other, with their place.
  public static func parse(
    _ line: String, metadataKeys: Set<String> = [], zone: TimeZone = .gmt, now: Timestamp = .now,
    readsTimeWords: Bool = true
  ) throws(SearchQueryError) -> SearchQuery {
    var conditions = QueryConditions(line, keys: metadataKeys, zone: zone, now: now)
    var scanner = QueryScanner(line, keys: metadataKeys)
    // Words that follow each other with nothing between but white space.
    var runs: [[Range<String.Index>]] = [[]]
    while let token = scanner.next() {
      if case .word(let range) = token {
        runs[runs.count - 1].append(range)
      } else {
        try conditions.add(token)
        runs.append([])
      }
    }
    let times = QueryTimes(line, calendar: RelativeCalendar(now: now, zone: zone))
    if readsTimeWords, !times.asksForTime(runs.first ?? []) {
      for run in runs {
        for found in times.phrases(in: run) { try conditions.add(found, written: times.written(found)) }
      }
    }
    return try conditions.query()
  }

  /// Whether a line may have a name of metadata in it: whether ``parse(_:metadataKeys:zone:now:readsTimeWords:)`` needs to
  /// know them.
  public static func mayNameMetadata(_ line: String) -> Bool {
    line.split(whereSeparator: \.isWhitespace).contains { part in
      guard let colon = part.firstIndex(of: ":") else { return false }
      guard let field = SearchField(named: String(part[..<colon])) else { return true }
      return field == .has
    }
  }

  /// `field:value`, quoted where the name or the value needs it: what `parse` reads back.
  public static func written(_ field: SearchField, _ value: String) -> String {
    var name = field.name
    if case .metadata(let key) = field, !isPlainName(key) { name = quoted(key) }
    let scalars = value.unicodeScalars
    let isPlain =
      !scalars.contains { $0.properties.isWhitespace || QueryScanner.isQuote($0) }
      && !(scalars.first.map(QueryScanner.isNoValue) ?? true)
      && !(scalars.last.map(QueryScanner.closesSentence) ?? true)
    return isPlain ? "\(name):\(value)" : "\(name):\(quoted(value))"
  }

  /// The line without one of its pieces, one space where the piece stood between words.
  public static func removing(_ piece: SearchQuery.Piece, from line: String) -> String {
    let bytes = Array(line.utf8)
    let range = piece.range.clamped(to: 0..<bytes.count)
    let before = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
    let after = String(decoding: bytes[range.upperBound...], as: UTF8.self)
    let head = before[...].trimmingEnd(where: \.isWhitespace)
    let tail = after.drop(while: \.isWhitespace)
    // Punctuation that stood at the piece goes to the word before it.
    let isGlued = tail.isEmpty || head.isEmpty || (after.first.map { !$0.isWhitespace } ?? true)
    return head + (isGlued ? "" : " ") + tail
  }

  /// Whether a metadata name can stand before a colon as it is.
  private static func isPlainName(_ key: String) -> Bool {
    guard let first = key.first, first.isLetter, SearchField(named: key) == nil else { return false }
    return key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\"".unicodeScalars
    // By scalars: a quote that something combines with is a quote to the scanner.
    for scalar in text.unicodeScalars {
      if scalar == "\\" || scalar == "\"" { result.append("\\") }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }
}
