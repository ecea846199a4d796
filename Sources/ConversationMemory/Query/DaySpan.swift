// Days, weeks, months, quarters and years around a given day, in whole days of the proleptic Gregorian calendar.

import Foundation

/// Days in a row, counted from 1970-01-01; the last one is not part of it.
struct DaySpan: Hashable, Sendable {
  var start: Int64
  var end: Int64

  /// `2026-11-16 to 2026-11-22`, or the one day.
  var description: String {
    let first = CivilDay(daysSinceEpoch: start).description
    return end - start == 1 ? first : "\(first) to \(CivilDay(daysSinceEpoch: end - 1))"
  }
}

/// What is meant by a day's name on a given day. Weeks begin on Monday (ISO 8601).
struct RelativeCalendar: Sendable {
  /// The day it is, in days since 1970-01-01.
  let today: Int64

  init(now: Timestamp, zone: TimeZone) {
    let local = now.milliseconds + Int64(zone.secondsFromGMT(for: now.date)) * 1000
    today = CivilDay.split(milliseconds: local).day.daysSinceEpoch
  }

  enum Unit: Sendable { case day, week, month, quarter, year }

  private var civil: CivilDay { CivilDay(daysSinceEpoch: today) }

  /// The whole unit that lies `back` before the current one. Counts beyond ten thousand years mean nothing.
  func span(_ unit: Unit, back: Int64) -> DaySpan? {
    guard (0...3_650_000).contains(back) else { return nil }
    switch unit {
    case .day: return DaySpan(start: today - back, end: today - back + 1)
    case .week:
      let monday = today - Self.weekday(of: today) - back * 7
      return DaySpan(start: monday, end: monday + 7)
    case .month: return Self.months(from: civil.year * 12 + civil.month - 1 - back, count: 1)
    case .quarter: return Self.months(from: (civil.year * 12 + civil.month - 1) / 3 * 3 - back * 3, count: 3)
    case .year: return Self.months(from: (civil.year - back) * 12, count: 12)
    }
  }

  /// From the day that lies so many units back up to and with today.
  func rolling(_ unit: Unit, count: Int64) -> DaySpan? {
    guard (1...3_650_000).contains(count) else { return nil }
    let start: Int64
    switch unit {
    case .day: start = today - count
    case .week: start = today - count * 7
    case .month: start = dayMonthsBack(count)
    case .quarter: start = dayMonthsBack(count * 3)
    case .year: start = dayMonthsBack(count * 12)
    }
    return DaySpan(start: start, end: today + 1)
  }

  /// The same day of an earlier month, or that month's last one.
  private func dayMonthsBack(_ count: Int64) -> Int64 {
    let month = Self.months(from: civil.year * 12 + civil.month - 1 - count, count: 1)
    return min(month.start + civil.day - 1, month.end - 1)
  }

  /// The latest such weekday that is not after today; before today where `isPast`. Monday is 0.
  func latest(weekday: Int64, isPast: Bool = false) -> DaySpan {
    let back = (Self.weekday(of: today) - weekday + 7) % 7
    let day = today - (back == 0 && isPast ? 7 : back)
    return DaySpan(start: day, end: day + 1)
  }

  /// The latest such month that has begun by `day` (today where none is given), or that is over where `isPast`.
  func latest(month: Int64, day: Int64? = nil, isPast: Bool = false) -> DaySpan {
    let limit = day ?? today
    var year = CivilDay(daysSinceEpoch: limit).year
    var span = Self.month(month, of: year)
    while isPast ? span.end > limit : span.start > limit {
      year -= 1
      span = Self.month(month, of: year)
    }
    return span
  }

  /// The latest such day of the year that is not after `day` (today where none is given); nil where no year has it.
  func latest(month: Int64, dayOfMonth: Int64, notAfter day: Int64? = nil) -> DaySpan? {
    let limit = day ?? today
    let year = CivilDay(daysSinceEpoch: limit).year
    // The 29th of February comes every four years, once in eight.
    for back in 0...8 {
      guard let span = Self.day(dayOfMonth, month, year - Int64(back)), span.start <= limit else { continue }
      return span
    }
    return nil
  }

  static func day(_ day: Int64, _ month: Int64, _ year: Int64) -> DaySpan? {
    let civil = CivilDay(year: year, month: month, day: day)
    guard civil.exists else { return nil }
    return DaySpan(start: civil.daysSinceEpoch, end: civil.daysSinceEpoch + 1)
  }

  /// January is 1.
  static func month(_ month: Int64, of year: Int64) -> DaySpan { months(from: year * 12 + month - 1, count: 1) }

  static func year(_ year: Int64) -> DaySpan { months(from: year * 12, count: 12) }

  /// Months in a row; months are counted from the year 0.
  private static func months(from first: Int64, count: Int64) -> DaySpan {
    func start(_ month: Int64) -> Int64 {
      let year = month >= 0 ? month / 12 : (month - 11) / 12
      return CivilDay(year: year, month: month - year * 12 + 1, day: 1).daysSinceEpoch
    }
    return DaySpan(start: start(first), end: start(first + count))
  }

  /// Monday is 0. 1970-01-01 was a Thursday.
  private static func weekday(of day: Int64) -> Int64 { ((day + 3) % 7 + 7) % 7 }
}
