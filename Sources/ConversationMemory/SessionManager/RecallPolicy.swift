// The constants of cross-session recall.

/// When a message of another session is worth an agent's attention.
///
/// The evidence for a message is `w · (cosine + wordShare · coverage)`, the most that any message of the question gives:
/// `w` falls with the age of that message, `coverage` is the share of its words (weighed by rarity) that are found. The
/// floor depends on whom the message is about: what the same prospect said elsewhere needs less to matter than what a
/// stranger said. The floors were chosen with the 300 `recall-cases` of this project's tests in view: there recall stays
/// empty for 99% of the sessions that have nothing to do with a history of a dozen messages, and finds the right one for
/// 92% of those that have. The more messages there are, the likelier one of them passes by chance.
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
  public var floorSameProspect = 0.45
  /// …where either prospect is unknown…
  public var floorUnknownProspect = 0.48
  /// …and about somebody else.
  public var floorOtherProspect = 0.52
  /// What other people's messages that passed their floor are put behind by: at equal evidence the prospect's own words come
  /// first.
  public var handicapUnknownProspect = 0.05
  public var handicapOtherProspect = 0.15
  /// The least coverage where search by meaning is off.
  public var wordsAlone = 0.50
  /// What an agent's reply has less evidence than the customer's message that it follows.
  public var replyCost = 0.05
  /// The share of a message's pairs of neighbouring words from which on another message says the same.
  public var sameWording = 0.75
  /// What a message loses of its evidence where all its content words are among those of one already chosen.
  public var variety = 0.15
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

  func handicap(for kinship: Kinship) -> Double {
    switch kinship {
    case .same, .colleague: 0
    case .unknown: handicapUnknownProspect
    case .other: handicapOtherProspect
    }
  }

  /// Whether two conversations are about the same prospect, or about two people of one company.
  enum Kinship: Sendable { case same, colleague, unknown, other }
}
