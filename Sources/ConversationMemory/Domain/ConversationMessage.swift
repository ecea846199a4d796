// A stored message.

/// One message as the store holds it.
public struct ConversationMessage: Hashable, Sendable, Identifiable {
  public var id: MessageID
  public var session: SessionID
  public var channel: Channel
  public var role: Role
  /// Who wrote it, where that is known: a prospect's name, an agent's.
  public var author: String?
  /// The words, exactly as they came: hostile until proven otherwise.
  public var content: String
  /// When it was said.
  public var timestamp: Timestamp
  /// When it was stored.
  public var ingestedAt: Timestamp
  /// Its place in the order of arrival within its session, from 1: breaks ties between equal times.
  public var sequence: Int64
  public var metadata: [String: String]

  public init(
    id: MessageID, session: SessionID, channel: Channel, role: Role, author: String?, content: String,
    timestamp: Timestamp, ingestedAt: Timestamp, sequence: Int64, metadata: [String: String]
  ) {
    self.id = id
    self.session = session
    self.channel = channel
    self.role = role
    self.author = author
    self.content = content
    self.timestamp = timestamp
    self.ingestedAt = ingestedAt
    self.sequence = sequence
    self.metadata = metadata
  }

  /// The prospect this message speaks with: metadata `prospect_name`, else, on a customer's message, its author.
  public var prospect: String? {
    metadata[MetadataKey.prospectName] ?? (role == .user ? author : nil)
  }
}

/// Metadata names that the domain gives a meaning to. All others are carried as they are.
public enum MetadataKey {
  public static let prospectName = "prospect_name"
  public static let subject = "subject"
  public static let company = "company"

  /// What a message may say of its whole session: taken over into the session where it has no such value yet.
  public static let sessionWide = [prospectName, subject, company, "deal_stage", "product_discussed"]
}
