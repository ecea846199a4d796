// BM25 in two halves: what a message's words weigh is stored in its sparse vector, how rare they are among the tenant's
// messages is multiplied by the server when it is asked (`params.idf.corpus`).

import ConversationMemory
import TextAnalysis

/// The message's half of BM25 (Robertson and Zaragoza 2009).
enum TermWeights {
  /// What a message's length is compared with, in words with those of its author. The embedded store compares with the tenant's
  /// mean, which here would change what is already stored with every message that is added. Length counts for two fifths, so
  /// that a mean of ten or of forty words changes a weight by less than a quarter, and all of a message's alike.
  static let usualLength = 20.0

  /// - Parameters:
  ///   - count: how often the message has the term.
  ///   - length: of the message, in words.
  static func weight(count: Int, length: Int, constants: RankingConstants = .standard) -> Double {
    let share = constants.lengthNormalization
    let norm = constants.saturation * (1 - share + share * Double(length) / usualLength)
    return Double(count) * (constants.saturation + 1) / (Double(count) + norm)
  }

  /// A message's sparse vector: its words by their stems and by their beginnings.
  static func vector(of message: ConversationMessage) -> SparseVector {
    vector(content: message.content, author: message.author)
  }

  static func vector(content: String, author: String?) -> SparseVector {
    let stemmer = Stemmer()
    var counts: [UInt32: Int] = [:]
    var length = 0
    for text in [author ?? "", content] {
      for word in TextAnalyzer.words(of: text, limit: .max) {
        length += 1
        counts[TermDimension.stem(stemmer.stem(word.folded)), default: 0] += 1
        for letters in TermDimension.beginnings where word.folded.count >= letters {
          counts[TermDimension.beginning(word.folded.prefix(letters)), default: 0] += 1
        }
      }
    }
    let terms = counts.sorted { $0.key < $1.key }
    return SparseVector(
      indices: terms.map(\.key), values: terms.map { Float(weight(count: $0.value, length: length)) })
  }
}
