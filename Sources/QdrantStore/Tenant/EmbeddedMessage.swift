// A message with its passages' vectors, as points.
//
// A message is one point, whatever its length: it holds the message, its words and the vector of its first passage. Further
// passages are points of the kind `passage` with a vector, token signs and what searches filter by. So counts and histories
// are of points of one kind, a search by meaning finds the best passage of each message, and both go with
// their session in one request. Several vectors in one point would be compared as a set, with the graph built over sets, and
// would not tell which passage was meant.

import ConversationMemory
import Foundation
import Retrieval
import TextEmbedding

struct EmbeddedMessage: Sendable {
  struct Passage: Sendable {
    /// UTF-8 bytes of the content.
    let range: Range<Int>
    /// Of unit length.
    let vector: [Float]
    let tokens: [UInt8]
  }

  let message: ConversationMessage
  /// What the payload's `model` says of messages with these vectors.
  let mark: String
  let passages: [Passage]
  /// How many passages the message had before.
  let formerCount: Int

  /// Embeds messages.
  ///
  /// - Parameters:
  ///   - messages: with the number of passages that each has already, of whatever model.
  ///   - size: passages that the model is given at once: a long mail is many of them, and memory must stay bounded.
  static func embed(
    _ messages: [(message: ConversationMessage, passages: Int)], with service: any EmbeddingService, atOnce size: Int
  ) async throws -> [EmbeddedMessage] {
    let cut = messages.map { service.passages(of: $0.message.content, author: $0.message.author) }
    let texts = cut.flatMap { $0.map(\.text) }
    var vectors: [[Float]] = []
    var tokens: [[UInt8]] = []
    var position = 0
    while position < texts.count {
      let end = min(position + size, texts.count)
      let batch = try await service.embedPassages(Array(texts[position..<end]), keeping: PassageTokens.selection)
      vectors += (0..<batch.vectors.count).map { Array(batch.vectors[$0]) }
      tokens += batch.tokens.map(\.bytes)
      position = end
    }
    let mark = PassageTokens.mark(of: service.model)
    var next = 0
    return zip(messages, cut).map { entry, passages in
      defer { next += passages.count }
      return EmbeddedMessage(
        message: entry.message, mark: mark,
        passages: passages.enumerated().map { number, passage in
          Passage(range: passage.range, vector: vectors[next + number], tokens: tokens[next + number])
        }, formerCount: entry.passages)
    }
  }

  /// The message's point.
  func draft(of tenant: TenantID) -> PointDraft {
    var payload = MessagePoint.payload(message)
    payload += [
      (PayloadField.model.rawValue, .string(mark)), (PayloadName.passages, .integer(Int64(passages.count))),
    ]
    if let first = passages.first { payload += first.payload(number: 0) }
    return PointDraft(
      id: .message(message.id, of: tenant),
      vectors: PointDraft.Vectors(dense: passages.first?.vector, sparse: TermWeights.vector(of: message)),
      payload: payload)
  }

  /// The points of the passages behind the first.
  func furtherPassages(of tenant: TenantID) -> [PointDraft] {
    passages.enumerated().dropFirst().map { number, passage in
      PointDraft(
        id: .passage(number, of: message.id, of: tenant), vectors: PointDraft.Vectors(dense: passage.vector),
        payload: MessagePoint.payload(placing: message, as: .passage) + passage.payload(number: number)
          + [(PayloadField.model.rawValue, .string(mark))])
    }
  }

  /// Points of passages that another model's cut made and this one's does not.
  func formerPassages(of tenant: TenantID) -> [PointID] {
    guard formerCount > max(1, passages.count) else { return [] }
    return (max(1, passages.count)..<formerCount).map { .passage($0, of: message.id, of: tenant) }
  }
}

extension EmbeddedMessage.Passage {
  fileprivate func payload(number: Int) -> [(String, JSONValue)] {
    [
      (PayloadName.passage, .integer(Int64(number))),
      (PayloadName.range, .array([.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound))])),
      (PayloadName.tokens, .string(Data(tokens).base64EncodedString())),
    ]
  }
}
