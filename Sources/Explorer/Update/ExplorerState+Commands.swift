// What each command does. Whether it applies is the table's business.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Runs a command where it applies; otherwise says why it does not.
  mutating func run(_ id: ExplorerCommand.Identifier, argument: String = "") {
    if let reason = CommandTable.command(id)?.whyNot(self) {
      // Keys that lead nowhere for the moment are no mistakes.
      if id != .open, id != .close { notice = Notice(kind: .information, text: reason) }
      return
    }
    if overlay != nil, runInOverlay(id) { return }
    switch id {
    case .moveUp: move(.up, in: listFocus)
    case .moveDown: move(.down, in: listFocus)
    case .pageUp: move(.pageUp, in: listFocus)
    case .pageDown: move(.pageDown, in: listFocus)
    case .moveFirst: move(.first, in: listFocus)
    case .moveLast: move(.last, in: listFocus)
    case .open: open()
    case .close: close()
    case .nextPane: step(1)
    case .previousPane: step(-1)
    case .back: travel(trail.goBack(from: place))
    case .forward: travel(trail.goForward(from: place))
    case .toggleChannels: toggleChannels()
    case .cycleSort: sort(argument)
    case .reverseSort:
      place.browse.isReversed.toggle()
      loadList(.listStart)
    case .filter: filter(argument)
    case .fold: if focus == .results { toggleNeighbours() } else { fold() }
    case .toggleGrouping: toggleGrouping()
    case .inspect: inspect()
    case .openLender, .removeEntry, .renameEntry: break
    case .person: openPerson(argument)
    case .nextPerson, .previousPerson: break
    case .bookmark: toggleBookmark(argument)
    case .bookmarks: overlay = .entries(EntryListState(kind: .bookmarks))
    case .saveSearch: saveSearch(argument)
    case .savedSearches: openSavedSearches(argument)
    case .toggleRead: toggleRead()
    case .readAll: readEverything()
    case .olderFilter: recallFilter(1)
    case .newerFilter: recallFilter(-1)
    case .sheet: openSheet()
    case .search: openSearch(line: argument.isEmpty ? nil : argument)
    case .searchHere: searchHere(argument)
    case .removeFilter: removeFilter(argument)
    case .previousChip: markChip(-1)
    case .nextChip: markChip(1)
    case .context: openContext()
    case .toggleRecall:
      place.context?.options.includeCrossSession.toggle()
      loadContext()
    case .toggleScope:
      if let scope = place.context?.options.scope {
        place.context?.options.scope = scope == .tenant ? .sameProspect : .tenant
      }
      loadContext()
    case .timeline: openTimeline()
    case .earlier, .later, .jumpEarlier, .jumpLater, .mark, .extendEarlier, .extendLater, .zoomIn, .zoomOut:
      runInTimeline(id)
    case .sessionsInRange: listSessionsInRange()
    case .toggleMarkdown: toggleMarkdown()
    case .deleteSession: openDeletion()
    case .tag, .note, .exportShown, .exportFormat, .copy, .copySessionID, .copyConversation, .pager, .editor:
      runAction(id, argument)
    case .refresh: readAgain()
    case .themes: changeTheme(argument)
    case .toggleMouse:
      isMouseOn.toggle()
      outbox.append(.mouse(isMouseOn))
      let text =
        isMouseOn
        ? "the mouse works here again" : "the mouse selects text now; \(hint(.toggleMouse, in: .list)) gives it back"
      notice = Notice(kind: .information, text: text)
    case .help: overlay = .help(HelpState())
    case .commandLine: overlay = .commandLine(CommandLineState())
    case .complete: break
    case .redraw: outbox.append(.redraw)
    case .suspend: outbox.append(.suspend)
    case .quit: outbox.append(.quit)
    }
  }

  /// The pane that up and down move in: while a query is typed, its results.
  private var listFocus: Pane { focus == .query ? .results : focus }

  /// Gives a pane the focus and shows what it should.
  mutating func go(to pane: Pane) {
    if pane == .transcript || pane == .conversation {
      showAwaited(in: pane)
    }
    focus = pane
    place.browse.isFiltering = false
    let layout = ScreenLayout(self)
    settle(pane, layout)
    previewSelection()
    if pane == .timeline { loadTimeline() }
  }

  private mutating func open() {
    switch focus {
    case .tenants:
      visit()
      go(to: .list)
    case .list where place.browse.isFiltering: keepFilter()
    case .list:
      visit()
      previewListSelection()
      go(to: .transcript)
    case .transcript, .conversation: fold()
    case .query:
      search(isFinal: true)
      if !place.search.hits.isEmpty || requests.isWaiting(.search) { focus = .results }
    case .results:
      visit()
      previewHit()
      go(to: .conversation)
    case .context: openContextMessage()
    case .person: if let message = currentMessage { jump(to: message) }
    case .timeline: openSearch(line: nil)
    }
  }

  private mutating func close() {
    switch focus {
    case .tenants: break
    case .list:
      if place.browse.isFiltering || !place.browse.filter.text.isEmpty {
        let hadText = !place.browse.filter.text.isEmpty
        place.browse.isFiltering = false
        place.browse.filter.set("")
        if hadText { filterChanged() }
      } else {
        go(to: .tenants)
      }
    case .transcript:
      if place.isDetour, let origin = trail.goBack(from: place) {
        travel(origin)
      } else {
        go(to: .list)
      }
    case .conversation: go(to: .results)
    case .query, .results: go(to: place.searchOrigin)
    case .context: go(to: place.contextOrigin)
    case .timeline: closeTimeline()
    case .person: go(to: place.personOrigin)
    }
  }

  private mutating func step(_ direction: Int) {
    let order: [Pane] =
      switch focus.view {
      case .browse: hasTenantPane ? [.tenants, .list, .transcript] : [.list, .transcript]
      case .search: [.query, .results, .conversation]
      case .context: [.context]
      case .timeline: [.timeline]
      case .person: [.person]
      }
    guard let index = order.firstIndex(of: focus) else { return }
    let next = order[(index + direction + order.count) % order.count]
    if next == .conversation { previewHit() }
    if next == .transcript { previewListSelection() }
    go(to: next)
  }

  // MARK: Places

  /// Remembers the place that is about to be left.
  mutating func visit() { trail.leave(place) }

  mutating func travel(_ target: Place?) {
    guard let target else { return }
    let dropped = requests.dropTenant()
    if !dropped.isEmpty { outbox.append(.cancel(dropped)) }
    let isOtherTenant = target.tenant != place.tenant
    place = target
    place.search.asked = nil
    overlay = nil
    if let tenant = place.tenant {
      tenants.select(tenant)
      if isOtherTenant {
        semantic = nil
        outbox.append(.watch(tenant))
      }
    }
    let layout = ScreenLayout(self)
    for pane in Pane.allCases { settle(pane, layout) }
    previewSelection()
    readAgain()
  }

  // MARK: Browsing

  private mutating func toggleChannels() {
    place.browse.kind = place.browse.kind == .sessions ? .channels : .sessions
    if focus == .transcript { focus = .list }
    let isLoaded = place.browse.kind == .sessions ? place.browse.sessions.isLoaded : place.browse.channels.isLoaded
    loadList(isLoaded ? .refreshList : .list)
    if isLoaded { previewSelection() }
  }

  private mutating func fold() {
    let pane = focus
    let layout = ScreenLayout(self)
    let text = messageText(in: pane, layout)
    self[transcript: pane]?.toggleFold(text)
    settle(pane, layout)
  }
}
