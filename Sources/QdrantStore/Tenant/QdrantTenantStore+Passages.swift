// Handing out vectors, for a store that takes messages over.

import ConversationMemory
import Foundation
import Retrieval

extension QdrantTenantStore: PassageSource {
  func passages(
    of messages: [MessageID], embeddedAs mark: String
  ) async throws -> [MessageID: [CarriedPassage]] {
    let fields = PayloadSelection.only([
      PayloadField.kind.rawValue, PayloadField.model.rawValue, PayloadName.messageID, PayloadName.passages,
      PayloadName.passage, PayloadName.tokens,
    ])
    guard !messages.isEmpty else { return [:] }
    let first = try await points.scroll(
      "read vectors", PointFilter(.hasID(messages.map { .message($0, of: id) })), limit: messages.count,
      payload: fields, withVectors: true
    ).points.filter { $0.payload?.model == mark }
    var further: [PointID] = []
    for payload in first.compactMap(\.payload) {
      guard let message = payload.messageID, let count = payload.passages, count > 1 else { continue }
      further += (1..<count).map { .passage($0, of: MessageID(unchecked: message), of: id) }
    }
    var found: [MessageID: [Int: CarriedPassage]] = [:]
    let rest =
      further.isEmpty
      ? []
      : try await points.scroll(
        "read vectors", PointFilter(.hasID(further)), limit: further.count, payload: fields, withVectors: true
      ).points
    for point in first + rest {
      guard let payload = point.payload, let message = payload.messageID, let vector = point.vector?.dense else {
        continue
      }
      found[MessageID(unchecked: message), default: [:]][payload.passage ?? 0] = CarriedPassage(
        vector: vector, tokens: payload.tokens.map { Array($0) } ?? [])
    }
    return found.mapValues { passages in passages.sorted { $0.key < $1.key }.map(\.value) }
  }
}
