// What lies over a view for a moment.

import ConversationMemory

enum Overlay: Sendable, Equatable {
  case help(HelpState)
  case sheet(SheetState)
  case commandLine(CommandLineState)
  case deletion(DeletionState)
  case themes(ThemePickerState)
  case inspector(InspectorState)
  case entries(EntryListState)
  case naming(NamingState)
  case export(ExportState)
  case annotation(AnnotationState)
}

/// The help, which is the command palette.
struct HelpState: Sendable, Equatable {
  var filter = TextField()
  var scroll = BlockScroll()
}

/// A session's sheet.
struct SheetState: Sendable, Equatable {
  var session: SessionID
  /// What a list already knew, until the summary brings it anew.
  var sheet: ConversationSession?
  var summary: SessionSummary?
  /// Who said how much; empty until it has been counted.
  var participation: [Participation] = []
  /// The selected one of the people; nil until one is.
  var person: Int?
  /// First line shown.
  var top = 0
}

/// The `:` line.
struct CommandLineState: Sendable, Equatable {
  var field = TextField()
}

/// Deleting a session: nothing happens until its name has been typed.
struct DeletionState: Sendable, Equatable {
  var session: SessionID
  /// Read anew for this: what is said to go must be what is there.
  var sheet: ConversationSession?
  var field = TextField()
  var isRunning = false

  var isConfirmed: Bool { sheet != nil && field.text == phrase }

  /// What has to be typed: the session's id, or a word where an id cannot reasonably be typed.
  var phrase: String {
    let id = session.rawValue
    let isTypable = id.count <= 60 && id.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }
    return isTypable ? id : "delete"
  }
}

/// One line for the person: gone at the next key.
struct Notice: Sendable, Equatable {
  enum Kind: Sendable, Equatable { case information, success, warning, error }

  var kind: Kind
  var text: String
}
