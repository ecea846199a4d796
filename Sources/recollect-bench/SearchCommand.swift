// `recollect-bench search`: a whole search of the embedded store, and whose share it is.

import ArgumentParser
import ConversationMemory
import EmbeddedStore
import Foundation
import TextEmbedding

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Measures whole searches of a tenant, with and without filters, and each stage's share.",
    discussion: """
      The questions are messages of the tenant itself, shortened to their first words. The store is warm: each question \
      is asked once before it counts.

        recollect-bench search --tenant sgd --data DIR
        recollect-bench search --generate 1000000 --json
      """)

  @Option(help: "The data folder.") var data: String?
  @Option(help: "The tenant to search.") var tenant = "bench"
  @Option(help: "How many questions to ask.") var questions = 200
  @Option(help: "Fill a temporary store with so many generated messages, embedded by a stand-in, and search that.")
  var generate: Int?
  @Flag(help: "Print one JSON document.") var json = false

  func run() async throws {
    guard let installed = ModelLibrary(folder: ModelLibrary.defaultFolder()).locateDefault() else {
      throw ValidationError("No model is installed: run `recollect model install`.")
    }
    let encoder = try SentenceEncoder.load(folder: installed.folder, name: installed.name)
    let service = BenchmarkEmbedding(encoder, isStandIn: generate != nil)
    let temporary = FileManager.default.temporaryDirectory.appending(path: "recollect-bench-\(UUID().uuidString)")
    defer { if generate != nil { try? FileManager.default.removeItem(at: temporary) } }
    let folder =
      generate == nil
      ? data.map { URL(filePath: $0, directoryHint: .isDirectory) }
        ?? EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment)
      : temporary
    let store = try EmbeddedStore(folder: folder, semantic: .service(service))
    let memory: any TenantStore
    if let generate {
      memory = try await store.creatingTenant(TenantID(tenant))
      try await GeneratedMessages.fill(memory, count: generate)
    } else {
      memory = try await store.tenant(TenantID(tenant))
    }
    let benchmark = SearchBenchmark(memory: memory)
    try report(try await benchmark.run(questions: questions))
  }

  private func report(_ report: SearchReport) throws {
    if json {
      try JSONOutput.print(report)
    } else {
      print(report.table)
    }
  }
}
