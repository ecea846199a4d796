// `recollect note`: a session's note, shown, written or cleared.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct NoteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Keep a note beside a session, or show it.",
    discussion: """
      One note a session: a new one takes the place of the old. Sessions are found by it: `recollect sessions --text …`, \
      `note:…` in a query.

        recollect note --tenant acme --session chat-7 "Asks again in January; wants the annual plan"
        recollect note --tenant acme --session chat-7
        recollect note --tenant acme --session chat-7 --clear
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID

  @Flag(help: "Take the note away.")
  var clear = false

  @Argument(
    help: ArgumentHelp("The note; - reads it from standard input. Without it the note is shown.", valueName: "text"))
  var text: String?

  func validate() throws {
    if clear, text != nil { throw ValidationError("give either a text or --clear") }
  }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let change: AnnotationChange
    if let text {
      let note = text == "-" ? try StandardInput.text("note", bytes: MessageLimits.noteBytes) : text
      change = try await memory.annotate(session, with: AnnotationEdit(note: .set(note)))
    } else if clear {
      change = try await memory.annotate(session, with: AnnotationEdit(note: .clear))
    } else {
      let annotations = try await memory.session(session).annotations
      change = AnnotationChange(before: annotations, after: annotations)
    }
    if format.isJSON {
      try Console.print(
        .object([
          .init("session_id", .string(session.rawValue)), .init("note", .optional(change.after.note)),
          .init("changed", .bool(change.isNoteChanged)),
        ]))
    } else if text == nil, !clear {
      if let note = change.after.note {
        try Console.print(StyledText(note))
      } else {
        Console.note("session \"\(session)\" has no note")
      }
    } else if change.isNoteChanged {
      Console.note(change.after.note == nil ? "note taken away" : "noted")
    } else {
      Console.note("nothing changed")
    }
  }
}
