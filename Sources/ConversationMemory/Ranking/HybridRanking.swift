// Puts the evidence of words and of meaning into one score. By score, not by rank: rank fusion loses wherever one leg is
// much weaker than the other.

import Foundation

/// The fusion's formula and every constant of it.
///
/// `score = w · S + (1 − w) · K` with S the cosine mapped from [low, high] onto 0…1, and K the BM25 score divided by the
/// most that a message could reach that has every word of the question at typical length. Both are absolute, so that
/// scores compare between questions and a floor can be drawn.
public struct HybridRanking: Hashable, Sendable {
  /// The share of meaning. On LoCoMo's conversations 26, 30 and 41 (495 questions) recall@10 is .678 at .5, .689 at .4
  /// and .689 at .35, nDCG@10 .511, .523 and .524.
  public var semanticWeight = 0.4
  /// Cosines at and below this say nothing: unrelated English sentences lie around it.
  public var similarityLow = 0.10
  /// Cosines at and above this are as good as the same sentence.
  public var similarityHigh = 0.75
  /// BM25's saturation in SQLite's FTS5 (Robertson and Zaragoza 2009, k1).
  public var saturation = 1.2
  /// A hit is not weak from this cosine on…
  public var similarityFloor = 0.35
  /// …nor from this share of the question's words on, each weighed by its rarity.
  public var coverageFloor = 0.50

  public init() {}

  /// The parts of one candidate's score.
  ///
  /// - Parameters:
  ///   - similarity: the cosine of question and best passage; nil where meaning was not consulted.
  ///   - keywordScore: BM25, positive; 0 where no word matched.
  ///   - attainable: ``attainableKeywordScore(inverseDocumentFrequencies:)`` of the question.
  public func parts(similarity: Double?, keywordScore: Double, attainable: Double) -> ScoreParts {
    let keyword = attainable > 0 ? min(1, keywordScore / attainable) : 0
    guard let similarity else { return ScoreParts(keyword: keyword) }
    let semantic = min(1, max(0, (similarity - similarityLow) / (similarityHigh - similarityLow)))
    return ScoreParts(semantic: semanticWeight * semantic, keyword: (1 - semanticWeight) * keyword)
  }

  /// What BM25 gives to a message of average length that has each word of the question once: Σ idf.
  public func attainableKeywordScore(inverseDocumentFrequencies: some Sequence<Double>) -> Double {
    inverseDocumentFrequencies.reduce(0, +)
  }

  /// Whether a hit is below the floor of relevance.
  public func isWeak(similarity: Double?, wordCoverage: Double) -> Bool {
    if let similarity, similarity >= similarityFloor { return false }
    return wordCoverage < coverageFloor
  }

  /// BM25's rarity of a word (Robertson and Spärck Jones, as FTS5 computes it: never below a millionth).
  public static func inverseDocumentFrequency(documents: Int, containing: Int) -> Double {
    max(1e-6, log((Double(documents - containing) + 0.5) / (Double(containing) + 0.5)))
  }
}
