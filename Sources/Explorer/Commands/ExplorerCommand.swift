// A command: what it is called, which keys run it where, and when it does not apply. The bar, the help and the `:` line
// are made from these; what a command does is in Update/.

import Terminal

/// Who gets the keys: a pane or what lies over it.
enum KeyContext: Hashable, Sendable, CaseIterable {
  case tenants, list, transcript, query, results, conversation, context, timeline, person
  /// The list's filter being typed.
  case filter
  case help, sheet, commandLine, deletion, themes, inspector, bookmarks, searches, naming
  case export, tags, note

  /// Characters are text here.
  var isTyping: Bool {
    switch self {
    case .query, .filter, .help, .commandLine, .deletion, .naming, .export, .tags, .note: true
    default: false
    }
  }

  init(_ state: ExplorerState) {
    switch state.overlay {
    case .help: self = .help
    case .sheet: self = .sheet
    case .commandLine: self = .commandLine
    case .deletion: self = .deletion
    case .themes: self = .themes
    case .inspector: self = .inspector
    case .entries(let list): self = list.kind == .bookmarks ? .bookmarks : .searches
    case .naming: self = .naming
    case .export: self = .export
    case .annotation(let state): self = state.subject == .tags ? .tags : .note
    case nil:
      switch state.focus {
      case .tenants: self = .tenants
      case .list: self = state.place.browse.isFiltering ? .filter : .list
      case .transcript: self = .transcript
      case .query: self = .query
      case .results: self = .results
      case .conversation: self = .conversation
      case .context: self = .context
      case .timeline: self = .timeline
      case .person: self = .person
      }
    }
  }
}

/// One row of the command table.
struct ExplorerCommand: Sendable {
  enum Identifier: String, Sendable, CaseIterable {
    case moveUp, moveDown, pageUp, pageDown, moveFirst, moveLast
    case open, close, nextPane, previousPane, back, forward
    case toggleChannels, cycleSort, reverseSort, filter, fold, sheet
    case search, searchHere, removeFilter, previousChip, nextChip
    case context, toggleRecall, toggleScope
    case timeline, earlier, later, jumpEarlier, jumpLater, mark, extendEarlier, extendLater, zoomIn, zoomOut
    case sessionsInRange
    case toggleMarkdown
    case deleteSession
    case inspect, openLender, toggleGrouping
    case bookmark, bookmarks, saveSearch, savedSearches, removeEntry, renameEntry, toggleRead, readAll
    case olderFilter, newerFilter
    case person, nextPerson, previousPerson
    case tag, note, exportShown, exportFormat, copy, copySessionID, copyConversation, pager, editor
    case refresh, themes, toggleMouse, help, commandLine, complete, redraw, suspend, quit
  }

  enum Group: String, Sendable, CaseIterable {
    case search = "Searching"
    case browse = "Browsing"
    case context = "What the agent is told"
    case timeline = "Timeline"
    case message = "Messages"
    case session = "Sessions"
    case marks = "Bookmarks, saved searches, read and unread"
    case action = "Taking along"
    case move = "Moving"
    case program = "Program"
  }

  /// Keys in some contexts.
  struct Binding: Sendable {
    var contexts: [KeyContext]
    var keys: [Key]
  }

  var id: Identifier
  /// As the `:` line knows it.
  var name: String
  /// What may follow the name there.
  var argument: String?
  /// In the bar, as few letters as possible.
  var label: String
  /// In the help, a sentence.
  var description: String
  var group: Group
  var bindings: [Binding]
  /// Place in the bar from the left, 1 first; nil keeps it out.
  var barRank: Int?
  /// Where the bar shows it; nil wherever it has a key.
  var barContexts: [KeyContext]?
  /// Why it cannot be run now; nil where it can.
  var whyNot: @Sendable (ExplorerState) -> String?

  init(
    _ id: Identifier, _ name: String, argument: String? = nil, label: String, _ description: String, group: Group,
    bindings: [Binding], barRank: Int? = nil, barContexts: [KeyContext]? = nil,
    whyNot: @escaping @Sendable (ExplorerState) -> String? = { _ in nil }
  ) {
    self.id = id
    self.name = name
    self.argument = argument
    self.label = label
    self.description = description
    self.group = group
    self.bindings = bindings
    self.barRank = barRank
    self.barContexts = barContexts
    self.whyNot = whyNot
  }

  func keys(in context: KeyContext) -> [Key] {
    bindings.filter { $0.contexts.contains(context) }.flatMap(\.keys)
  }

  /// All keys, each once.
  var keys: [Key] {
    var seen = Set<Key>()
    return bindings.flatMap(\.keys).filter { seen.insert($0).inserted }
  }
}
