// The rows of the results: hits one by one, or those of a session together with what stands around the best ones folded.

import ConversationMemory

/// A hit on screen, and the hits folded under it.
struct HitRow: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    /// The first of its session, or any hit of a flat list.
    case leading
    /// Below a better one of the same session.
    case following
    /// Shown only because the row above was unfolded.
    case neighbour
  }

  /// Index among the hits.
  var hit: Int
  var place = Place.leading
  /// Indices of the hits that are only neighbours of this one, best first; they stay while they are unfolded.
  var neighbours: [Int] = []

  /// Turns from a better hit within which a hit is only its neighbour: turns around a good one are lent its relevance.
  static let reach: Int64 = 3

  /// - Parameters:
  ///   - hits: best first.
  ///   - unfolded: messages whose neighbours are shown.
  static func rows(of hits: [SearchHit], isFlat: Bool, unfolded: Set<MessageID>) -> [HitRow] {
    guard !isFlat else { return hits.indices.map { HitRow(hit: $0) } }
    var order: [Group] = []
    var groups: [Group: [HitRow]] = [:]
    for (index, hit) in hits.enumerated() {
      // Weak hits do not climb over other sessions' good ones.
      let strong = Group(session: hit.message.session, weak: false)
      let group = Group(session: hit.message.session, weak: hit.weak)
      let home = [strong, group].first { group in
        groups[group]?.contains { isNear(hits[$0.hit], hit) } == true
      }
      if let home, let row = groups[home]?.firstIndex(where: { isNear(hits[$0.hit], hit) }) {
        groups[home]?[row].neighbours.append(index)
        continue
      }
      let isKnown = groups[group] != nil
      if !isKnown { order.append(group) }
      groups[group, default: []].append(HitRow(hit: index, place: isKnown ? .following : .leading))
    }
    return order.flatMap { groups[$0] ?? [] }.flatMap { row in
      let isOpen = unfolded.contains(hits[row.hit].message.id)
      return [row] + (isOpen ? row.neighbours.map { HitRow(hit: $0, place: .neighbour) } : [])
    }
  }

  private struct Group: Hashable {
    var session: SessionID
    var weak: Bool
  }

  private static func isNear(_ hit: SearchHit, _ other: SearchHit) -> Bool {
    hit.message.session == other.message.session && abs(hit.message.sequence - other.message.sequence) <= reach
  }
}
