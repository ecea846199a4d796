// The agent's side of the memory: open a session, add what is said, ask what to know before answering.

/// Runs the sessions of one tenant. Bound to a tenant's handle, so that no call can name another tenant.
public struct SessionManager: Sendable {
  public let memory: any TenantStore
  let recall: CrossSessionRecall

  public init(_ memory: any TenantStore, policy: RecallPolicy = RecallPolicy()) {
    self.memory = memory
    recall = CrossSessionRecall(memory: memory, policy: policy)
  }

  /// Opens a session, which persists from this moment.
  public func createSession(
    id: SessionID? = nil, channel: Channel, metadata: [String: String] = [:]
  ) async throws -> ConversationSession {
    try await memory.createSession(NewSession(id: id, channel: channel, metadata: metadata))
  }

  /// Adds what was said in a session that exists; its count, last activity and title follow.
  ///
  /// - Returns: the message as stored.
  /// - Throws: ``MemoryError/Code/unknownSession``, or what is wrong with the message.
  @discardableResult
  public func addMessage(
    to session: SessionID, role: Role, content: String, author: String? = nil, timestamp: Timestamp? = nil,
    metadata: [String: String] = [:]
  ) async throws -> ConversationMessage {
    let sheet = try await memory.session(session)
    let id = try await memory.add(
      MessageDraft(
        session: session, channel: sheet.channel, role: role, author: author, content: content, timestamp: timestamp,
        metadata: metadata))
    return try await memory.message(id)
  }

  /// What an agent should know to answer in this session now.
  ///
  /// The session's last `maxMessages` in time order; before them at most ``RecallPolicy/limit`` recalled ones from
  /// other sessions, in time order, each with its score and reason. An unrelated history yields none.
  public func context(
    for session: SessionID, options: ContextOptions = ContextOptions()
  ) async throws -> AgentContext {
    let sheet = try await memory.session(session)
    let history = try await memory.sessionHistory(session, limit: options.maxMessages)
    let current = history.map { ContextMessage(message: $0, origin: .current) }
    guard options.includeCrossSession else {
      return AgentContext(
        session: sheet, messages: current, question: [], semantic: await memory.semanticStatus())
    }
    let answer = try await recall.recall(for: sheet, history: history, scope: options.scope)
    return AgentContext(
      session: sheet, messages: answer.messages + current, question: answer.question, semantic: answer.semantic)
  }

  /// A session in a few lines, extracted without a language model.
  public func summarize(_ session: SessionID) async throws -> SessionSummary {
    let sheet = try await memory.session(session)
    let messages = try await memory.sessionHistory(session, limit: SessionSummary.messagesRead)
    return SessionSummary(session: sheet, messages: messages)
  }
}
