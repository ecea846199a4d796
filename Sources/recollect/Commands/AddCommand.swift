// `recollect add`: stores one message.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct AddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Store one message.",
    discussion: """
      The message is on the disk when this returns. Adding it again with the same --id, or with the same session, role, \
      --time and text, adds nothing. Metadata named prospect_name, company, deal_stage, product_discussed or subject becomes \
      the session's.

        recollect add --tenant acme --session chat-7 --channel web --role user "Hi!"
        recollect add --tenant acme --session m-3 --channel email --role user - <m.txt
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The conversation it belongs to.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID

  @Option(help: ArgumentHelp("web, email, slack, teams, …", valueName: "channel"), transform: { try Channel($0) })
  var channel: Channel

  @Option(
    help: ArgumentHelp("Who speaks: user, assistant or system.", valueName: "role"), transform: { try Role($0) })
  var role: Role

  @Option(help: ArgumentHelp("Who wrote it.", valueName: "name"))
  var author: String?

  @Option(
    help: ArgumentHelp("When it was said: ISO 8601 or epoch (UTC). Default: now.", valueName: "time"),
    transform: { try TimestampParser.parse($0).start })
  var time: Timestamp?

  @Option(
    help: ArgumentHelp("The message's own id. Default: derived from its content.", valueName: "id"),
    transform: { try MessageID($0) })
  var id: MessageID?

  @Option(
    name: .customLong("metadata"),
    help: ArgumentHelp("A metadata value; may be repeated.", valueName: "name=value"),
    transform: Self.metadataPair)
  var metadata: [Pair] = []

  @Argument(help: ArgumentHelp("The message; - reads it from standard input.", valueName: "text"))
  var text: String

  struct Pair {
    var name: String
    var value: String
  }

  func run() async throws {
    let content = text == "-" ? try StandardInput.text("message", bytes: MessageLimits.contentBytes) : text
    let draft = MessageDraft(
      id: id, session: session, channel: channel, role: role, author: author, content: content, timestamp: time,
      metadata: Dictionary(metadata.map { ($0.name, $0.value) }) { $1 })
    // Checked first: a message that is refused must not leave a new, empty tenant behind.
    try draft.validate()
    let stored = try await data.open().creatingTenant(tenant.id).add(draft)
    if format.isJSON {
      try Console.print(.object([.init("message_id", .string(stored.rawValue))]))
    } else {
      try Console.print(StyledText(stored.rawValue))
    }
  }

  @Sendable private static func metadataPair(_ text: String) throws -> Pair {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("write it as name=value") }
    return Pair(name: String(parts[0]), value: String(parts[1]))
  }
}
