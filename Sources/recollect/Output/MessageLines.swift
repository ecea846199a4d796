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

  /// The words below the heading, indented, so that no message can pass for a heading; not even where a long line goes
  /// on in the next one of the terminal.
  static func body(_ message: ConversationMessage) -> [StyledText] {
    message.content.split(omittingEmptySubsequences: false) { $0.isNewline }
      .flatMap { $0.isEmpty ? [""] : indented(StyledText(String($0))) }
  }

  static func lines(_ messages: [ConversationMessage], showsSession: Bool) -> [StyledText] {
    messages.flatMap { wrappedHeading(heading($0, showsSession: showsSession)) + body($0) }
  }

  /// The text behind `indent` spaces, wrapped to the terminal's width; on one line where there is no terminal.
  static func indented(_ text: StyledText, by indent: Int = 4) -> [StyledText] {
    let space = StyledText(String(repeating: " ", count: indent))
    let width = Console.output.columns.map { $0 - indent }
    return (Console.output.hasColor ? text : text.bracketed).wrapped(to: width).map { space + $0 }
  }

  /// The heading; what the terminal's width leaves over goes on below, indented.
  static func wrappedHeading(_ heading: StyledText) -> [StyledText] {
    heading.wrapped(to: Console.output.columns, indent: 4)
  }

  /// How to get the next page, where there is one.
  static func continuation(_ next: Cursor?) -> [StyledText] {
    next.map { [StyledText.dim("more: --before \($0)")] } ?? []
  }
}
