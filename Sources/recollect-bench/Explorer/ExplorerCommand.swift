// `recollect-bench explorer`: the explorer as a person sees it, on a real terminal, and beside other programs.

import ArgumentParser
import ConversationMemory
import EmbeddedStore
import Foundation
import TextEmbedding

struct ExplorerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explorer",
    abstract: "Measures the explorer on a terminal: starting, keys, search as one types, memory, silence.",
    discussion: """
      The `recollect` that lies beside this program is started on a terminal of its own. A key's time runs from writing \
      it to the first byte of the answer, and to the last before 30 ms of silence (150 ms in the search). Nothing in \
      the data folder is changed.

        recollect-bench explorer --data DIR --tenant sgd
        recollect-bench explorer --tenants 2000 --peers --json
      """)

  @Option(help: "The data folder.") var data: String?
  @Option(help: "The tenant to open.") var tenant = "bench-0001"
  @Option(help: "Make a temporary store of so many small tenants, and open that.") var tenants: Int?
  @Option(help: "The terminal's columns and rows.") var size = "120x40"
  @Option(help: "How often each program is started.") var starts = 10
  @Option(help: "How many keys of a kind are pressed.") var keys = 120
  @Option(help: "The recollect to measure, where it is not the one beside this program.") var program: String?
  @Flag(help: "Measure less, htop, neomutt and tig too, those that are installed.") var peers = false
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    let parts = size.split(separator: "x").compactMap { Int($0) }
    guard parts.count == 2, parts.allSatisfy({ (1...1000).contains($0) }) else {
      throw ValidationError("--size is columns and rows, such as 120x40, not '\(size)'")
    }
    guard starts > 0, keys > 0 else { throw ValidationError("--starts and --keys are at least 1") }
  }

  func run() async throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: "recollect-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: temporary) }
    let folder =
      tenants == nil
      ? data.map { URL(filePath: $0, directoryHint: .isDirectory) }
        ?? EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment)
      : temporary.appending(path: "data")
    let program = try program ?? Self.neighbour("recollect")
    let id = try TenantID(tenant)
    let store = try EmbeddedStore(folder: folder, semantic: .none)
    if let tenants { try await GeneratedMessages.fill(store, tenants: tenants) }
    let memory = try await store.tenant(id)
    let counts = try await memory.counts()
    let sessions = try await memory.sessions(SessionQuery(limit: 1))
    guard let first = sessions.items.first else {
      throw ValidationError("tenant '\(tenant)' has no sessions: import some messages, or name another with --tenant")
    }
    let words = size.split(separator: "x").compactMap { Int($0) }
    // First: the largest child so far must be the search.
    try Self.search(program, folder.path, tenant)
    var report = ExplorerReport(
      size: size, messages: counts.messages, sessions: counts.sessions, tenants: try await count(store),
      searchMemory: ProcessMemory.largestChild)
    let benchmark = ExplorerBenchmark(
      program: program, data: folder.path, tenant: id, columns: words[0], rows: words[1], starts: starts, keys: keys,
      firstTitle: String(first.title.prefix(12)))
    try benchmark.run(into: &report)
    if peers {
      try PeerBenchmark(columns: words[0], rows: words[1], starts: min(starts, 5), keys: keys, folder: temporary)
        .run(into: &report)
    }
    if json { try JSONOutput.print(report) } else { print(report.table) }
  }

  private func count(_ store: EmbeddedStore) async throws -> Int {
    var count = 0
    var cursor: Cursor?
    repeat {
      let page = try await store.tenants(limit: 1000, after: cursor)
      count += page.items.count
      cursor = page.next
    } while cursor != nil
    return count
  }

  /// The path of another program in this one's folder.
  private static func neighbour(_ name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw ValidationError("there is no \(path): build it (swift build -c release), or name one with --program")
    }
    return path
  }

  private static func search(_ program: String, _ data: String, _ tenant: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["search", "--data", data, "--tenant", tenant, "cheap table for two tonight"]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("`recollect search` on tenant '\(tenant)' failed with status \(process.terminationStatus)")
    }
  }
}
