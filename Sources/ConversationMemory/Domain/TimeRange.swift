// A span of time as filters use it.

/// Half-open: `since` is in, `until` is out. A missing end is open.
public struct TimeRange: Hashable, Sendable {
  public var since: Timestamp?
  public var until: Timestamp?

  public init(since: Timestamp? = nil, until: Timestamp? = nil) {
    self.since = since
    self.until = until
  }

  /// A range from what a person wrote: a bare date as `until` covers its whole day.
  public init(since: WrittenTime?, until: WrittenTime?) {
    self.since = since?.start
    switch until {
    case .moment(let moment): self.until = moment
    case .day(_, let end): self.until = end
    case nil: self.until = nil
    }
  }

  public var isUnbounded: Bool { since == nil && until == nil }

  public func contains(_ moment: Timestamp) -> Bool {
    if let since, moment < since { return false }
    if let until, moment >= until { return false }
    return true
  }
}
