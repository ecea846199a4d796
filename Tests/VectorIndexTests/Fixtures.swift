// What the tests of the index share: folders that clean up after themselves, seeded rows and an exact model.

import Foundation
import Testing

@testable import VectorIndex

/// A folder of a test's own. The test calls `remove()` when it ends, which also keeps it until then.
struct TemporaryFolder: Sendable {
  let url: URL

  init() {
    url = FileManager.default.temporaryDirectory.appending(path: "vector-index-\(UUID().uuidString)")
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))) ?? []).sorted()
  }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

  /// The number of stored bytes a file may be flipped at.
  func size(_ name: String) throws -> Int { try contents(name).count }

  /// Changes one bit in place, as bad hardware would.
  func flip(_ name: String, byte: Int, bit: Int = 0) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path(name)))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(byte))
    let old = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: UInt64(byte))
    try file.write(contentsOf: Data([old ^ (1 << UInt8(bit))]))
  }

  func overwrite(_ name: String, at offset: Int, with bytes: [UInt8]) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path(name)))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
  }

  func copy() throws -> TemporaryFolder {
    let copy = TemporaryFolder()
    try FileManager.default.copyItem(at: url, to: copy.url)
    return copy
  }
}

/// The same numbers for the same seed everywhere.
typealias SeededGenerator = RandomNumbers

extension SeededGenerator {
  mutating func vector(_ dimensions: Int) -> [Float] {
    (0..<dimensions).map { _ in Float.random(in: -1...1, using: &self) }
  }

  /// A passage of message `key`, with columns from small ranges so that filters meet.
  mutating func row(key: Int64, passage: UInt16 = 0) -> PassageRow {
    let start = UInt32.random(in: 0..<1000, using: &self)
    return PassageRow(
      key: key, passage: passage, utf8Range: start..<start + UInt32.random(in: 1..<500, using: &self),
      session: UInt32.random(in: 1...40, using: &self), channel: UInt32.random(in: 1...4, using: &self),
      author: UInt32.random(in: 1...12, using: &self), role: UInt8.random(in: 0...2, using: &self),
      timestamp: Int64.random(in: 1_700_000_000_000...1_790_000_000_000, using: &self))
  }

  mutating func rows(keys: some Sequence<Int64>) -> [PassageRow] { keys.map { row(key: $0) } }
}

func cosine(_ left: [Float], _ right: [Float]) -> Double {
  var dot = 0.0
  var leftSquares = 0.0
  var rightSquares = 0.0
  for (a, b) in zip(left, right) {
    dot += Double(a) * Double(b)
    leftSquares += Double(a) * Double(a)
    rightSquares += Double(b) * Double(b)
  }
  return leftSquares == 0 || rightSquares == 0 ? 0 : dot / (leftSquares * rightSquares).squareRoot()
}

/// The index as it should behave, kept in memory as floats.
struct ExactModel {
  struct Entry {
    var row: PassageRow
    var vector: [Float]
  }

  var entries: [Entry] = []

  mutating func append(_ rows: [PassageRow], _ vectors: [Float], dimensions: Int) {
    for (index, row) in rows.enumerated() {
      entries.append(Entry(row: row, vector: Array(vectors[index * dimensions..<(index + 1) * dimensions])))
    }
  }

  mutating func delete(_ keys: Set<Int64>) { entries.removeAll { keys.contains($0.row.key) } }

  static func passes(_ row: PassageRow, _ filter: VectorFilter) -> Bool {
    filter.sessions?.contains(row.session) != false && filter.excludedSession != row.session
      && filter.channels?.contains(row.channel) != false && filter.authors?.contains(row.author) != false
      && (filter.role == nil || filter.role == row.role) && filter.timeRange?.contains(row.timestamp) != false
      && filter.allowedKeys?.contains(row.key) != false
  }

  /// The best cosine of each key that passes.
  func scores(_ query: [Float], _ filter: VectorFilter) -> [Int64: Double] {
    var best: [Int64: Double] = [:]
    for entry in entries where Self.passes(entry.row, filter) {
      best[entry.row.key] = max(best[entry.row.key] ?? -2, cosine(entry.vector, query))
    }
    return best
  }
}

let testConfiguration = VectorIndexConfiguration(dimensions: 64, modelFingerprint: "test-model/1")

extension VectorIndex {
  static func writing(
    _ folder: TemporaryFolder, policy: MaintenancePolicy = .standard, beforeStep: WriteStep? = nil
  ) throws -> VectorIndex {
    try open(
      folder: folder.url, configuration: testConfiguration, access: .writing, policy: policy, beforeStep: beforeStep)
  }

  static func reading(_ folder: TemporaryFolder) throws -> VectorIndex {
    try open(folder: folder.url, configuration: testConfiguration, access: .reading)
  }

  /// Appends one row for each key, made from the generator, with up to three tokens by its key. Returns what was appended.
  @discardableResult
  func append(
    keys: some Sequence<Int64>, _ generator: inout SeededGenerator, highWater: Int64
  ) throws -> (rows: [PassageRow], vectors: [Float]) {
    let rows = generator.rows(keys: keys)
    let vectors = generator.vector(rows.count * configuration.dimensions)
    let tokens = rows.map { row in
      var numbers = SeededGenerator(seed: UInt64(bitPattern: row.key))
      return (0..<Int(row.key % 4) * configuration.dimensions / 8).map { _ in
        UInt8.random(in: .min ... .max, using: &numbers)
      }
    }
    try append(rows: rows, vectors: vectors, tokens: tokens, highWater: highWater)
    return (rows, vectors)
  }
}

/// A code that the body throws, or nil.
func thrownCode(_ body: () throws -> Void) -> VectorIndexError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? VectorIndexError)?.code
  }
}

extension MaintenancePolicy {
  /// Seals and merges after few rows, with sketches from few rows on.
  static let small = MaintenancePolicy(sealedRows: 400, mergeRatio: 1.5, deletedShare: 0.25, sketchedRows: 4200)
}

extension SeededGenerator {
  /// Vectors in clusters, like sentences about the same things: each is one of `centers` plus some noise.
  mutating func clusteredVectors(
    _ count: Int, dimensions: Int, centers: Int, noise: Float = 0.6, seed: UInt64 = 99
  ) -> [Float] {
    var middle = SeededGenerator(seed: seed)
    let points = (0..<centers).map { _ in middle.vector(dimensions) }
    return (0..<count).flatMap { _ -> [Float] in
      let point = points[Int.random(in: 0..<centers, using: &self)]
      return point.map { $0 + Float.random(in: -noise...noise, using: &self) }
    }
  }
}

/// Stops a writer before one of its steps, counted from when it is armed, as a kill would.
final class KillSwitch: Sendable {
  struct Killed: Error {}

  private let left = Lock<Int?>(nil)

  func arm(after steps: Int) { left.withLock { $0 = steps } }

  @Sendable func step(_: String) throws {
    let isOver = left.withLock { left -> Bool in
      guard let steps = left else { return false }
      left = steps - 1
      return steps <= 0
    }
    if isOver { throw Killed() }
  }
}
