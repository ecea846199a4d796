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
  func core(_ index: Int, in start: Int) -> String? {
    guard index < words.count else { return nil }
    if index > start, words[index].opens || words[index - 1].closes { return nil }
    return words[index].core
  }

  func isAny(_ index: Int, in start: Int, of choices: Set<String>) -> Bool {
    core(index, in: start).map(choices.contains) ?? false
  }

  /// The index behind an optional word.
  func skipping(_ choices: Set<String>, at index: Int, in start: Int) -> Int {
    isAny(index, in: start, of: choices) ? index + 1 : index
  }

  func precedes(_ index: Int, _ choices: Set<String>) -> Bool {
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
    // "two weeks before 11 August": a time of its own, not an end of one.
    if word == "before" || word == "after", precedes(start, Self.lengths) { return nil }
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

  private static let lengths: Set<String> = [
    "hour", "hours", "day", "days", "night", "week", "weeks", "weekend", "month", "months", "quarter", "year", "years",
    "shortly", "right", "just", "long",
  ]
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

  func unit(_ word: String, isPlural: Bool) -> RelativeCalendar.Unit? {
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
}
