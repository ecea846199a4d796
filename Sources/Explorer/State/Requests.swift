// What has been asked of the store and not been answered yet.

/// A question's place: a newer question in the same slot makes the older one's answer stale.
enum Slot: Hashable, Sendable {
  case tenants, moreTenants
  case counts
  /// Sessions or channels of the browse view: its next page, the page before its first, its two ends.
  case list, moreList, earlierList, listStart, listEnd
  /// The transcript in a pane, its pages, its two ends, what was added since.
  case transcript(Pane), older(Pane), newer(Pane), head(Pane), end(Pane), tail(Pane)
  case refreshList, refreshEnd
  case search, metadataKeys, context, timeline, sheet, deletion, inspector, landing
  /// An author's first page, their numbers, the titles of their sessions.
  case person, personSummary, titles
  case export, text, tags, annotation

  /// Whether the store is changed by it: what has begun is neither cut off nor forgotten.
  var isWriting: Bool { self == .annotation || self == .deletion }
}

/// Generations in flight, one a slot.
struct Requests: Sendable, Equatable {
  private var inFlight: [Slot: UInt64] = [:]
  private(set) var generation: UInt64 = 0

  /// The generation of a new question; whatever was under way in the slot is stale from now on.
  mutating func start(_ slot: Slot) -> UInt64 {
    generation += 1
    inFlight[slot] = generation
    return generation
  }

  /// Whether this answer is the awaited one; it is awaited no longer then.
  mutating func finish(_ slot: Slot, generation: UInt64) -> Bool {
    guard inFlight[slot] == generation else { return false }
    inFlight[slot] = nil
    return true
  }

  /// Drops what is under way in a slot.
  mutating func drop(_ slot: Slot) { inFlight[slot] = nil }

  /// Drops everything but the tenants and what is being written; returns the slots.
  mutating func dropTenant() -> [Slot] {
    let slots = inFlight.keys.filter { $0 != .tenants && $0 != .moreTenants && !$0.isWriting }
    for slot in slots { inFlight[slot] = nil }
    return slots
  }

  func isWaiting(_ slot: Slot) -> Bool { inFlight[slot] != nil }
  var isIdle: Bool { inFlight.isEmpty }

  /// Whether something asked up to `generation` is still unanswered.
  func isOverdue(upTo generation: UInt64) -> Bool { inFlight.values.contains { $0 <= generation } }
}
