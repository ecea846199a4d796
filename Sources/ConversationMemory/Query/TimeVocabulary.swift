// The words of which time phrases are made, and the questions in which they are no filter.

enum TimeVocabulary {
  /// January is 1.
  static let months: [String: Int64] = [
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12,
  ]

  /// Read as months only beside a day or a year: "Jan" is a person too.
  static let shortMonths: [String: Int64] = [
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11,
    "dec": 12,
  ]

  /// Monday is 0.
  static let weekdays: [String: Int64] = [
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
  ]

  static let units: [String: RelativeCalendar.Unit] = [
    "day": .day, "week": .week, "month": .month, "quarter": .quarter, "year": .year,
  ]

  private static let numbers = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  ]

  /// `7`, `seven`.
  static func count(_ word: String) -> Int64? {
    if let index = numbers.firstIndex(of: word) { return Int64(index + 1) }
    guard word.utf8.count <= 4, let number = plainNumber(word), number > 0 else { return nil }
    return number
  }

  /// `5`, `5th`, `1st`: a day of a month.
  static func dayOfMonth(_ word: String) -> Int64? {
    let digits = ["st", "nd", "rd", "th"].first(where: word.hasSuffix).map { String(word.dropLast($0.count)) } ?? word
    guard digits.utf8.count <= 2, let day = plainNumber(digits), (1...31).contains(day) else { return nil }
    return day
  }

  /// A year that messages can have.
  static func year(_ word: String) -> Int64? {
    guard word.utf8.count == 4, let year = plainNumber(word), (1970..<2200).contains(year) else { return nil }
    return year
  }

  private static func plainNumber(_ text: String) -> Int64? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text)
  }

  /// Before these, a time is what the sentence is about, not when something was said: "the invoice for last month",
  /// "the end of this quarter", "better than last year".
  static let contentMarkers: Set<String> = [
    "for", "of", "by", "to", "than", "as", "like", "vs", "versus", "per", "every", "each", "next", "least", "most",
  ]

  /// Words between the beginning of a line and its question.
  private static let leadIns: Set<String> = ["and", "so", "but", "then", "or", "ok", "okay", "please", "also", "well"]
  private static let indirect: [[String]] = [
    ["tell", "me"], ["can", "you", "tell", "me"], ["could", "you", "tell", "me"], ["do", "you", "know"],
    ["do", "we", "know"], ["does", "anyone", "know"], ["remind", "me"], ["i", "wonder"], ["any", "idea"],
  ]
  private static let unitsOfQuestions: Set<String> = [
    "year", "years", "month", "months", "week", "weeks", "day", "days", "date", "dates", "time", "weekday", "quarter",
    "quarters", "season", "hour", "hours", "minutes",
  ]

  /// Whether the line asks for a time: "when did …", "how long …", "which year …", "on what day …", "since when …",
  /// "how many days …". Times in it are what is known already of the answer: they are content.
  ///
  /// - Parameter words: the line's words, lower case, without punctuation.
  static func asksForTime(_ words: [String]) -> Bool {
    var rest = words[...]
    while let first = rest.first {
      if leadIns.contains(first) {
        rest = rest.dropFirst()
      } else if let start = indirect.first(where: { rest.starts(with: $0) }) {
        rest = rest.dropFirst(start.count)
      } else {
        break
      }
    }
    if let first = rest.first, ["on", "in", "at", "since", "until", "till", "by", "from", "during"].contains(first) {
      rest = rest.dropFirst()
    }
    guard let first = rest.first else { return false }
    let second = rest.dropFirst().first ?? ""
    switch first {
    case "when", "when's", "when’s", "whens": return true
    case "how":
      if ["long", "often", "soon", "recently", "old"].contains(second) { return true }
      return second == "many" && unitsOfQuestions.contains(rest.dropFirst(2).first ?? "")
    case "which", "what": return unitsOfQuestions.contains(second)
    default: return false
    }
  }
}
