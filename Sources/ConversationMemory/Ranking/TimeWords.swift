// Words that tell a time, and questions that ask for one.

/// English words of time.
enum TimeWords {
  private static let alone: Set<String> = [
    "yesterday", "today", "tomorrow", "tonight", "ago", "since", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "january", "february", "april", "june", "july", "august", "september", "october", "november",
    "december", "weeks", "months", "years", "days", "decade", "decades",
  ]
  private static let leading: Set<String> = ["last", "next", "this", "past", "a", "one", "each", "every", "few"]
  private static let units: Set<String> = [
    "day", "week", "weekend", "month", "year", "night", "morning", "evening", "afternoon", "summer", "winter", "spring",
    "fall", "autumn", "march", "may", "quarter",
  ]

  /// Whether a text tells when or how long: "yesterday", "last week", "in 2022", "for three years".
  static func occur(in text: some StringProtocol) -> Bool {
    var previous = ""
    for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber) }) {
      let lower = word.lowercased()
      if alone.contains(lower) { return true }
      if units.contains(lower), leading.contains(previous) { return true }
      if lower.utf8.count == 4, lower.hasPrefix("19") || lower.hasPrefix("20"), Int(lower) != nil { return true }
      previous = lower
    }
    return false
  }

  /// Whether a question asks when or how long.
  static func isAskedFor(in question: String) -> Bool {
    let words = question.split(whereSeparator: { !($0.isLetter || $0.isNumber) }).map { $0.lowercased() }
    if words.first == "when" { return true }
    return zip(words, words.dropFirst()).contains { first, second in
      (first == "how" && second == "long")
        || ((first == "which" || first == "what")
          && ["year", "month", "day", "date", "time", "week", "season"].contains(second))
        || (first == "and" && second == "when") || (first == "since" && second == "when")
    }
  }
}
