// Reads plain words about time: "last week", "since Monday", "between March and May". Which words those are is in
// `TimeVocabulary`, what days they mean in `RelativeCalendar`.

/// A word of a line, as far as time is concerned.
struct TimeWord: Sendable {
  /// Lower case, without the punctuation around it.
  var core: String
  /// As written, without the punctuation around it.
  var written: String
  /// Where the core stands.
  var range: Range<String.Index>
  /// Punctuation opens before it: it can only begin a phrase.
  var opens: Bool
  /// Punctuation follows it: it can only end a phrase.
  var closes: Bool
  /// That punctuation is a comma alone.
  var hasComma: Bool
}

/// A phrase that was recognised.
struct TimePhrase: Hashable, Sendable {
  /// How many words it has.
  var count: Int
  /// Days, where the phrase means days. Without one of the ends it is open there.
  var since: Int64?
  var until: Int64?
  /// Milliseconds before now, where it means hours.
  var back: Int64?
}

/// Recognises a phrase at a place in a row of words. A phrase is recognised only where it is unmistakably about time: a
/// month or a weekday by itself is not ("may", "march"), nor is `last` before anything but a unit of time ("last price").
/// Times that lie wholly ahead are no filter either: nothing has been said then.
struct TimePhraseReader {
  let words: [TimeWord]
  let calendar: RelativeCalendar

  /// The longest phrase that begins with the word at `start`; nil where none does.
  func phrase(at start: Int) -> TimePhrase? {
    let phrase = between(start) ?? fromTo(start) ?? relation(start) ?? rolling(start) ?? during(start)
    guard let phrase, since(phrase) <= calendar.today else { return nil }
    if let first = phrase.since, let end = phrase.until, first >= end { return nil }
    return phrase
  }

  private func since(_ phrase: TimePhrase) -> Int64 { phrase.since ?? .min }

  // MARK: Words

  /// The core of a word, where it follows on the one before it without punctuation between.
  private func core(_ index: Int, in start: Int) -> String? {
    guard index < words.count else { return nil }
    if index > start, words[index].opens || words[index - 1].closes { return nil }
    return words[index].core
  }

  private func isAny(_ index: Int, in start: Int, of choices: Set<String>) -> Bool {
    core(index, in: start).map(choices.contains) ?? false
  }

  /// The index behind an optional word.
  private func skipping(_ choices: Set<String>, at index: Int, in start: Int) -> Int {
    isAny(index, in: start, of: choices) ? index + 1 : index
  }

  private func precedes(_ index: Int, _ choices: Set<String>) -> Bool {
    index > 0 && !words[index - 1].closes && choices.contains(words[index - 1].core)
  }

  // MARK: Phrases

  /// `between A and B`, both ends with it.
  private func between(_ start: Int) -> TimePhrase? {
    guard core(start, in: start) == "between" else { return nil }
    return range(from: start + 1, joints: ["and"], in: start, allowsWeekdays: true)
  }

  /// `from A to B`, both ends with it. Opening hours are told in weekdays: they stay text.
  private func fromTo(_ start: Int) -> TimePhrase? {
    guard core(start, in: start) == "from" else { return nil }
    return range(from: start + 1, joints: Self.rangeJoints, in: start, allowsWeekdays: false)
  }

  private func range(from first: Int, joints: Set<String>, in start: Int, allowsWeekdays: Bool) -> TimePhrase? {
    guard let left = date(first, in: start), isAny(left.next, in: start, of: joints),
      let right = date(left.next + 1, in: start), allowsWeekdays || (left.weekday == nil && right.weekday == nil)
    else { return nil }
    // What names no year belongs to the other end: "between November and February" ended last February.
    let end = right.days
    var begin = left.days
    if let month = left.month, begin.start > end.start {
      if let day = left.dayOfMonth {
        guard let earlier = calendar.latest(month: month, dayOfMonth: day, notAfter: end.start) else { return nil }
        begin = earlier
      } else {
        begin = calendar.latest(month: month, day: end.start)
      }
    }
    if left.weekday != nil, begin.start > end.start { begin = DaySpan(start: begin.start - 7, end: begin.end - 7) }
    // Of a range only the later end can name the year: "between March and May 2025".
    if let month = left.month, left.dayOfMonth == nil, right.hasYear, !left.hasYear {
      begin = calendar.latest(month: month, day: end.start)
    } else if let month = left.month, let day = left.dayOfMonth, right.hasYear, !left.hasYear {
      guard let earlier = calendar.latest(month: month, dayOfMonth: day, notAfter: end.start) else { return nil }
      begin = earlier
    }
    guard begin.start < end.end else { return nil }
    return TimePhrase(count: right.next - start, since: begin.start, until: end.end)
  }

