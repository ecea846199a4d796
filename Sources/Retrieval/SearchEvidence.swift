// What a store tells the ranking: found messages, the turns around them, what their tokens and vectors say.

package import ConversationMemory

/// What the two legs found, by the store's numbers of the messages.
package struct LegFindings: Sendable {
  /// BM25 scores, positive.
  package var keywordScores: [Int64: Double]
  /// Cosines with ``WeighedQuestion/vector``.
  package var similarities: [Int64: Similarity]

  package init(keywordScores: [Int64: Double] = [:], similarities: [Int64: Similarity] = [:]) {
    self.keywordScores = keywordScores
    self.similarities = similarities
  }

  /// All that was found.
  package var rows: Set<Int64> { Set(keywordScores.keys).union(similarities.keys) }
}

/// What the vectors say about one message.
package struct Similarity: Sendable, Hashable {
  /// Cosine of question and best passage.
  package let cosine: Double
  /// That passage, in UTF-8 bytes of the content.
  package let passage: Range<Int>

  package init(cosine: Double, passage: Range<Int>) {
    self.cosine = cosine
    self.passage = passage
  }
}

/// How rare words are among a tenant's messages.
package struct WordStatistics: Sendable {
  /// The tenant's messages.
  package let documents: Int
  /// How many of them have each stem that was asked for.
  package let frequencies: [String: Int]

  package init(documents: Int, frequencies: [String: Int]) {
    self.documents = documents
    self.frequencies = frequencies
  }

  func rarity(of stem: String) -> Double {
    RelevanceFloor.inverseDocumentFrequency(documents: documents, containing: frequencies[stem] ?? 0)
  }
}

/// What late interaction finds, for messages in the order in which they were asked for.
package struct TokenValues: Sendable {
  /// For each message the largest cosine of each of the question's tokens over the tokens of the message's best passage:
  /// [messages][tokens].
  package let values: [Float]
  /// That passage, in UTF-8 bytes of the content; nil where the message has no vectors.
  package let passages: [Range<Int>?]

  package init(values: [Float], passages: [Range<Int>?]) {
    self.values = values
    self.passages = passages
  }
}

/// What words of a message are looked for in.
package struct TurnText: Sendable {
  package let content: String
  package let author: String?

  package init(content: String, author: String?) {
    self.content = content
    self.author = author
  }
}

/// A message with its place in its session.
package struct StoredMessage: Sendable {
  package let message: ConversationMessage
  package let cursor: Cursor

  package init(message: ConversationMessage, cursor: Cursor) {
    self.message = message
    self.cursor = cursor
  }
}

/// One state of a tenant's messages, asked about those that a search found and those around them.
///
/// The answers are immediate: a store on this machine looks into a snapshot of its files, one behind a network fetches what
/// can be asked for (the turns within ``SearchQuestion/reach`` of what the legs found) before it ranks. A message
/// is a number here, which the store gives: later messages have higher ones.
package protocol SearchEvidence {
  /// The turns around each of some messages, in the order of their sessions; runs may overlap. A message that is gone is
  /// left out.
  ///
  /// - Parameter reach: how many before, and how many after each.
  func turns(around rows: Set<Int64>, reach: Int) throws -> [[Int64]]

  /// The message, which may come without its metadata; nil where it is gone or does not meet the filter.
  func admitted(_ row: Int64) throws -> ConversationMessage?

  /// Compares a question's tokens with those of messages (MaxSim). Of a message with several passages counts the one whose
  /// weighted sum is largest.
  ///
  /// - Parameters:
  ///   - rows: ascending.
  ///   - weights: one a token of the question.
  func tokenValues(of rows: [Int64], question: EmbeddedQuestion, weights: [Float]) throws -> TokenValues

  /// A message's words, or those of one around it; nil where it is gone.
  func text(of row: Int64) throws -> TurnText?

  /// Cosines of a vector with the best passages of messages; those without vectors are left out.
  func similarities(to vector: [Float], of rows: [Int64]) throws -> [Int64: Similarity]

  /// The message with all that belongs to it; nil where it is gone.
  func stored(_ row: Int64) throws -> StoredMessage?

  /// What a message, or one around it, is called; nil where it is gone.
  func id(of row: Int64) throws -> MessageID?
}
