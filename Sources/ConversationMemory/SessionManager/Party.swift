// Whom conversations are about, and how close two of them are by that.

/// Whom a conversation is about.
struct Party: Sendable {
  var prospect: String?
  var company: String?

  /// A session's own metadata, else the first customer with a name.
  init(session: ConversationSession, messages: [ConversationMessage]) {
    prospect = session.metadata[MetadataKey.prospectName] ?? messages.lazy.compactMap(\.prospect).first
    company = session.metadata[MetadataKey.company]
  }

  func kinship(to other: Party) -> RecallPolicy.Kinship {
    if let prospect, let theirs = other.prospect, Self.same(prospect, theirs) { return .same }
    if let company, let theirs = other.company, Self.same(company, theirs) { return .colleague }
    return prospect == nil || other.prospect == nil ? .unknown : .other
  }

  private static func same(_ left: String, _ right: String) -> Bool {
    folded(left) == folded(right)
  }

  /// Case and white space aside.
  private static func folded(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// Whom sessions are about, looked up once a session.
struct PartyBook {
  let memory: any TenantStore
  private var known: [SessionID: Party] = [:]

  init(memory: any TenantStore) { self.memory = memory }

  /// The message's own prospect goes before its session's; nil where the session was deleted meanwhile.
  mutating func party(of message: ConversationMessage) async throws -> Party? {
    do {
      var party = try await party(of: message.session)
      if let own = message.metadata[MetadataKey.prospectName] { party.prospect = own }
      return party
    } catch let error as MemoryError where error.code == .unknownSession {
      return nil
    }
  }

  private mutating func party(of session: SessionID) async throws -> Party {
    if let known = known[session] { return known }
    let party = Party(
      session: try await memory.session(session),
      messages: try await memory.sessionHistory(session, limit: 50))
    known[session] = party
    return party
  }
}
