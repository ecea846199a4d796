// Searching, against an exact model in floats.

import Testing

@testable import VectorIndex

@Suite struct SearchTests {
  /// More than the rows' 8 bits can cost at 64 dimensions of uniform components.
  static let bound = 0.01

  private func check(
    _ index: VectorIndex, _ model: ExactModel, query: [Float], topK: Int, filter: VectorFilter
  ) throws {
    let expected = model.scores(query, filter)
    let hits = try index.search(query: query, topK: topK, filter: filter)
    #expect(hits.count == min(topK, expected.count))
    #expect(Set(hits.map(\.key)).count == hits.count)
    for (left, right) in zip(hits, hits.dropFirst()) {
      #expect(left.score > right.score || (left.score == right.score && left.key < right.key))
    }
    for hit in hits {
      let score = try #require(expected[hit.key], "key \(hit.key) does not pass \(filter)")
      #expect(abs(Double(hit.score) - score) < Self.bound)
      #expect(
        model.entries.contains {
          $0.row.key == hit.key && $0.row.passage == hit.passage && $0.row.utf8Range == hit.utf8Range
            && ExactModel.passes($0.row, filter)
        })
    }
    // Nothing that was left out is better than the last hit by more than both their errors.
    if let last = hits.last, hits.count == topK {
      let found = Set(hits.map(\.key))
      for (key, score) in expected where !found.contains(key) {
        #expect(score < Double(last.score) + 2 * Self.bound)
      }
    }
  }

  private func filter(_ generator: inout SeededGenerator, keys: Int64) -> VectorFilter {
    func maybe<Value>(_ value: (inout SeededGenerator) -> Value) -> Value? {
      UInt8.random(in: 0..<4, using: &generator) == 0 ? value(&generator) : nil
    }
    func some(_ range: ClosedRange<UInt32>, _ generator: inout SeededGenerator) -> Set<UInt32> {
      let count = Int.random(in: 0...8, using: &generator)
      return Set((0..<count).map { _ in UInt32.random(in: range, using: &generator) })
    }
    return VectorFilter(
      sessions: maybe { some(1...40, &$0) }, excludedSession: maybe { UInt32.random(in: 1...40, using: &$0) },
      channels: maybe { some(1...5, &$0) }, authors: maybe { some(1...12, &$0) },
      role: maybe { UInt8.random(in: 0...2, using: &$0) },
      timeRange: maybe {
        let start = Int64.random(in: 1_700_000_000_000...1_790_000_000_000, using: &$0)
        return start..<start + Int64.random(in: 0...40_000_000_000, using: &$0)
      },
      allowedKeys: maybe { generator in
        Set((0..<200).map { _ in Int64.random(in: -5...keys, using: &generator) })
      })
  }

  @Test(arguments: 1...6)
  func `Results equal the exact model under random appends, deletions, filters and reopening`(seed: Int) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: UInt64(seed))
    var model = ExactModel()
    var index = try VectorIndex.writing(folder)
    let reader = try VectorIndex.reading(folder)
    var nextKey: Int64 = 1
    for _ in 0..<14 {
      switch UInt8.random(in: 0..<10, using: &generator) {
      case 0..<5:
        var rows: [PassageRow] = []
        for _ in 0..<Int.random(in: 1...500, using: &generator) {
          for passage in 0..<UInt16.random(in: 1...3, using: &generator) {
            rows.append(generator.row(key: nextKey, passage: passage))
          }
          nextKey += 1
        }
        let vectors = generator.vector(rows.count * 64)
        try index.append(rows: rows, vectors: vectors, highWater: nextKey - 1)
        model.append(rows, vectors, dimensions: 64)
      case 5..<8:
        let keys = Set((0..<60).map { _ in Int64.random(in: 0...nextKey, using: &generator) })
        let expected = model.entries.count { keys.contains($0.row.key) }
        #expect(try index.delete(keys: keys) == expected)
        model.delete(keys)
      default:
        index = try VectorIndex.writing(folder)
      }
      #expect(index.highWater == nextKey - 1)
      #expect(index.liveCount == model.entries.count)
      #expect(try index.keys() == Set(model.entries.map(\.row.key)))
      #expect(try index.checkInvariants() == [])
      try reader.refresh()
      #expect(try reader.checkInvariants() == [])
      for target in [index, reader] {
        for topK in [1, 10, 5000] {
          try check(
            target, model, query: generator.vector(64), topK: topK, filter: filter(&generator, keys: nextKey))
        }
      }
    }
    #expect(index.verify() == [])
  }

  @Test func `A large set of sessions, dense or scattered, filters exactly`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 11)
    var rows = generator.rows(keys: 1...900)
    for position in rows.indices { rows[position].session = UInt32.random(in: 0...UInt32.max, using: &generator) }
    let vectors = generator.vector(rows.count * 64)
    try index.append(rows: rows, vectors: vectors, highWater: 900)
    let query = generator.vector(64)
    let scattered = Set(rows.filter { $0.key.isMultiple(of: 3) }.map(\.session) + [0, UInt32.max])
    let found = try index.search(query: query, topK: 900, filter: VectorFilter(sessions: scattered))
    #expect(Set(found.map(\.key)) == Set(rows.filter { scattered.contains($0.session) }.map(\.key)))
    let low = rows.map(\.session).min() ?? 0
    let dense = Set((0..<1000).map { low &+ UInt32($0) })
    let near = try index.search(query: query, topK: 900, filter: VectorFilter(sessions: dense))
    #expect(Set(near.map(\.key)) == Set(rows.filter { dense.contains($0.session) }.map(\.key)))
  }

  @Test func `Equal scores come in order of their keys`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 12)
    let vector = generator.vector(64)
    let rows = generator.rows(keys: (1...700).map { Int64($0 * 7919 % 1009) })
    try index.append(rows: rows, vectors: rows.flatMap { _ in vector }, highWater: 1)
    let expected = Array(Set(rows.map(\.key)).sorted().prefix(20))
    #expect(try index.search(query: vector, topK: 20).map(\.key) == expected)
  }

  @Test func `The vectors of a message come back as unit vectors in passage order`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 13)
    let rows = [UInt16(2), 0, 1].map { generator.row(key: 5, passage: $0) } + [generator.row(key: 6)]
    let vectors = generator.vector(rows.count * 64)
    try index.append(rows: rows, vectors: vectors, highWater: 6)
    let found = try index.vectors(forKey: 5)
    #expect(found.count == 3)
    for (passage, position) in [(0, 1), (1, 2), (2, 0)] {
      #expect(cosine(found[passage], Array(vectors[position * 64..<(position + 1) * 64])) > 0.999)
      #expect(abs(found[passage].reduce(0) { $0 + $1 * $1 } - 1) < 0.001)
    }
    #expect(try index.vectors(forKey: 7).isEmpty)
    #expect(try index.contains(key: 6))
    #expect(try !index.contains(key: 7))
  }

  @Test func `A cancelled task ends its search`() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 14)
    try index.append(keys: 1...100, &generator, highWater: 100)
    let query = generator.vector(64)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try index.search(query: query, topK: 3)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `Searches, appends and deletions of several threads do not disturb each other`() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 15)
    // The odd keys stay; each has a vector that only it is near to.
    let kept = try index.append(keys: stride(from: 1, to: 401, by: 2), &generator, highWater: 400)
    let reader = try VectorIndex.reading(folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var generator = SeededGenerator(seed: 16)
        for round in 0..<12 {
          let keys = (0..<200).map { Int64(round * 400 + $0 * 2 + 2) }
          try index.append(keys: keys, &generator, highWater: Int64(400 + round))
          try index.delete(keys: Set(keys))
        }
      }
      for target in [index, reader] {
        group.addTask {
          for round in 0..<60 {
            try target.refresh()
            // Gives memory back under the other's hands.
            target.rest()
            let position = round * 7 % kept.rows.count
            let query = Array(kept.vectors[position * 64..<(position + 1) * 64])
            let hits = try target.search(query: query, topK: 3)
            #expect(hits.count == 3)
            #expect(hits.first?.key == kept.rows[position].key)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.liveCount == 200)
    #expect(index.verify() == [])
  }
}
