// Finds the few messages of other sessions that matter to what is being said in this one.

/// One recall: the question, a search for each of its messages, the choice.
struct CrossSessionRecall: Sendable {
  let memory: any TenantStore
  let policy: RecallPolicy

  struct Answer {
    /// In time order.
    var messages: [ContextMessage]
    var question: [SearchRequest.Part]
    var semantic: SemanticStatus
  }

  /// A found message with the best reason for it.
  private struct Candidate {
    var hit: SearchHit
    var evidence: Double
    /// The message of the question that it answers.
    var answers: String
  }

  /// A message that matters enough to be recalled.
  private struct Eligible {
    var recalled: ContextMessage
    /// Its evidence, less where it is about somebody else.
    var merit: Double
    /// Where it was found; nil where it came along as the reply to one that was.
    var cursor: Cursor?
  }

  func recall(
    for session: ConversationSession, history: [ConversationMessage], scope: ContextOptions.Scope
  ) async throws -> Answer {
    let question = question(from: history)
    let own = Party(session: session, messages: history)
    guard !question.isEmpty, !(scope == .sameProspect && own.prospect == nil) else {
      return Answer(messages: [], question: question, semantic: await memory.semanticStatus())
    }
    let (candidates, semantic) = try await candidates(for: question, outside: session.id)
    var parties = PartyBook(memory: memory)
    var eligible: [Eligible] = []
    for candidate in candidates {
      let (message, evidence) = (candidate.hit.message, candidate.evidence)
      guard let (kinship, prospect) = try await kinship(of: message, to: own, within: scope, &parties) else { continue }
      let floor = candidate.hit.similarity == nil ? policy.wordsAlone : policy.floor(for: kinship)
      guard evidence >= floor else { continue }
      eligible.append(
        Eligible(
          recalled: ContextMessage(
            message: message, origin: .recalled, score: candidate.hit.score,
            reason: RecallReason.text(for: candidate.hit, answering: candidate.answers), otherProspect: prospect),
          merit: evidence - policy.handicap(for: kinship), cursor: candidate.hit.cursor))
    }
    try await addReplies(to: &eligible, own: own, scope: scope, &parties)
    let selection = RecallSelection(policy: policy, session: history.map(\.content))
    let chosen = selection.chosen(from: eligible.map { ($0.recalled.message, $0.merit) }).map { eligible[$0].recalled }
    let ordered = chosen.sorted {
      ($0.message.timestamp, $0.message.sequence) < ($1.message.timestamp, $1.message.sequence)
    }
    return Answer(messages: ordered, question: question, semantic: semantic)
  }

  /// What the agent replied to a customer's message that matters. A question is alike to the question asked now, its
  /// answer often is not ("Yes, until January"), and the answer is what an agent needs.
  ///
  /// A reply only comes along with what passed its floor by itself, so it can make no session related to another.
  private func addReplies(
    to eligible: inout [Eligible], own: Party, scope: ContextOptions.Scope, _ parties: inout PartyBook
  ) async throws {
    let asked = eligible.filter { $0.recalled.message.role == .user }.sorted { $0.merit > $1.merit }
    for question in asked.prefix(policy.limit) {
      let (message, merit) = (question.recalled.message, question.merit - policy.replyCost)
      guard let cursor = question.cursor, let reply = try await reply(after: cursor, in: message.session) else {
        continue
      }
      if let known = eligible.firstIndex(where: { $0.recalled.message.id == reply.id }) {
        eligible[known].merit = max(eligible[known].merit, merit)
      } else if let (_, prospect) = try await kinship(of: reply, to: own, within: scope, &parties) {
        eligible.append(
          Eligible(
            recalled: ContextMessage(
              message: reply, origin: .recalled, score: question.recalled.score,
              reason: RecallReason.text(forReplyTo: question.recalled), otherProspect: prospect),
            merit: merit))
      }
    }
  }

  /// The next message that is not the system's, where the agent wrote it and it is more than a courtesy.
  private func reply(after cursor: Cursor, in session: SessionID) async throws -> ConversationMessage? {
    do {
      let next = try await memory.sessionHistory(session, limit: 2, after: cursor).items.first { $0.role != .system }
      guard let next, next.role == .assistant, StopWords.contentWords(of: next.content, upTo: 1).count > 0 else {
        return nil
      }
      return next
    } catch let error as MemoryError where error.code == .unknownSession {
      return nil
    }
  }

  /// How close a message's prospect is, and its name where it is another; nil where the session was deleted meanwhile or
  /// the scope leaves it out.
  private func kinship(
    of message: ConversationMessage, to own: Party, within scope: ContextOptions.Scope, _ parties: inout PartyBook
  ) async throws -> (RecallPolicy.Kinship, otherProspect: String?)? {
    guard let party = try await parties.party(of: message) else { return nil }
    let kinship = own.kinship(to: party)
    if scope == .sameProspect, kinship != .same { return nil }
    return (kinship, kinship == .other || kinship == .colleague ? party.prospect : nil)
  }

  /// The last messages that say something, newest first and weighing most.
  private func question(from history: [ConversationMessage]) -> [SearchRequest.Part] {
    var weight = 1.0
    return history.suffix(policy.questionReach).reversed().lazy
      .filter(asks)
      .prefix(policy.questionMessages)
      .map { message in
        defer { weight *= policy.decay }
        return SearchRequest.Part(String(message.content.prefix(2000)), weight: weight)
      }
  }

  /// Everything found for any message of the question, each with its best evidence.
  private func candidates(
    for question: [SearchRequest.Part], outside session: SessionID
  ) async throws -> ([Candidate], SemanticStatus) {
    let least = min(policy.floorSameProspect, policy.wordsAlone)
    var best: [MessageID: Candidate] = [:]
    var semantic = SemanticStatus.ready
    for part in question {
      let result = try await memory.search(
        SearchRequest(
          parts: [SearchRequest.Part(part.text)], topK: policy.limit * 6,
          filter: SearchFilter(excludedSession: session)))
      semantic = result.semantic
      for hit in result.hits {
        let evidence = part.weight * evidence(of: hit)
        guard evidence >= least, evidence > best[hit.message.id]?.evidence ?? 0, mayAnswer(hit) else { continue }
        best[hit.message.id] = Candidate(hit: hit, evidence: evidence, answers: part.text)
      }
    }
    return (Array(best.values), semantic)
  }

  private func evidence(of hit: SearchHit) -> Double {
    guard let similarity = hit.similarity else { return hit.wordCoverage }
    return similarity + policy.wordShare * hit.wordCoverage
  }

  /// Whether a message of the session says enough to be asked with: "thanks, talk to you on Monday" does not, "did you send
  /// the contract?" does.
  private func asks(_ message: ConversationMessage) -> Bool {
    guard message.role != .system else { return false }
    let least = policy.leastContentWords
    let words = StopWords.contentWords(of: message.content, upTo: least)
    return words.subjects >= least || words.count >= least && message.role == .user && message.content.contains("?")
  }

  /// Whether a found message says enough to be recalled. Where it names a single subject, that must be what is asked for.
  private func mayAnswer(_ hit: SearchHit) -> Bool {
    guard hit.message.role != .system else { return false }
    let least = policy.leastContentWords
    let words = StopWords.contentWords(of: hit.message.content, upTo: least)
    if words.subjects >= least { return true }
    return words.count >= least
      && hit.matchedWords.contains { StopWords.contentWords(of: $0, upTo: 1).subjects > 0 }
  }
}
