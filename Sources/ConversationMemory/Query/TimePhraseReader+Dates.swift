// The days inside a time phrase: `yesterday`, `last week`, `3 days ago`, `Monday`, `5 March 2025`. What the words around them
// make of these is in `TimePhraseReader`.

extension TimePhraseReader {
  struct DateReading {
    var days: DaySpan
    /// The word behind it.
    var next: Int
    var weekday: Int64?
    var month: Int64?
    var dayOfMonth: Int64?
    var hasYear = false
    /// Says nothing about time by itself.
    var needsPreposition = false
    var isDay: Bool { days.end - days.start == 1 }
  }

  func date(_ index: Int, in start: Int) -> DateReading? {
    guard let word = core(index, in: start) else { return nil }
    return dayName(word, index, in: start) ?? unitName(word, index, in: start) ?? ago(word, index, in: start)
      ?? weekdayName(word, index, in: start) ?? isoDate(word, index) ?? monthOrDate(index, in: start)
  }

  private func dayName(_ word: String, _ index: Int, in start: Int) -> DateReading? {
    let back: Int64
    var next = index + 1
    switch word {
    case "today": back = 0
    case "yesterday": back = 1
    case "day" where isAny(index + 1, in: start, of: ["before"]) && isAny(index + 2, in: start, of: ["yesterday"]):
      back = 2
      next = index + 3
    default: return nil
    }
    return calendar.span(.day, back: back).map { DateReading(days: $0, next: next) }
  }

  /// `last week`, `this quarter`.
  private func unitName(_ word: String, _ index: Int, in start: Int) -> DateReading? {
    let back: Int64
    switch word {
    case "this", "current": back = 0
    case "last", "previous": back = 1
    default: return nil
    }
    guard let name = core(index + 1, in: start), let unit = TimeVocabulary.units[name], name != "day" else {
      return nil
    }
    return calendar.span(unit, back: back).map { DateReading(days: $0, next: index + 2) }
  }

  /// `3 days ago`, `a week ago`: the whole day, week, month or quarter so far back. Years ago things happened; seldom was
  /// it then that they were told.
  private func ago(_ word: String, _ index: Int, in start: Int) -> DateReading? {
    let isOne = word == "a" || word == "an"
    guard let count = isOne ? 1 : TimeVocabulary.count(word), let name = core(index + 1, in: start),
      let unit = unit(name, isPlural: count > 1), unit != .year, core(index + 2, in: start) == "ago",
      !precedes(index, ["than", "over", "least", "most", "about", "around", "nearly", "almost"])
    else { return nil }
    return calendar.span(unit, back: count).map { DateReading(days: $0, next: index + 3) }
  }

  /// `Monday`, `last Monday`.
  private func weekdayName(_ word: String, _ index: Int, in start: Int) -> DateReading? {
    if let weekday = TimeVocabulary.weekdays[word] {
      return DateReading(
        days: calendar.latest(weekday: weekday), next: index + 1, weekday: weekday, needsPreposition: true)
    }
    guard word == "last", let name = core(index + 1, in: start) else { return nil }
    if let weekday = TimeVocabulary.weekdays[name] {
      return DateReading(days: calendar.latest(weekday: weekday, isPast: true), next: index + 2, weekday: weekday)
    }
    // "the last march": only a name's capital letter makes a month of these two.
    guard let month = TimeVocabulary.months[name],
      !["may", "march"].contains(name) || words[index + 1].written.first?.isUppercase == true
    else { return nil }
    return DateReading(days: calendar.latest(month: month, isPast: true), next: index + 2, hasYear: true)
  }

  private func isoDate(_ word: String, _ index: Int) -> DateReading? {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
      let year = TimeVocabulary.year(parts[0]),
      let month = Int64(parts[1]), let day = TimeVocabulary.dayOfMonth(parts[2]),
      let days = RelativeCalendar.day(day, month, year)
    else { return nil }
    return DateReading(days: days, next: index + 1, dayOfMonth: day, hasYear: true, needsPreposition: true)
  }

  /// `March`, `March 2025`, `5 March`, `5th of March 2025`, `March 5`, `March 5, 2025`.
  private func monthOrDate(_ index: Int, in start: Int) -> DateReading? {
    guard let word = core(index, in: start) else { return nil }
    if let day = TimeVocabulary.dayOfMonth(word) {
      let monthIndex = skipping(["of"], at: index + 1, in: start)
      guard let name = core(monthIndex, in: start), let month = month(name) else { return nil }
      return date(day, month, yearIndex: monthIndex + 1, in: start)
    }
    guard let month = month(word) else { return nil }
    if let next = core(index + 1, in: start), let day = TimeVocabulary.dayOfMonth(next) {
      return date(day, month, yearIndex: index + 2, in: start)
    }
    if let next = core(index + 1, in: start), let year = TimeVocabulary.year(next) {
      return DateReading(
        days: RelativeCalendar.month(month, of: year), next: index + 2, month: month, hasYear: true,
        needsPreposition: true)
    }
    guard TimeVocabulary.months[word] != nil else { return nil }
    return DateReading(
      days: calendar.latest(month: month), next: index + 1, month: month, needsPreposition: true)
  }

  private func month(_ word: String) -> Int64? { TimeVocabulary.months[word] ?? TimeVocabulary.shortMonths[word] }

  private func date(_ day: Int64, _ month: Int64, yearIndex: Int, in start: Int) -> DateReading? {
    var reading = DateReading(
      days: DaySpan(start: 0, end: 0), next: yearIndex, month: month, dayOfMonth: day, needsPreposition: true)
    if let year = year(yearIndex, in: start) {
      guard let days = RelativeCalendar.day(day, month, year) else { return nil }
      reading.days = days
      reading.next = yearIndex + 1
      reading.hasYear = true
      return reading
    }
    guard let days = calendar.latest(month: month, dayOfMonth: day) else { return nil }
    reading.days = days
    return reading
  }

  /// A year behind a day, a comma before it or not.
  private func year(_ index: Int, in start: Int) -> Int64? {
    guard index < words.count, !words[index].opens, !words[index - 1].closes || words[index - 1].hasComma else {
      return nil
    }
    return TimeVocabulary.year(words[index].core)
  }

  /// A year by itself: only behind a word that has it mean time.
  func bareYear(_ index: Int, in start: Int) -> DateReading? {
    guard index > start, let word = core(index, in: start), let year = TimeVocabulary.year(word) else { return nil }
    return DateReading(days: RelativeCalendar.year(year), next: index + 1, hasYear: true, needsPreposition: true)
  }
}
