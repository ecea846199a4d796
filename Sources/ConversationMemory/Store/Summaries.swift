// Counted things: tenants, channels, days.

/// A tenant in numbers.
public struct TenantSummary: Hashable, Sendable, Identifiable {
  public var id: TenantID
  public var messages: Int
  public var sessions: Int
  /// Time of the latest message; nil while there is none.
  public var lastActivity: Timestamp?

  public init(id: TenantID, messages: Int, sessions: Int, lastActivity: Timestamp?) {
    self.id = id
    self.messages = messages
    self.sessions = sessions
    self.lastActivity = lastActivity
  }
}

/// A channel of a tenant in numbers.
public struct ChannelSummary: Hashable, Sendable, Identifiable {
  public var id: Channel
  public var messages: Int
  /// Sessions with at least one message in it.
  public var sessions: Int
  public var lastActivity: Timestamp?

  public init(id: Channel, messages: Int, sessions: Int, lastActivity: Timestamp?) {
    self.id = id
    self.messages = messages
    self.sessions = sessions
    self.lastActivity = lastActivity
  }
}

/// Messages in one channel on one day of some zone.
public struct DayActivity: Hashable, Sendable {
  public var channel: Channel
  public var day: CivilDay
  public var messages: Int

  public init(channel: Channel, day: CivilDay, messages: Int) {
    self.channel = channel
    self.day = day
    self.messages = messages
  }
}
