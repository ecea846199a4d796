// Every constant of the ranking, in one place, with what it was set on.

/// The constants of ranking.
///
/// Weights, windows and depths come from trying on three conversations of LoCoMo (26, 30 and 41: 495 questions), and
/// were measured once on the seven others (Maharana et al. 2024, "Evaluating very long-term conversational memory of LLM
/// agents"); `recollect evaluate` measures them on any questions. The four features suit questions like LoCoMo's;
/// without them (``withoutFeatures``) other data can count on the text alone.
public struct RankingConstants: Hashable, Sendable {
  /// How many messages each leg, words and meaning, contributes.
  public var legDepth = 100
  /// How many of them, with those around them, are looked at token by token.
  public var candidates = 100

  /// What a message's cosine lends to the messages around it.
  public var similarityWindow = TurnWindow(before: [0.9, 0.8], after: [0.85, 0.75])
  /// What its BM25 score lends.
  public var keywordWindow = TurnWindow(before: [0.7, 0.5, 0.4], after: [0.5, 0.4])
  /// What each of its tokens lends.
  public var tokenWindow = TurnWindow(before: [0.85, 0.75, 0.65], after: [0.75, 0.65])

  /// The share of meaning when candidates are chosen; words have the rest.
  public var candidateSemanticShare = 0.5

  /// Added to a token's rarity, so that none counts nothing.
  public var rarityFloor = 0.1
  /// What function words and punctuation weigh of what they would by rarity: in late interaction…
  public var functionWordWeight = 0.2
  /// …and in the question's pooled vector.
  public var functionWordPooling = 0.1

  /// The shares of the final score, each part relative to the best candidate's.
  public var tokenWeight = 0.70
  public var semanticWeight = 0.15
  public var keywordWeight = 0.15
  /// A message by the only person that the question names.
  public var authorWeight = 0.10
  /// A message of the time that the question names.
  public var dateWeight = 0.30
  /// A message that asks, rather than tells.
  public var questionPenalty = 0.06
  /// A message with a time in it, where the question asks for one.
  public var timeWeight = 0.10

  /// The shares where meaning is not consulted: words, each looked for in the messages around as well, and BM25.
  public var wordsAloneTokenWeight = 0.75
  public var wordsAloneKeywordWeight = 0.25
  /// What a token counts for in a message that has no token vectors among others that have, where its word is there…
  public var wordPresent = 0.75
  /// …and where it is not: as cosines typically are.
  public var wordAbsent = 0.25

  /// BM25's saturation and its part for length (Robertson and Zaragoza 2009).
  public var saturation = 1.2
  public var lengthNormalization = 0.4

  public init() {}

  public static let standard = RankingConstants()

  /// The text alone.
  public static var withoutFeatures: RankingConstants {
    var constants = RankingConstants()
    constants.authorWeight = 0
    constants.dateWeight = 0
    constants.questionPenalty = 0
    constants.timeWeight = 0
    return constants
  }
}

/// How much of its evidence a message lends to others of its session, by how many turns they are apart.
public struct TurnWindow: Hashable, Sendable {
  /// To the message 1, 2, … turns later: what is asked is answered after it.
  public var before: [Double]
  /// To the message 1, 2, … turns earlier.
  public var after: [Double]

  public init(before: [Double], after: [Double]) {
    self.before = before
    self.after = after
  }

  /// How far it reaches either way.
  public var reach: Int { max(before.count, after.count) }
}