  /// `since A`, `after A`, `before A`, `until A`.
  private func relation(_ start: Int) -> TimePhrase? {
    guard let word = core(start, in: start), ["since", "after", "before", "until", "till"].contains(word) else {
      return nil
    }
    guard let date = date(skipping(["the"], at: start + 1, in: start), in: start) ?? bareYear(start + 1, in: start)
    else { return nil }
    // "before may I ask": a verb.
    let verbs: Set = ["i", "we", "you", "he", "she", "it", "they", "be", "have", "not", "on", "to"]
    if date.next == start + 2, ["may", "march"].contains(words[start + 1].core), isAny(date.next, in: start, of: verbs)
    {
      return nil
    }
    // "held until 31 January", said in November, means the coming one.
    if word == "until" || word == "till", date.month != nil, !date.hasYear, calendar.today - date.days.end > 182 {
      return nil
    }
    let count = date.next - start
    switch word {
    case "since": return TimePhrase(count: count, since: date.days.start)
    case "after": return TimePhrase(count: count, since: date.days.end)
    case "before": return TimePhrase(count: count, until: date.days.start)
    default: return TimePhrase(count: count, until: date.days.end)
    }
  }

  private static let rangeJoints: Set<String> = ["to", "until", "till", "through"]
  private static let spanPrepositions: Set<String> = ["in", "during", "over", "within", "from", "for", "on"]

  /// `last 7 days`, `in the past two weeks`, `the past month`: up to now.
  private func rolling(_ start: Int) -> TimePhrase? {
    var index = skipping(Self.spanPrepositions, at: start, in: start)
    index = skipping(["the"], at: index, in: start)
    guard isAny(index, in: start, of: ["last", "past", "previous"]) else { return nil }
    if index == start, precedes(start, ["next", "every", "each", "of"]) { return nil }
    let isPast = words[index].core == "past"
    index += 1
    guard let word = core(index, in: start) else { return nil }
    if let count = TimeVocabulary.count(word), let unit = core(index + 1, in: start) {
      return rolling(count, unit, isPlural: count > 1, next: index + 2, in: start)
    }
    if word == "hour" || word == "24" { return rolling(1, word, isPlural: false, next: index + 1, in: start) }
    return isPast ? rolling(1, word, isPlural: false, next: index + 1, in: start) : nil
  }

  private func rolling(_ count: Int64, _ word: String, isPlural: Bool, next: Int, in start: Int) -> TimePhrase? {
    guard !isAny(next, in: start, of: ["of"]) else { return nil }
    if word == (isPlural ? "hours" : "hour") {
      return TimePhrase(count: next - start, back: count * 3_600_000)
    }
    guard let unit = unit(word, isPlural: isPlural), let span = calendar.rolling(unit, count: count) else { return nil }
    return TimePhrase(count: next - start, since: span.start, until: span.end)
  }

  private func unit(_ word: String, isPlural: Bool) -> RelativeCalendar.Unit? {
    guard isPlural else { return TimeVocabulary.units[word] }
    return word.last == "s" ? TimeVocabulary.units[String(word.dropLast())] : nil
  }

  /// `today`, `last week`, `3 days ago` and, behind a preposition, months and dates.
  private func during(_ start: Int) -> TimePhrase? {
    guard !precedes(start, TimeVocabulary.contentMarkers) else { return nil }
    let hasPreposition = isAny(start, in: start, of: ["in", "during", "over", "within", "from", "on"])
    let first = hasPreposition ? start + 1 : start
    let afterThe = skipping(["the"], at: first, in: start)
    guard let date = date(afterThe, in: start) ?? bareYear(first, in: start) else { return nil }
    let preposition = hasPreposition ? words[start].core : ""
    if date.needsPreposition {
      // "on" goes with days, "in" and "during" with months and years; both ways "from".
      let fits: Set<String> = date.isDay ? ["on", "from", "during"] : ["in", "during", "from"]
      guard fits.contains(preposition) else { return nil }
      // "from" may name a person: May and March are months only when one does not.
      if preposition == "from", date.weekday == nil, date.dayOfMonth == nil, !date.hasYear { return nil }
      if preposition == "from", isAny(date.next, in: start, of: Self.rangeJoints) { return nil }
    }
    // "the last week of the contract", "on Monday next week".
    guard !isAny(date.next, in: start, of: date.weekday == nil ? ["of"] : ["of", "next"]) else { return nil }
    return TimePhrase(count: date.next - start, since: date.days.start, until: date.days.end)
  }

  // MARK: Dates

  private struct DateReading {
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

  private func date(_ index: Int, in start: Int) -> DateReading? {
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

  /// `3 days ago`, `a week ago`: the whole day, week, month or year so far back.
  private func ago(_ word: String, _ index: Int, in start: Int) -> DateReading? {
    let isOne = word == "a" || word == "an"
    guard let count = isOne ? 1 : TimeVocabulary.count(word), let name = core(index + 1, in: start),
      let unit = unit(name, isPlural: count > 1), core(index + 2, in: start) == "ago",
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
  private func bareYear(_ index: Int, in start: Int) -> DateReading? {
    guard index > start, let word = core(index, in: start), let year = TimeVocabulary.year(word) else { return nil }
    return DateReading(days: RelativeCalendar.year(year), next: index + 1, hasYear: true, needsPreposition: true)
  }
}
