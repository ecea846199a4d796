// Commands that look closer at one message, and at the results of a search.

import ConversationMemory
import Terminal

extension CommandTable {
  static let inspection: [ExplorerCommand] = [
    ExplorerCommand(
      .inspect, "inspect", label: "inspect", "Show all that is known about the message, and why it was found",
      group: .message,
      bindings: [keys("I", in: messagePanes + [.inspector])], barRank: 12,
      barContexts: messagePanes, whyNot: Conditions.message),
    ExplorerCommand(
      .openLender, "open-lender", label: "open lender", "Open the turn that lent to the hit's score", group: .message,
      bindings: [keys("o", in: [.inspector])], barRank: 4, whyNot: Conditions.lender),
  ]

  static let results: [ExplorerCommand] = [
    ExplorerCommand(
      .toggleGrouping, "group", label: "all hits", "Show hits session by session, or all of them one by one",
      group: .search, bindings: [keys("f", in: [.results])], barRank: 9, whyNot: Conditions.results),
    ExplorerCommand(
      .previousChip, "previous-filter", label: "filter before", "Mark the search line's filter before the marked one",
      group: .search, bindings: [keys("shift-left", in: [.query, .results])], whyNot: Conditions.chips),
    ExplorerCommand(
      .nextChip, "next-filter", label: "next filter", "Mark the search line's filter after the marked one",
      group: .search, bindings: [keys("shift-right", in: [.query, .results])], whyNot: Conditions.chips),
  ]

  /// Where a message can be selected.
  static let messagePanes: [KeyContext] = [.transcript, .results, .conversation, .context, .person]
}

extension Conditions {
  static func message(_ state: ExplorerState) -> String? {
    state.currentMessage == nil ? "no message is selected" : nil
  }

  static func lender(_ state: ExplorerState) -> String? {
    guard case .inspector(let inspector) = state.overlay else { return "this is for the inspector" }
    guard inspector.hit?.lender != nil else { return "no other turn lent to this message" }
    return inspector.lender == nil ? "that turn is still being read" : nil
  }

  static func chips(_ state: ExplorerState) -> String? {
    state.place.search.pieces.isEmpty ? "the search has no filter" : nil
  }

  static func results(_ state: ExplorerState) -> String? {
    state.focus.view == .search ? nil : "this is for the results of a search"
  }
}
