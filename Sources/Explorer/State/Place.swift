// Where one is: everything that going back has to bring back.

import ConversationMemory
import Foundation

/// A part of the screen that can have the focus.
enum Pane: Hashable, Sendable, CaseIterable {
  case tenants, list, transcript
  case query, results, conversation
  case context
  case timeline

  var view: View {
    switch self {
    case .tenants, .list, .transcript: .browse
    case .query, .results, .conversation: .search
    case .context: .context
    case .timeline: .timeline
    }
  }

  enum View: Hashable, Sendable { case browse, search, context, timeline }
}

/// The list in the middle of the browse view.
enum ListKind: Hashable, Sendable { case sessions, channels }

/// The browse view of a tenant.
struct BrowseState: Sendable, Equatable {
  var kind = ListKind.sessions
  var sessions = Listing<ConversationSession>()
  var channels = Listing<ChannelSummary>()
  var order = SessionQuery.Order.lastActivity
  var isReversed = false
  /// Selected as soon as the list is there, if it is in it.
  var wantedSession: SessionID?
  var filter = TextField()
  /// What of it could be read last: the list shows this.
  var appliedFilter = SearchQuery()
  /// The filter is being typed.
  var isFiltering = false
  /// The selected session or channel.
  var transcript: TranscriptState?
  /// What will replace it as soon as the store has answered.
  var awaited: TranscriptState?

  /// The filter's words, channel, time, metadata, tags and note; what a message alone has cannot filter sessions.
  func parsedFilter(
    metadataKeys: Set<String>, zone: TimeZone, now: Timestamp
  ) throws(SearchQueryError) -> SearchQuery {
    let query = try SearchQueryParser.parse(filter.text, metadataKeys: metadataKeys, zone: zone, now: now)
    guard let piece = query.pieces.first(where: { !Self.filtersSessions($0) }) else { return query }
    let name = if case .field(let field) = piece.kind { field.name } else { piece.label }
    throw SearchQueryError(
      range: piece.range, message: "sessions cannot be filtered by \(name)",
      remedy: "use channel:, since:, until:, tag:, note: and metadata here; s searches what was said")
  }

  private static func filtersSessions(_ piece: SearchQuery.Piece) -> Bool {
    switch piece.kind {
    // The words of a list's filter are looked for as they stand anyway.
    case .phrase, .time, .field(.channel), .field(.since), .field(.until), .field(.metadata), .field(.tag),
      .field(.note):
      true
    case .exclusion, .field: false
    }
  }
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
  /// Where Escape leads from the search view, from the context view and from the timeline.
  var searchOrigin = Pane.list
  var contextOrigin = Pane.list
  var timelineOrigin = Pane.list
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
