// Which hits are to be relied on: measures that compare between questions, unlike scores.

import Foundation

/// The floor of relevance. Hits below it are returned and marked weak.
public struct RelevanceFloor: Hashable, Sendable {
  /// A hit is not weak from this cosine of question and best passage on…
  public var similarity = 0.35
  /// …nor from this share of the question's words on, each weighed by its rarity.
  public var coverage = 0.50
  /// …nor from this score of late interaction on, with the turns around lending.
  public var interaction = 0.42

  public init() {}

  /// Whether a hit is below the floor.
  ///
  /// - Parameters:
  ///   - similarity: nil where meaning was not consulted.
  ///   - interaction: nil where it was of words and not of vectors.
  public func isWeak(similarity: Double?, wordCoverage: Double, interaction: Double?) -> Bool {
    if let similarity, similarity >= self.similarity { return false }
    if let interaction, interaction >= self.interaction { return false }
    return wordCoverage < coverage
  }

  /// A word's rarity among messages (Robertson and Spärck Jones): never below a millionth.
  public static func inverseDocumentFrequency(documents: Int, containing: Int) -> Double {
    max(1e-6, log((Double(documents - containing) + 0.5) / (Double(containing) + 0.5)))
  }
}
