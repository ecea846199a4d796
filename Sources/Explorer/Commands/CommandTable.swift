// Every command there is.

import ConversationMemory
import Terminal

enum CommandTable {
  static let all: [ExplorerCommand] =
    movement + browsing + searching + results + context + timeline + text + inspection + people + session
    + annotations + marks + actions + program

  static func command(_ id: ExplorerCommand.Identifier) -> ExplorerCommand? { all.first { $0.id == id } }

  static func command(named name: String) -> ExplorerCommand? { all.first { $0.name == name } }

  // Contexts that many commands share.
  static let panes: [KeyContext] = [
    .tenants, .list, .transcript, .results, .conversation, .context, .timeline, .person,
  ]
  private static let scrolling: [KeyContext] = panes + overlays
  /// What lies over a view and is no text field.
  static let overlays: [KeyContext] = [.sheet, .themes, .inspector, .bookmarks, .searches]
  /// Text is typed above something that can be gone through; the filter's history has its arrows.
  private static let lines: [KeyContext] = [.query, .help, .export]
  private static let typing: [KeyContext] = [
    .query, .filter, .help, .commandLine, .deletion, .naming, .export, .tags, .note,
  ]

  static func keys(_ names: String..., in contexts: [KeyContext]) -> ExplorerCommand.Binding {
    ExplorerCommand.Binding(contexts: contexts, keys: names.compactMap(Key.init(name:)))
  }

  private static let movement: [ExplorerCommand] = [
    ExplorerCommand(
      .moveDown, "down", label: "down", "Go one row down", group: .move,
      bindings: [
        keys("down", in: scrolling + lines), keys("ctrl-n", in: scrolling + lines + [.filter]),
        keys("j", in: scrolling),
      ], barRank: 8, barContexts: [.query, .export] + overlays),
    ExplorerCommand(
      .moveUp, "up", label: "up", "Go one row up", group: .move,
      bindings: [
        keys("up", in: scrolling + lines), keys("ctrl-p", in: scrolling + lines + [.filter]),
        keys("k", in: scrolling),
      ]),
    ExplorerCommand(
      .pageDown, "page-down", label: "page", "Go one page down", group: .move,
      bindings: [
        keys("page-down", in: scrolling + lines), keys("ctrl-f", "ctrl-d", in: scrolling),
        keys("space", in: scrolling.filter { $0 != .timeline }),
      ]),
    ExplorerCommand(
      .pageUp, "page-up", label: "page", "Go one page up", group: .move,
      bindings: [keys("page-up", in: scrolling + lines), keys("ctrl-b", "ctrl-u", in: scrolling)]),
    ExplorerCommand(
      .moveFirst, "first", label: "first", "Go to the first row or message", group: .move,
      bindings: [keys("g", "home", in: scrolling)]),
    ExplorerCommand(
      .moveLast, "last", label: "last", "Go to the last row or message", group: .move,
      bindings: [keys("G", "end", in: scrolling)]),
    ExplorerCommand(
      .open, "open", label: "open", "Open what is selected; in a conversation, unfold the message", group: .move,
      bindings: [
        keys("enter", in: panes + typing + overlays), keys("l", "right", in: [.tenants, .list, .results]),
      ],
      barRank: 2, whyNot: Conditions.open),
    ExplorerCommand(
      .close, "close", label: "back", "Leave what is in front and go back to what it came from", group: .move,
      bindings: [
        keys("escape", in: panes + typing + overlays),
        keys("h", "left", in: [.list, .transcript, .conversation, .person]),
        keys("q", in: overlays),
      ],
      barRank: 3, whyNot: Conditions.close),
    ExplorerCommand(
      .nextPane, "next-pane", label: "next pane", "Go to the next pane", group: .move,
      bindings: [keys("tab", in: panes + [.query])]),
    ExplorerCommand(
      .previousPane, "previous-pane", label: "previous pane", "Go to the previous pane", group: .move,
      bindings: [keys("shift-tab", in: panes + [.query])]),
    ExplorerCommand(
      .back, "back", label: "back", "Go back to the place visited before, as it was", group: .move,
      bindings: [keys("[", in: panes), keys("alt-left", in: panes + [.query])],
      whyNot: { $0.trail.back.isEmpty ? "nothing was visited before" : nil }),
    ExplorerCommand(
      .forward, "forward", label: "forward", "Go forward again", group: .move,
      bindings: [keys("]", in: panes), keys("alt-right", in: panes + [.query])],
      whyNot: { $0.trail.forward.isEmpty ? "this is the newest place" : nil }),
  ]

