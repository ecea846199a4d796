// Times as people read them, in the zone of the explorer. By calendar arithmetic: a formatter object takes microseconds
// a row, and its width depends on the locale.

import ConversationMemory
import Foundation

struct DateText: Sendable {
  let zone: TimeZone
  /// Decides what counts as today and as this year.
  let now: Timestamp
  var style = DateStyle.dayMonth

  /// Columns of ``short(_:)`` and ``long(_:)``.
  static let shortColumns = 7
  static let longColumns = 12

  private struct Parts {
    var day: CivilDay
    var minutes: Int64
    var seconds: Int64

    var clock: String { "\(DateText.two(minutes / 60)):\(DateText.two(minutes % 60))" }
  }

  // The examples are those of `DateStyle.dayMonth`.

  /// `14:02` today, `21 Nov` this year, `2025-11` before.
  func short(_ moment: Timestamp) -> String {
    let parts = parts(moment)
    let today = self.parts(now).day
    if parts.day == today { return parts.clock }
    if parts.day.year == today.year { return dayAndMonth(parts.day) }
    return String(parts.day.description.prefix(7))
  }

  /// `21 Nov 14:02` this year, `21 Nov 2025` before.
  func long(_ moment: Timestamp) -> String {
    let parts = parts(moment)
    if parts.day.year == self.parts(now).day.year { return "\(dayAndMonth(parts.day)) \(parts.clock)" }
    return dayMonthAndYear(parts.day)
  }

  /// `21 Nov 2026 14:02`.
  func full(_ moment: Timestamp) -> String {
    let parts = parts(moment)
    return "\(dayMonthAndYear(parts.day)) \(parts.clock)"
  }

  /// `21 Nov 2026 14:02:05`, and thousandths where there are any.
  func exact(_ moment: Timestamp) -> String {
    let parts = parts(moment)
    let thousandths = (moment.milliseconds % 1000 + 1000) % 1000
    let fraction = thousandths == 0 ? "" : "." + String(String(thousandths + 1000).dropFirst())
    return "\(sentence(moment)):\(Self.two(parts.seconds))\(fraction)"
  }

  /// ``full(_:)`` within a sentence, where days need not line up.
  func sentence(_ moment: Timestamp) -> String { String(full(moment).drop { $0 == " " }) }

  /// What people call the zone at that moment: `CET`, `GMT+5:30`.
  func zoneName(_ moment: Timestamp) -> String { zone.abbreviation(for: moment.date) ?? zone.identifier }

  /// An end of a range: `1 Oct 2026`, with the time where it is not midnight.
  ///
  /// - Parameter isLast: the moment is the last one of a day, which is named.
  func edge(_ moment: Timestamp, isLast: Bool = false) -> String {
    let parts = parts(moment)
    let day = String(dayMonthAndYear(parts.day).drop { $0 == " " })
    if isLast { return day }
    return parts.minutes == 0 && parts.seconds == 0 ? day : "\(day) \(parts.clock)"
  }

  func clock(_ moment: Timestamp) -> String { parts(moment).clock }

  func day(of moment: Timestamp) -> CivilDay { parts(moment).day }

  /// `Today`, `Yesterday`, `Saturday 21 November`, with the year where it is another.
  func heading(_ day: CivilDay) -> String {
    let today = parts(now).day
    switch today.daysSinceEpoch - day.daysSinceEpoch {
    case 0: return "Today"
    case 1: return "Yesterday"
    default:
      let weekday = Self.weekdays[Int((day.daysSinceEpoch % 7 + 7) % 7)]
      let month = Self.months[Int(day.month - 1)]
      let isOtherYear = day.year != today.year
      return switch style {
      case .dayMonth: "\(weekday) \(day.day) \(month)" + (isOtherYear ? " \(day.year)" : "")
      case .monthDay: "\(weekday), \(month) \(day.day)" + (isOtherYear ? ", \(day.year)" : "")
      case .iso: "\(weekday) \(day)"
      }
    }
  }

  private func dayAndMonth(_ day: CivilDay) -> String {
    let number = "\(day.day < 10 ? " " : "")\(day.day)"
    let month = Self.months[Int(day.month - 1)].prefix(3)
    return switch style {
    case .dayMonth: "\(number) \(month)"
    case .monthDay: "\(month) \(number)"
    case .iso: String(day.description.suffix(5))
    }
  }

  private func dayMonthAndYear(_ day: CivilDay) -> String {
    switch style {
    case .dayMonth: "\(dayAndMonth(day)) \(day.year)"
    case .monthDay: "\(Self.months[Int(day.month - 1)].prefix(3)) \(day.day), \(day.year)"
    case .iso: day.description
    }
  }

  private func parts(_ moment: Timestamp) -> Parts {
    let local = moment.milliseconds + Int64(zone.secondsFromGMT(for: moment.date)) * 1000
    let length: Int64 = 86_400_000
    let days = (local >= 0 ? local : local - length + 1) / length
    let time = local - days * length
    return Parts(day: CivilDay(daysSinceEpoch: days), minutes: time / 60_000, seconds: time / 1000 % 60)
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }

  // 1970-01-01 was a Thursday.
  private static let weekdays = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}

/// Numbers as people read them.
enum NumberText {
  /// `12,481`.
  static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return (value < 0 ? "-" : "") + result
  }

  /// Two places: `0.62`, `-0.03`.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "?" }
    let hundredths = Int((value * 100).rounded())
    let digits = String(hundredths.magnitude % 100)
    return "\(hundredths < 0 ? "-" : "")\(hundredths.magnitude / 100).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  /// `62%`.
  static func percent(_ share: Double) -> String {
    share.isFinite && abs(share) < 1e6 ? "\(Int((share * 100).rounded()))%" : "?"
  }

  /// `1 message`, `18 messages`.
  static func count(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(grouped(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }
}
