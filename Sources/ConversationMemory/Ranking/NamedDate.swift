// Dates that a question names, and whether a message is of that time.

/// A date in a question, as far as it is given. The year may be left out.
struct NamedDate: Hashable, Sendable {
  var year: Int?
  var month: Int?
  var day: Int?

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let beforeMonth: Set<String> = ["in", "of", "during", "since", "until", "by", "early", "late", "mid"]

  /// The dates of a question: `8 May 2023`, `May 8th`, `in May`, `March 2023`, `2023-05-08`, `2022`.
  static func all(in text: String) -> [NamedDate] {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map { $0.lowercased() }
    var dates: [NamedDate] = []
    var taken = Set<Int>()
    for (place, word) in words.enumerated() {
      let parts = word.split(separator: "-").compactMap { Int($0) }
      if parts.count == 3, (1900...2100).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2]) {
        dates.append(NamedDate(year: parts[0], month: parts[1], day: parts[2]))
        continue
      }
      guard let month = month(word) else { continue }
      func number(at offset: Int) -> Int? {
        words.indices.contains(place + offset) ? dayNumber(words[place + offset]) : nil
      }
      func year(at offset: Int) -> Int? {
        words.indices.contains(place + offset) ? yearNumber(words[place + offset]) : nil
      }
      let before = words.indices.contains(place - 1) ? words[place - 1] : ""
      let day = number(at: -1) ?? (before == "of" ? number(at: -2) : nil) ?? number(at: 1)
      let isAfter = number(at: -1) == nil && number(at: 1) != nil
      let given = year(at: isAfter ? 2 : 1)
      // "may" and "march" are verbs as well.
      if word == "may" || word == "march" || word == "mar", day == nil, given == nil, !beforeMonth.contains(before) {
        continue
      }
      if given != nil { taken.insert(place + (isAfter ? 2 : 1)) }
      dates.append(NamedDate(year: given, month: month, day: day))
    }
    for (place, word) in words.enumerated() where !taken.contains(place) {
      if let year = yearNumber(word) { dates.append(NamedDate(year: year)) }
    }
    return dates
  }

  /// How well a time agrees: 1 from a day before to a week after a named day, as people tell of things after them; .5
  /// elsewhere in its month; .7 in a named month; .4 in a named year.
  func agreement(with timestamp: Timestamp) -> Double {
    let civil = CivilDay.split(milliseconds: timestamp.milliseconds).day
    let (itsYear, itsMonth) = (Int(civil.year), Int(civil.month))
    if let year, month == nil { return year == itsYear ? 0.4 : 0 }
    guard let month else { return 0 }
    if let day {
      let named = CivilDay(year: Int64(year ?? itsYear), month: Int64(month), day: Int64(day))
      let distance = civil.daysSinceEpoch - named.daysSinceEpoch
      if (-1...7).contains(distance) { return 1 }
      return month == itsMonth && (year ?? itsYear) == itsYear ? 0.5 : 0
    }
    return month == itsMonth && (year ?? itsYear) == itsYear ? 0.7 : 0
  }

  private static func month(_ word: String) -> Int? {
    if let whole = months.firstIndex(of: word) { return whole + 1 }
    guard word.count == 3 || word == "sept" else { return nil }
    return months.firstIndex { $0.hasPrefix(word) }.map { $0 + 1 }
  }

  private static func dayNumber(_ word: String) -> Int? {
    var digits = Substring(word)
    for ending in ["st", "nd", "rd", "th"] where digits.hasSuffix(ending) { digits = digits.dropLast(2) }
    return Int(digits).flatMap { (1...31).contains($0) ? $0 : nil }
  }

  private static func yearNumber(_ word: String) -> Int? {
    word.utf8.count == 4 ? Int(word).flatMap { (1900...2100).contains($0) ? $0 : nil } : nil
  }
}
