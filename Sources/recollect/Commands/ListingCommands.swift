// `recollect tenants` and `recollect channels`: short listings.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Foundation

struct TenantsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenants",
    abstract: "List the tenants.",
    discussion: "  recollect tenants --json")

  @OptionGroup var data: DataOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var page: PageOptions

  @Option(help: "The most tenants.", transform: PageOptions.limit)
  var limit = 1000

  func run() async throws {
    let place = try data.place()
    let tenants = try await place.open().tenants(limit: limit, after: page.cursor)
    if format.isJSON {
      try Console.print(
        .object([.init("tenants", .array(tenants.items.map(JSONText.tenant))), .init("next", .cursor(tenants.next))]))
      return
    }
    guard !tenants.items.isEmpty else {
      Console.note(
        "no tenants in \(place) yet: `recollect import --tenant <name> <file>` makes one, `recollect demo` shows "
          + "samples")
      return
    }
    var table = Table([
      .init(heading: "TENANT"), .init(heading: "MESSAGES", alignsRight: true),
      .init(heading: "SESSIONS", alignsRight: true), .init(heading: "LAST ACTIVITY"),
    ])
    for tenant in tenants.items {
      table.add(
        .bold(tenant.id.rawValue), StyledText(Figures.count(tenant.messages)),
        StyledText(Figures.count(tenant.sessions)), .dim(Figures.time(tenant.lastActivity)))
    }
    try Console.print(table.lines(width: Console.output.columns) + MessageLines.continuation(tenants.next))
  }
}

struct ChannelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels",
    abstract: "List a tenant's channels.",
    discussion: "  recollect channels --tenant acme")

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let channels = try await data.memory(of: tenant).channels()
    if format.isJSON {
      try Console.print(.object([.init("channels", .array(channels.map(JSONText.channel)))]))
      return
    }
    guard !channels.isEmpty else {
      Console.note("no messages yet: `recollect import --tenant \(tenant.id) <file>` brings some")
      return
    }
    var table = Table([
      .init(heading: "CHANNEL", isFlexible: true), .init(heading: "MESSAGES", alignsRight: true),
      .init(heading: "SESSIONS", alignsRight: true), .init(heading: "LAST ACTIVITY"),
    ])
    for channel in channels {
      table.add(
        .bold(channel.id.rawValue), StyledText(Figures.count(channel.messages)),
        StyledText(Figures.count(channel.sessions)), .dim(Figures.time(channel.lastActivity)))
    }
    try Console.print(table.lines(width: Console.output.columns))
  }
}
