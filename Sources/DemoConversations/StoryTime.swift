// Times in story files: when a session starts, and how long one message comes after another.

/// When a session starts, relative to now.
enum StoryStart: Equatable {
  /// Whole days before today's date (UTC), and the time of that day in milliseconds since midnight.
  case day(before: Int64, timeOfDay: Int64)
  case beforeNow(milliseconds: Int64)

  /// Reads `-12 09:30` or `now-2h10m`; nil if it is neither.
  init?(_ text: String) {
    if text.hasPrefix("now-") {
      guard let milliseconds = StoryDuration.milliseconds(text.dropFirst(4)), milliseconds > 0 else { return nil }
      self = .beforeNow(milliseconds: milliseconds)
      return
    }
    guard let match = text.wholeMatch(of: #/-(\d{1,4}) (\d\d):(\d\d)/#),
      let days = Int64(match.1), let hours = Int64(match.2), let minutes = Int64(match.3),
      days >= 1, hours < 24, minutes < 60
    else { return nil }
    self = .day(before: days, timeOfDay: hours * StoryDuration.hour + minutes * StoryDuration.minute)
  }

  /// How long the session may last before it would reach the last midnight, or now.
  var roomMilliseconds: Int64 {
    switch self {
    case .day(let days, let timeOfDay): days * StoryDuration.day - timeOfDay
    case .beforeNow(let milliseconds): milliseconds
    }
  }

  func milliseconds(before now: Int64) -> Int64 {
    switch self {
    case .day: StoryDuration.midnight(before: now) - roomMilliseconds
    case .beforeNow(let milliseconds): now - milliseconds
    }
  }
}

enum StoryDuration {
  static let second: Int64 = 1000
  static let minute = 60 * second
  static let hour = 60 * minute
  static let day = 24 * hour

  /// Reads `40s`, `5m`, `1d2h30m`: whole numbers each followed by d, h, m or s; nil if it is something else.
  static func milliseconds(_ text: Substring) -> Int64? {
    var total: Int64 = 0
    var digits = ""
    for character in text {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      // Six digits of days stay far from overflow.
      guard digits.count <= 6, let count = Int64(digits), let unit = unit(character) else { return nil }
      total += count * unit
      digits = ""
    }
    return digits.isEmpty && !text.isEmpty ? total : nil
  }

  /// The start of the UTC day in which `time` lies, also for times before 1970.
  static func midnight(before time: Int64) -> Int64 {
    let sinceMidnight = time % day
    return time - (sinceMidnight < 0 ? sinceMidnight + day : sinceMidnight)
  }

  private static func unit(_ character: Character) -> Int64? {
    switch character {
    case "d": day
    case "h": hour
    case "m": minute
    case "s": second
    default: nil
    }
  }
}
