// A question as the model reads it.

package import ConversationMemory
import TextAnalysis
package import TextEmbedding

/// Tokens with their words, and a vector each.
package struct EmbeddedQuestion: Sendable {
  package let tokens: [QuestionTokens.Token]
  /// One a token, one after the other, as the model's last layer has them.
  package let vectors: [Float]
  /// The weighted mean of the parts' own vectors; nil where they cancel out.
  package let plain: [Float]?
  package let dimensions: Int

  /// - Parameters:
  ///   - embeddings: one a part.
  ///   - dimensions: the length of the model's vectors.
  package init(parts: [SearchRequest.Part], embeddings: [QuestionEmbedding], dimensions: Int) {
    let stemmer = Stemmer()
    var tokens: [QuestionTokens.Token] = []
    var vectors: [Float] = []
    for (part, embedding) in zip(parts, embeddings) {
      let bytes = Array(part.text.utf8)
      var known: [Range<Int>: String?] = [:]
      for token in embedding.tokens {
        let word = known[token.word] ?? Self.word(bytes, token.word)
        known[token.word] = word
        tokens.append(
          QuestionTokens.Token(
            stem: token.isPunctuation ? nil : word.map(stemmer.stem),
            isFunctionWord: word.map(StopWords.english.contains) ?? true, partWeight: part.weight))
      }
      vectors += embedding.tokenVectors
    }
    self.tokens = tokens
    self.vectors = vectors
    self.dimensions = dimensions
    plain = Self.mean(embeddings.map(\.vector), weights: parts.map(\.weight), dimensions: dimensions)
  }

  private static func word(_ text: [UInt8], _ range: Range<Int>) -> String? {
    let place = range.clamped(to: 0..<text.count)
    return TextAnalyzer.words(of: String(decoding: text[place], as: UTF8.self)).first?.folded
  }

  /// The question's vector with its tokens weighed, or plain for models that give no tokens; nil where it has no
  /// direction.
  func pooled(_ weighed: QuestionTokens) -> [Float]? {
    tokens.isEmpty ? plain : weighed.pooled(vectors, dimensions: dimensions) ?? plain
  }

  /// The weighted mean of unit vectors, at unit length; nil where they cancel out.
  private static func mean(_ vectors: [[Float]], weights: [Double], dimensions: Int) -> [Float]? {
    var sum = [Float](repeating: 0, count: dimensions)
    for (vector, weight) in zip(vectors, weights) where vector.count == dimensions {
      for column in 0..<dimensions { sum[column] += Float(weight) * vector[column] }
    }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 1e-6 ? sum.map { $0 / length } : nil
  }
}
