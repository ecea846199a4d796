// Moments in time as the store keeps them: integer milliseconds since 1970-01-01T00:00:00Z.

public import Foundation

/// A moment, in milliseconds UTC.
public struct Timestamp: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }

  public static var now: Timestamp { Timestamp(Date()) }

  public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// Years 1970 to 2199: what a conversation can have. Anything else is a slip of units or of parsing.
  public static let plausible = Timestamp(milliseconds: 0)..<Timestamp(milliseconds: 7_258_118_400_000)

  public func adding(milliseconds delta: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds &+ delta) }

  /// ISO 8601 in UTC: `2026-11-21T14:02:00Z`, with milliseconds only where they are not zero.
  public var iso8601: String {
    let (day, time) = CivilDay.split(milliseconds: milliseconds)
    func padded(_ value: Int64, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let seconds = time / 1000
    let fraction = time % 1000
    let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    return "\(day)T\(clock)\(fraction == 0 ? "" : "." + padded(fraction, 3))Z"
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }
}

/// A day of the proleptic Gregorian calendar. Arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms" (2013): exact, without a calendar object, fit for millions of rows.
public struct CivilDay: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var year: Int64
  public var month: Int64
  public var day: Int64

  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// From days since 1970-01-01.
  public init(daysSinceEpoch: Int64) {
    let shifted = daysSinceEpoch + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  public var daysSinceEpoch: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Whether the calendar has this day.
  public var exists: Bool {
    (1...12).contains(month) && (1...31).contains(day) && CivilDay(daysSinceEpoch: daysSinceEpoch) == self
  }

  public static func < (left: CivilDay, right: CivilDay) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

  public var description: String {
    "\(String(repeating: "0", count: max(0, 4 - String(year).count)))\(year)-\(month < 10 ? "0" : "")\(month)-"
      + "\(day < 10 ? "0" : "")\(day)"
  }

  static let millisecondsPerDay: Int64 = 86_400_000

  /// The UTC day and the milliseconds into it.
  static func split(milliseconds: Int64) -> (day: CivilDay, time: Int64) {
    var days = milliseconds / millisecondsPerDay
    var time = milliseconds % millisecondsPerDay
    if time < 0 {
      time += millisecondsPerDay
      days -= 1
    }
    return (CivilDay(daysSinceEpoch: days), time)
  }
}
