// Dates inside story texts, so that what people say ("valid until 21 December") agrees with when they say it.
//
//     @{date +3}      21 November     three days after the day of the message
//     @{weekday -2}   Thursday        two days before it
//     @{month -22}    October         the month of the day 22 days before it
//
// A date or weekday ahead that would fall on a weekend moves to the Monday after: nobody makes appointments for Sunday.

import Foundation

struct StoryDates {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// When the message that holds the text was written.
  let milliseconds: Int64

  func expand(_ text: String) throws(Problem) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.range(of: "@{") {
      guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
        throw Problem(description: "'@{' without its '}'")
      }
      result += rest[..<open.lowerBound]
      result += try value(of: rest[open.upperBound..<close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private func value(of expression: Substring) throws(Problem) -> String {
    let parts = expression.split(separator: " ")
    guard parts.count == 2, parts[1].hasPrefix("+") || parts[1].hasPrefix("-"), let days = Int(parts[1]),
      abs(days) < 1000
    else { throw Problem(description: "cannot read '@{\(expression)}': use such as '@{date +3}'") }
    switch parts[0] {
    case "date":
      let date = components(daysAhead: days, avoidingWeekend: days > 0)
      return "\(date.day ?? 1) \(Self.months[((date.month ?? 1) - 1) % 12])"
    case "weekday":
      let date = components(daysAhead: days, avoidingWeekend: days > 0)
      return Self.weekdays[((date.weekday ?? 1) - 1) % 7]
    case "month":
      return Self.months[((components(daysAhead: days, avoidingWeekend: false).month ?? 1) - 1) % 12]
    default:
      throw Problem(description: "unknown date '@{\(expression)}': use date, weekday or month")
    }
  }

  private func components(daysAhead days: Int, avoidingWeekend: Bool) -> DateComponents {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    // The seconds of a day are added rather than calendar days: in UTC the two are the same.
    var date = Date(timeIntervalSince1970: Double(milliseconds) / 1000 + Double(days) * 86_400)
    while avoidingWeekend, calendar.isDateInWeekend(date) {
      date += 86_400
    }
    return calendar.dateComponents([.day, .month, .weekday], from: date)
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
