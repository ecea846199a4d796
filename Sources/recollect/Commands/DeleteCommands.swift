// `recollect delete-session` and `recollect delete-tenant`: for good, and never unasked.

import ArgumentParser
import ConversationExchange
import ConversationMemory

/// Asks before something goes.
struct DeletionConsent: ParsableArguments {
  @Flag(name: .customLong("yes"), help: "Delete without asking.")
  var isGiven = false

  /// - Parameters:
  ///   - what: exactly what would go.
  ///   - name: what to type to agree.
  func require(toDelete what: String, typing name: String) throws {
    if isGiven { return }
    guard Terminals.canAsk else {
      throw CommandFailure.usage("this would delete \(what), for good: pass --yes to do it")
    }
    Console.note(.warning("This deletes \(what), for good."))
    Console.note("Type \(name) to go on, anything else to keep it:")
    guard readLine() == name else { throw CommandFailure(.failed, "nothing was deleted") }
  }
}

struct DeleteSessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete-session",
    abstract: "Delete a session and all of its messages, for good.",
    discussion: """
      At once invisible to every reader, and scrubbed from this machine's disk. A cluster overwrites what is \
      deleted at a time of its own.

        recollect delete-session --tenant acme --session chat-7 --yes
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var consent: DeletionConsent
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let sheet = try await memory.session(session)
    try consent.require(
      toDelete: "session \"\(session)\" of tenant \"\(tenant.id)\" (\(Figures.count(sheet.messageCount, "message")))",
      typing: session.rawValue)
    let count = try await memory.deleteSession(session)
    if format.isJSON {
      try Console.print(.object([.init("deleted", .integer(count))]))
    } else {
      try Console.print(StyledText("\(Figures.count(count, "message")) deleted"))
    }
  }
}

struct DeleteTenantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete-tenant",
    abstract: "Delete a tenant with everything in it, for good.",
    discussion: """
      At once invisible to every reader, and scrubbed from this machine's disk. A cluster overwrites what is \
      deleted at a time of its own.

        recollect delete-tenant --tenant acme --yes
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var consent: DeletionConsent
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let counts = try await memory.counts()
    try consent.require(
      toDelete: "tenant \"\(tenant.id)\" (\(Figures.count(counts.messages, "message")) in "
        + "\(Figures.count(counts.sessions, "session")))",
      typing: tenant.id.rawValue)
    let gone = try await memory.deleteTenant()
    if format.isJSON {
      try Console.print(
        .object([.init("deleted", .integer(gone.messages)), .init("sessions", .integer(gone.sessions))]))
    } else {
      try Console.print(
        StyledText(
          "\(Figures.count(gone.messages, "message")) in \(Figures.count(gone.sessions, "session")) deleted"))
    }
  }
}
