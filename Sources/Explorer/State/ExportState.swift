// Exporting what is shown: what, in which format, where to.

import ConversationExchange
import ConversationMemory

/// Something that can be exported from where one is.
struct ExportChoice: Sendable, Equatable {
  /// For people: `the conversation "Globex: Can you hold the price?"`.
  var label: String
  var scope: ExportScope
  /// Over the export; nil where a session's own title says it.
  var title: String?
  /// A file's name without its extension.
  var name: String

  init(_ label: String, _ scope: ExportScope, title: String? = nil, name: String) {
    self.label = label
    self.scope = scope
    self.title = title
    self.name = Self.fileName(name)
  }

  /// Letters and digits, all else a hyphen: a title is a customer's text.
  private static func fileName(_ text: String) -> String {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    var name = ""
    for word in words where name.utf8.count + word.utf8.count < 60 {
      name += (name.isEmpty ? "" : "-") + word
    }
    return name.isEmpty ? "conversation" : name
  }
}

/// The export's overlay.
struct ExportState: Sendable, Equatable {
  var choices: [ExportChoice]
  private(set) var choice = 0
  private(set) var format: ExportFormat
  private let folder: String
  private(set) var field: TextField
  /// A file that is there already: the next Enter replaces it, where the name is still this.
  var replaced: String?
  var isRunning = false
  /// What comes back afterwards.
  var sheet: SheetState?

  /// - Parameter folder: where files go, as people write it; empty for the current one.
  init(choices: [ExportChoice], format: ExportFormat, folder: String, path: String = "", sheet: SheetState? = nil) {
    self.choices = choices
    self.format = ExportFormat(fileName: path) ?? format
    self.folder = folder
    self.sheet = sheet
    field = TextField(path)
    if path.isEmpty { propose() }
  }

  var chosen: ExportChoice { choices[choice] }

  private var proposal: String {
    (folder.isEmpty ? "" : folder + "/") + "\(chosen.name).\(format.fileExtension)"
  }

  private mutating func propose() { field.set(proposal) }

  mutating func choose(_ index: Int) {
    let wasProposed = field.text == proposal
    choice = min(max(0, index), choices.count - 1)
    if wasProposed { propose() }
  }

  /// The next format; the file's name goes along.
  mutating func nextFormat() {
    let formats = Self.formats
    let old = format
    format = formats[((formats.firstIndex(of: format) ?? 0) + 1) % formats.count]
    let suffix = "." + old.fileExtension
    if field.text.hasSuffix(suffix) {
      field.set(String(field.text.dropLast(suffix.count)) + "." + format.fileExtension)
    }
  }

  /// Changes the file's name; the format follows an extension that is one.
  mutating func edit(_ change: (inout TextField) -> Bool) {
    guard change(&field) else { return }
    replaced = nil
    if let named = ExportFormat(fileName: field.text) { format = named }
  }

  /// As they are offered.
  static let formats: [ExportFormat] = [.markdown, .html, .csv, .jsonl, .text]
}

/// What is done with text that was made for it.
enum TextUse: Sendable, Equatable {
  case clipboard
  case pager
  case editor
}

extension ExportFormat {
  var caption: String {
    switch self {
    case .jsonl: "JSON lines"
    case .csv: "CSV"
    case .markdown: "Markdown"
    case .html: "HTML"
    case .text: "text"
    }
  }
}
