// How the text of messages becomes lines: Markdown drawn, or everything as it was written.

import ConversationMemory
import Terminal

/// The one way from a message's text to lines on screen. Measuring and drawing both go through here, so they agree.
struct MessageText: Hashable, Sendable {
  /// Columns of the text.
  var columns: Int
  var rendersMarkdown: Bool

  /// At most `limit` lines. Pieces of them are slices of `text`.
  func lines(of text: String, style: Style = .text, limit: Int = .max) -> [MarkupLine] {
    if rendersMarkdown { return MarkdownLines.wrap(text[...], columns: columns, style: style, limit: limit) }
    return TextLayout.wrap(text, columns: columns, limit: limit).map { MarkupLine(plain: $0, style) }
  }

  func lines(of message: ConversationMessage, limit: Int = .max) -> [MarkupLine] {
    lines(of: message.content, style: message.role == .system ? Style(.system) : .text, limit: limit)
  }

  /// How many lines there are, counting no further than `limit`.
  func lineCount(of text: String, limit: Int) -> Int {
    rendersMarkdown
      ? MarkdownLines.lineCount(text[...], columns: columns, limit: limit)
      : TextLayout.lineCount(text, columns: columns, limit: limit)
  }
}

extension ExplorerState {
  /// How messages' text is laid out in a pane.
  func messageText(paneColumns: Int) -> MessageText {
    MessageText(columns: TranscriptMeasure.columns(paneColumns: paneColumns), rendersMarkdown: rendersMarkdown)
  }

  func messageText(in pane: Pane, _ layout: ScreenLayout) -> MessageText {
    messageText(paneColumns: layout.columns(of: pane))
  }

  /// Shows messages as they were written, or rendered again. Every message may have another height then.
  mutating func toggleMarkdown() {
    rendersMarkdown.toggle()
    let layout = ScreenLayout(self)
    for pane in Pane.allCases {
      if self[transcript: pane] != nil || pane == .context { self[scroll: pane].top.line = 0 }
      settle(pane, layout)
    }
    let key = hint(.toggleMarkdown)
    notice = Notice(
      kind: .information,
      text: rendersMarkdown
        ? "Markdown in messages is drawn again" : "messages are shown as they were written; \(key) draws their Markdown"
    )
  }
}
