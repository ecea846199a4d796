// All that the explorer knows: plain values. What happens to it is in Update/, how it looks in Views/.

import ConversationExchange
import ConversationMemory
import Foundation
import Terminal

/// What is decided before the first key.
struct Settings: Sendable, Equatable {
  /// Where the data is, for the header and empty states.
  var dataDescription = ""
  /// The tenant asked for at the start.
  var tenant: TenantID?
  var isReadOnly = false
  var zone = TimeZone.gmt
  var glyphs = Glyphs.unicode
  /// Themes to choose from, by identifier.
  var themes: [String] = []
  /// Where the user's own are, as people know it.
  var themeFolder: String?
  /// False where the terminal has none, or `NO_COLOR` is set.
  var showsColors = true
  /// What the person has configured.
  var keys = KeyBindings.standard
  var dateStyle = DateStyle.dayMonth
  /// Tokens an agent's context may have; nil where none is set.
  var tokenBudget: Int?
  /// Names of metadata, a column each in the list of sessions.
  var sessionColumns: [String] = []
  /// Where exports go, as people write it; empty for the current folder.
  var exportFolder = ""
  /// Commands, with their options.
  var pager = "less"
  var editor = "vi"
  /// Where to start instead of at the list of tenants.
  var start: StartPlace?
  /// Marks outlast the program.
  var keepsMarks = false
}

struct ExplorerState: Sendable, Equatable {
  var settings: Settings
  var size = Size(columns: 80, rows: 24)
  /// As of the last event that told: decides what counts as today.
  var now: Timestamp
  var tenants = Listing<TenantSummary>()
  var place = Place()
  var trail = Trail()
  var overlay: Overlay?
  var notice: Notice?
  /// Of the tenant; nil while unknown.
  var semantic: SemanticStatus?
  var requests = Requests()
  /// The spinner's frame while something takes long.
  var spinner: Int?
  var isTicking = false
  var hasStarted = false
  var theme: String
  /// What is known of each theme, once it was asked for.
  var themeSummaries: [ThemeSummary] = []
  var isMouseOn = true
  /// Draws the Markdown in messages; otherwise they are shown as they were written.
  var rendersMarkdown = true
  /// Bookmarks, saved searches, what was read.
  var marks = MarksState()
  /// Sessions that something was added to while the explorer looked, and when.
  var arrivals: [SessionID: Timestamp] = [:]
  /// The time will be told.
  var isAlarmSet = false
  /// Taken again by the next export.
  var lastExportFormat = ExportFormat.markdown
  /// The program that has the terminal.
  var running: RunningProgram?
  /// Effects of the event being handled.
  var outbox: [Effect] = []

  init(settings: Settings, now: Timestamp, theme: String) {
    self.settings = settings
    self.now = now
    self.theme = theme
  }

  var focus: Pane {
    get { place.focus }
    set { place.focus = newValue }
  }

  /// One tenant needs no list of tenants.
  var hasTenantPane: Bool { tenants.items.count > 1 || tenants.next != nil }

  /// The transcript of a pane that has one.
  subscript(transcript pane: Pane) -> TranscriptState? {
    get {
      switch pane {
      case .tenants, .list, .transcript: place.browse.transcript
      case .query, .results, .conversation: place.search.conversation
      case .person: place.person?.transcript
      case .context, .timeline: nil
      }
    }
    set {
      switch pane {
      case .tenants, .list, .transcript: place.browse.transcript = newValue
      case .query, .results, .conversation: place.search.conversation = newValue
      case .person: if let newValue { place.person?.transcript = newValue }
      case .context, .timeline: break
      }
    }
  }

  /// The transcript a pane is about to show.
  subscript(awaited pane: Pane) -> TranscriptState? {
    get { pane.view == .browse ? place.browse.awaited : pane.view == .search ? place.search.awaited : nil }
    set {
      switch pane.view {
      case .browse: place.browse.awaited = newValue
      case .search: place.search.awaited = newValue
      case .context, .timeline, .person: break
      }
    }
  }

  /// The session that commands such as the sheet or the context are about.
  var currentSession: SessionID? {
    switch focus {
    case .tenants, .timeline: nil
    case .list where place.browse.kind == .sessions: place.browse.sessions.selected?.id
    case .list, .transcript: place.browse.transcript?.session
    case .query, .results: place.search.selected?.message.session
    case .conversation: place.search.conversation?.session
    case .person: place.person?.transcript.session
    case .context: place.context?.selected?.message.session ?? place.context?.session
    }
  }

  /// That session's sheet where some list already holds it.
  var currentSheet: ConversationSession? { currentSession.flatMap(knownSheet) }

  func knownSheet(_ id: SessionID) -> ConversationSession? {
    if let sheet = place.browse.transcript?.sheet, sheet.id == id { return sheet }
    if let sheet = place.search.titles[id] { return sheet }
    if let sheet = place.person?.titles[id] { return sheet }
    if let context = place.context {
      if let sheet = context.context?.session, sheet.id == id { return sheet }
      if let sheet = context.titles[id] { return sheet }
    }
    return place.browse.sessions.items.first { $0.id == id }
  }
}
