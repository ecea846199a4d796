// Measures of search quality, as retrieval research defines them. How far a mean of them can be trusted is `Bootstrap`'s.

import Foundation

/// What is measured of a question's answer; the raw values are the names that reports use.
public enum RetrievalMeasure: String, CaseIterable, Sendable {
  /// The share of the relevant messages among the first five.
  case turnRecallAt5 = "turn_recall@5"
  case turnRecallAt10 = "turn_recall@10"
  /// Binary gains, discounted by log2(rank + 1), relative to the best order (Järvelin and Kekäläinen 2002).
  case gainAt10 = "ndcg@10"
  /// 1 where the first session holds a relevant message.
  case sessionHitAt1 = "session_hit@1"
  /// 1 where one of the first five sessions does.
  case sessionAnyAt5 = "session_any@5"
}

/// One question's values of all measures, each 0…1.
///
/// Means over questions are macro averages: every question counts the same, however many messages answer it.
public struct RetrievalScores: Hashable, Sendable {
  private var values: [RetrievalMeasure: Double]

  /// Measures an answer.
  ///
  /// - Parameters:
  ///   - ranked: messages with their sessions, best first. A session ranks by its best message.
  ///   - relevant: ids of the messages that answer the question; where there are none, all measures are 0.
  ///   - sessions: the sessions that those are in.
  public init(
    ranked: [(message: MessageID, session: SessionID)], relevant: Set<MessageID>, sessions: Set<SessionID>
  ) {
    var seen = Set<SessionID>()
    let rankedSessions = ranked.map(\.session).filter { seen.insert($0).inserted }
    func recall(_ depth: Int) -> Double {
      Double(ranked.prefix(depth).count { relevant.contains($0.message) }) / Double(max(1, relevant.count))
    }
    let gain = ranked.prefix(10).enumerated().reduce(0.0) { sum, entry in
      relevant.contains(entry.element.message) ? sum + Self.discount(rank: entry.offset + 1) : sum
    }
    let ideal = (1...min(10, max(1, relevant.count))).reduce(0.0) { $0 + Self.discount(rank: $1) }
    values = [
      .turnRecallAt5: recall(5), .turnRecallAt10: recall(10), .gainAt10: gain / ideal,
      .sessionHitAt1: rankedSessions.first.map(sessions.contains) == true ? 1 : 0,
      .sessionAnyAt5: rankedSessions.prefix(5).contains(where: sessions.contains) ? 1 : 0,
    ]
  }

  /// Values that were measured before.
  public init(_ values: [RetrievalMeasure: Double]) { self.values = values }

  public subscript(measure: RetrievalMeasure) -> Double { values[measure, default: 0] }

  private static func discount(rank: Int) -> Double { 1 / log2(Double(rank + 1)) }
}
