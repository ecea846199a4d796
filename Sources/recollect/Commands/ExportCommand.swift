// `recollect export`: writes conversations out.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Terminal

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write conversations to a file: JSON lines, CSV, Markdown, HTML or plain text.",
    discussion: """
      All of a tenant's conversations, or those of some sessions, a channel, tags, a time; one author's messages; or what a \
      query finds. The format follows the file's name; without either it is JSON lines, which import again as they were, ids, \
      tags and notes included. A file appears whole or not at all, readable by its owner only, and replaces nothing unasked.

      Markdown and HTML show a message's text as it was written and give none of it a meaning. CSV is made for spreadsheets: \
      text that one would run as a formula gets an apostrophe in front; --exact leaves it as it is.

        recollect export --tenant acme --output acme.jsonl
        recollect export --tenant acme --session chat-7 --output chat-7.html
        recollect export --tenant acme --tag follow-up --output follow-up.md
        recollect export --tenant acme --query "price channel:email" --format csv
      """)

  /// The names of ``ExportFormat``.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonl, csv, markdown, html, text
  }

  private static let largestTopK = 10_000

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var time: TimeOptions

  @Option(
    help: ArgumentHelp("Only this session; may be repeated.", valueName: "session"), transform: { try SessionID($0) })
  var session: [SessionID] = []

  @Option(help: ArgumentHelp("Only what this author wrote, across sessions.", valueName: "name"))
  var author: String?

  @Option(help: ArgumentHelp("Only what this query finds, best first.", valueName: "query"))
  var query: String?

  @Option(name: .customLong("top-k"), help: "The most messages of a query.", transform: Self.topK)
  var topK = 100

  @Option(help: ArgumentHelp("Only this channel.", valueName: "channel"), transform: { try Channel($0) })
  var channel: Channel?

  @Option(
    help: ArgumentHelp("Only sessions with this tag; may be repeated.", valueName: "tag"),
    transform: { try SessionTag.normalized($0) })
  var tag: [String] = []

  @Option(name: .customLong("format"), help: "The format.")
  var fileFormat: Format?

  @Flag(help: "CSV: leave text that a spreadsheet would run as a formula as it is.")
  var exact = false

  @Option(help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the file where it exists.")
  var force = false

  @Sendable private static func topK(_ text: String) throws -> Int {
    guard let count = Int(text), (1...largestTopK).contains(count) else {
      throw ValidationError("use a number from 1 to \(largestTopK)")
    }
    return count
  }

  func validate() throws {
    let chosen = [!session.isEmpty, author != nil, query != nil].count { $0 }
    guard chosen <= 1 else { throw ValidationError("name one of --session, --author and --query") }
    if chosen == 1, channel != nil || !tag.isEmpty || !time.range.isUnbounded {
      throw ValidationError(
        "--channel, --tag, --since and --until choose among all sessions: a query has fields for them")
    }
  }

  private var format: ExportFormat {
    let named = fileFormat.flatMap { ExportFormat(rawValue: $0.rawValue) }
    return named ?? output.flatMap(ExportFormat.init(fileName:)) ?? .jsonl
  }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let (scope, total) = try await scope(of: memory)
    let format = format
    let options = ExportOptions(format: format, title: title, guardsFormulas: !exact)
    let path = output == "-" ? nil : output
    // On standard output the messages themselves show how far it is.
    let progress = path == nil ? nil : ProgressLine("exporting", noun: "message")
    let (force, isTerminal) = (force, Console.output.isTerminal)
    let report = try await Interruption().cancelling {
      let file = try ExportFile(
        path: path, overwrite: force, filter: path == nil && isTerminal ? { SafeText.printable($0) } : nil)
      let report = try await ConversationExporter(from: memory).write(scope, options, to: file) { report in
        progress?.update(fraction: Double(report.messages) / Double(max(total, 1)), count: report.messages)
      }
      try file.finish()
      return report
    }
    progress?.clear()
    if report.messages == 0 {
      for name in try await memory.unknownNames(channel: channel, tags: Set(tag)) { Console.note(name) }
    }
    guard let path else { return }
    Console.note(
      "\(Figures.count(report.messages, "message")) of \(Figures.count(report.sessions, "session")) written to \(path)")
  }

  /// What is exported, and about how many messages that are.
  private func scope(of memory: any TenantStore) async throws -> (ExportScope, total: Int) {
    if !session.isEmpty {
      var total = 0
      for session in session { total += try await memory.session(session).messageCount }
      return (.chosen(session), total)
    }
    if let author { return (.author(author), try await memory.person(author).messages) }
    if let query {
      let line = try await SearchLine(query, options: .init(), metadataKeys: memory.metadataKeys)
      let result = try await memory.search(
        SearchRequest(parts: [.init(line.text)], topK: topK, filter: line.filter))
      SemanticIndexing.note(result.semantic)
      let messages = result.hits.map { hit in
        ExportedMessage(
          hit.message,
          remark: "score \(Figures.fraction(hit.score)): \(Figures.fraction(hit.meaning)) meaning, "
            + "\(Figures.fraction(hit.words)) words")
      }
      return (.messages(messages), messages.count)
    }
    let sessions = SessionQuery(
      order: .startedAt, reversed: true, channel: channel, timeRange: time.range, tags: Set(tag))
    return (.sessions(sessions, within: time.range), try await memory.counts().messages)
  }

  /// One session's title is its own.
  private var title: String? {
    if session.count == 1 { return nil }
    if let author { return "\(author): \(tenant.id)" }
    if let query { return "\(query): \(tenant.id)" }
    return "Conversations of \(tenant.id)"
  }
}
