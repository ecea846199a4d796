// How sessions are listed.

/// Sorting, filtering and paging of a tenant's sessions.
public struct SessionQuery: Hashable, Sendable {
  public enum Order: String, Sendable, CaseIterable {
    /// Latest message first.
    case lastActivity
    /// Latest start first.
    case startedAt
    /// Most messages first.
    case messageCount
    /// By title, A first.
    case title
  }

  public var order: Order
  /// Turns the order round.
  public var reversed: Bool
  public var channel: Channel?
  /// Sessions with any activity in the range: started before its end, last active at or after its start.
  public var timeRange: TimeRange
  /// Part of the title, the id, the metadata (as JSON text), the tags (as `#one #two`) or the note; the case of ASCII
  /// letters does not matter.
  public var text: String?
  /// Sessions whose metadata has exactly these values.
  public var metadata: [String: String]
  /// Sessions that have all of these tags, as ``SessionTag/normalized(_:)`` makes them.
  public var tags: Set<String>
  /// Sessions with this in their note; case and accents do not matter.
  public var note: String?
  /// Further conditions, all of which a session has to meet.
  public var conditions: [SessionCondition]
  /// Turns everything above round, the order aside: only sessions that do not meet all of it.
  public var isInverted: Bool
  public var limit: Int
  public var cursor: Cursor?

  public init(
    order: Order = .lastActivity, reversed: Bool = false, channel: Channel? = nil, timeRange: TimeRange = TimeRange(),
    text: String? = nil, metadata: [String: String] = [:], tags: Set<String> = [], note: String? = nil,
    conditions: [SessionCondition] = [], isInverted: Bool = false, limit: Int = 50, cursor: Cursor? = nil
  ) {
    self.order = order
    self.reversed = reversed
    self.channel = channel
    self.timeRange = timeRange
    self.text = text
    self.metadata = metadata
    self.tags = tags
    self.note = note
    self.conditions = conditions
    self.isInverted = isInverted
    self.limit = limit
    self.cursor = cursor
  }
}

/// Something a session has, or must not have.
public struct SessionCondition: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// As ``SessionQuery/text``.
    case text(String)
    /// As ``SessionQuery/channel``.
    case channel(Channel)
    /// A name of metadata with exactly this value.
    case metadata(String, String)
    /// As one of ``SessionQuery/tags``.
    case tag(String)
    /// As ``SessionQuery/note``.
    case note(String)
  }

  public var kind: Kind
  public var isExcluded: Bool

  public init(_ kind: Kind, isExcluded: Bool = false) {
    self.kind = kind
    self.isExcluded = isExcluded
  }
}
