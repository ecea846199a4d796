// Finds the time phrases among the words of a line, and reads the dates in `since:` and `until:`.

import Foundation

struct QueryTimes {
  /// A phrase with its place in the line.
  struct Found {
    var phrase: TimePhrase
    var range: Range<String.Index>
  }

  let line: String
  let calendar: RelativeCalendar

  init(_ line: String, calendar: RelativeCalendar) {
    self.line = line
    self.calendar = calendar
  }

  /// Whether the line asks for a time: then times in it are content.
  func asksForTime(_ words: [Range<String.Index>]) -> Bool {
    TimeVocabulary.asksForTime(words.prefix(12).map { word($0).core })
  }

  /// Phrases that do not overlap, from left to right.
  func phrases(in run: [Range<String.Index>]) -> [Found] {
    let words = run.map(word)
    let reader = TimePhraseReader(words: words, calendar: calendar)
    var found: [Found] = []
    var index = 0
    while index < words.count {
      if let phrase = reader.phrase(at: index) {
        let range = words[index].range.lowerBound..<words[index + phrase.count - 1].range.upperBound
        found.append(Found(phrase: phrase, range: range))
        index += phrase.count
      } else {
        index += 1
      }
    }
    return found
  }

  /// As it stands in the line, with single spaces.
  func written(_ found: Found) -> String {
    line[found.range].split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func word(_ range: Range<String.Index>) -> TimeWord {
    let whole = line[range]
    let opened = whole.drop { !($0.isLetter || $0.isNumber) }
    let core = opened.trimmingEnd { !($0.isLetter || $0.isNumber) }
    let rest = line[core.endIndex..<range.upperBound]
    return TimeWord(
      core: core.lowercased(), written: String(core), range: core.startIndex..<core.endIndex,
      opens: opened.startIndex > whole.startIndex, closes: !rest.isEmpty, hasComma: rest == ",")
  }
}

/// A time as it is written in `since:` and `until:`.
enum WrittenDay {
  /// ISO 8601, epoch numbers, `7d` and `2w` ago, or what the plain words of a line may be: `yesterday`, `monday`, `march`,
  /// `"last week"`. What is no moment is everything from its first day to its last.
  static func parse(_ text: String, zone: TimeZone, now: Timestamp) throws(MemoryError) -> WrittenTime {
    let calendar = RelativeCalendar(now: now, zone: zone)
    if let days = short(text.lowercased(), calendar) ?? named(text, calendar), let time = time(of: days, zone: zone) {
      return time
    }
    do throws(MemoryError) {
      return try TimestampParser.parse(text, zone: zone)
    } catch {
      throw MemoryError(
        error.code, error.message, remedy: "write today, yesterday, 7d, 2w, monday, \"last week\" or 2026-11-21")
    }
  }

  /// From the beginning of the first day to the end of the last; nil where the calendar's years end.
  static func time(of days: DaySpan, zone: TimeZone) -> WrittenTime? {
    guard let start = midnight(of: days.start, zone: zone), let end = midnight(of: days.end, zone: zone) else {
      return nil
    }
    return .day(start: start, end: end)
  }

  /// When a day begins. Written out and read again: the reader knows where a day begins in a zone.
  static func midnight(of day: Int64, zone: TimeZone) -> Timestamp? {
    (try? TimestampParser.parse(CivilDay(daysSinceEpoch: day).description, zone: zone))?.start
  }

  private static func short(_ word: String, _ calendar: RelativeCalendar) -> DaySpan? {
    guard let unit = word.last, unit == "d" || unit == "w", let count = Int64(word.dropLast()), count >= 0,
      count < 100_000
    else { return nil }
    return calendar.span(.day, back: unit == "w" ? count * 7 : count)
  }

  /// The days of a phrase that fills the text, read as it would be behind `on` or `in`.
  private static func named(_ text: String, _ calendar: RelativeCalendar) -> DaySpan? {
    for preposition in ["on", "in"] {
      let line = "\(preposition) \(text)"
      let words = line.split(whereSeparator: \.isWhitespace).map { $0.startIndex..<$0.endIndex }
      let found = QueryTimes(line, calendar: calendar).phrases(in: words)
      guard found.count == 1, let only = found.first, only.range == line.startIndex..<line.endIndex,
        let start = only.phrase.since, let end = only.phrase.until
      else { continue }
      return DaySpan(start: start, end: end)
    }
    return nil
  }
}
