// `recollect history`: a session's, a channel's or an author's messages in time order.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show the last messages of a session, a channel or an author, oldest first.",
    discussion: """
        recollect history --tenant acme --session chat-7
        recollect history --tenant acme --channel email --limit 20
        recollect history --tenant acme --author "Dana Whitfield"
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var page: PageOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID?

  @Option(help: ArgumentHelp("The channel, across sessions.", valueName: "channel"), transform: { try Channel($0) })
  var channel: Channel?

  @Option(help: ArgumentHelp("One author, across sessions and channels.", valueName: "name"))
  var author: String?

  @Option(help: "The most messages.", transform: PageOptions.limit)
  var limit = 50

  func validate() throws {
    guard [session != nil, channel != nil, author != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("name one of --session, --channel and --author")
    }
  }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let history: Page<ConversationMessage>
    if let session {
      history = try await memory.sessionHistory(session, limit: limit, before: page.cursor)
    } else if let channel {
      history = try await memory.channelHistory(channel, limit: limit, before: page.cursor)
    } else if let author {
      history = try await memory.authorHistory(author, limit: limit, before: page.cursor)
    } else {
      return
    }
    if format.isJSON {
      try Console.print(.messages(history))
    } else {
      let older = history.next.map { [StyledText.dim("older: --before \($0)")] } ?? []
      try Console.print(older + MessageLines.lines(history.items, showsSession: session == nil))
    }
  }
}

struct RecentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recent",
    abstract: "Show a tenant's latest messages across sessions, newest first.",
    discussion: "  recollect recent --tenant acme --limit 20")

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var page: PageOptions

  @Option(help: "The most messages.", transform: PageOptions.limit)
  var limit = 10

  func run() async throws {
    let recent = try await data.memory(of: tenant).recentContext(limit: limit, before: page.cursor)
    if format.isJSON {
      try Console.print(.messages(recent))
    } else {
      try Console.print(
        MessageLines.lines(recent.items, showsSession: true) + MessageLines.continuation(recent.next))
    }
  }
}

extension JSONText {
  fileprivate static func messages(_ page: Page<ConversationMessage>) -> JSONText {
    .object([.init("messages", .array(page.items.map(JSONText.message))), .init("next", .cursor(page.next))])
  }
}
