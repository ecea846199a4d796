// `recollect-bench index`: the vector index by itself, on vectors in files.

import ArgumentParser
import Foundation
import VectorIndex

struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Measures the vector index: search by recall and filter, open, build, append, size.",
    discussion: """
      Vectors are read from fbin files (u32 rows, u32 dimensions, then 32-bit floats), exact neighbours from an ibin \
      file (row numbers, best first).

        recollect-bench index --base base.fbin --query query.fbin --truth truth.ibin --recall 0.97 --recall 0.99
        recollect-bench index --base base.fbin --query query.fbin --truth truth.ibin --filters --json
      """)

  @Option(help: "The vectors to index.") var base: String
  @Option(help: "The questions.") var query: String
  @Option(help: "The exact neighbours of each question.") var truth: String
  @Option(help: "How many neighbours to look for.") var k = 10
  @Option(help: "The recall to ask for; several times for several.") var recall: [Double] = []
  @Option(help: "Threads that search at the same time.") var threads = 1
  @Option(help: "Times that each question is asked.") var rounds = 5
  @Flag(help: "Measure searches under filters that keep 1 % and 10 % of the rows too.") var filters = false
  @Option(help: "A folder for the index, which is kept; else a temporary one.") var folder: String?
  @Flag(help: "Use the index that is in the folder as it is.") var reuse = false
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    guard k > 0, threads > 0, rounds > 0 else { throw ValidationError("--k, --threads and --rounds begin at 1.") }
    guard recall.allSatisfy({ $0 > 0 && $0 <= 1 }) else { throw ValidationError("--recall lies above 0, up to 1.") }
    if reuse && folder == nil { throw ValidationError("--reuse needs --folder.") }
  }

  func run() async throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: "recollect-bench-\(UUID().uuidString)")
    let place = folder.map { URL(filePath: $0) } ?? temporary
    defer { if folder == nil { try? FileManager.default.removeItem(at: place) } }
    var bench = try IndexBenchmark(
      base: VectorMatrix(path: base), queries: VectorMatrix(path: query), truth: VectorMatrix(path: truth), k: k,
      folder: place)
    if !reuse { try bench.build() }
    bench.open()
    var results: [IndexResult] = []
    for share in recall.isEmpty ? [0.95, 0.97, 0.99, 1] : recall {
      let target = share >= 1 ? RecallTarget.exact : .atLeast(share)
      let name = share >= 1 ? "exact" : "recall \(share)"
      results.append(try bench.search(name, recall: target, threads: threads, rounds: share >= 1 ? 1 : rounds))
      for filter in filters && share < 1 ? IndexBenchmark.Filter.allCases : [] {
        results.append(
          try bench.search(
            "\(name), \(filter.rawValue)", recall: target, filter: filter, threads: threads, rounds: rounds))
      }
    }
    try report(
      IndexReport(rows: bench.base.rows, dimensions: bench.base.columns, k: k, threads: threads, results: results))
  }

  private func report(_ report: IndexReport) throws {
    if json {
      try JSONOutput.print(report)
    } else {
      print(report.table)
    }
  }
}
