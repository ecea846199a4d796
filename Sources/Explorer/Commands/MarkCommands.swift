// Commands for what a person marks: bookmarks, saved searches, read and unread, filters typed before.

import ConversationMemory
import Terminal

extension CommandTable {
  static let marks: [ExplorerCommand] = [
    ExplorerCommand(
      .bookmark, "bookmark", argument: "session", label: "bookmark",
      "Bookmark the message, or in the list the session; take the bookmark away again", group: .marks,
      bindings: [keys("b", in: [.list] + messagePanes)], barRank: 14, whyNot: Conditions.bookmark),
    ExplorerCommand(
      .bookmarks, "bookmarks", label: "bookmarks", "List the bookmarks and go to one", group: .marks,
      bindings: [keys("B", in: panes)]),
    ExplorerCommand(
      .saveSearch, "save-search", argument: "NAME", label: "save search", "Save the search line under a name",
      group: .marks, bindings: [keys("w", in: [.results]), keys("ctrl-s", in: [.query])], barRank: 9,
      whyNot: Conditions.searchLine),
    ExplorerCommand(
      .savedSearches, "saved", argument: "NAME", label: "saved searches",
      "List the saved searches, or run the one named", group: .marks, bindings: [keys("Q", in: panes)],
      whyNot: Conditions.tenant),
    ExplorerCommand(
      .removeEntry, "remove", label: "remove", "Remove what is selected from the list; asks once", group: .marks,
      bindings: [keys("d", "delete", in: [.bookmarks, .searches])], barRank: 4, whyNot: Conditions.entry),
    ExplorerCommand(
      .renameEntry, "rename", label: "rename", "Give the selected search another name", group: .marks,
      bindings: [keys("r", in: [.searches])], barRank: 5, whyNot: Conditions.savedSearch),
    ExplorerCommand(
      .toggleRead, "read", label: "mark read", "Mark the session as read, or as unread again", group: .marks,
      bindings: [keys("r", in: [.list])], barRank: 15, whyNot: Conditions.reading),
    ExplorerCommand(
      .readAll, "read-all", label: "all read", "Mark every session of the tenant as read", group: .marks,
      bindings: [keys("R", in: [.list])], whyNot: Conditions.reading),
    ExplorerCommand(
      .olderFilter, "older-filter", label: "earlier filters", "Bring back the filter used before", group: .marks,
      bindings: [keys("up", in: [.filter])], barRank: 4, whyNot: Conditions.olderFilter),
    ExplorerCommand(
      .newerFilter, "newer-filter", label: "later filters", "Go on to the filter used after, or to what was typed",
      group: .marks, bindings: [keys("down", in: [.filter])],
      whyNot: { Conditions.filtering($0) ?? ($0.place.browse.recalledFilter == nil ? "this is the newest" : nil) }),
  ]
}

extension Conditions {
  static func bookmark(_ state: ExplorerState) -> String? {
    state.currentMessage == nil && state.currentSession == nil ? "nothing that could be marked is selected" : nil
  }

  static func searchLine(_ state: ExplorerState) -> String? {
    if state.focus.view != .search { return "this is for the search view" }
    return state.place.search.field.text.allSatisfy(\.isWhitespace) ? "the search line is empty" : nil
  }

  static func entry(_ state: ExplorerState) -> String? {
    guard case .entries(let list) = state.overlay else { return "this is for the lists of bookmarks and searches" }
    return state.entries(list.kind).indices.contains(list.selected) ? nil : "there is nothing in the list"
  }

  static func savedSearch(_ state: ExplorerState) -> String? {
    guard case .entries(let list) = state.overlay, list.kind == .searches else {
      return "this is for the list of saved searches"
    }
    return entry(state)
  }

  static func reading(_ state: ExplorerState) -> String? {
    sessionList(state) ?? (state.place.browse.sessions.selected == nil ? "no session is selected" : nil)
  }

  static func filtering(_ state: ExplorerState) -> String? {
    state.focus == .list && state.place.browse.isFiltering ? nil : "this is for the filter being typed"
  }

  static func olderFilter(_ state: ExplorerState) -> String? {
    if let reason = filtering(state) { return reason }
    let next = (state.place.browse.recalledFilter?.index ?? -1) + 1
    return state.marks.marks.filters.indices.contains(next) ? nil : "no filter was used before"
  }
}
