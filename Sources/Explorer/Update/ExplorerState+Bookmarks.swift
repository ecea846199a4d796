// Bookmarks and saved searches: making them, listing them, going to them.

import ConversationMemory
import Terminal

extension Bookmark.ID {
  /// Nil where there is no tenant.
  init?(_ message: ConversationMessage, _ tenant: TenantID?) {
    guard let tenant else { return nil }
    self.init(tenant: tenant, session: message.session, message: message.id)
  }
}

extension ExplorerState {
  // MARK: Bookmarks

  /// - Parameter argument: `session` marks the message's session.
  mutating func toggleBookmark(_ argument: String) {
    guard argument.isEmpty || argument.lowercased() == "session" else {
      notice = Notice(
        kind: .error, text: "what \"\(argument)\" means is not known: say `bookmark session`, or `bookmark`")
      return
    }
    guard let tenant = place.tenant else { return }
    let bookmark: Bookmark
    if argument.isEmpty, let message = currentMessage {
      let words = message.content.prefix(200).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      bookmark = Bookmark(
        tenant: tenant, session: message.session, message: message.id, title: "\(AuthorName.of(message)): \(words)",
        moment: now)
    } else if let session = currentSession {
      bookmark = Bookmark(
        tenant: tenant, session: session, title: knownSheet(session)?.title ?? session.rawValue, moment: now)
    } else {
      return
    }
    let isThere = marks.has(bookmark.id)
    marks(isThere ? .removeBookmark(bookmark.id) : .bookmark(bookmark))
    let end = settings.keepsMarks ? "" : " until the explorer is left"
    notice = Notice(
      kind: .information,
      text: isThere ? "the bookmark is gone" : "bookmarked\(end); \(hint(.bookmarks, in: .list)) lists the bookmarks")
  }

  /// Goes to what a bookmark is of; Escape comes back to where one was.
  mutating func land(_ tenant: TenantID, _ sheet: ConversationSession, _ message: ConversationMessage?) {
    overlay = nil
    visit()
    if tenant != place.tenant {
      focus = .list
      enter(tenant)
      tenants.select(tenant)
    }
    var transcript = TranscriptState(source: .session(sheet.id), sheet: sheet)
    if let message { transcript.target = TranscriptTarget(message: message.id) }
    show(detour: transcript, message: message)
  }

  // MARK: Saved searches

  /// `:save-search NAME` saves at once; without a name it is asked for.
  mutating func saveSearch(_ name: String) {
    let line = place.search.field.text
    let naming = NamingState(
      purpose: .save(line: line), field: TextField(name.isEmpty ? place.search.parsed?.text ?? "" : name))
    if name.isEmpty { overlay = .naming(naming) } else { confirm(naming) }
  }

  /// `:saved NAME` runs the search of that name, or the only one that begins so; without a name they are listed.
  mutating func openSavedSearches(_ name: String) {
    guard !name.isEmpty else {
      overlay = .entries(EntryListState(kind: .searches))
      return
    }
    let all = marks.marks.searches
    let candidates = all.filter { $0.id.hasPrefix(name.lowercased()) }
    if let search = marks.marks.search(named: name) ?? (candidates.count == 1 ? candidates[0] : nil) {
      run(search)
    } else {
      let known = all.isEmpty ? "none is saved yet" : "known are " + all.map(\.name).joined(separator: ", ")
      notice = Notice(kind: .error, text: "there is no saved search \"\(name)\": \(known)")
    }
  }

  private mutating func run(_ search: SavedSearch) {
    overlay = nil
    openSearch(line: search.line)
    self.search(isFinal: true, again: true)
    if requests.isWaiting(.search) { focus = .results }
  }

  /// Saves or renames; where the name is taken already, it is asked once whether that one is to go.
  mutating func confirm(_ naming: NamingState) {
    let name = naming.field.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !name.isEmpty else {
      notice = Notice(kind: .error, text: "a saved search needs a name")
      return
    }
    let taken = marks.marks.search(named: name)
    if let taken, !naming.isReplacing, isAnother(taken, naming.purpose) {
      var asking = naming
      asking.isReplacing = true
      overlay = .naming(asking)
      notice = Notice(
        kind: .warning,
        text: "there is a search \"\(taken.name)\" already: \(hint(.open, in: .naming)) once more replaces it")
      return
    }
    switch naming.purpose {
    case .save(let line):
      marks(.saveSearch(SavedSearch(name: name, line: line)))
      overlay = nil
      notice = Notice(
        kind: .success, text: "saved as \"\(name)\"; \(hint(.savedSearches, in: .list)) lists the saved searches")
    case .rename(let id):
      marks(.renameSearch(id, to: name))
      listSearches(selecting: name)
    }
  }

  /// Whether saving or renaming would do away with a search.
  private func isAnother(_ search: SavedSearch, _ purpose: NamingState.Purpose) -> Bool {
    switch purpose {
    case .save(let line): search.line != line
    case .rename(let id): search.id != id
    }
  }

  private mutating func listSearches(selecting name: String) {
    let index = marks.marks.searches.firstIndex { $0.id == name.lowercased() } ?? 0
    overlay = .entries(EntryListState(kind: .searches, selected: index))
  }

  // MARK: Lists of both

  func entries(_ kind: EntryListState.Kind) -> [ListEntry] {
    switch kind {
    case .bookmarks:
      marks.marks.bookmarks.map { bookmark in
        let isElsewhere = bookmark.tenant != place.tenant
        return ListEntry(
          title: bookmark.title,
          detail: (isElsewhere ? "\(bookmark.tenant) \(settings.glyphs.dot) " : "") + dates.short(bookmark.moment))
      }
    case .searches: marks.marks.searches.map { ListEntry(title: $0.name, detail: $0.line) }
    }
  }

  mutating func openEntry(of list: EntryListState) {
    guard entries(list.kind).indices.contains(list.selected) else {
      overlay = nil
      return
    }
    switch list.kind {
    case .bookmarks:
      let bookmark = marks.marks.bookmarks[list.selected]
      // What it leads to may be gone: the list stays until it is found.
      ask(.landing, .landing(bookmark.tenant, bookmark.session, bookmark.message))
    case .searches: run(marks.marks.searches[list.selected])
    }
  }

  mutating func removeEntry() {
    guard case .entries(var list) = overlay else { return }
    let all = entries(list.kind)
    guard all.indices.contains(list.selected) else { return }
    if list.isRemoving {
      switch list.kind {
      case .bookmarks: marks(.removeBookmark(marks.marks.bookmarks[list.selected].id))
      case .searches: marks(.removeSearch(marks.marks.searches[list.selected].id))
      }
      list.selected = min(list.selected, max(0, all.count - 2))
      list.isRemoving = false
    } else {
      list.isRemoving = true
      let title = TextLayout.truncate(all[list.selected].title, columns: 40)
      notice = Notice(
        kind: .warning, text: "\(hint(.removeEntry, in: .bookmarks)) once more removes \"\(title)\" from this list")
    }
    overlay = .entries(list)
  }

  mutating func renameEntry() {
    guard case .entries(let list) = overlay, list.kind == .searches,
      marks.marks.searches.indices.contains(list.selected)
    else { return }
    let search = marks.marks.searches[list.selected]
    overlay = .naming(NamingState(purpose: .rename(search.id), field: TextField(search.name)))
  }

  /// Selects what was clicked on; what was selected already is opened.
  mutating func click(on index: Int, of list: EntryListState) {
    if index == list.selected { return openEntry(of: list) }
    overlay = .entries(EntryListState(kind: list.kind, selected: index))
  }
}
