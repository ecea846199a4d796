// Which rows a search may return.

/// Conditions on the columns of a row; all that are set must hold. Filters are exact: they are applied before rows
/// are ranked, so a search returns `topK` hits whenever that many keys pass.
public struct VectorFilter: Sendable, Hashable {
  /// The session is one of these. An empty set lets nothing through.
  public var sessions: Set<UInt32>?

  /// The session is not this one.
  public var excludedSession: UInt32?

  /// The channel is one of these.
  public var channels: Set<UInt32>?

  /// The author is one of these.
  public var authors: Set<UInt32>?

  /// The role is this one.
  public var role: UInt8?

  /// The timestamp (milliseconds since 1970, UTC) lies in this range, its upper bound excluded.
  public var timeRange: Range<Int64>?

  /// The key is one of these.
  public var allowedKeys: Set<Int64>?

  /// A filter; without arguments it lets every row through.
  public init(
    sessions: Set<UInt32>? = nil, excludedSession: UInt32? = nil, channels: Set<UInt32>? = nil,
    authors: Set<UInt32>? = nil, role: UInt8? = nil, timeRange: Range<Int64>? = nil, allowedKeys: Set<Int64>? = nil
  ) {
    self.sessions = sessions
    self.excludedSession = excludedSession
    self.channels = channels
    self.authors = authors
    self.role = role
    self.timeRange = timeRange
    self.allowedKeys = allowedKeys
  }

  /// Lets every row through.
  public static let everything = VectorFilter()
}
