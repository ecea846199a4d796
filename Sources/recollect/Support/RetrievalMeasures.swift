// Measures of search quality, as retrieval research defines them.

import ConversationExchange
import ConversationMemory
import Foundation

/// Sums over questions; means of them are macro averages: every question counts the same.
struct RetrievalMeasures {
  private(set) var questions = 0
  private var sums: [Measure: Double] = [:]

  enum Measure: String, CaseIterable {
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

  /// Takes the answer to a question in.
  ///
  /// - Parameters:
  ///   - ranked: messages with their sessions, best first. A session ranks by its best message.
  ///   - relevant: ids of the messages that answer the question; not empty.
  ///   - sessions: the sessions that those are in.
  mutating func add(
    ranked: [(message: MessageID, session: SessionID)], relevant: Set<MessageID>, sessions: Set<SessionID>
  ) {
    questions += 1
    var seen = Set<SessionID>()
    let rankedSessions = ranked.map(\.session).filter { seen.insert($0).inserted }
    func recall(_ depth: Int) -> Double {
      Double(ranked.prefix(depth).count { relevant.contains($0.message) }) / Double(relevant.count)
    }
    let gain = ranked.prefix(10).enumerated().reduce(0.0) { sum, entry in
      relevant.contains(entry.element.message) ? sum + Self.discount(rank: entry.offset + 1) : sum
    }
    let ideal = (1...min(10, relevant.count)).reduce(0.0) { $0 + Self.discount(rank: $1) }
    sums[.turnRecallAt5, default: 0] += recall(5)
    sums[.turnRecallAt10, default: 0] += recall(10)
    sums[.gainAt10, default: 0] += gain / ideal
    sums[.sessionHitAt1, default: 0] += rankedSessions.first.map(sessions.contains) == true ? 1 : 0
    sums[.sessionAnyAt5, default: 0] += rankedSessions.prefix(5).contains(where: sessions.contains) ? 1 : 0
  }

  func mean(_ measure: Measure) -> Double { questions == 0 ? 0 : sums[measure, default: 0] / Double(questions) }

  /// `{"questions", "turn_recall@5", …}`
  var members: [JSONText.Member] {
    [.init("questions", .integer(questions))]
      + Measure.allCases.map { .init($0.rawValue, .real((mean($0) * 10_000).rounded() / 10_000)) }
  }

  private static func discount(rank: Int) -> Double { 1 / log2(Double(rank + 1)) }
}
