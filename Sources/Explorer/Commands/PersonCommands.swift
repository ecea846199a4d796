// Commands of the person view and of the people in a session's sheet.

import ConversationMemory
import Terminal

extension CommandTable {
  static let people: [ExplorerCommand] = [
    ExplorerCommand(
      .person, "person", argument: "NAME", label: "author",
      "Show everything the message's author said, or the one named",
      group: .message, bindings: [keys("a", in: messagePanes.filter { $0 != .person })], barRank: 13,
      whyNot: Conditions.tenant),
    ExplorerCommand(
      .nextPerson, "next-person", label: "next person", "Select the next of the session's people", group: .session,
      bindings: [keys("tab", in: [.sheet])], barRank: 4, whyNot: Conditions.people),
    ExplorerCommand(
      .previousPerson, "previous-person", label: "person before", "Select the person before", group: .session,
      bindings: [keys("shift-tab", in: [.sheet])], whyNot: Conditions.people),
  ]
}

extension Conditions {
  static func people(_ state: ExplorerState) -> String? {
    guard case .sheet(let sheet) = state.overlay else { return "this is for a session's sheet" }
    return state.people(sheet).isEmpty ? "nobody is named in this session" : nil
  }
}
