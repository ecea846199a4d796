// Copying to the clipboard, and reading in a pager or an editor.

import ConversationExchange
import ConversationMemory
import Terminal

/// A program that has the terminal, and the file it was given.
struct RunningProgram: Sendable, Equatable {
  var command: String
  /// Where another one can be named.
  var variable: String
  var file: String
}

extension ExplorerState {
  /// Bytes of text that terminals take into their clipboard with OSC 52: 100,000 with the encoding, by the oldest limit.
  static let clipboardBytes = 74_000

  /// What `copy` takes here, and what it is called.
  var copyable: (text: String, what: String)? {
    func message(_ message: ConversationMessage?) -> (String, String)? { message.map { ($0.content, "message") } }
    switch overlay {
    case .sheet(let sheet): return (sheet.session.rawValue, "session's id")
    case .inspector(let inspector): return message(inspector.message)
    default: break
    }
    switch focus {
    case .tenants: return tenants.selected.map { ($0.id.rawValue, "tenant's id") }
    case .list where place.browse.kind == .channels:
      return place.browse.channels.selected.map { ($0.id.rawValue, "channel's name") }
    case .list: return place.browse.sessions.selected.map { ($0.id.rawValue, "session's id") }
    case .transcript, .conversation, .person: return message(self[transcript: focus]?.selected)
    case .query, .results: return message(place.search.selected?.message)
    case .context: return message(place.context?.selected?.message)
    case .timeline: return nil
    }
  }

  /// Control characters in it would be keys to the program it is pasted into: they are made visible.
  mutating func copy(_ text: String, what: String) {
    let text = SafeText.printable(text)
    // What a clipboard would refuse, or cut, goes to a file instead.
    guard text.utf8.count <= Self.clipboardBytes else {
      return ask(.text, .keep(text, what: what, folder: settings.exportFolder))
    }
    outbox.append(.copy(text))
    let start = text.prefix(200).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let shown = start.count > 40 ? start.prefix(39) + "…" : start[...]
    notice = Notice(
      kind: .success,
      text: "copied the \(what), \(NumberText.count(text.count, "character")): \(shown)")
  }

  mutating func kept(_ what: String, in path: String) {
    notice = Notice(
      kind: .success,
      text:
        "the \(what) is longer than the \(NumberText.grouped(Self.clipboardBytes)) bytes that a terminal's clipboard takes: "
        + "written to \(path)")
  }

  /// Asks for what is shown as text, for a program or the clipboard.
  mutating func openText(for use: TextUse) {
    guard let tenant = place.tenant else { return }
    let scope: ExportScope
    var title: String?
    if use == .clipboard {
      guard let session = sessionAtHand else { return }
      scope = .chosen([session])
    } else {
      guard let choice = exportChoices.first else { return }
      scope = choice.scope
      title = choice.title
    }
    ask(.text, .text(tenant, scope, ExportOptions(format: .text, title: title, zone: settings.zone), use))
  }

  /// The text is made: for a program it lies in a file.
  mutating func take(_ text: String, for use: TextUse) {
    switch use {
    case .clipboard: copy(text, what: "conversation")
    case .pager: start(RunningProgram(command: settings.pager, variable: "PAGER", file: text))
    case .editor: start(RunningProgram(command: settings.editor, variable: "EDITOR", file: text))
    }
  }

  private mutating func start(_ program: RunningProgram) {
    running = program
    // The variable may name a program with its options; the file is an argument of its own, whatever its name is.
    outbox.append(.run(["/bin/sh", "-c", "\(program.command) \"$1\"", "recollect", program.file]))
  }

  mutating func programEnded(_ status: Int32) {
    outbox.append(.redraw)
    guard let program = running else { return }
    running = nil
    outbox.append(.remove(program.file))
    // What a shell says of a command it cannot find, or cannot run.
    if status == 126 || status == 127 {
      notice = Notice(
        kind: .error, text: "\(program.command) cannot be started: name another program in $\(program.variable)")
    }
  }
}
