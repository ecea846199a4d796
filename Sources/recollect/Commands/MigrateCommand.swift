// `recollect migrate`: copies memory from a folder to a cluster, or back.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Explorer
import Foundation
import Retrieval
import TextEmbedding

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Copy tenants from the data folder to a Qdrant cluster, or back.",
    discussion: """
      Adds what the other side lacks, so a migration that was stopped is resumed by the same command; nothing is deleted \
      on either side. At the end every session is compared by count and checksum, and what differs is named. \
      Vectors are carried over where both sides have the same model, and made on the other side where not.

        recollect migrate --to qdrant --qdrant https://qdrant.example.com:6333
        recollect migrate --to embedded --qdrant https://qdrant.example.com:6333 --data ./copy --tenant acme
      """)

  enum Side: String, CaseIterable, ExpressibleByArgument {
    case qdrant, embedded
  }

  @Option(name: .customLong("to"), help: "Where to.")
  var side: Side

  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The data folder. Default: $RECOLLECT_DATA, else $XDG_DATA_HOME/recollect.", valueName: "folder"))
  var folder: String?

  @Option(
    name: .customLong("qdrant"),
    help: ArgumentHelp("The cluster. Default: `qdrant` in the configuration file.", valueName: "url"))
  var cluster: String?

  @Option(
    name: .customLong("collection"),
    help: ArgumentHelp("The collection on that cluster. Default: conversations.", valueName: "name"))
  var collection: String?

  @Option(
    name: .customLong("tenant"), help: ArgumentHelp("Only this tenant. Default: all.", valueName: "tenant"),
    transform: { try TenantID($0) })
  var tenant: TenantID?

  @Flag(
    name: .customLong("no-wait"),
    help: "Return once stored and compared; `verify --repair` makes it searchable by meaning.")
  var returnsOnceStored = false

  @OptionGroup var format: FormatOptions

  private static let differencesShown = 20

  func run() async throws {
    let configured = try ClusterPlace.configured()
    guard let address = cluster ?? configured.address else {
      throw CommandFailure.usage("no cluster is named: use --qdrant, or `qdrant` in the configuration file")
    }
    let remote = DataPlace.cluster(
      try ClusterPlace(address: address, collection: collection ?? configured.collection, settings: configured))
    let local = DataPlace.folder(
      folder.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? DataOptions.standardFolder)
    let (from, to) = side == .qdrant ? (local, remote) : (remote, local)
    let carried = try Self.installedModel().map { CarriedEmbedding($0) }
    let source = try from.open()
    let target = try carried.map { try to.open(semantic: .service($0)) } ?? to.open()
    let interruption = Interruption()
    var results: [(TenantID, MigrationReport)] = []
    for id in try await tenants(of: source) {
      let memory = try await source.tenant(id)
      let copy = try await target.creatingTenant(id)
      let report = try await migrate(id, from: memory, to: copy, carrying: carried, interruption: interruption)
      results.append((id, report))
      if !returnsOnceStored, !report.isStopped {
        if try await SemanticIndexing.finish(copy, interruption: interruption) == .interrupted {
          throw CommandFailure(.partly)
        }
      }
      if report.isStopped { break }
    }
    if results.isEmpty { Console.note("nothing is stored in \(from) yet") }
    try conclude(results, to: to)
  }

  private static func installedModel() throws -> (any EmbeddingService)? {
    guard let model = ModelLibrary.forThisUser.locateDefault() else { return nil }
    return try SentenceEncoder.load(folder: model.folder)
  }

  private func tenants(of source: any ConversationStore) async throws -> [TenantID] {
    if let tenant { return [tenant] }
    var found: [TenantID] = []
    var cursor: Cursor?
    repeat {
      let page = try await source.tenants(limit: 1000, after: cursor)
      found += page.items.map(\.id)
      cursor = page.next
    } while cursor != nil
    return found
  }

  private func migrate(
    _ id: TenantID, from source: any TenantStore, to target: any TenantStore, carrying model: CarriedEmbedding?,
    interruption: Interruption
  ) async throws -> MigrationReport {
    let lines = [
      MigrationProgress.Phase.copying: ProgressLine("copying \(id)", noun: "message"),
      .checking: ProgressLine("comparing \(id)", noun: "message"),
    ]
    defer { for line in lines.values { line.clear() } }
    let waits = !returnsOnceStored
    let migrator = Migrator(from: source, to: target) { messages in
      // What the same model has read on one side need not be read on the other.
      guard let model, let vectors = source as? any PassageSource else { return }
      try await model.learn(messages, from: vectors)
      if waits { try await target.finishIndexing { _ in } }
      model.forget()
    }
    return try await migrator.run(shouldStop: { interruption.isRequested }) { step in
      lines[step.phase]?.update(
        fraction: Double(step.messages) / Double(max(step.total, 1)), count: step.messages)
    }
  }

  private func conclude(_ results: [(TenantID, MigrationReport)], to place: DataPlace) throws {
    let differences = results.reduce(0) { $0 + $1.1.differences.count }
    if format.isJSON {
      try Console.print(
        .object([
          .init(
            "tenants",
            .array(
              results.map { id, report in
                .object([
                  .init("tenant_id", .string(id.rawValue)), .init("sessions", .integer(report.sessions)),
                  .init("copied", .integer(report.copied)),
                  .init(
                    "differences",
                    .array(
                      report.differences.map {
                        .object([
                          .init("session_id", .string($0.session.rawValue)), .init("reason", .string($0.reason)),
                        ])
                      })),
                ])
              }))
        ]))
    } else {
      for (id, report) in results {
        try Console.print(
          StyledText.bold(id.rawValue)
            + StyledText(
              ": \(Figures.count(report.sessions, "session")), \(Figures.count(report.copied, "message")) copied to "
                + "\(place)"))
      }
    }
    for (id, report) in results {
      for difference in report.differences.prefix(Self.differencesShown) {
        Console.note("tenant \"\(id)\", session \"\(difference.session)\": \(difference.reason)")
      }
    }
    if results.contains(where: { $0.1.isStopped }) {
      Console.note("stopped: everything counted above is stored; run the same command again to go on")
      throw CommandFailure(.partly)
    }
    guard differences == 0 else {
      throw CommandFailure(
        .failed,
        "\(Figures.count(differences, "session")) differ: where messages are missing, run the same command again; "
          + "what the other side has otherwise is never replaced: change it there, or delete the session there "
          + "and migrate again")
    }
  }
}
