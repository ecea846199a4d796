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
    var eligible: [(candidate: Candidate, margin: Double, otherProspect: String?)] = []
    for candidate in candidates {
      guard let party = try await parties.party(of: candidate.hit.message) else { continue }
      let kinship = own.kinship(to: party)
      if scope == .sameProspect, kinship != .same { continue }
      let floor = candidate.hit.similarity == nil ? policy.wordsAlone : policy.floor(for: kinship)
      guard candidate.evidence >= floor else { continue }
      let isStranger = kinship == .other || kinship == .colleague
      eligible.append((candidate, candidate.evidence - floor, isStranger ? party.prospect : nil))
    }
    // By how far above its floor each one is: at equal evidence the prospect's own words come first.
    eligible.sort { ($0.margin, $0.candidate.hit.message.timestamp) > ($1.margin, $1.candidate.hit.message.timestamp) }
    var known = Set(history.map { Self.folded($0.content) })
    var chosen: [ContextMessage] = []
    for (candidate, _, otherProspect) in eligible where chosen.count < policy.limit {
      guard known.insert(Self.folded(candidate.hit.message.content)).inserted else { continue }
      chosen.append(
        ContextMessage(
          message: candidate.hit.message, origin: .recalled, score: candidate.hit.score,
          reason: RecallReason.text(for: candidate.hit, answering: candidate.answers), otherProspect: otherProspect))
    }
    chosen.sort { ($0.message.timestamp, $0.message.sequence) < ($1.message.timestamp, $1.message.sequence) }
    return Answer(messages: chosen, question: question, semantic: semantic)
  }

  /// The last messages that say something, newest first and weighing most.
  private func question(from history: [ConversationMessage]) -> [SearchRequest.Part] {
    var weight = 1.0
    return history.suffix(policy.questionReach).reversed().lazy
      .filter { $0.role != .system && saysSomething($0.content) }
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
    var best: [MessageID: Candidate] = [:]
    var semantic = SemanticStatus.ready
    for part in question {
      let result = try await memory.search(
        SearchRequest(
          parts: [SearchRequest.Part(part.text)], topK: policy.limit * 6,
          filter: SearchFilter(excludedSession: session)))
      semantic = result.semantic
      for hit in result.hits where hit.message.role != .system && saysSomething(hit.message.content) {
        let evidence = part.weight * evidence(of: hit)
        guard evidence > best[hit.message.id]?.evidence ?? 0 else { continue }
        best[hit.message.id] = Candidate(hit: hit, evidence: evidence, answers: part.text)
      }
    }
    let least = min(policy.floorSameProspect, policy.wordsAlone)
    return (best.values.filter { $0.evidence >= least }, semantic)
  }

  private func evidence(of hit: SearchHit) -> Double {
    guard let similarity = hit.similarity else { return hit.wordCoverage }
    return similarity + policy.wordShare * hit.wordCoverage
  }

  private func saysSomething(_ text: String) -> Bool {
    StopWords.contentWordCount(of: text, upTo: policy.leastContentWords) >= policy.leastContentWords
  }

  /// Case and white space aside.
  fileprivate static func folded(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// Says why a message was recalled.
enum RecallReason {
  static func text(for hit: SearchHit, answering question: String) -> String {
    var reasons: [String] = []
    if let similarity = hit.similarity { reasons.append("close in meaning (\(twoPlaces(similarity)))") }
    if !hit.matchedWords.isEmpty {
      reasons.append("shares \(hit.matchedWords.prefix(5).map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    return reasons.joined(separator: "; ") + " with \"\(opening(of: question))\""
  }

  private static func opening(of text: String) -> String {
    let words = text.prefix(300).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > 60 ? words.prefix(59) + "…" : words
  }

  private static func twoPlaces(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(abs(hundredths % 100))
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths / 100)).\(digits.count < 2 ? "0" : "")\(digits)"
  }
}

/// Whom a conversation is about.
private struct Party: Sendable {
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
    CrossSessionRecall.folded(left) == CrossSessionRecall.folded(right)
  }
}

/// Whom sessions are about, looked up once a session.
private struct PartyBook {
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
