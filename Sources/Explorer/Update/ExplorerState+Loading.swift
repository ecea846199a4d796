// What is asked when: tenants, lists, transcripts, and all of it again when somebody changed something.

import ConversationMemory
import Terminal

extension ExplorerState {
  static let pageSize = 100
  /// Keys come faster than this while one is held down; what flies past is not read.
  static let previewDelay = Duration.milliseconds(30)

  /// Goes to a tenant: everything of the one before is dropped.
  mutating func enter(_ tenant: TenantID, browse: BrowseState = BrowseState(), delay: Duration = .zero) {
    let dropped = requests.dropTenant()
    if !dropped.isEmpty { outbox.append(.cancel(dropped)) }
    place = Place(tenant: tenant, focus: place.focus, browse: browse)
    place.search.setFlat(marks.marks.showsFlatHits)
    arrivals = [:]
    semantic = nil
    ask(.counts, .counts(tenant), delay: delay)
    loadList(.list, delay: delay)
    outbox.append(.watch(tenant))
  }

  /// The list in the middle, from its start.
  mutating func loadList(_ slot: Slot, limit: Int = ExplorerState.pageSize, delay: Duration = .zero) {
    guard let tenant = place.tenant else { return }
    switch place.browse.kind {
    case .sessions:
      if let request = relevanceRequest {
        ask(slot, .relevantSessions(tenant, request, reversed: place.browse.isReversed), delay: delay)
      } else {
        ask(slot, .sessions(tenant, sessionQuery(limit: limit)), delay: delay)
      }
    case .channels: ask(slot, .channels(tenant), delay: delay)
    }
  }

  func sessionQuery(limit: Int = ExplorerState.pageSize, cursor: Cursor? = nil, fromEnd: Bool = false) -> SessionQuery {
    let browse = place.browse
    let filter = browse.appliedFilter
    return SessionQuery(
      order: browse.order, reversed: browse.isReversed != fromEnd, timeRange: filter.timeRange,
      conditions: filter.conditions, isInverted: filter.isInverted, limit: limit, cursor: cursor)
  }

  /// Asks for what is about to be scrolled into.
  mutating func loadPages(of pane: Pane, _ layout: ScreenLayout) {
    switch pane {
    case .tenants:
      if tenants.wantsNext, !requests.isWaiting(.moreTenants) {
        ask(.moreTenants, .tenants(after: tenants.next))
      }
    case .list:
      guard let tenant = place.tenant, place.browse.kind == .sessions else { return }
      let sessions = place.browse.sessions
      if sessions.wantsNext, !requests.isWaiting(.moreList) {
        ask(.moreList, .sessions(tenant, sessionQuery(cursor: sessions.next)))
      }
      if sessions.wantsPrevious, !requests.isWaiting(.earlierList) {
        ask(.earlierList, .sessions(tenant, sessionQuery(cursor: sessions.previous, fromEnd: true)))
      }
    case .transcript, .conversation, .person: loadMessages(of: pane, layout)
    case .query, .results, .context, .timeline: break
    }
  }

  private mutating func loadMessages(of pane: Pane, _ layout: ScreenLayout) {
    guard let tenant = place.tenant, let transcript = self[transcript: pane], transcript.isLoaded else { return }
    let size = TranscriptState.pageSize
    if let cursor = transcript.wantsOlder, !requests.isWaiting(.older(pane)) {
      ask(.older(pane), .history(tenant, transcript.source, limit: size, before: cursor))
    }
    // No more than a screenful of messages can be below the top one.
    let lastVisible = transcript.scroll.top.index + layout.rows(of: pane, self) / 3
    if let cursor = transcript.wantsNewer(lastVisible: lastVisible), !requests.isWaiting(.newer(pane)) {
      ask(.newer(pane), .following(tenant, transcript.source, limit: size, after: cursor))
    }
  }

  /// Shows what is selected in the pane beside it, where there is one.
  mutating func previewSelection() {
    let layout = ScreenLayout(self)
    switch focus.view {
    case .browse: if layout[.transcript] != nil { previewListSelection() }
    case .search: if layout[.conversation] != nil { previewHit() }
    case .context, .timeline, .person: break
    }
  }

