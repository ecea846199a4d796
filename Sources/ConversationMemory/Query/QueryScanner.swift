// Cuts a query line into words, phrases, exclusions and fields. What they mean is decided in `SearchQueryParser`.

/// A cursor over a query line. It goes by scalars: a quote stays a quote whatever combines with it.
struct QueryScanner {
  enum Token {
    /// A run without white space: text.
    case word(Range<String.Index>)
    /// Closed quotes around at least one letter or digit.
    case phrase(String, Range<String.Index>)
    /// A minus sign before a word or a phrase.
    case exclusion(String, Range<String.Index>)
    /// The same before a field.
    case excludedField(String, Range<String.Index>)
    case field(name: String, isKey: Bool, value: String, Range<String.Index>)
    /// A field at the end of the line without its value.
    case unfinished(Range<String.Index>)
  }

  private let line: String.UnicodeScalarView
  /// Names of metadata, as they are.
  private let keys: Set<String>
  private var index: String.Index

  init(_ line: String, keys: Set<String>) {
    self.line = line.unicodeScalars
    self.keys = keys
    index = line.startIndex
  }

  mutating func next() -> Token? {
    while index < line.endIndex, line[index].properties.isWhitespace { line.formIndex(after: &index) }
    guard index < line.endIndex else { return nil }
    return phrase() ?? exclusion() ?? field() ?? .word(word())
  }

  // MARK: Parts

  /// Up to the next white space; a bracket before a quote by itself.
  private mutating func word() -> Range<String.Index> {
    let start = index
    let second = line.index(after: start)
    if "([".unicodeScalars.contains(line[start]), second < line.endIndex, Quoted(at: second, of: line) != nil {
      index = second
    } else {
      index = line[start...].firstIndex(where: \.properties.isWhitespace) ?? line.endIndex
    }
    return start..<index
  }

  private mutating func phrase() -> Token? {
    let start = index
    guard let quoted = Quoted(at: start, of: line), quoted.isClosed, Self.hasWord(quoted.content) else { return nil }
    index = quoted.end
    // `"deal stage":negotiation`: a name that is not written plainly.
    if index < line.endIndex, line[index] == ":", keys.contains(quoted.content) {
      if let field = value(name: quoted.content, isKey: true, from: start) { return field }
      index = quoted.end
    }
    guard endsToken(quoted.end) else {
      index = start
      return nil
    }
    return .phrase(quoted.content, start..<index)
  }

  private mutating func exclusion() -> Token? {
    let start = index
    guard line[start] == "-" else { return nil }
    index = line.index(after: start)
    guard index < line.endIndex else {
      index = start
      return nil
    }
    if let quoted = Quoted(at: index, of: line), quoted.isClosed, Self.hasWord(quoted.content), endsToken(quoted.end) {
      index = quoted.end
      return .exclusion(quoted.content, start..<index)
    }
    // A minus before a digit is a number's sign.
    guard line[index].properties.isAlphabetic else {
      index = start
      return nil
    }
    if case .field(let name, _, _, let range)? = field() { return .excludedField(name, start..<range.upperBound) }
    index = line.index(after: start)
    let written = word()
    let core = line[written].trimmingEnd { !$0.isLetterOrNumber }
    index = core.endIndex
    return .exclusion(String(core), start..<index)
  }

  /// A field at the place reached; nil, and nothing consumed, where a word stands there.
  private mutating func field() -> Token? {
    let start = index
    let written = line[start...].prefix { !$0.properties.isWhitespace && $0 != ":" && $0 != "\"" }
    guard !written.isEmpty, written.endIndex < line.endIndex, line[written.endIndex] == ":" else { return nil }
    let name = String(written)
    let isField = SearchField(named: name) != nil
    let key = isField ? nil : key(named: name)
    guard isField || key != nil || Self.looksLikeField(name) else { return nil }
    index = written.endIndex
    let token = value(name: key ?? name, isKey: key != nil, from: start)
    if token == nil { index = start }
    return token
  }

