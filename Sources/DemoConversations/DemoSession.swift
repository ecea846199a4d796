// What the sample data is made of: plain values, which the caller turns into messages of a conversation store.

/// One message of a sample conversation.
public struct DemoMessage: Sendable, Equatable {
  public let sessionID: String
  /// `web`, `email`, `slack` or `teams`.
  public let channel: String
  /// `user`, `assistant` or `system`.
  public let role: String
  /// Who wrote it; nil for system messages without an author.
  public let author: String?
  public let content: String
  /// Milliseconds since 1970-01-01 00:00 UTC.
  public let timestampMilliseconds: Int64
}

/// One sample conversation.
public struct DemoSession: Sendable, Equatable {
  /// Readable and unique within its tenant, such as `globex-pricing-chat`.
  public let id: String
  /// `web`, `email`, `slack` or `teams`.
  public let channel: String
  /// `prospect_name`, `company`, `deal_stage` and `product_discussed`; `subject` for mails.
  public let metadata: [String: String]
  /// In time order, no two at the same time; at least two.
  public let messages: [DemoMessage]

  var startMilliseconds: Int64 { messages.first?.timestampMilliseconds ?? 0 }
}
