// `recollect import`: stores files of messages, then makes them searchable by meaning.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Foundation

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Store files of messages: JSON lines or CSV, plain or gzip.",
    discussion: """
      JSON lines have session_id, channel, role (user, assistant, system), content, timestamp and, where known, \
      message_id, author, metadata, session_metadata, session_tags, session_note; CSV has the same names in its header. Other fields become metadata.

      Importing a file twice adds nothing, so an import that was stopped is resumed by the same command. Lines that \
      cannot be stored are named on standard error with the reason; the others are stored.

        recollect import --tenant acme chats.jsonl.gz mails.csv
        zstd -dc big.jsonl.zst | recollect import --tenant acme -
      """)

  private static let rejectionsShown = 20

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case auto, jsonl, csv
  }

  @Option(name: .customLong("format"), help: "The files' format.")
  var fileFormat = Format.auto

  @Flag(
    name: .customLong("no-wait"),
    help: "Return once stored; the next import or `verify --repair` makes it searchable by meaning.")
  var returnsOnceStored = false

  @Flag(
    name: .customLong("verbose"), help: "Name every line that is not stored, not only the first \(rejectionsShown).")
  var isVerbose = false

  @Argument(help: ArgumentHelp("The files; - is standard input.", valueName: "path"))
  var paths: [String]

  func run() async throws {
    let started = ContinuousClock.now
    let importFormat = ImportFormat(rawValue: fileFormat.rawValue)
    // A mistyped path or a wrong file is found out before anything is stored.
    for path in paths where path != "-" { _ = try ImportFormat.open(path: path, format: importFormat) }
    let memory = try await data.open().creatingTenant(tenant.id)
    let interruption = Interruption()
    let report = await store(into: memory, format: importFormat, interruption: interruption)
    var isInterrupted = false
    var indexingFailure: (any Error)?
    if case .finished = report.outcome, !returnsOnceStored {
      do {
        isInterrupted = try await SemanticIndexing.finish(memory, interruption: interruption) == .interrupted
      } catch {
        indexingFailure = error
      }
    }
    // What was stored is said first, whatever happened to its vectors.
    try conclude(report, seconds: (ContinuousClock.now - started) / .seconds(1))
    if let indexingFailure {
      let what = CommandFailure(describing: indexingFailure)
      throw CommandFailure(
        .failed, "\(what) (everything counted above is stored; the same command makes it searchable by meaning)")
    }
    if !report.isComplete || isInterrupted { throw Self.ending(of: report) }
  }

  private func store(
    into memory: any TenantStore, format: ImportFormat?, interruption: Interruption
  ) async -> ImportReport {
    let progress = ProgressLine("storing", noun: "message")
    var rejections = 0
    let report = await Importer(into: memory).run(
      paths: paths, format: format, shouldStop: { interruption.isRequested },
      rejected: { rejection in
        rejections += 1
        guard isVerbose || rejections <= Self.rejectionsShown else { return }
        progress.clear()
        Console.note(rejection.description)
      },
      progress: { step in
        // Several files count as one only where all of their sizes are known beforehand.
        let total = paths.count == 1 ? step.bytesTotal : Self.size(of: paths)
        progress.update(
          fraction: total.map { Double(step.bytesDone) / Double(max($0, 1)) }, count: step.records)
      })
    progress.clear()
    if !isVerbose, rejections > Self.rejectionsShown {
      Console.note("… and \(Figures.count(rejections - Self.rejectionsShown)) more: --verbose names them all")
    }
    for file in report.brokenFiles { Console.fail(file.description) }
    return report
  }

  private func conclude(_ report: ImportReport, seconds: Double) throws {
    if format.isJSON {
      try Console.print(
        .object([
          .init("messages", .integer(report.messages)),
          .init("sessions", .integer(report.sessions)),
          .init("duplicates", .integer(report.duplicates)),
          .init("skipped", .integer(report.skipped)),
          .init("rejected", .integer(report.rejected)),
          .init("elapsed_s", .real((seconds * 1000).rounded() / 1000)),
        ]))
    } else {
      var line = StyledText.bold("\(Figures.count(report.messages, "message")) added")
      line += StyledText(" in \(Figures.count(report.sessions, "new session"))")
      if report.duplicates > 0 { line += StyledText(", \(Figures.count(report.duplicates)) known already") }
      if report.rejected > 0 { line += .warning(", \(Figures.count(report.rejected)) not stored") }
      line += .dim(" (\(Figures.clock(seconds: seconds)))")
      try Console.print(line)
    }
    if case .stopped = report.outcome {
      Console.note("stopped: everything counted above is stored; run the same command again to go on")
    }
  }

  private static func ending(of report: ImportReport) -> CommandFailure {
    guard case .failed(let error) = report.outcome else { return CommandFailure(.partly) }
    let kept = report.messages > 0 ? " (what is counted above is stored; the same command goes on)" : ""
    return CommandFailure(.failed, "\(error)\(kept)")
  }

  private static func size(of paths: [String]) -> Int64? {
    var total: Int64 = 0
    for path in paths {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      guard attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? NSNumber else {
        return nil
      }
      total += size.int64Value
    }
    return total
  }
}
