// The buckets of the timeline: days, weeks from Monday (ISO 8601), months. Days are counted from 1970-01-01.

import ConversationMemory

enum TimelineZoom: Int, Sendable, CaseIterable {
  case day, week, month

  var finer: TimelineZoom? { TimelineZoom(rawValue: rawValue - 1) }
  var coarser: TimelineZoom? { TimelineZoom(rawValue: rawValue + 1) }

  /// `by day`.
  var caption: String { "by \(self)" }

  /// The number of the bucket that has a day. Buckets that follow one another have numbers that do.
  func bucket(of day: Int64) -> Int64 {
    switch self {
    case .day: return day
    // 1970-01-01 was a Thursday.
    case .week: return Self.quotient(day + 3, 7)
    case .month:
      let civil = CivilDay(daysSinceEpoch: day)
      return civil.year * 12 + civil.month - 1
    }
  }

  func days(of bucket: Int64) -> Range<Int64> {
    switch self {
    case .day: return bucket..<bucket + 1
    case .week: return bucket * 7 - 3..<bucket * 7 + 4
    case .month: return Self.firstDay(ofMonth: bucket)..<Self.firstDay(ofMonth: bucket + 1)
    }
  }

  /// Steps of the arrows, of a jump and of a page: a day, a week, a month; a week, a month, a quarter; a month, a
  /// quarter, a year.
  enum Step: Int, Sendable { case bucket, jump, page }

  /// The day so many steps from `day`: the same day of another month, or that month's last one.
  func moved(_ day: Int64, by count: Int64, _ step: Step) -> Int64 {
    switch rawValue + step.rawValue {
    case 0: return day + count
    case 1: return day + count * 7
    case 2: return Self.moved(day, months: count)
    case 3: return Self.moved(day, months: count * 3)
    default: return Self.moved(day, months: count * 12)
    }
  }

  private static func moved(_ day: Int64, months: Int64) -> Int64 {
    let civil = CivilDay(daysSinceEpoch: day)
    let month = civil.year * 12 + civil.month - 1 + months
    return min(firstDay(ofMonth: month) + civil.day - 1, firstDay(ofMonth: month + 1) - 1)
  }

  /// - Parameter month: counted from January of the year 0.
  static func firstDay(of month: Int64) -> CivilDay { CivilDay(daysSinceEpoch: firstDay(ofMonth: month)) }

  private static func firstDay(ofMonth month: Int64) -> Int64 {
    let year = quotient(month, 12)
    return CivilDay(year: year, month: month - year * 12 + 1, day: 1).daysSinceEpoch
  }

  /// Rounded down.
  private static func quotient(_ value: Int64, _ divisor: Int64) -> Int64 {
    (value >= 0 ? value : value - divisor + 1) / divisor
  }
}
