// Commands that take what is shown elsewhere (a file, the clipboard, a pager, an editor), and those that keep tags and a
// note beside a session.

import ConversationMemory
import Terminal

extension CommandTable {
  /// Where a session is at hand.
  private static let ofSession: [KeyContext] = [
    .list, .transcript, .results, .conversation, .context, .person, .sheet,
  ]
  /// Not a whole tenant.
  private static let readable: [KeyContext] = panes.filter { $0 != .tenants } + [.sheet]
  private static let copyable: [KeyContext] = ofSession + [.tenants, .inspector]

  static let annotations: [ExplorerCommand] = [
    ExplorerCommand(
      .tag, "tag", argument: "TAG -TAG", label: "tags", "Tag the session; a minus sign takes a tag away",
      group: .session, bindings: [keys("#", in: ofSession)], barRank: 13, whyNot: Conditions.annotation),
    ExplorerCommand(
      .note, "note", argument: "TEXT", label: "note", "Keep a note beside the session", group: .session,
      bindings: [keys("N", in: ofSession)], barRank: 14, whyNot: Conditions.annotation),
  ]

  static let actions: [ExplorerCommand] = [
    ExplorerCommand(
      .exportShown, "export", argument: "FILE", label: "export",
      "Write what is shown to a file, in one of five formats", group: .action,
      bindings: [keys("e", in: panes + [.sheet])], barRank: 12,
      whyNot: { $0.hasShown ? nil : "there is nothing to export here" }),
    ExplorerCommand(
      .exportFormat, "export-format", label: "format", "Take the next format for the export", group: .action,
      bindings: [keys("tab", in: [.export])], barRank: 4,
      whyNot: { KeyContext($0) == .export ? nil : "this is for an export" }),
    ExplorerCommand(
      .copy, "copy", label: "copy", "Copy the message, or the id of what a list has selected",
      group: .action, bindings: [keys("y", in: copyable)], barRank: 15,
      whyNot: { $0.copyable == nil ? "nothing is selected" : nil }),
    ExplorerCommand(
      .copySessionID, "copy-id", label: "copy id", "Copy the session's id", group: .action,
      bindings: [keys("Y", in: ofSession + [.inspector])], whyNot: Conditions.sessionAtHand),
    ExplorerCommand(
      .copyConversation, "copy-all", label: "copy all", "Copy the session's whole conversation",
      group: .action, bindings: [keys("ctrl-y", in: ofSession)], whyNot: Conditions.sessionAtHand),
    ExplorerCommand(
      .pager, "pager", label: "pager", "Read what is shown in $PAGER", group: .action,
      bindings: [keys("|", in: readable)], whyNot: Conditions.readable),
    ExplorerCommand(
      .editor, "editor", label: "editor", "Read what is shown in $EDITOR; it is a copy, and stays one",
      group: .action, bindings: [keys("E", in: readable)], whyNot: Conditions.readable),
  ]
}

extension Conditions {
  /// Of what lies in front: the sheet's session, else the selected one.
  static func sessionAtHand(_ state: ExplorerState) -> String? {
    state.sessionAtHand == nil ? "no session is selected" : nil
  }

  static func readable(_ state: ExplorerState) -> String? {
    state.focus == .tenants || !state.hasShown ? "there is nothing to read here" : nil
  }

  static func annotation(_ state: ExplorerState) -> String? {
    if state.settings.isReadOnly { return "the explorer was opened read-only" }
    return sessionAtHand(state)
  }
}
