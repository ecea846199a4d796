// One row of the index: a passage of a message, without its vector.

/// A passage of a message and the columns that filters look at.
public struct PassageRow: Sendable, Hashable {
  /// The message: its row in the owner's store. Several passages share one key.
  public var key: Int64

  /// The passage's ordinal within its message, from 0.
  public var passage: UInt16

  /// Where the passage stands in the message, in bytes of UTF-8.
  public var utf8Range: Range<UInt32>

  /// The owner's numbers for session, channel and author.
  public var session: UInt32
  public var channel: UInt32
  public var author: UInt32

  /// The owner's number for the role.
  public var role: UInt8

  /// Event time in milliseconds since 1970, UTC.
  public var timestamp: Int64

  /// Describes one passage.
  public init(
    key: Int64, passage: UInt16 = 0, utf8Range: Range<UInt32>, session: UInt32, channel: UInt32, author: UInt32,
    role: UInt8, timestamp: Int64
  ) {
    self.key = key
    self.passage = passage
    self.utf8Range = utf8Range
    self.session = session
    self.channel = channel
    self.author = author
    self.role = role
    self.timestamp = timestamp
  }
}
