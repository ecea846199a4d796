// Evidence without any store: messages in an array, each with one token vector.

import ConversationMemory
import Foundation
import Retrieval
import TextEmbedding

struct MessagesInMemory: SearchEvidence {
  struct Turn {
    var text: String
    var session = "s"
    var author: String?
    /// Of its one token and, at unit length, of the message; nil where it is not embedded.
    var vector: [Float]?
    var isAdmitted = true
    var isGone = false
  }

  /// A turn's place here is its number.
  var turns: [Turn]

  func turns(around rows: Set<Int64>, reach: Int) -> [[Int64]] {
    rows.filter { !turns[Int($0)].isGone }.map { row in
      let session = turns.indices.filter { turns[$0].session == turns[Int(row)].session && !turns[$0].isGone }
      guard let place = session.firstIndex(of: Int(row)) else { return [] }
      return session[max(0, place - reach)...min(session.count - 1, place + reach)].map(Int64.init)
    }
  }

  func admitted(_ row: Int64) -> ConversationMessage? {
    turns[Int(row)].isAdmitted ? stored(row)?.message : nil
  }

  func tokenValues(of rows: [Int64], question: EmbeddedQuestion, weights: [Float]) -> TokenValues {
    var values: [Float] = []
    for row in rows {
      for token in 0..<weights.count {
        let vector = Array(question.vectors[token * question.dimensions..<(token + 1) * question.dimensions])
        values.append(turns[Int(row)].vector.map { Self.cosine(vector, $0) } ?? 0)
      }
    }
    return TokenValues(
      values: values,
      passages: rows.map { turns[Int($0)].vector == nil ? nil : 0..<turns[Int($0)].text.utf8.count })
  }

  func text(of row: Int64) -> TurnText? {
    stored(row).map { TurnText(content: $0.message.content, author: $0.message.author) }
  }

  func similarities(to vector: [Float], of rows: [Int64]) -> [Int64: Similarity] {
    Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in
        turns[Int(row)].vector.map { own in
          (row, Similarity(cosine: Double(Self.cosine(vector, own)), passage: 0..<turns[Int(row)].text.utf8.count))
        }
      })
  }

  func stored(_ row: Int64) -> StoredMessage? {
    let turn = turns[Int(row)]
    guard !turn.isGone else { return nil }
    let timestamp = Timestamp(milliseconds: 1_700_000_000_000 + row * 60_000)
    return StoredMessage(
      message: ConversationMessage(
        id: MessageID(unchecked: "m\(row)"), session: SessionID(unchecked: turn.session),
        channel: Channel(unchecked: "chat"), role: .user, author: turn.author, content: turn.text,
        timestamp: timestamp, ingestedAt: timestamp, sequence: row, metadata: [:]),
      cursor: .message(timestamp: timestamp, sequence: row, row: row))
  }

  func id(of row: Int64) -> MessageID? { stored(row)?.message.id }

  private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
  }
}

extension EmbeddedQuestion {
  /// A question of one word with one vector.
  init(_ word: String, vector: [Float]) {
    self.init(
      parts: [SearchRequest.Part(word)],
      embeddings: [
        QuestionEmbedding(
          vector: vector, tokens: [.init(word: 0..<word.utf8.count, isPunctuation: false)], tokenVectors: vector)
      ], dimensions: vector.count)
  }
}
