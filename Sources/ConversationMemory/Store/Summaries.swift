// Counted things: tenants, channels, people, tags, days.

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

/// One author in numbers, across sessions and channels.
public struct PersonSummary: Hashable, Sendable, Identifiable {
  /// The author's name, as the messages have it.
  public var id: String
  public var messages: Int
  /// Sessions with at least one message by them.
  public var sessions: Int
  /// Where they wrote, by name.
  public var channels: [Channel]
  /// Time of their earliest message.
  public var first: Timestamp
  /// Time of their latest message.
  public var last: Timestamp

  public init(
    id: String, messages: Int, sessions: Int, channels: [Channel], first: Timestamp, last: Timestamp
  ) {
    self.id = id
    self.messages = messages
    self.sessions = sessions
    self.channels = channels
    self.first = first
    self.last = last
  }
}

/// A tag of a tenant in numbers.
public struct TagSummary: Hashable, Sendable, Identifiable {
  public var id: String
  /// Sessions that have it.
  public var sessions: Int

  public init(id: String, sessions: Int) {
    self.id = id
    self.sessions = sessions
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
