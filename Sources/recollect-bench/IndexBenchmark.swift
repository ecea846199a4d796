// Builds an index of the vectors in a file and measures it.

import Dispatch
import Foundation
import Synchronization
import VectorIndex

struct IndexBenchmark {
  let base: VectorMatrix<Float>
  let queries: VectorMatrix<Float>
  let truth: VectorMatrix<Int32>
  let k: Int
  let folder: URL

  private var buildSeconds: Double?
  private var appendPerSecond: Double?
  private var openMilliseconds = 0.0
  private var exactAnswers: [Filter: [[Int64]]] = [:]

  /// Filters and what they keep.
  enum Filter: String, CaseIterable, Sendable {
    case recentHundredth = "1 % contiguous"
    case scatteredHundredth = "1 % scattered"
    case recentTenth = "10 % contiguous"
    case scatteredTenth = "10 % scattered"
  }

  init(
    base: VectorMatrix<Float>, queries: VectorMatrix<Float>, truth: VectorMatrix<Int32>, k: Int, folder: URL
  ) throws {
    guard base.columns == queries.columns, truth.rows == queries.rows, truth.columns >= k else {
      throw VectorFileError(
        path: folder.path, what: "base, queries and neighbours do not belong together, or there are fewer than \(k)")
    }
    self.base = base
    self.queries = queries
    self.truth = truth
    self.k = k
    self.folder = folder
  }

  private var configuration: VectorIndexConfiguration {
    VectorIndexConfiguration(dimensions: base.columns, modelFingerprint: "benchmark")
  }

  // MARK: Building

  /// Row r is message r: a second after the one before, in sessions of twenty, one in a hundred in each channel.
  private static func row(_ number: Int) -> PassageRow {
    let scattered = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
    return PassageRow(
      key: Int64(number), utf8Range: 0..<80, session: UInt32(number / 20), channel: UInt32(scattered >> 32) % 100,
      author: UInt32(scattered >> 40) % 10, role: UInt8(number % 2), timestamp: 1_700_000_000_000 + Int64(number) * 1000
    )
  }

  /// Appends everything, and seals it.
  mutating func build() throws {
    let index = try VectorIndex.open(folder: folder, configuration: configuration, access: .writing)
    guard index.isEmpty else {
      throw VectorFileError(path: folder.path, what: "there is an index already: use --reuse, or another folder")
    }
    let clock = ContinuousClock()
    let batch = 1024
    let appended = try clock.measure {
      for start in stride(from: 0, to: base.rows, by: batch) {
        let range = start..<min(start + batch, base.rows)
        try index.append(
          rows: range.map(Self.row), vectors: base.rows(range), highWater: Int64(range.upperBound))
      }
    }
    appendPerSecond = Double(base.rows) / appended.inSeconds
    buildSeconds = try clock.measure { try index.maintain() }.inSeconds
  }

  /// Measures how long opening takes: the median of some.
  mutating func open() {
    let times = (0..<21).compactMap { _ -> Double? in
      let clock = ContinuousClock()
      let start = clock.now
      guard let index = try? reader() else { return nil }
      let taken = start.duration(to: clock.now)
      return withExtendedLifetime(index) { taken.inSeconds * 1000 }
    }
    openMilliseconds = times.sorted()[times.count / 2]
  }

  private func reader() throws -> VectorIndex {
    try VectorIndex.open(folder: folder, configuration: configuration, access: .reading)
  }

  // MARK: Searching

  mutating func search(
    _ name: String, recall: RecallTarget, filter: Filter? = nil, threads: Int, rounds: Int
  ) throws -> IndexResult {
    let index = try reader()
    let condition = filter.map { self.condition($0) } ?? .everything
    let first = try filter.map { try self.first($0, index, recall) }
    let expected = filter.map { answers($0) } ?? truth.neighbours(k)
    let found = try expected.indices.map { question in
      try index.search(query: queries[question], topK: k, filter: condition, recall: recall).map(\.key)
    }
    let hits = zip(found, expected).reduce(0) { $0 + Set($1.0).intersection($1.1).count }
    let latencies = try measure(index, questions: expected.count, condition, recall, threads: threads, rounds: rounds)
    let statistics = index.statistics()
    // The index has to stay mapped until this has been looked at.
    let resident = withExtendedLifetime(index) { ResidentMemory.bytes(ofFilesIn: folder) }
    return IndexResult(
      config: name, recall: Double(hits) / Double(expected.reduce(0) { $0 + $1.count }),
      p50: latencies.microseconds(0.5), p99: latencies.microseconds(0.99), first: first,
      bytesPerVector: Double(statistics.bytesOnDisk) / Double(base.rows),
      residentPerVector: Double(resident) / Double(base.rows), open: openMilliseconds,
      build: buildSeconds, append: appendPerSecond)
  }

