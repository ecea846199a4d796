// Days as people say them in a filter: `today`, `yesterday`, `7d`, `2w`.

internal import Foundation

enum RelativeDay {
  /// The whole day meant, as of `now` in `zone`; nil where the text is no such word.
  static func parse(_ text: String, zone: TimeZone, now: Timestamp) -> WrittenTime? {
    guard let back = daysBack(text.lowercased()) else { return nil }
    let local = now.milliseconds + Int64(zone.secondsFromGMT(for: now.date)) * 1000
    let today = CivilDay.split(milliseconds: local).day.daysSinceEpoch
    let (day, overflow) = today.subtractingReportingOverflow(back)
    guard !overflow, day >= 0 else { return nil }
    // Written out and read again: the reader knows where a day begins in a zone.
    return try? TimestampParser.parse(CivilDay(daysSinceEpoch: day).description, zone: zone)
  }

  private static func daysBack(_ word: String) -> Int64? {
    switch word {
    case "today": return 0
    case "yesterday": return 1
    default:
      guard let unit = word.last, unit == "d" || unit == "w", let count = Int64(word.dropLast()), count >= 0,
        count < 100_000
      else { return nil }
      return unit == "w" ? count * 7 : count
    }
  }
}
