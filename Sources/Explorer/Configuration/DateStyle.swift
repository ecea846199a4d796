// How days are written.

/// The order and form of a day's parts.
public enum DateStyle: String, Sendable, CaseIterable {
  /// `21 Nov 2026`
  case dayMonth = "day-month"
  /// `Nov 21, 2026`
  case monthDay = "month-day"
  /// `2026-11-21`
  case iso
}
