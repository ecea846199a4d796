// Points put together to messages.

import ConversationMemory
import Foundation
import Retrieval

extension FetchedTurns {
  /// The messages among points, each with its passages. Passages whose message is not among them are left out: it went
  /// meanwhile, or is too long to be whole here.
  ///
  /// - Parameters:
  ///   - mark: what points with vectors of the question's model say; others are as good as not embedded.
  ///   - cosines: of points with the question's plain vector.
  static func turns(of points: [StoredPoint], mark: String?, cosines: [PointID: Double]) throws -> [Turn] {
    var turns: [MessageID: Turn] = [:]
    var passages: [MessageID: [Passage]] = [:]
    for point in points {
      guard let payload = point.payload, let id = payload.messageID.map({ MessageID(unchecked: $0) }) else { continue }
      if payload.kind == .message {
        let turn = try StoredTurn(point)
        turns[id] = Turn(stored: StoredMessage(message: turn.message, cursor: turn.cursor))
      }
      if let mark, payload.model == mark, let range = payload.passageRange {
        passages[id, default: []].append(
          Passage(range: range, tokens: payload.tokens.map(Array.init) ?? [], cosine: cosines[point.id]))
      }
    }
    for id in turns.keys { turns[id]?.passages = passages[id] ?? [] }
    return Array(turns.values)
  }
}
