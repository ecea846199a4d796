// What an agent is told before it answers.

/// The messages for an agent's next turn: recalled ones first, then the current session's, each group in time order.
public struct AgentContext: Hashable, Sendable {
  public var session: ConversationSession
  public var messages: [ContextMessage]
  /// What recall asked for, newest first; empty where the session says nothing yet.
  public var question: [SearchRequest.Part]
  public var semantic: SemanticStatus

  public init(
    session: ConversationSession, messages: [ContextMessage], question: [SearchRequest.Part], semantic: SemanticStatus
  ) {
    self.session = session
    self.messages = messages
    self.question = question
    self.semantic = semantic
  }

  public var recalled: [ContextMessage] { messages.filter { $0.origin == .recalled } }
  public var current: [ContextMessage] { messages.filter { $0.origin == .current } }

  /// Tokens of a typical language model that the messages take.
  public var tokenEstimate: Int { messages.reduce(0) { $0 + TokenEstimate.tokens(of: $1.message) } }
}

/// One message of a context.
public struct ContextMessage: Hashable, Sendable {
  public enum Origin: String, Sendable { case current, recalled }

  public var message: ConversationMessage
  public var origin: Origin
  /// Of a recalled one: its search score, 0…1.
  public var score: Double?
  /// Of a recalled one: why it is here, for people.
  public var reason: String?
  /// Of a recalled one: the prospect it is about, where that is known to be another than the session's.
  public var otherProspect: String?

  public init(
    message: ConversationMessage, origin: Origin, score: Double? = nil, reason: String? = nil,
    otherProspect: String? = nil
  ) {
    self.message = message
    self.origin = origin
    self.score = score
    self.reason = reason
    self.otherProspect = otherProspect
  }
}

/// How a context is put together.
public struct ContextOptions: Hashable, Sendable {
  public enum Scope: String, Sendable, CaseIterable {
    /// Recall from all of the tenant's sessions; those about other prospects are marked.
    case tenant
    /// Recall only from sessions known to be about the same prospect.
    case sameProspect = "same-prospect"
  }

  public var includeCrossSession: Bool
  /// Of the current session.
  public var maxMessages: Int
  public var scope: Scope

  public init(includeCrossSession: Bool = true, maxMessages: Int = 20, scope: Scope = .tenant) {
    self.includeCrossSession = includeCrossSession
    self.maxMessages = maxMessages
    self.scope = scope
  }
}

/// A rule of thumb, not a tokenizer: models differ, and a budget needs no more.
public enum TokenEstimate {
  /// One token for four bytes of UTF-8, rounded up, and four for the message's frame.
  public static func tokens(of message: ConversationMessage) -> Int {
    (message.content.utf8.count + (message.author?.utf8.count ?? 0) + 3) / 4 + 4
  }
}
