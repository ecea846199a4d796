// What the store's answers do to the state.

import ConversationMemory
import Terminal

extension ExplorerState {
  mutating func take(_ answer: Answer, in slot: Slot) {
    switch answer {
    case .tenants(let page): take(page, in: slot)
    case .counts(let counts, let status):
      place.counts = counts
      learn(status)
    case .sessions(let page): take(page, in: slot)
    case .channels(let channels):
      place.browse.channels.replace(with: Page(items: channels, next: nil))
      listChanged()
    case .messages(let page): take(page, in: slot)
    case .surroundings(let message, let before, let after):
      guard case .transcript(let pane) = slot else { return }
      showAwaited(in: pane)
      self[transcript: pane]?.show(around: message, before: before, after: after)
      showTarget(in: pane)
    case .search(let result, let titles): take(result, titles)
    case .metadataKeys(let keys): take(keys)
    case .context(let context, let summary, let titles): take(context, summary, titles)
    case .activity(let activity): take(activity)
    case .author(let name, let page, let titles): take(page, by: name, titles)
    case .person(let summary): take(summary)
    case .titles(let titles): takeTitles(titles)
    case .sheet(let summary, let participation): take(summary, participation)
    case .message(let message): takeLender(message)
    case .landing(let tenant, let sheet, let message): land(tenant, sheet, message)
    case .deleted(let tenant, let session, let messages): deleted(session, of: tenant, messages)
    case .action(let answer): take(answer)
    }
  }

  mutating func fail(_ failure: Delivery.Failure, in slot: Slot) {
    notice = Notice(kind: .error, text: failure.text)
    if case .transcript(let pane) = slot { self[awaited: pane] = nil }
    if slot == .deletion, case .deletion(var deletion) = overlay {
      deletion.isRunning = false
      overlay = .deletion(deletion)
    }
    if slot == .sheet { overlay = nil }
    failAction(in: slot)
    if slot == .search { place.search.asked = nil }
  }

  mutating func take(_ page: Page<TenantSummary>, in slot: Slot) {
    if slot == .moreTenants {
      tenants.append(page)
      return
    }
    tenants.refresh(head: page)
    if let tenant = place.tenant { tenants.select(tenant) }
    settle(.tenants, ScreenLayout(self))
    guard place.tenant == nil, let first = tenants.selected else { return }
    focus = hasTenantPane ? .tenants : .list
    enter(first.id)
  }

  private mutating func take(_ page: Page<ConversationSession>, in slot: Slot) {
    if slot == .refreshList || slot == .refreshEnd { noteArrivals(page.items) }
    switch slot {
    case .moreList: place.browse.sessions.append(page)
    case .earlierList: place.browse.sessions.prepend(page)
    case .refreshList: place.browse.sessions.replace(with: page)
    case .refreshEnd: place.browse.sessions.refresh(end: page)
    case .listStart:
      place.browse.sessions = Listing()
      place.browse.sessions.replace(with: page)
    case .listEnd: place.browse.sessions.replace(withEnd: page)
    default: place.browse.sessions.replace(with: page)
    }
    if let wanted = place.browse.wantedSession {
      place.browse.sessions.select(wanted)
      place.browse.wantedSession = nil
    }
    if let sheet = place.browse.transcript?.sheet,
      let fresh = place.browse.sessions.items.first(where: { $0.id == sheet.id })
    {
      place.browse.transcript?.sheet = fresh
    }
    listChanged()
  }

  private mutating func listChanged() {
    setAlarm()
    let layout = ScreenLayout(self)
    settle(.list, layout)
    loadPages(of: .list, layout)
    if focus.view == .browse { previewSelection() }
  }

  private mutating func take(_ page: Page<ConversationMessage>, in slot: Slot) {
    let layout = ScreenLayout(self)
    switch slot {
    case .transcript(let pane):
      showAwaited(in: pane)
      self[transcript: pane]?.show(tail: page)
      showEnd(of: pane, layout)
    case .end(let pane):
      self[transcript: pane]?.show(tail: page)
      showEnd(of: pane, layout)
    case .head(let pane): self[transcript: pane]?.show(head: page)
    case .older(let pane):
      self[transcript: pane]?.prepend(page)
      settleView(pane, layout)
    case .newer(let pane): self[transcript: pane]?.append(page)
    case .tail(let pane):
      let wasAtEnd = showsEnd(pane, layout)
      self[transcript: pane]?.merge(tail: page)
      // Who reads at the end sees what comes; the selected message stays selected and in sight.
      if wasAtEnd { follow(pane, layout) }
    default: return
    }
    for pane in [Pane.transcript, .conversation, .person] { loadPages(of: pane, layout) }
    learnTitles()
  }

  /// A line that could not be read may be readable now.
  private mutating func take(_ keys: Set<String>) {
    guard keys != place.metadataKeys else { return }
    place.metadataKeys = keys
    if focus.view == .search { search(isFinal: focus != .query) }
    if place.browse.isFiltering { filterChanged() }
  }

  private mutating func take(_ result: SearchResult, _ titles: [SessionID: ConversationSession]) {
    guard let request = place.search.asked else { return }
    place.search.asked = nil
    place.search.show(result, for: request, titles: titles)
    learn(result.semantic)
    settle(.results, ScreenLayout(self))
    if focus.view == .search { previewSelection() }
    // The model came while this was searched for by words alone.
    if result.semantic == .loading, semantic == .ready, place.search.repeated != request {
      place.search.repeated = request
      searchAgain()
    }
  }

  private mutating func take(
    _ context: AgentContext, _ summary: SessionSummary, _ titles: [SessionID: ConversationSession]
  ) {
    guard var state = place.context, state.session == context.session.id else { return }
    let selected = state.selected?.message.id
    let isFirst = state.context == nil
    state.context = context
    state.title = context.session.title
    state.summary = summary.text.split(separator: "\n").map(String.init)
    state.titles.merge(titles) { _, new in new }
    if isFirst { state.scroll = BlockScroll() }
    if let index = context.messages.firstIndex(where: { $0.message.id == selected }) { state.scroll.selected = index }
    place.context = state
    learn(context.semantic)
    settle(.context, ScreenLayout(self))
  }

  private mutating func take(_ summary: SessionSummary, _ participation: [Participation]) {
    switch overlay {
    case .sheet(var sheet) where sheet.session == summary.session.id:
      sheet.summary = summary
      sheet.participation = participation
      sheet.sheet = summary.session
      overlay = .sheet(sheet)
    case .deletion(var deletion) where deletion.session == summary.session.id:
      deletion.sheet = summary.session
      overlay = .deletion(deletion)
    case .annotation: take(annotations: summary)
    default: break
    }
  }

  private mutating func deleted(_ session: SessionID, of tenant: TenantID, _ messages: Int) {
    // A bookmark says in its title what was said.
    for bookmark in marks.marks.bookmarks where bookmark.tenant == tenant && bookmark.session == session {
      marks(.removeBookmark(bookmark.id))
    }
    guard tenant == place.tenant, case .deletion(let deletion) = overlay, deletion.session == session else { return }
    overlay = nil
    notice = Notice(
      kind: .success,
      text: "deleted \(deletion.session): \(NumberText.count(messages, "message")), with all that was known of it")
    place.browse.sessions.remove(deletion.session)
    if place.browse.transcript?.session == deletion.session { place.browse.transcript = nil }
    if focus == .transcript || focus == .context { focus = .list }
    if focus == .conversation { focus = .results }
    if focus == .person { focus = .list }
    place.context = nil
    place.person = nil
    if place.search.answered != nil { search(isFinal: true, again: true) }
    previewSelection()
    readAgain()
  }
}
