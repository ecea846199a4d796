// A question's tokens and what each of them weighs.

import Foundation

/// The tokens of a question, weighed by how rare their words are among the tenant's messages.
///
/// With `idf = ln((N + 1) / (n + 1)) + floor` for a word that n of N messages have, a token's weight in late interaction
/// is `√idf`, and its weight in the pooled vector `idf`; function words and punctuation have a fraction of it.
public struct QuestionTokens: Sendable {
  /// One token.
  public struct Token: Sendable, Hashable {
    /// The stem of the word it is of; nil for punctuation.
    public var stem: String?
    public var isFunctionWord: Bool
    /// That of the part of the question it stands in; 1 where there is one part only.
    public var partWeight: Double

    public init(stem: String?, isFunctionWord: Bool, partWeight: Double) {
      self.stem = stem
      self.isFunctionWord = isFunctionWord
      self.partWeight = partWeight
    }
  }

  public let tokens: [Token]
  /// Weights in late interaction, one a token.
  public let weights: [Double]
  /// Weights in the pooled vector, one a token.
  public let poolingWeights: [Double]

  /// - Parameters:
  ///   - documents: the tenant's messages.
  ///   - frequency: how many of them have a stem.
  public init(
    _ tokens: [Token], documents: Int, constants: RankingConstants, frequency: (String) -> Int
  ) {
    self.tokens = tokens
    let rarities = tokens.map { token in
      let containing = token.stem.map(frequency) ?? documents
      return log(Double(documents + 1) / Double(min(containing, documents) + 1)) + constants.rarityFloor
    }
    func isMinor(_ token: Token) -> Bool { token.stem == nil || token.isFunctionWord }
    weights = zip(tokens, rarities).map { token, rarity in
      token.partWeight * rarity.squareRoot() * (isMinor(token) ? constants.functionWordWeight : 1)
    }
    poolingWeights = zip(tokens, rarities).map { token, rarity in
      token.partWeight * rarity * (isMinor(token) ? constants.functionWordPooling : 1)
    }
  }

  /// The question's vector: the weighted sum of its tokens' vectors, at unit length; nil where they cancel out.
  ///
  /// - Parameter vectors: one a token, one after the other.
  public func pooled(_ vectors: [Float], dimensions: Int) -> [Float]? {
    var sum = [Float](repeating: 0, count: dimensions)
    for (token, weight) in poolingWeights.enumerated() {
      let start = token * dimensions
      guard start + dimensions <= vectors.count else { return nil }
      for column in 0..<dimensions { sum[column] += Float(weight) * vectors[start + column] }
    }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 1e-6 ? sum.map { $0 / length } : nil
  }
}
