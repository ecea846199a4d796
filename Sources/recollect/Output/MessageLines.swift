// Messages as people read them on a terminal.

import ConversationMemory

enum MessageLines {
  /// `2026-11-21 14:02Z  Dana Whitfield (user)`, with where it was said where that is not plain from the command.
  static func heading(_ message: ConversationMessage, showsSession: Bool) -> StyledText {
    var line = StyledText.dim(Figures.time(message.timestamp)) + "  " + speaker(message)
    if showsSession { line += StyledText.dim("  in \(message.session) on \(message.channel)") }
    return line.folded
  }

  static func speaker(_ message: ConversationMessage) -> StyledText {
    let style: StyledText.Style = message.role == .user ? .accent : .bold
    guard let author = message.author else { return StyledText(message.role.rawValue, style) }
    return StyledText(author, style) + .dim(" (\(message.role))")
  }

  /// The words below the heading, indented, so that no message can pass for a heading.
  static func body(_ message: ConversationMessage) -> [StyledText] {
    message.content.split(omittingEmptySubsequences: false) { $0.isNewline }
      .map { $0.isEmpty ? "" : StyledText("    \($0)") }
  }

  static func lines(_ messages: [ConversationMessage], showsSession: Bool) -> [StyledText] {
    messages.flatMap { [heading($0, showsSession: showsSession)] + body($0) }
  }

  /// How to get the next page, where there is one.
  static func continuation(_ next: Cursor?) -> [StyledText] {
    next.map { [StyledText.dim("more: --before \($0)")] } ?? []
  }
}
