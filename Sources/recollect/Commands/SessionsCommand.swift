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

  @Option(help: ArgumentHelp("Only with this in the title, the id or the metadata.", valueName: "text"))
  var text: String?

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
        order: sort.query, reversed: reverse, channel: channel, timeRange: time.range, text: text, limit: limit,
        cursor: page.cursor))
    if sessions.items.isEmpty {
      for name in try await memory.unknownNames(channel: channel) { Console.note(name) }
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
    var table = Table([
      .init(heading: "SESSION"), .init(heading: "CHANNEL"),
      .init(heading: "MESSAGES", alignsRight: true), .init(heading: "LAST ACTIVITY"),
      .init(heading: "TITLE", isFlexible: true),
    ])
    for session in sessions.items {
      table.add(
        .bold(session.id.rawValue), StyledText(session.channel.rawValue),
        StyledText(Figures.count(session.messageCount)),
        .dim(Figures.time(session.lastActivity)), StyledText(session.title))
    }
    try Console.print(table.lines(width: Console.output.columns) + MessageLines.continuation(sessions.next))
  }
}
