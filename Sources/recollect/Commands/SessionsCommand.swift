// `recollect sessions`: a tenant's sessions, sorted and filtered.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct SessionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "List a tenant's sessions.",
    discussion: """
        recollect sessions --tenant acme --channel email --since 2026-11-01
        recollect sessions --tenant acme --text globex --sort messages
        recollect sessions --tenant acme --tag follow-up
      """)

  enum Order: String, CaseIterable, ExpressibleByArgument {
    case activity, started, messages, title

    var query: SessionQuery.Order {
      switch self {
      case .activity: .lastActivity
      case .started: .startedAt
      case .messages: .messageCount
      case .title: .title
      }
    }
  }

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var page: PageOptions
  @OptionGroup var time: TimeOptions

  @Option(help: ArgumentHelp("Only this channel.", valueName: "channel"), transform: { try Channel($0) })
  var channel: Channel?

  @Option(
    help: ArgumentHelp("Only with this in the title, the id, the metadata, the tags or the note.", valueName: "text"))
  var text: String?

  @Option(
    help: ArgumentHelp("Only with this tag; may be repeated.", valueName: "tag"),
    transform: { try SessionTag.normalized($0) })
  var tag: [String] = []

  @Option(help: "Newest activity, newest start, most messages, or titles from A.")
  var sort = Order.activity

  @Flag(help: "The other way round.")
  var reverse = false

  @Option(help: "The most sessions.", transform: PageOptions.limit)
  var limit = 50

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let sessions = try await memory.sessions(
      SessionQuery(
        order: sort.query, reversed: reverse, channel: channel, timeRange: time.range, text: text,
        tags: Set(tag), limit: limit, cursor: page.cursor))
    if sessions.items.isEmpty {
      for name in try await memory.unknownNames(channel: channel, tags: Set(tag)) { Console.note(name) }
    }
    if format.isJSON {
      try Console.print(
        .object([
          .init("sessions", .array(sessions.items.map(JSONText.session))), .init("next", .cursor(sessions.next)),
        ]))
      return
    }
    guard !sessions.items.isEmpty else {
      Console.note("no sessions found")
      return
    }
    // A column of nothing says nothing.
    let showsTags = sessions.items.contains { !$0.annotations.isEmpty }
    var table = Table(
      [
        .init(heading: "SESSION"), .init(heading: "CHANNEL"),
        .init(heading: "MESSAGES", alignsRight: true), .init(heading: "LAST ACTIVITY"),
        .init(heading: "TITLE", isFlexible: true),
      ] + (showsTags ? [.init(heading: "TAGS")] : []))
    for session in sessions.items {
      let tags = session.tags.map { "#" + $0 } + (session.note == nil ? [] : ["(note)"])
      table.add(
        [
          .bold(session.id.rawValue), StyledText(session.channel.rawValue),
          StyledText(Figures.count(session.messageCount)),
          .dim(Figures.time(session.lastActivity)), StyledText(session.title),
        ] + (showsTags ? [.accent(tags.joined(separator: " "))] : []))
    }
    try Console.print(table.lines(width: Console.output.columns) + MessageLines.continuation(sessions.next))
  }
}
