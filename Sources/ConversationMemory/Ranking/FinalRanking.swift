// The last stage: every candidate's parts in one score.

/// The score of the candidates of one question.
///
/// `score = .70 X / max X + .15 D / max D + .15 L / max L + .10 A + .30 T − .06 Q + .10 W`, maxima over the candidates
/// (``RankingConstants``; X is ``LateInteraction``'s, D and L those of ``CandidateSelection``, the others
/// ``TurnFeatures``). Scores order the hits of one question; whether a hit is to be relied on is ``RelevanceFloor``'s
/// business.
public struct FinalRanking: Sendable {
  /// What is known of a candidate.
  public struct Candidate: Sendable {
    public var interaction: Double
    public var similarity: Double
    public var keyword: Double
    public var features: TurnFeatures

    public init(interaction: Double, similarity: Double, keyword: Double, features: TurnFeatures) {
      self.interaction = interaction
      self.similarity = similarity
      self.keyword = keyword
      self.features = features
    }
  }

  /// - Parameter consultedMeaning: else the interaction is of words, and there is no cosine.
  /// - Returns: the parts of each candidate's score, in the order of the candidates.
  public static func parts(
    _ candidates: [Candidate], consultedMeaning: Bool, constants: RankingConstants
  ) -> [ScoreParts] {
    func scale(_ value: (Candidate) -> Double, _ weight: Double) -> Double {
      let most = candidates.reduce(0) { max($0, value($1)) }
      return most > 0 ? weight / most : 0
    }
    let tokens = scale(\.interaction, consultedMeaning ? constants.tokenWeight : constants.wordsAloneTokenWeight)
    let semantic = scale(\.similarity, consultedMeaning ? constants.semanticWeight : 0)
    let keyword = scale(\.keyword, consultedMeaning ? constants.keywordWeight : constants.wordsAloneKeywordWeight)
    return candidates.map { candidate in
      ScoreParts(
        semantic: semantic * candidate.similarity, keyword: keyword * candidate.keyword,
        tokens: tokens * max(0, candidate.interaction), features: candidate.features.score(constants))
    }
  }
}
