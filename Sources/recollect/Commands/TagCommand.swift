// `recollect tag`: a session's tags, shown and changed; a tenant's tags, listed.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Tag a session, show its tags, or list a tenant's.",
    discussion: """
      NAME and +NAME add a tag, -NAME takes one away. Without names the session's tags are shown, without --session all \
      tags of the tenant. Sessions are found by them: `recollect sessions --tag NAME`, `tag:NAME` in a query.

        recollect tag --tenant acme --session chat-7 follow-up +pricing -new
        recollect tag --tenant acme --session chat-7 --only won
        recollect tag --tenant acme
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID?

  @Flag(help: "The tags that are named take the place of all; none are named: all go.")
  var only = false

  @Argument(
    parsing: .allUnrecognized, help: ArgumentHelp("Tags to add, or with a minus sign to take away.", valueName: "tag"))
  var names: [String] = []

  func validate() throws {
    if session == nil, only || !names.isEmpty { throw ValidationError("name the --session to tag") }
    if let option = names.first(where: { $0.hasPrefix("--") }) { throw ValidationError("unknown option \(option)") }
    if only, names.contains(where: { $0.hasPrefix("-") }) {
      throw ValidationError("with --only name the tags to keep, and none to take away")
    }
  }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    guard let session else { return try await list(memory) }
    var edit = AnnotationEdit(tags: only ? [] : nil)
    for name in names {
      if name.hasPrefix("-") {
        edit.removedTags.append(String(name.dropFirst()))
      } else {
        edit.addedTags.append(name.hasPrefix("+") ? String(name.dropFirst()) : name)
      }
    }
    let change: AnnotationChange
    if only || !names.isEmpty {
      change = try await memory.annotate(session, with: edit)
    } else {
      let annotations = try await memory.session(session).annotations
      change = AnnotationChange(before: annotations, after: annotations)
    }
    if format.isJSON {
      try Console.print(
        .object([
          .init("session_id", .string(session.rawValue)),
          .init("tags", .array(change.after.tags.map(JSONText.string))),
          .init("added", .array(change.addedTags.map(JSONText.string))),
          .init("removed", .array(change.removedTags.map(JSONText.string))),
        ]))
      return
    }
    if change.after.tags.isEmpty {
      Console.note("session \"\(session)\" has no tags")
    } else {
      try Console.print(.accent(Self.written(change.after.tags)))
    }
    if !change.addedTags.isEmpty { Console.note("added \(Self.written(change.addedTags))") }
    if !change.removedTags.isEmpty { Console.note("removed \(Self.written(change.removedTags))") }
    if change.isEmpty, only || !names.isEmpty { Console.note("nothing changed") }
  }

  private func list(_ memory: any TenantStore) async throws {
    let tags = try await memory.tags()
    if format.isJSON {
      try Console.print(.object([.init("tags", .array(tags.map(JSONText.tag)))]))
      return
    }
    guard !tags.isEmpty else {
      Console.note("no tags yet: `recollect tag --tenant \(tenant.id) --session <session> <tag>` adds one")
      return
    }
    var table = Table([.init(heading: "TAG", isFlexible: true), .init(heading: "SESSIONS", alignsRight: true)])
    for tag in tags { table.add(.accent("#" + tag.id), StyledText(Figures.count(tag.sessions))) }
    try Console.print(table.lines(width: Console.output.columns))
  }

  private static func written(_ tags: [String]) -> String { tags.map { "#" + $0 }.joined(separator: " ") }
}