  /// The value behind the colon that was reached.
  private mutating func value(name: String, isKey: Bool, from start: String.Index) -> Token? {
    let isKnown = isKey || SearchField(named: name) != nil
    let valueStart = line.index(after: index)
    guard valueStart < line.endIndex else {
      guard isKnown else { return nil }
      index = valueStart
      return .unfinished(start..<index)
    }
    // `https://…`, `std::vector`, `:)` after a word: no field.
    guard !line[valueStart].properties.isWhitespace, !Self.isNoValue(line[valueStart]) else { return nil }
    index = valueStart
    let value: String
    if let quoted = Quoted(at: valueStart, of: line) {
      // One that is not closed reaches to the end of the line, as it is still being typed.
      guard isKnown || quoted.isClosed else { return nil }
      value = quoted.content
      index = quoted.end
    } else {
      let plain = line[word()]
      let trimmed = plain.trimmingEnd(where: Self.closesSentence)
      value = String(trimmed.isEmpty ? plain : trimmed)
      if !trimmed.isEmpty { index = trimmed.endIndex }
    }
    if value.isEmpty { return isKnown ? .unfinished(start..<index) : nil }
    return .field(name: name, isKey: isKey, value: value, start..<index)
  }

  // MARK: Rules

  /// A key in its own case of letters, else the only one that differs in nothing but that.
  private func key(named name: String) -> String? {
    if keys.contains(name) { return name }
    let alike = keys.filter { $0.lowercased() == name.lowercased() }
    return alike.count == 1 ? alike.first : nil
  }

  /// What must not silently become text, because it may be a mistyped field. One letter is more often a drive or the
  /// `Q:` of a transcript, and these schemes have no slashes behind the colon.
  private static func looksLikeField(_ name: String) -> Bool {
    guard name.utf8.count > 1, let first = name.first, first.isASCII, first.isLetter else { return false }
    guard !["mailto", "tel", "sms", "urn", "data"].contains(name.lowercased()) else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// Punctuation that belongs to the sentence around a value: `channel:email?`.
  static func closesSentence(_ scalar: Unicode.Scalar) -> Bool { "?!,;".unicodeScalars.contains(scalar) }

  /// What no value begins with, unless it is quoted.
  static func isNoValue(_ scalar: Unicode.Scalar) -> Bool { "/:)(\\".unicodeScalars.contains(scalar) }

  /// What opens or closes a quotation.
  static func isQuote(_ scalar: Unicode.Scalar) -> Bool { "\"“”„".unicodeScalars.contains(scalar) }

  private static func hasWord(_ text: String) -> Bool { text.unicodeScalars.contains(where: \.isLetterOrNumber) }

  /// Whether nothing that belongs to a word follows: a quote in the middle of one is no closing quote.
  private func endsToken(_ place: String.Index) -> Bool {
    guard place < line.endIndex else { return true }
    let scalar = line[place]
    return scalar.properties.isWhitespace || ".,;:?!)]".unicodeScalars.contains(scalar)
  }
}

/// Text in double quotes, where `\"` and `\\` stand for a quote and a backslash; or in typographic ones.
private struct Quoted {
  var content = ""
  var isClosed = false
  /// Behind the closing quote; the end of the line where there is none.
  var end: String.Index

  /// Nil where no quote opens at `start`.
  init?(at start: String.Index, of line: String.UnicodeScalarView) {
    let closing: Set<Unicode.Scalar>
    switch line[start] {
    case "\"": closing = ["\""]
    case "“", "„": closing = ["”", "“"]
    default: return nil
    }
    end = line.index(after: start)
    while end < line.endIndex {
      var scalar = line[end]
      line.formIndex(after: &end)
      if closing.contains(scalar) {
        isClosed = true
        return
      }
      if scalar == "\\", end < line.endIndex, line[end] == "\"" || line[end] == "\\" {
        scalar = line[end]
        line.formIndex(after: &end)
      }
      content.unicodeScalars.append(scalar)
    }
  }
}

extension BidirectionalCollection where SubSequence == Self {
  /// Without what fits at its end.
  func trimmingEnd(where isTrimmed: (Element) -> Bool) -> Self {
    var result = self
    while let last = result.last, isTrimmed(last) { result.removeLast() }
    return result
  }
}

extension Unicode.Scalar {
  var isLetterOrNumber: Bool { properties.isAlphabetic || properties.numericType != nil }
}
