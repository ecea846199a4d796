// The commands for how messages are shown.

import Terminal

extension CommandTable {
  static let text: [ExplorerCommand] = [
    ExplorerCommand(
      .toggleMarkdown, "markdown", label: "as written",
      "Show messages as they were written, or their Markdown drawn again", group: .browse,
      bindings: [keys("W", in: [.transcript, .results, .conversation, .context])])
  ]
}
