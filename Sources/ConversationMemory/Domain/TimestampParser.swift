// Reads the times that people and programs write: ISO 8601 with or without zone, bare dates, epoch numbers.

public import Foundation

/// What a written time means: a moment, or a whole day of some zone.
public enum WrittenTime: Hashable, Sendable {
  case moment(Timestamp)
  /// A bare date: everything from `start` up to, not including, `end`.
  case day(start: Timestamp, end: Timestamp)

  /// Where it begins.
  public var start: Timestamp {
    switch self {
    case .moment(let moment): moment
    case .day(let start, _): start
    }
  }
}

/// Parses written times. A hand-written scanner: an import reads one for every line, and Foundation's formatters take
/// microseconds each.
public enum TimestampParser {
  /// Parses ISO 8601 (`2026-11-21T14:02:00.250+01:00`, `2026-11-21 14:02`, `2026-11-21`) or a decimal epoch number.
  ///
  /// - Parameters:
  ///   - text: the written time.
  ///   - zone: the zone of a time that names none.
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where it cannot be read or is implausible.
  public static func parse(_ text: String, zone: TimeZone = .gmt) throws(MemoryError) -> WrittenTime {
    if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(text)
    {
      return .moment(try epoch(number, written: text))
    }
    var scanner = Scanner(bytes: Array(text.utf8))
    guard let day = scanner.day(), day.exists else { throw unreadable(text) }
    let midnight = day.daysSinceEpoch * CivilDay.millisecondsPerDay
    if scanner.isAtEnd {
      let next = midnight + CivilDay.millisecondsPerDay
      return .day(
        start: try plausible(midnight - offset(of: zone, atLocal: midnight), written: text),
        end: try plausible(next - offset(of: zone, atLocal: next), written: text))
    }
    guard scanner.take(anyOf: "Tt "), let time = scanner.clock() else { throw unreadable(text) }
    let local = midnight + time
    let shift: Int64
    if scanner.isAtEnd {
      shift = offset(of: zone, atLocal: local)
    } else if let written = scanner.zone(), scanner.isAtEnd {
      shift = written
    } else {
      throw unreadable(text)
    }
    return .moment(try plausible(local - shift, written: text))
  }

  /// An epoch number: its size tells seconds, milliseconds, microseconds and nanoseconds apart.
  public static func epoch(_ number: Double, written: String) throws(MemoryError) -> Timestamp {
    // Seconds below a hundred million are of 1970 to 1973: sooner a year or a date without its dashes.
    guard number.isFinite, number >= 1e8, number < 1e20 else { throw implausible(written) }
    let milliseconds =
      switch number {
      case ..<1e11: number * 1000
      case ..<1e14: number
      case ..<1e17: number / 1000
      default: number / 1_000_000
      }
    guard milliseconds < 9e15 else { throw implausible(written) }
    return try plausible(Int64(milliseconds.rounded()), written: written)
  }

  private static func plausible(_ milliseconds: Int64, written: String) throws(MemoryError) -> Timestamp {
    let moment = Timestamp(milliseconds: milliseconds)
    guard Timestamp.plausible.contains(moment) else { throw implausible(written) }
    return moment
  }

  private static func offset(of zone: TimeZone, atLocal milliseconds: Int64) -> Int64 {
    // The offset belongs to the instant, which the offset itself decides: a second look settles it.
    let guess = Int64(zone.secondsFromGMT(for: Timestamp(milliseconds: milliseconds).date)) * 1000
    return Int64(zone.secondsFromGMT(for: Timestamp(milliseconds: milliseconds - guess).date)) * 1000
  }

  private static func unreadable(_ text: String) -> MemoryError {
    MemoryError(
      .invalidArgument, "\"\(text.prefix(60))\" is not a time", remedy: "write it as 2026-11-21T14:02:00Z or 2026-11-21"
    )
  }

  private static func implausible(_ text: String) -> MemoryError {
    MemoryError(
      .invalidArgument, "the time \(text.prefix(60)) lies outside the years 1970 to 2199",
      remedy: "write ISO 8601, or epoch seconds or milliseconds")
  }

  /// A cursor over ASCII bytes.
  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(anyOf set: String) -> Bool {
      guard position < bytes.count, set.utf8.contains(bytes[position]) else { return false }
      position += 1
      return true
    }

    mutating func digits(_ count: Int) -> Int64? {
      guard position + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[position..<position + count] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      position += count
      return value
    }

    mutating func day() -> CivilDay? {
      guard let year = digits(4), take(anyOf: "-"), let month = digits(2), take(anyOf: "-"), let day = digits(2)
      else { return nil }
      return CivilDay(year: year, month: month, day: day)
    }

    /// Milliseconds into the day.
    mutating func clock() -> Int64? {
      guard let hour = digits(2), hour < 24, take(anyOf: ":"), let minute = digits(2), minute < 60 else { return nil }
      var result = (hour * 60 + minute) * 60_000
      guard take(anyOf: ":") else { return result }
      guard let second = digits(2), second < 61 else { return nil }
      result += min(second, 59) * 1000
      guard take(anyOf: ".,") else { return result }
      var scale: Int64 = 100
      var any = false
      while let digit = digits(1) {
        result += digit * scale
        scale /= 10
        any = true
      }
      return any ? result : nil
    }

    /// Milliseconds east of UTC.
    mutating func zone() -> Int64? {
      if take(anyOf: "Zz") { return 0 }
      let sign: Int64
      if take(anyOf: "+") { sign = 1 } else if take(anyOf: "-") { sign = -1 } else { return nil }
      guard let hour = digits(2), hour <= 14 else { return nil }
      if isAtEnd { return sign * hour * 3_600_000 }
      _ = take(anyOf: ":")
      guard let minute = digits(2), minute < 60 else { return nil }
      return sign * (hour * 60 + minute) * 60_000
    }
  }
}
