// Where one is: everything that going back has to bring back.

import ConversationMemory

/// A part of the screen that can have the focus.
enum Pane: Hashable, Sendable, CaseIterable {
  case tenants, list, transcript
  case query, results, conversation
  case context
  case timeline
  case person

  var view: View {
    switch self {
    case .tenants, .list, .transcript: .browse
    case .query, .results, .conversation: .search
    case .context: .context
    case .timeline: .timeline
    case .person: .person
    }
  }

  enum View: Hashable, Sendable { case browse, search, context, timeline, person }
}

/// The list in the middle of the browse view.
enum ListKind: Hashable, Sendable { case sessions, channels }

/// The browse view of a tenant.
struct BrowseState: Sendable, Equatable {
  var kind = ListKind.sessions
  var sessions = Listing<ConversationSession>()
  var channels = Listing<ChannelSummary>()
  var order = SessionQuery.Order.lastActivity
  /// By what a search finds instead, as long as there are words to search for.
  var isByRelevance = false
  var isReversed = false
  /// Selected as soon as the list is there, if it is in it.
  var wantedSession: SessionID?
  var filter = TextField()
  /// What of it could be read last: the list shows this.
  var appliedFilter = SessionFilter()
  /// Which of the earlier filters stands in the field, and what had been typed before.
  var recalledFilter: RecalledFilter?
  /// The filter is being typed.
  var isFiltering = false
  /// The selected session or channel.
  var transcript: TranscriptState?
  /// What will replace it as soon as the store has answered.
  var awaited: TranscriptState?
}

/// A line of the filter's history in place of what was being typed.
struct RecalledFilter: Sendable, Equatable {
  var index: Int
  var draft: String
}

/// A tenant, a view of it and all that view shows. A value: keeping one is cheap, and going back to it is exact.
struct Place: Sendable, Equatable {
  var tenant: TenantID?
  var counts: TenantSummary?
  var focus = Pane.list
  var browse = BrowseState()
  var search = SearchState()
  /// The tenant's names of metadata, which are fields of a query line; empty while unknown.
  var metadataKeys: Set<String> = []
  var context: ContextState?
  var timeline: TimelineState?
  var person: PersonState?
  /// Where Escape leads from each view but browsing.
  var searchOrigin = Pane.list
  var contextOrigin = Pane.list
  var timelineOrigin = Pane.list
  var personOrigin = Pane.list
  /// Reached by a jump: Escape goes back to where that began.
  var isDetour = false
}

/// Places left behind.
struct Trail: Sendable, Equatable {
  private(set) var back: [Place] = []
  private(set) var forward: [Place] = []

  static let limit = 50

  mutating func leave(_ place: Place) {
    back.append(place)
    if back.count > Self.limit { back.removeFirst() }
    forward.removeAll()
  }

  mutating func goBack(from place: Place) -> Place? {
    guard let target = back.popLast() else { return nil }
    forward.append(place)
    return target
  }

  mutating func goForward(from place: Place) -> Place? {
    guard let target = forward.popLast() else { return nil }
    back.append(place)
    return target
  }
}
