// Maintenance beside everything else: appends, deletions, readers, kills, full disks.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct MaintenanceTests {
  /// Runs work once, before the first step that contains some words.
  private final class Interjection: Sendable {
    private let state = Lock<(words: String, work: (@Sendable () throws -> Void)?)>(("", nil))

    func arm(before words: String, _ work: @escaping @Sendable () throws -> Void) {
      state.withLock { $0 = (words, work) }
    }

    @Sendable func step(_ description: String) throws {
      let work = state.withLock { state -> (@Sendable () throws -> Void)? in
        guard description.contains(state.words) else { return nil }
        defer { state.work = nil }
        return state.work
      }
      try work?()
    }
  }

  @Test func `Rows deleted and appended while a segment is built are gone and there afterwards`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let interjection = Interjection()
    let index = try VectorIndex.writing(folder, policy: .small, beforeStep: interjection.step)
    var generator = SeededGenerator(seed: 61)
    try index.append(keys: 1...3000, &generator, highWater: 3000)
    let deleted = Set<Int64>([1, 2, 500, 1024, 1025, 2999])
    interjection.arm(before: "write 4096 bytes at 0 of segment") {
      var generator = SeededGenerator(seed: 62)
      try index.delete(keys: deleted)
      try index.append(keys: 3001...3100, &generator, highWater: 3100)
    }
    try index.maintain()
    #expect(index.statistics().segmentCount == 1 && index.statistics().tailCount == 1)
    #expect(try index.keys() == Set(1...3100).subtracting(deleted))
    #expect(index.highWater == 3100)
    #expect(index.verify() == [])
    #expect(try index.checkInvariants() == [])
    let query = generator.vector(64)
    #expect(try index.search(query: query, topK: 5000, recall: .exact).count == 3100 - deleted.count)
  }

  @Test(arguments: 1...4)
  func `Results equal the exact model under random appends, deletions, maintenance, filters and reopening`(
    seed: Int
  ) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: UInt64(100 + seed))
    var model = ExactModel()
    var index = try VectorIndex.writing(folder, policy: .small)
    let reader = try VectorIndex.reading(folder)
    var nextKey: Int64 = 1
    for _ in 0..<12 {
      switch UInt8.random(in: 0..<10, using: &generator) {
      case 0..<4:
        let rows = generator.rows(keys: nextKey..<nextKey + Int64.random(in: 1...700, using: &generator))
        let vectors = generator.clusteredVectors(rows.count, dimensions: 64, centers: 30)
        nextKey += Int64(rows.count)
        try index.append(rows: rows, vectors: vectors, highWater: nextKey - 1)
        model.append(rows, vectors, dimensions: 64)
      case 4..<6:
        let keys = Set((0..<120).map { _ in Int64.random(in: 0...nextKey, using: &generator) })
        try index.delete(keys: keys)
        model.delete(keys)
      case 6..<9: try index.maintain()
      default: index = try VectorIndex.writing(folder, policy: .small)
      }
      #expect(index.liveCount == model.entries.count && index.highWater == nextKey - 1)
      #expect(try index.keys() == Set(model.entries.map(\.row.key)))
      #expect(try index.checkInvariants() == [])
      try reader.refresh()
      #expect(try reader.checkInvariants() == [])
      let filter = VectorFilter(
        channels: UInt8.random(in: 0...2, using: &generator) == 0 ? [1, 3] : nil,
        role: UInt8.random(in: 0...2, using: &generator) == 0 ? 1 : nil)
      for target in [index, reader] {
        let query = generator.clusteredVectors(1, dimensions: 64, centers: 30)
        let expected = model.scores(query, filter)
        let hits = try target.search(query: query, topK: 20, filter: filter, recall: .exact)
        #expect(hits.count == min(20, expected.count))
        for hit in hits { #expect(abs(Double(hit.score) - (expected[hit.key] ?? 9)) < SearchTests.bound) }
        if let last = hits.last, hits.count == 20 {
          let found = Set(hits.map(\.key))
          for (key, score) in expected where !found.contains(key) {
            #expect(score < Double(last.score) + 2 * SearchTests.bound)
          }
        }
      }
    }
    #expect(index.verify() == [])
  }

  @Test func `Maintenance, appends, deletions and searches of several threads do not disturb each other`() async throws
  {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder, policy: .small)
    var generator = SeededGenerator(seed: 63)
    let kept = try index.append(keys: stride(from: 1, to: 601, by: 2), &generator, highWater: 600)
    let reader = try VectorIndex.reading(folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var generator = SeededGenerator(seed: 64)
        for round in 0..<16 {
          let keys = (0..<200).map { Int64(round * 400 + $0 * 2 + 2) }
          try index.append(keys: keys, &generator, highWater: Int64(600 + round))
          if round > 8 { try index.delete(keys: Set(keys)) }
        }
      }
      group.addTask {
        for _ in 0..<6 {
          try index.maintain()
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      for target in [index, reader] {
        group.addTask {
          for round in 0..<80 {
            try target.refresh()
            let position = round * 7 % kept.rows.count
            let query = Array(kept.vectors[position * 64..<(position + 1) * 64])
            let hits = try target.search(query: query, topK: 3)
            #expect(hits.first?.key == kept.rows[position].key)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.liveCount == 300 + 9 * 200)
    #expect(index.verify() == [])
  }

  @Test func `Maintenance killed before any step loses nothing and leaves nothing behind`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 65)
    let policy = MaintenancePolicy.small
    do {
      let index = try VectorIndex.writing(original, policy: policy)
      try index.append(keys: 1...600, &generator, highWater: 600)
      try index.maintain()
      try index.append(keys: 601...1100, &generator, highWater: 1100)
      try index.delete(keys: [5, 700])
    }
    let query = generator.vector(64)
    let expected = try VectorIndex.reading(original).search(query: query, topK: 2000, recall: .exact)
    #expect(expected.count == 1098)
    var steps = 0
    while true {
      let folder = try original.copy()
      defer { folder.remove() }
      let killer = KillSwitch()
      let index = try VectorIndex.writing(folder, policy: policy, beforeStep: killer.step)
      killer.arm(after: steps)
      var isDone = false
      do {
        try index.maintain()
        isDone = true
      } catch is KillSwitch.Killed {}
      let reader = try VectorIndex.reading(folder)
      #expect(try reader.search(query: query, topK: 2000, recall: .exact) == expected, "killed before step \(steps)")
      #expect(reader.verify() == [], "killed before step \(steps)")
      let writer = try VectorIndex.writing(folder, policy: policy)
      #expect(writer.verify() == [] && writer.highWater == 1100)
      #expect(Set(folder.names) == Set(["COMMIT"] + writer.view.manifest.fileNames), "killed before step \(steps)")
      try writer.maintain()
      #expect(try writer.search(query: query, topK: 2000, recall: .exact) == expected)
      #expect(writer.statistics().segmentCount == 1)
      if isDone { break }
      // Each chunk of a build is written in the same way: a few of them stand for all.
      steps += steps > 30 && steps < 60 ? 4 : 1
    }
    #expect(steps > 40)
  }

  @Test func `A deletion in a segment killed before any step leaves each row whole or scrubbed after reopening`() throws
  {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 66)
    do {
      let index = try VectorIndex.writing(original, policy: .small)
      try index.append(keys: 1...900, &generator, highWater: 900)
      try index.maintain()
    }
    let deleted = Set<Int64>([1, 2, 3, 500, 640, 641, 900])
    let query = generator.vector(64)
    var steps = 0
    while true {
      let folder = try original.copy()
      defer { folder.remove() }
      let killer = KillSwitch()
      let index = try VectorIndex.writing(folder, policy: .small, beforeStep: killer.step)
      killer.arm(after: steps)
      var isDone = false
      do {
        try index.delete(keys: deleted)
        isDone = true
      } catch is KillSwitch.Killed {}
      let reader = try VectorIndex.reading(folder)
      let found = Set(try reader.search(query: query, topK: 2000, recall: .exact).map(\.key))
      #expect(found.isSuperset(of: Set(1...900).subtracting(deleted)))
      let writer = try VectorIndex.writing(folder, policy: .small)
      #expect(writer.verify() == [], "killed before step \(steps)")
      #expect(try writer.keys().isSubset(of: found))
      try writer.delete(keys: deleted)
      #expect(try writer.keys() == Set(1...900).subtracting(deleted))
      #expect(writer.verify() == [])
      if isDone { break }
      steps += 1
    }
    #expect(steps > 30)
  }

  @Test func `A full disk stops maintenance, and the index goes on as it was`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let files = IndexFolder(folder.url)
    let full = Lock(false)
    let index = try VectorIndex.writing(folder, policy: .small) { step in
      if step.hasPrefix("write"), step.contains("segment"), full.withLock({ $0 }) {
        throw files.failure("write to the file", "segment-3", errno: ENOSPC)
      }
    }
    var generator = SeededGenerator(seed: 67)
    try index.append(keys: 1...900, &generator, highWater: 900)
    full.withLock { $0 = true }
    #expect(thrownCode { try index.maintain() } == .system)
    #expect(!folder.names.contains { $0.hasPrefix("segment") || $0.hasPrefix("codebook") })
    try index.append(keys: 901...950, &generator, highWater: 950)
    #expect(try index.keys() == Set(1...950))
    full.withLock { $0 = false }
    try index.maintain()
    #expect(index.statistics().segmentCount == 1)
    #expect(index.verify() == [])
  }

  @Test func `A cancelled task ends maintenance, which can begin again`() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder, policy: .small)
    var generator = SeededGenerator(seed: 68)
    try index.append(keys: 1...600, &generator, highWater: 600)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try index.maintain()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    try index.maintain()
    #expect(index.statistics().segmentCount == 1)
  }

  @Test func `A reader keeps its generation's answers until it refreshes`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 69)
    let writer = try VectorIndex.writing(folder, policy: .small)
    try writer.append(keys: 1...700, &generator, highWater: 700)
    let reader = try VectorIndex.reading(folder)
    let query = generator.vector(64)
    let expected = try reader.search(query: query, topK: 30, recall: .exact)
    try writer.maintain()
    try writer.append(keys: 701...1500, &generator, highWater: 1500)
    try writer.maintain()
    // The files it has mapped are unlinked by now.
    #expect(try reader.search(query: query, topK: 30, recall: .exact) == expected)
    #expect(reader.liveCount == 700)
    try reader.refresh()
    #expect(reader.liveCount == 1500)
    #expect(try reader.search(query: query, topK: 30) == writer.search(query: query, topK: 30))
  }

  @Test func `An index that is emptied while a segment is built stays empty`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let interjection = Interjection()
    let index = try VectorIndex.writing(folder, policy: .small, beforeStep: interjection.step)
    var generator = SeededGenerator(seed: 70)
    try index.append(keys: 1...600, &generator, highWater: 600)
    interjection.arm(before: "write 4096 bytes at 0 of segment") { try index.removeAll() }
    try index.maintain()
    #expect(index.isEmpty && index.highWater == 0 && index.statistics().segmentCount == 0)
    #expect(index.verify() == [])
    #expect(Set(folder.names) == Set(["COMMIT"] + index.view.manifest.fileNames))
  }

  @Test func `Filters of a segment that took another's place are worked out anew`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 71)
    let query = generator.vector(64)
    let filter = VectorFilter(channels: [1])
    let reader = try VectorIndex.reading(folder)
    for _ in 0..<2 {
      // The folder goes and comes back, so the same numbers name other files.
      try? FileManager.default.removeItem(at: folder.url)
      let writer = try VectorIndex.writing(folder, policy: .small)
      let rows = generator.rows(keys: 1...600)
      try writer.append(rows: rows, vectors: generator.vector(rows.count * 64), highWater: 600)
      try writer.maintain()
      try reader.refresh()
      let found = try reader.search(query: query, topK: 600, filter: filter)
      #expect(Set(found.map(\.key)) == Set(rows.filter { $0.channel == 1 }.map(\.key)))
    }
  }

  @Test func `Only a writer maintains`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let reader = try VectorIndex.reading(folder)
    #expect(!reader.needsMaintenance)
    #expect(thrownCode { try reader.maintain() } == .readOnly)
  }
}
