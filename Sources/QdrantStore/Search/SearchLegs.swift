// What words and meaning found, before the messages themselves are at hand.

import ConversationMemory
import Retrieval

struct SearchLegs: Sendable {
  /// A message that a leg found, and where it stands.
  struct Found: Sendable {
    let session: String
    /// Its number in its session, in order of arrival.
    let arrival: Int64
    var similarity: Similarity?
    var isByWords = false
  }

  private(set) var messages: [MessageID: Found] = [:]
  /// Both legs gave less than they were asked for: going deeper gives nothing new.
  var isExhausted = true

  /// Notes a point of the answer; one that is no whole message's is passed over.
  mutating func note(_ point: StoredPoint, _ change: (inout Found) -> Void) {
    guard let payload = point.payload, let id = payload.messageID, let session = payload.session,
      let arrival = payload.sequence
    else { return }
    let message = MessageID(unchecked: id)
    var found = messages[message] ?? Found(session: session, arrival: arrival)
    change(&found)
    messages[message] = found
  }

  /// Messages of one session that arrived one after the other.
  struct Stretch: Sendable, Equatable {
    let session: String
    var arrivals: Range<Int64>
  }

  /// The stretches in which the messages around each found one lie. Overlapping ones are one.
  ///
  /// - Parameter reach: how many before, and how many after each.
  func stretches(reach: Int) -> [Stretch] {
    var stretches: [Stretch] = []
    for found in messages.values.sorted(by: { ($0.session, $0.arrival) < ($1.session, $1.arrival) }) {
      let arrivals = max(0, found.arrival - Int64(reach))..<found.arrival + Int64(reach) + 1
      if let last = stretches.last, last.session == found.session, arrivals.lowerBound <= last.arrivals.upperBound {
        stretches[stretches.count - 1].arrivals = last.arrivals.lowerBound..<arrivals.upperBound
      } else {
        stretches.append(Stretch(session: found.session, arrivals: arrivals))
      }
    }
    return stretches
  }
}
