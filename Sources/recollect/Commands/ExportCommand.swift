// `recollect export`: writes conversations out.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a tenant's or a session's messages as JSON lines.",
    discussion: """
      What is exported can be imported again, ids included. A file appears whole or not at all.

        recollect export --tenant acme --output acme.jsonl
        recollect export --tenant acme --session chat-7 | jq -r .content
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonl
  }

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions

  @Option(help: ArgumentHelp("Only this session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID?

  @Option(name: .customLong("format"), help: "The format.")
  var fileFormat = Format.jsonl

  @Option(help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the file where it exists.")
  var force = false

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let total: Int
    if let session {
      total = try await memory.session(session).messageCount
    } else {
      total = try await memory.counts().messages
    }
    let file = try ExportFile(path: output == "-" ? nil : output, overwrite: force)
    // On standard output the messages themselves show how far it is.
    let progress = output == nil ? nil : ProgressLine("exporting", noun: "message")
    let exporter = JSONLinesExporter(from: memory)
    let step: (Int) -> Void = { progress?.update(fraction: Double($0) / Double(max(total, 1)), count: $0) }
    let count =
      if let session {
        try await exporter.export(session, to: file, progress: step)
      } else {
        try await exporter.exportAll(to: file, progress: step)
      }
    try file.finish()
    progress?.clear()
    if let output, output != "-" { Console.note("\(Figures.count(count, "message")) written to \(output)") }
  }
}
