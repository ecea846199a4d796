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
  /// Part of the title, the id or the metadata (as JSON text); the case of ASCII letters does not matter.
  public var text: String?
  /// Sessions whose metadata has exactly these values.
  public var metadata: [String: String]
  public var limit: Int
  public var cursor: Cursor?

  public init(
    order: Order = .lastActivity, reversed: Bool = false, channel: Channel? = nil, timeRange: TimeRange = TimeRange(),
    text: String? = nil, metadata: [String: String] = [:], limit: Int = 50, cursor: Cursor? = nil
  ) {
    self.order = order
    self.reversed = reversed
    self.channel = channel
    self.timeRange = timeRange
    self.text = text
    self.metadata = metadata
    self.limit = limit
    self.cursor = cursor
  }
}
