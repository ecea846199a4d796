// Numbers and times as people read them.

import ConversationMemory
import Foundation

enum Figures {
  /// `12,481`
  static func count(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(Substring(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([Substring(digits)] + groups).joined(separator: ",")
  }

  /// `1 message`, `12,481 messages`
  static func count(_ number: Int, _ noun: String) -> String { "\(count(number)) \(noun)\(number == 1 ? "" : "s")" }

  /// `2026-11-21 14:02Z`: in UTC, as --since and --until read it.
  static func time(_ time: Timestamp) -> String {
    let text = time.iso8601
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))Z"
  }

  static func time(_ time: Timestamp?) -> String { time.map { Self.time($0) } ?? "" }

  /// `0.82`
  static func fraction(_ value: Double, places: Int = 2) -> String { String(format: "%.\(places)f", value) }

  /// `0:07`, `12:30`, `1:02:03`
  static func clock(seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 359_999).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }
}
