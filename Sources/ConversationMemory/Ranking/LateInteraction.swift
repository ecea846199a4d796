// Late interaction with a window: each token of the question finds its best match in a message or, at a discount, in the
// messages around it.

/// MaxSim (Khattab and Zaharia 2020, "ColBERT") over a window of turns.
///
/// With m(t, i) how well turn i meets token t: `m'(t, i) = max(m(t, i), share · m(t, j))` over the turns j around i, and
/// the score is `X(i) = Σ w(t) · m'(t, i) / Σ w(t)`. A question is often answered by "Yes, forty dollars": what it is
/// about stands in the turn before.
public struct LateInteraction: Sendable {
  /// How a turn fares.
  public struct Outcome: Sendable, Hashable {
    /// X, −1…1 (with words alone in place of vectors, 0 and more).
    public var score: Double
    /// What the turn would have by itself.
    public var ownScore: Double
    /// The turn that lent most, where it lent something worth naming.
    public var lender: Lender?
  }

  /// A turn that lent to another, and how many turns after that it stands (negative: before).
  public struct Lender: Sendable, Hashable {
    public var turn: Int
    public var offset: Int
  }

  /// Values of all turns that may lend: [turns][tokens].
  private let similarities: [Float]
  private let weights: [Float]
  private let total: Float
  private let window: TurnWindow

  /// The least share of a score that makes a lender worth naming.
  private static let tellingShare = 0.1

  /// - Parameters:
  ///   - similarities: of each turn of the graph, its value for each token.
  ///   - weights: of the tokens; all 0 gives scores of 0.
  public init(similarities: [Float], weights: [Double], window: TurnWindow) {
    self.similarities = similarities
    self.weights = weights.map(Float.init)
    self.window = window
    total = self.weights.reduce(0, +)
  }

  public func outcome(of turn: Int, in graph: TurnGraph) -> Outcome {
    guard total > 0 else { return Outcome(score: 0, ownScore: 0, lender: nil) }
    let count = weights.count
    let lenders = graph.lenders(to: turn, window)
    var gains = [Float](repeating: 0, count: lenders.count)
    var sum: Float = 0
    var own: Float = 0
    for token in 0..<count {
      let mine = similarities[turn * count + token]
      var best = mine
      var giver: Int?
      for (place, lender) in lenders.enumerated() {
        let lent = Float(lender.share) * similarities[lender.turn * count + token]
        if lent > best {
          best = lent
          giver = place
        }
      }
      if let giver { gains[giver] += weights[token] * (best - mine) }
      sum += weights[token] * best
      own += weights[token] * mine
    }
    let most = gains.indices.max { gains[$0] < gains[$1] }
    let isTelling = most.map { Double(gains[$0]) >= Self.tellingShare * Double(sum) && gains[$0] > 0 } ?? false
    return Outcome(
      score: Double(sum / total), ownScore: Double(own / total),
      lender: isTelling ? most.map { Lender(turn: lenders[$0].turn, offset: lenders[$0].offset) } : nil)
  }
}
