// `recollect context` and `recollect summarize`: what an agent would be told.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct ContextCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "context",
    abstract: "Show what an agent would be told before it answers in a session.",
    discussion: """
      The session's last messages and, before them, at most five from other sessions that matter to what is being said, \
      each with its score and the reason.

        recollect context --tenant acme --session chat-7
        recollect context --tenant acme --session chat-7 --scope same-prospect --json
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID

  @Flag(name: .customLong("no-cross-session"), help: "Nothing from other sessions.")
  var excludesOtherSessions = false

  @Option(
    name: .customLong("max-messages"), help: "The most messages of the session itself.", transform: PageOptions.limit)
  var maxMessages = 20

  @Option(
    help: ArgumentHelp(
      "tenant: recall from all sessions; same-prospect: only from those about the same.", valueName: "scope"),
    transform: Self.scope)
  var scope = ContextOptions.Scope.tenant

  @Sendable private static func scope(_ text: String) throws -> ContextOptions.Scope {
    guard let scope = ContextOptions.Scope(rawValue: text) else {
      throw ValidationError("use \(ContextOptions.Scope.allCases.map(\.rawValue).joined(separator: " or "))")
    }
    return scope
  }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let context = try await SessionManager(memory).context(
      for: session,
      options: ContextOptions(
        includeCrossSession: !excludesOtherSessions, maxMessages: maxMessages, scope: scope))
    if format.isJSON {
      try Console.print(
        .object([
          .init("session_id", .string(context.session.id.rawValue)),
          .init("messages", .array(context.messages.map(JSONText.contextMessage))),
          .init("token_estimate", .integer(context.tokenEstimate)),
          .init("semantic", .semantic(context.semantic)),
        ]))
    } else {
      try Console.print(lines(of: context))
    }
    if !excludesOtherSessions { SemanticIndexing.note(context.semantic) }
  }

  private func lines(of context: AgentContext) -> [StyledText] {
    var lines: [StyledText] = []
    if !excludesOtherSessions {
      let recalled = context.recalled
      lines.append(
        .bold(recalled.isEmpty ? "Nothing recalled from other sessions" : "Recalled from other sessions"))
      for entry in recalled {
        lines += MessageLines.wrappedHeading(MessageLines.heading(entry.message, showsSession: true))
        var why = StyledText.dim("\(Figures.fraction(entry.score ?? 0)) \(entry.reason ?? "")")
        if let other = entry.otherProspect { why += .warning("  another prospect: \(other)") }
        lines += MessageLines.indented(why.folded) + MessageLines.body(entry.message)
      }
      lines.append("")
    }
    lines.append(.bold("This session: \(context.session.title)").folded)
    lines += MessageLines.lines(context.current.map(\.message), showsSession: false)
    lines.append(.dim("about \(Figures.count(context.tokenEstimate)) tokens"))
    return lines
  }
}

struct SummarizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Sum up a session by its own words; no language model is asked.",
    discussion: "  recollect summarize --tenant acme --session chat-7")

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID

  func run() async throws {
    let summary = try await SessionManager(try await data.memory(of: tenant)).summarize(session)
    if format.isJSON {
      try Console.print(
        .object([
          .init("session_id", .string(session.rawValue)),
          .init("summary", .string(summary.text)),
          .init("topics", .array(summary.topics.map(JSONText.string))),
          .init("participants", .array(summary.participants.map(JSONText.string))),
        ]))
    } else {
      try Console.print(summary.text.split(separator: "\n").map { StyledText(String($0)) })
    }
  }
}
