// The constants of cross-session recall.

/// When a message of another session is worth an agent's attention.
///
/// The evidence for a message is `w · (cosine + wordShare · coverage)`, the most that any message of the question gives:
/// `w` falls with the age of that message, `coverage` is the share of its words (weighed by rarity) that are found. The
/// floor depends on whom the message is about: what the same prospect said elsewhere needs less to matter than what a
/// stranger said. The floors were set by hand on the sample conversations. What stood behind them: on LoCoMo's conversation
/// 26, the best cosine for each of 40 sentences of another corpus stays below .32 for nine in ten, and for 29 questions
/// with a known answer among the first ten hits that answer's cosine is above .37 for nine in ten.
public struct RecallPolicy: Hashable, Sendable {
  /// The most messages recalled.
  public var limit = 5
  /// How many of the session's last messages form the question; those that say nothing ("ok, thanks!") do not count.
  public var questionMessages = 3
  /// How far back they are looked for.
  public var questionReach = 10
  /// The weight of each older message of the question, relative to the one after it.
  public var decay = 0.9
  /// What shared words add to the cosine.
  public var wordShare = 0.25
  /// The floor for messages about the session's own prospect or somebody of the same company…
  public var floorSameProspect = 0.42
  /// …where either prospect is unknown…
  public var floorUnknownProspect = 0.48
  /// …and about somebody else.
  public var floorOtherProspect = 0.60
  /// The least coverage where search by meaning is off.
  public var wordsAlone = 0.50
  /// The least number of words with a subject that a message must have, to ask or to be recalled.
  public var leastContentWords = 2

  public init() {}

  func floor(for kinship: Kinship) -> Double {
    switch kinship {
    case .same, .colleague: floorSameProspect
    case .unknown: floorUnknownProspect
    case .other: floorOtherProspect
    }
  }

  /// Whether two conversations are about the same prospect, or about two people of one company.
  enum Kinship: Sendable { case same, colleague, unknown, other }
}
