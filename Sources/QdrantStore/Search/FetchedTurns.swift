// What the ranking asks of this store, answered from what one request has fetched: the messages around those that were
// found, with their tokens and their cosines.

import ConversationMemory
import Foundation
import Retrieval
import TextEmbedding
import VectorIndex

struct FetchedTurns: SearchEvidence {
  /// A message with what is known of its passages.
  struct Turn: Sendable {
    var stored: StoredMessage
    /// Empty where it is not embedded.
    var passages: [Passage] = []
  }

  struct Passage: Sendable {
    /// In UTF-8 bytes of the content.
    var range: Range<Int>
    var tokens: [UInt8]
    /// With the question's plain vector.
    var cosine: Double?
  }

  /// By row: in the order of time, then of arrival.
  let turns: [Turn]
  private let rows: [MessageID: Int64]
  private let runs: [[Int64]]
  private let admits: @Sendable (ConversationMessage) -> Bool

  /// - Parameters:
  ///   - reach: messages of a session that arrived further apart than so many are no neighbours.
  ///   - admits: whether a message meets the filter.
  init(_ turns: [Turn], reach: Int, admits: @escaping @Sendable (ConversationMessage) -> Bool) {
    let turns = turns.sorted { left, right in
      let (a, b) = (left.stored.message, right.stored.message)
      return (a.timestamp, a.sequence, a.id.rawValue) < (b.timestamp, b.sequence, b.id.rawValue)
    }
    self.turns = turns
    self.admits = admits
    var rows: [MessageID: Int64] = [:]
    var sessions: [SessionID: [Int64]] = [:]
    for (row, turn) in turns.enumerated() {
      rows[turn.stored.message.id] = Int64(row)
      sessions[turn.stored.message.session, default: []].append(Int64(row))
    }
    self.rows = rows
    runs = sessions.values.flatMap { Self.runs($0, of: turns, reach: reach) }
  }

  /// Cut where a message may be missing in between: what was fetched are stretches of the order of arrival.
  private static func runs(_ rows: [Int64], of turns: [Turn], reach: Int) -> [[Int64]] {
    var runs: [[Int64]] = []
    for row in rows {
      let arrival = turns[Int(row)].stored.message.sequence
      if let last = runs.last?.last, abs(turns[Int(last)].stored.message.sequence - arrival) <= Int64(reach) {
        runs[runs.count - 1].append(row)
      } else {
        runs.append([row])
      }
    }
    return runs
  }

  /// The number of a message; nil where it was not fetched.
  func row(of id: MessageID) -> Int64? { rows[id] }

  private subscript(_ row: Int64) -> Turn { turns[Int(row)] }

  func turns(around rows: Set<Int64>, reach: Int) -> [[Int64]] { runs }

  func admitted(_ row: Int64) -> ConversationMessage? {
    let message = self[row].stored.message
    return admits(message) ? message : nil
  }

  func tokenValues(of rows: [Int64], question: EmbeddedQuestion, weights: [Float]) -> TokenValues {
    let tokens = TokenQuestion(vectors: question.vectors, dimensions: question.dimensions)
    var values = [Float](repeating: 0, count: rows.count * weights.count)
    var passages: [Range<Int>?] = []
    for (place, row) in rows.enumerated() {
      var best: (sum: Float, passage: Passage, maxima: [Float])?
      for passage in self[row].passages {
        let maxima = tokens.maxima(over: passage.tokens)
        let sum = zip(weights, maxima).reduce(0) { $0 + $1.0 * $1.1 }
        if sum > best?.sum ?? -.infinity { best = (sum, passage, maxima) }
      }
      passages.append(best?.passage.range)
      guard let best else { continue }
      values.replaceSubrange(place * weights.count..<(place + 1) * weights.count, with: best.maxima)
    }
    return TokenValues(values: values, passages: passages)
  }

  func text(of row: Int64) -> TurnText? {
    let message = self[row].stored.message
    return TurnText(content: message.content, author: message.author)
  }

  /// The vector is the question's plain one: the server has compared it with everything that was fetched.
  func similarities(to vector: [Float], of rows: [Int64]) -> [Int64: Similarity] {
    var similarities: [Int64: Similarity] = [:]
    for row in rows {
      for passage in self[row].passages {
        guard let cosine = passage.cosine, cosine > similarities[row]?.cosine ?? -.infinity else { continue }
        similarities[row] = Similarity(cosine: cosine, passage: passage.range)
      }
    }
    return similarities
  }

  func stored(_ row: Int64) -> StoredMessage? { self[row].stored }

  func id(of row: Int64) -> MessageID? { self[row].stored.message.id }
}
