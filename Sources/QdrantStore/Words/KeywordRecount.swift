// BM25 of messages that are at hand.

import ConversationMemory
import Foundation
import Retrieval
import TextAnalysis

/// Scores messages by their words as they stand in them. The server's sum finds a message; it cannot tell words that share a
/// dimension, nor whether a word begins with more letters than have one.
struct KeywordRecount {
  private let terms: [KeywordQuery.Term]
  private let numbers: [String: Int]
  private let beginning: Int?
  private let rarities: [Double]
  private let isVague: Bool
  private let constants: RankingConstants
  private let stemmer = Stemmer()

  /// - Parameter frequencies: how many messages have each of the question's terms.
  init(_ question: SearchQuestion, documents: Int, frequencies: [Int]) {
    terms = question.words.terms
    numbers = Dictionary(terms.enumerated().map { ($1.stem, $0) }, uniquingKeysWith: { first, _ in first })
    beginning = terms.firstIndex(where: \.isPrefix)
    isVague = question.words.isVague
    constants = question.constants
    rarities = frequencies.map { Self.rarity(documents: documents, containing: $0) }
  }

  /// ln(1 + (N − n + ½) / (n + ½)), the server's own idf and that of the embedded store.
  static func rarity(documents: Int, containing count: Int) -> Double {
    log1p((Double(max(0, documents - count)) + 0.5) / (Double(count) + 0.5))
  }

  /// Nil where a message has none of the question's words. The first letters of a word alone count the same wherever they
  /// are.
  func score(content: String, author: String?) -> Double? {
    var counts = [Int](repeating: 0, count: terms.count)
    var length = 0
    for text in [author ?? "", content] {
      for word in TextAnalyzer.words(of: text, limit: .max) {
        length += 1
        if let number = numbers[stemmer.stem(word.folded)] {
          counts[number] += 1
        } else if let beginning, word.folded.hasPrefix(terms[beginning].word) {
          counts[beginning] += 1
        }
      }
    }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    if isVague { return 1 }
    return zip(counts, rarities).reduce(0) { sum, term in
      guard term.0 > 0 else { return sum }
      return sum + term.1 * TermWeights.weight(count: term.0, length: length, constants: constants)
    }
  }
}
