// A question made ready for a search, before anything of the tenant is known; then, weighed by how rare its words are there.

package import ConversationMemory
package import TextAnalysis

package struct SearchQuestion: Sendable {
  package let words: KeywordQuery
  /// All of the question, for features.
  package let text: String
  /// Nil where meaning is not consulted.
  package var meaning: EmbeddedQuestion?
  /// Whether the words find messages by themselves.
  package let usesKeywords: Bool
  package let topK: Int
  package let constants: RankingConstants

  private static let mostHits = 10_000

  /// - Parameter parts: those of the request that say something (``parts(of:)``).
  package init(_ request: SearchRequest, parts: [SearchRequest.Part], meaning: EmbeddedQuestion?) {
    words = KeywordQuery(parts: parts, lastWordIsPrefix: request.lastWordIsPrefix)
    text = parts.map(\.text).joined(separator: " ")
    self.meaning = meaning
    usesKeywords = request.evidence != .semantic
    topK = min(max(1, request.topK), Self.mostHits)
    constants = request.usesFeatures ? .standard : .withoutFeatures
  }

  /// The parts of a request that say something.
  ///
  /// - Throws: ``MemoryError/Code/invalidArgument`` where none does.
  package static func parts(of request: SearchRequest) throws -> [SearchRequest.Part] {
    let parts = request.parts.filter { part in
      part.weight > 0 && part.text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
    guard !parts.isEmpty else {
      throw MemoryError(.invalidArgument, "the question is empty", remedy: "give at least one word")
    }
    return parts
  }

  /// What ``WordStatistics`` are needed of, each once.
  package var stems: [String] { Array(Set(words.terms.map(\.stem)).union(meaning?.tokens.compactMap(\.stem) ?? [])) }

  /// How many messages each leg contributes, and how many candidates are looked at, at least: by itself, a search goes twice
  /// as deep as its hits.
  package var depth: Int { 2 * topK }

  /// Turns whose evidence a candidate may have borrowed, counted from what a leg found.
  package var reach: Int {
    let selection = max(constants.similarityWindow.reach, constants.keywordWindow.reach)
    return selection + constants.tokenWindow.reach
  }
}

/// A question with what its words weigh in a tenant.
package struct WeighedQuestion: Sendable {
  package let question: SearchQuestion
  package let statistics: WordStatistics
  package let tokens: QuestionTokens
  /// What the nearest messages are asked for by; nil where meaning is not consulted, or the question has no direction.
  package let vector: [Float]?

  package init(_ question: SearchQuestion, _ statistics: WordStatistics) {
    // The question's tokens: the model's, or its words where no model is consulted.
    let tokens =
      question.meaning?.tokens
      ?? question.words.terms.map { QuestionTokens.Token(stem: $0.stem, isFunctionWord: false, partWeight: 1) }
    let weighed = QuestionTokens(tokens, documents: statistics.documents, constants: question.constants) {
      statistics.frequencies[$0] ?? 0
    }
    self.question = question
    self.statistics = statistics
    self.tokens = weighed
    vector = question.meaning?.pooled(weighed)
  }

  /// How many messages each leg shall find, where a search wants to look at so many candidates.
  package func legDepth(_ depth: Int) -> Int { max(question.constants.legDepth, depth) }
}