  /// Asks every question `rounds` times, on `threads` at once.
  private func measure(
    _ index: VectorIndex, questions: Int, _ condition: VectorFilter, _ recall: RecallTarget, threads: Int, rounds: Int
  ) throws -> Latencies {
    let vectors = (0..<questions).map { queries[$0] }
    let all = Mutex(Latencies())
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      var latencies = Latencies()
      let clock = ContinuousClock()
      do {
        for round in 0..<rounds {
          for question in vectors.indices where (question + round) % threads == thread {
            let start = clock.now
            _ = try index.search(query: vectors[question], topK: k, filter: condition, recall: recall)
            latencies.add(start.duration(to: clock.now))
          }
        }
      } catch { failure.withLock { $0 = error } }
      all.withLock { [latencies] in $0.add(contentsOf: latencies) }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return all.withLock { $0 }
  }

  /// What a filter costs that no search before had, once the columns have been read: the median of some, in microseconds.
  private func first(_ filter: Filter, _ index: VectorIndex, _ recall: RecallTarget) throws -> Double {
    let clock = ContinuousClock()
    let times = try (0..<21).map { other in
      let condition = condition(filter, other: other)
      let start = clock.now
      _ = try index.search(query: queries[0], topK: k, filter: condition, recall: recall)
      return start.duration(to: clock.now).inSeconds * 1e6
    }
    return times.sorted()[times.count / 2]
  }

  /// - Parameter other: another filter of the same kind.
  private func condition(_ filter: Filter, other: Int = 0) -> VectorFilter {
    let rows = Int64(base.rows)
    func recent(_ part: Int64) -> VectorFilter {
      let start = rows * 6 / 10 + Int64(other) * rows / 100
      return VectorFilter(
        timeRange: 1_700_000_000_000 + start * 1000..<1_700_000_000_000 + (start + rows / part) * 1000)
    }
    switch filter {
    case .recentHundredth: return recent(100)
    case .recentTenth: return recent(10)
    case .scatteredHundredth: return VectorFilter(channels: [UInt32(7 + other)])
    case .scatteredTenth: return VectorFilter(excludedSession: other == 0 ? nil : UInt32(other), authors: [3])
    }
  }

  /// The exact neighbours under a filter, worked out once.
  private mutating func answers(_ filter: Filter) -> [[Int64]] {
    if let known = exactAnswers[filter] { return known }
    let found = exact(condition(filter))
    exactAnswers[filter] = found
    return found
  }

  /// The exact neighbours among the rows that a filter keeps, for the first questions.
  private func exact(_ condition: VectorFilter) -> [[Int64]] {
    let rows = (0..<base.rows).filter { Self.passes(Self.row($0), condition) }
    return (0..<min(200, queries.rows)).map { question in
      let query = queries[question]
      let scored = rows.map { row -> (score: Float, row: Int) in
        let vector = base.rows(row..<row + 1)
        var dot: Float = 0
        for index in query.indices { dot += query[index] * vector[index] }
        return (dot, row)
      }
      return scored.sorted { $0.score > $1.score }.prefix(k).map { Int64($0.row) }
    }
  }

  private static func passes(_ row: PassageRow, _ filter: VectorFilter) -> Bool {
    filter.timeRange?.contains(row.timestamp) != false && filter.channels?.contains(row.channel) != false
      && filter.authors?.contains(row.author) != false
  }
}

extension VectorMatrix where Element == Int32 {
  /// The nearest `k` of each question.
  func neighbours(_ k: Int) -> [[Int64]] { (0..<rows).map { self[$0].prefix(k).map(Int64.init) } }
}