  mutating func previewListSelection() {
    // What was jumped to stays until one moves in the list.
    if focus == .transcript, place.browse.transcript != nil { return }
    let browse = place.browse
    switch browse.kind {
    case .sessions:
      preview(browse.sessions.selected.map { TranscriptState(source: .session($0.id), sheet: $0) }, in: .transcript)
    case .channels:
      preview(browse.channels.selected.map { TranscriptState(source: .channel($0.id)) }, in: .transcript)
    }
  }

  mutating func previewHit() {
    preview(place.search.selected.map(transcript(of:)), in: .conversation, message: place.search.selected?.message)
  }

  private func transcript(of hit: SearchHit) -> TranscriptState {
    var result = TranscriptState(
      source: .session(hit.message.session), sheet: place.search.titles[hit.message.session])
    result.target = TranscriptTarget(message: hit.message.id, matches: hit.matchedRanges)
    return result
  }

  /// Reads a transcript for a pane. What the pane shows stays until the answer is there.
  mutating func preview(_ wanted: TranscriptState?, in pane: Pane, message: ConversationMessage? = nil) {
    guard let tenant = place.tenant else { return }
    let slot = Slot.transcript(pane)
    guard let wanted else {
      cancel(slot)
      self[awaited: pane] = nil
      self[transcript: pane] = nil
      return
    }
    if let shown = self[transcript: pane], shown.source == wanted.source, shown.target == wanted.target,
      shown.isLoaded || requests.isWaiting(slot), self[awaited: pane] == nil
    {
      return
    }
    if let awaited = self[awaited: pane], awaited.source == wanted.source, awaited.target == wanted.target,
      requests.isWaiting(slot)
    {
      return
    }
    if let shown = self[transcript: pane], shown.source == wanted.source, shown.target == wanted.target, shown.isLoaded
    {
      cancel(slot)
      self[awaited: pane] = nil
      return
    }
    let delay = requests.isWaiting(slot) ? Self.previewDelay : .zero
    for paging in [Slot.older(pane), .newer(pane), .head(pane), .end(pane), .tail(pane)] { cancel(paging) }
    self[awaited: pane] = wanted
    if let message {
      ask(slot, .surroundings(tenant, message, limit: TranscriptState.pageSize / 2), delay: delay)
    } else {
      ask(slot, .history(tenant, wanted.source, limit: TranscriptState.pageSize, before: nil), delay: delay)
    }
  }

  /// Shows a pane's awaited transcript at once, empty as it may still be: one has gone into it.
  mutating func showAwaited(in pane: Pane) {
    guard let awaited = self[awaited: pane] else { return }
    self[transcript: pane] = awaited
    self[awaited: pane] = nil
  }

  /// Everything on screen once more; selections stay where they are.
  mutating func readAgain() {
    guard let tenant = place.tenant else {
      ask(.tenants, .tenants(after: nil))
      return
    }
    ask(.tenants, .tenants(after: nil))
    ask(.counts, .counts(tenant))
    readListAgain(tenant)
    if focus.view == .search { learnMetadataKeys() }
    searchAgain()
    let pane = focus.view == .search ? Pane.conversation : .transcript
    if let transcript = self[transcript: pane], transcript.isLoaded, transcript.newer == .end {
      ask(.tail(pane), .history(tenant, transcript.source, limit: TranscriptState.pageSize, before: nil))
    }
    if focus == .context { loadContext() }
    if focus == .timeline { loadTimeline() }
    if focus == .person { readPersonAgain(tenant) }
  }

  /// The list as far as one has scrolled: what lies beyond is read when one goes there.
  private mutating func readListAgain(_ tenant: TenantID) {
    let sessions = place.browse.sessions
    let margin = Listing<ConversationSession>.margin
    let rows = size.rows
    guard place.browse.kind == .sessions, sessions.previous != nil else {
      loadList(.refreshList, limit: max(Self.pageSize, sessions.scroll.selected + rows + margin))
      return
    }
    let first = min(sessions.scroll.selected, sessions.scroll.top.index)
    let limit = max(Self.pageSize, sessions.items.count - first + margin)
    ask(.refreshEnd, .sessions(tenant, sessionQuery(limit: limit, fromEnd: true)))
  }

  mutating func learnMetadataKeys() {
    if let tenant = place.tenant { ask(.metadataKeys, .metadataKeys(tenant)) }
  }

  mutating func loadContext() {
    guard let tenant = place.tenant, let context = place.context else { return }
    ask(.context, .context(tenant, context.session, context.options))
  }
}
