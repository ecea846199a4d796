// Finds the few messages of other sessions that matter to what is being said in this one.

/// When a message of another session is worth an agent's attention. Tuned on the development conversations that the
/// documentation names, so that unrelated histories yield nothing.
public struct RecallPolicy: Hashable, Sendable {
  /// The most messages recalled.
  public var limit = 5
  /// How many of the session's last messages form the question.
  public var questionMessages = 3
  /// The weight of each older message of the question, relative to the one after it.
  public var decay = 0.5
  /// The least cosine at which meaning alone suffices.
  public var similarityAlone = 0.45
  /// The least cosine at which shared words may make up for the rest.
  public var similarityWithWords = 0.30
  /// The least weight of shared words, as the fraction of the question's, that then is asked for.
  public var wordsWithSimilarity = 0.30
  /// The same where search by meaning is off.
  public var wordsAlone = 0.50

  public init() {}
}

/// One recall: the question, the search, the choice.
struct CrossSessionRecall: Sendable {
  let memory: any TenantStore
  let policy: RecallPolicy

  struct Answer {
    /// In time order.
    var messages: [ContextMessage]
    var question: [SearchRequest.Part]
    var semantic: SemanticStatus
  }

  func recall(
    for session: ConversationSession, history: [ConversationMessage], scope: ContextOptions.Scope
  ) async throws -> Answer {
    let question = question(from: history)
    let prospect = session.metadata[MetadataKey.prospectName] ?? history.lazy.compactMap(\.prospect).first
    guard !question.isEmpty, !(scope == .sameProspect && prospect == nil) else {
      return Answer(messages: [], question: question, semantic: await memory.semanticStatus())
    }
    let result = try await memory.search(
      SearchRequest(
        parts: question, topK: policy.limit * 6, filter: SearchFilter(excludedSession: session.id)))
    var known = Set(history.map { Self.folded($0.content) })
    var prospects = ProspectBook(memory: memory)
    var chosen: [ContextMessage] = []
    for hit in result.hits where isRelevant(hit) {
      guard chosen.count < policy.limit else { break }
      guard known.insert(Self.folded(hit.message.content)).inserted else { continue }
      let about = try await prospects.prospect(of: hit.message)
      let isOther = prospect.map { own in about.map { !Self.same($0, own) } ?? false } ?? false
      if scope == .sameProspect, about == nil || isOther { continue }
      chosen.append(
        ContextMessage(
          message: hit.message, origin: .recalled, score: hit.score, reason: Self.reason(for: hit),
          otherProspect: isOther ? about : nil))
    }
    chosen.sort { ($0.message.timestamp, $0.message.sequence) < ($1.message.timestamp, $1.message.sequence) }
    return Answer(messages: chosen, question: question, semantic: result.semantic)
  }

  /// The last messages that say something, newest first and weighing most.
  private func question(from history: [ConversationMessage]) -> [SearchRequest.Part] {
    history.reversed().lazy.filter { $0.role != .system }.prefix(policy.questionMessages).enumerated()
      .map { index, message in
        var weight = 1.0
        for _ in 0..<index { weight *= policy.decay }
        return SearchRequest.Part(String(message.content.prefix(2000)), weight: weight)
      }
  }

  private func isRelevant(_ hit: SearchHit) -> Bool {
    guard let similarity = hit.similarity else { return hit.wordCoverage >= policy.wordsAlone }
    if similarity >= policy.similarityAlone { return true }
    return similarity >= policy.similarityWithWords && hit.wordCoverage >= policy.wordsWithSimilarity
  }

  static func reason(for hit: SearchHit) -> String {
    var reasons: [String] = []
    if let similarity = hit.similarity {
      reasons.append("close in meaning (\(Self.twoPlaces(similarity)))")
    }
    if !hit.matchedWords.isEmpty {
      reasons.append("shares \(hit.matchedWords.prefix(5).map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    return reasons.joined(separator: "; ")
  }

  private static func twoPlaces(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(abs(hundredths % 100))
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths / 100)).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  private static func folded(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func same(_ left: String, _ right: String) -> Bool { folded(left) == folded(right) }
}

/// Whom sessions are about, looked up once a session.
private struct ProspectBook {
  let memory: any TenantStore
  var known: [SessionID: String?] = [:]

  init(memory: any TenantStore) { self.memory = memory }

  /// The message's own prospect, else its session's, else the first customer in that session with a name.
  mutating func prospect(of message: ConversationMessage) async throws -> String? {
    if let own = message.metadata[MetadataKey.prospectName] { return own }
    if let known = known[message.session] { return known }
    let sheet = try await memory.session(message.session)
    var found = sheet.metadata[MetadataKey.prospectName]
    if found == nil {
      found = try await memory.sessionHistory(message.session, limit: 50).lazy.compactMap(\.prospect).first
    }
    known[message.session] = .some(found)
    return found
  }
}