  private static let browsing: [ExplorerCommand] = [
    ExplorerCommand(
      .filter, "filter", argument: "TEXT", label: "filter", "Show only sessions that fit: words, key:value, !not-this",
      group: .browse, bindings: [keys("/", in: [.list])], barRank: 6, whyNot: Conditions.sessionList),
    ExplorerCommand(
      .toggleChannels, "channels", label: "channels", "List channels instead of sessions, or sessions again",
      group: .browse, bindings: [keys("v", in: [.tenants, .list, .transcript])], barRank: 9,
      whyNot: Conditions.browsing),
    ExplorerCommand(
      .cycleSort, "sort", argument: "ORDER", label: "sort",
      "Sort sessions by last activity, start, size, title or relevance",
      group: .browse, bindings: [keys("o", in: [.list])], barRank: 10, whyNot: Conditions.sessionList),
    ExplorerCommand(
      .reverseSort, "reverse", label: "reverse", "Turn the sort order round", group: .browse,
      bindings: [keys("O", in: [.list])], whyNot: Conditions.sessionList),
    ExplorerCommand(
      .fold, "fold", label: "unfold", "Show a long message or a hit's neighbours whole, or fold them again",
      group: .browse, bindings: [keys("z", in: [.transcript, .conversation, .results, .person])],
      whyNot: Conditions.fold),
  ]

  private static let searching: [ExplorerCommand] = [
    ExplorerCommand(
      .search, "search", argument: "QUESTION", label: "search",
      "Search all of the tenant's conversations by meaning and words", group: .search,
      bindings: [keys("s", in: panes), keys("/", in: [.results, .conversation])], barRank: 4,
      whyNot: Conditions.tenant),
    ExplorerCommand(
      .searchHere, "search-here", argument: "QUESTION", label: "search here",
      "Search only the selected session or channel", group: .search,
      bindings: [keys("S", in: [.list, .transcript, .results, .conversation, .context, .person])], barRank: 8,
      barContexts: [.list, .transcript, .conversation],
      whyNot: Conditions.searchHere),
    ExplorerCommand(
      .removeFilter, "remove-filter", argument: "NUMBER", label: "drop filter",
      "Take the marked filter out of the search line, the last one where none is marked",
      group: .search, bindings: [keys("ctrl-x", in: [.query, .results]), keys("x", in: [.results])], barRank: 7,
      whyNot: { ($0.place.search.parsed?.pieces ?? []).isEmpty ? "the search has no filter" : nil }),
  ]

  private static let context: [ExplorerCommand] = [
    ExplorerCommand(
      .context, "context", label: "context", "Show what an agent would be told in the session now", group: .context,
      bindings: [keys("c", in: [.list, .transcript, .results, .conversation, .person])], barRank: 5,
      whyNot: Conditions.session),
    ExplorerCommand(
      .toggleRecall, "recall", label: "recall on/off", "Recall from other sessions, or not", group: .context,
      bindings: [keys("x", in: [.context])], barRank: 5, whyNot: Conditions.context),
    ExplorerCommand(
      .toggleScope, "scope", label: "scope", "Recall about all prospects, or about the session's own only",
      group: .context, bindings: [keys("p", in: [.context])], barRank: 6, whyNot: Conditions.context),
  ]

  private static let session: [ExplorerCommand] = [
    ExplorerCommand(
      .sheet, "sheet", label: "info", "Show the session's summary, topics, people and metadata", group: .session,
      bindings: [keys("i", in: [.list, .transcript, .results, .conversation, .context, .person, .sheet])],
      barRank: 7, barContexts: panes, whyNot: Conditions.session),
    ExplorerCommand(
      .deleteSession, "delete-session", label: "delete", "Delete the session; its name has to be typed first",
      group: .session, bindings: [], whyNot: Conditions.deletion),
  ]

  private static let program: [ExplorerCommand] = [
    ExplorerCommand(
      .help, "help", label: "all keys", "Show every command and its keys; type to find one, Enter runs it",
      group: .program,
      bindings: [
        keys("?", in: panes + overlays), keys("f1", in: panes + typing + overlays),
      ],
      barRank: 20),
    ExplorerCommand(
      .commandLine, "command", label: "command", "Type a command by its name", group: .program,
      bindings: [keys(":", in: panes)]),
    ExplorerCommand(
      .complete, "complete", label: "complete", "Complete the command's name, or the tag", group: .program,
      bindings: [keys("tab", in: [.commandLine, .tags])], barRank: 3,
      whyNot: { [.commandLine, .tags].contains(KeyContext($0)) ? nil : "this is for the command line" }),
    ExplorerCommand(
      .themes, "theme", argument: "NAME", label: "theme", "Choose the colours from a list, or take the theme named",
      group: .program, bindings: [keys("T", in: panes)]),
    ExplorerCommand(
      .toggleMouse, "mouse", label: "mouse", "Give the mouse to the explorer, or to the terminal to select text",
      group: .program, bindings: [keys("m", in: panes)]),
    ExplorerCommand(
      .refresh, "refresh", label: "refresh", "Read everything on screen again", group: .program,
      bindings: [keys("ctrl-r", "f5", in: panes + [.query])]),
    ExplorerCommand(
      .redraw, "redraw", label: "redraw", "Draw the whole screen anew", group: .program,
      bindings: [keys("ctrl-l", in: KeyContext.allCases)]),
    ExplorerCommand(
      .suspend, "suspend", label: "suspend", "Go back to the shell for a while; `fg` returns", group: .program,
      bindings: [keys("ctrl-z", in: KeyContext.allCases)]),
    ExplorerCommand(
      .quit, "quit", label: "quit", "Leave the explorer", group: .program,
      bindings: [keys("q", in: panes), keys("ctrl-c", in: KeyContext.allCases)], barRank: 21),
  ]
}
