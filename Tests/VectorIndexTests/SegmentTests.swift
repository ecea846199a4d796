// Sealed segments: what sealing and merging keep, and what searches find in them.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct SegmentTests {
  /// An index of clustered rows, all of them sealed.
  private func makeSealed(
    _ folder: TemporaryFolder, rows count: Int64, noise: Float = 0.6
  ) throws -> (index: VectorIndex, rows: [PassageRow], vectors: [Float]) {
    var generator = SeededGenerator(seed: 51)
    let index = try VectorIndex.writing(folder, policy: .small)
    let rows = generator.rows(keys: 1...count)
    let vectors = generator.clusteredVectors(rows.count, dimensions: 64, centers: 60, noise: noise)
    try index.append(rows: rows, vectors: vectors, highWater: count)
    try index.maintain()
    #expect(index.statistics().segmentCount == 1 && index.statistics().tailCount == 0)
    return (index, rows, vectors)
  }

  private func question(_ generator: inout SeededGenerator) -> [Float] {
    generator.clusteredVectors(1, dimensions: 64, centers: 60)
  }

  @Test func `Sealing changes no score, no column and no answer of an exact search`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 52)
    let index = try VectorIndex.writing(folder, policy: .small)
    try index.append(keys: 1...900, &generator, highWater: 900)
    try index.delete(keys: [3, 64, 65, 700])
    let query = generator.vector(64)
    let filter = VectorFilter(excludedSession: 7, channels: [1, 2], role: 1)
    let before = try index.search(query: query, topK: 1000, recall: .exact)
    let filtered = try index.search(query: query, topK: 1000, filter: filter, recall: .exact)
    let vectors = try index.vectors(forKey: 77)
    #expect(index.needsMaintenance)
    try index.maintain()
    // Nor does giving the memory back.
    _ = try index.search(query: query, topK: 10)
    index.rest()
    #expect(!index.needsMaintenance)
    #expect(index.statistics().segmentCount == 1 && index.statistics().tailCount == 0)
    #expect(index.rowCount == 896 && index.liveCount == 896 && index.highWater == 900)
    #expect(before.count == 896)
    #expect(try index.search(query: query, topK: 1000, recall: .exact) == before)
    #expect(try index.search(query: query, topK: 1000, filter: filter, recall: .exact) == filtered)
    #expect(try index.vectors(forKey: 77) == vectors)
    #expect(try index.checkInvariants() == [])
    #expect(index.verify() == [])
    let reader = try VectorIndex.reading(folder)
    #expect(try reader.search(query: query, topK: 1000, recall: .exact) == before)
    #expect(reader.highWater == 900)
  }

  @Test(arguments: [(RecallTarget.fast, 0.93), (.balanced, 0.97), (.atLeast(0.99), 0.98)])
  func `A search finds the share of the exact answer that it is asked for`(target: RecallTarget, least: Double) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (index, _, _) = try makeSealed(folder, rows: 6000)
    var generator = SeededGenerator(seed: 53)
    var found = 0
    let questions = 100
    for _ in 0..<questions {
      let query = question(&generator)
      let exact = Set(try index.search(query: query, topK: 10, recall: .exact).map(\.key))
      found += try index.search(query: query, topK: 10, recall: target).count { exact.contains($0.key) }
    }
    #expect(Double(found) / Double(10 * questions) >= least)
  }

  @Test func `Candidates come from the codes of near lists only`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (index, _, _) = try makeSealed(folder, rows: 6000, noise: 0.25)
    let segment = try #require(index.view.segments.first)
    var generator = SeededGenerator(seed: 54)
    let query = question(&generator)
    let expected = try index.search(query: query, topK: 5, recall: .fast)
    var looked = 0
    for block in 0..<segment.blocks {
      let byte = segment.layout.offset(.codes) + block * segment.layout.codeBlockBytes
      try folder.flip(segment.name, byte: byte)
      let reader = try VectorIndex.reading(folder)
      // Damage where a search does not look stays unseen, and an exact one has no use for codes.
      do {
        #expect(try reader.search(query: query, topK: 5, recall: .fast) == expected)
      } catch is VectorIndexError {
        looked += 1
      }
      #expect(try reader.search(query: query, topK: 5, recall: .exact).count == 5)
      try folder.flip(segment.name, byte: byte)
    }
    #expect(looked > 0 && looked < segment.blocks / 2, "\(looked) of \(segment.blocks)")
  }

  @Test(arguments: [3000, 6000] as [Int64])
  func `Filters are exact in segments with sketches and without`(count: Int64) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let (index, rows, vectors) = try makeSealed(folder, rows: count)
    #expect(index.view.segments.first?.header.shape.hasSketches == (count > 4200))
    var model = ExactModel()
    model.append(rows, vectors, dimensions: 64)
    var generator = SeededGenerator(seed: 55)
    let times = 1_700_000_000_000..<Int64(1_760_000_000_000)
    for filter in [
      VectorFilter(channels: [2]), VectorFilter(timeRange: times), VectorFilter(sessions: [3, 4, 5, 9, 12, 30]),
      VectorFilter(sessions: [11]), VectorFilter(excludedSession: 5), VectorFilter(authors: [1], role: 2),
      VectorFilter(allowedKeys: Set(1...300)), VectorFilter(excludedSession: 5, channels: [1], timeRange: times),
    ] {
      for _ in 0..<4 {
        let query = question(&generator)
        let expected = model.scores(query, filter)
        let hits = try index.search(query: query, topK: 10, filter: filter, recall: .atLeast(0.99))
        #expect(hits.count == min(10, expected.count), "\(filter)")
        for hit in hits { #expect(abs(Double(hit.score) - (expected[hit.key] ?? 9)) < SearchTests.bound) }
        let best = expected.values.sorted(by: >).prefix(10)
        let recalled = hits.count { Double($0.score) >= (best.last ?? 0) - SearchTests.bound }
        #expect(recalled >= best.count - 2, "\(filter)")
      }
    }
  }

  @Test func `Leaving out the session that holds the nearest rows still fills the answer`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 56)
    let index = try VectorIndex.writing(folder, policy: .small)
    var rows = generator.rows(keys: 1...5000)
    var vectors = generator.clusteredVectors(rows.count, dimensions: 64, centers: 60)
    let query = question(&generator)
    for position in rows.indices { rows[position].session = position < 400 ? 1 : 2 + UInt32(position / 50) }
    for position in 0..<400 {
      for component in 0..<64 { vectors[position * 64 + component] = query[component] + Float(position % 7) * 0.01 }
    }
    try index.append(rows: rows, vectors: vectors, highWater: 5000)
    try index.maintain()
    let hits = try index.search(query: query, topK: 20, filter: VectorFilter(excludedSession: 1))
    #expect(hits.count == 20)
    #expect(hits.allSatisfy { $0.key > 400 })
  }

  @Test func `The best of many passages of one message counts, and others come after it`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 57)
    let index = try VectorIndex.writing(folder, policy: .small)
    let query = question(&generator)
    var rows = generator.rows(keys: 1...4000)
    var vectors = generator.clusteredVectors(rows.count, dimensions: 64, centers: 60)
    for passage in 0..<300 {
      rows.append(generator.row(key: 9999, passage: UInt16(passage)))
      vectors += query.map { $0 + Float.random(in: -0.01...0.01, using: &generator) }
    }
    try index.append(rows: rows, vectors: vectors, highWater: 9999)
    try index.maintain()
    let hits = try index.search(query: query, topK: 10)
    #expect(hits.count == 10 && hits.first?.key == 9999)
    #expect(Set(hits.map(\.key)).count == 10)
  }

  @Test func `The same rows give the same files`() throws {
    let folders = [TemporaryFolder(), TemporaryFolder()]
    defer { for folder in folders { folder.remove() } }
    for folder in folders { _ = try makeSealed(folder, rows: 4500) }
    #expect(folders[0].names == folders[1].names)
    for name in folders[0].names { #expect(try folders[0].contents(name) == folders[1].contents(name)) }
  }

  @Test func `One codebook serves segments until the rows drift away from it`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 58)
    // Nothing is merged, so that every sealing adds a segment.
    let policy = MaintenancePolicy(sealedRows: 400, mergeRatio: 0, deletedShare: 0.25, sketchedRows: 4200)
    let index = try VectorIndex.writing(folder, policy: policy)
    var last: Int64 = 0
    func seal(_ vectors: [Float]) throws {
      let rows = generator.rows(keys: last + 1...last + Int64(vectors.count / 64))
      last += Int64(rows.count)
      try index.append(rows: rows, vectors: vectors, highWater: last)
      try index.maintain()
    }
    try seal(generator.clusteredVectors(600, dimensions: 64, centers: 5))
    try seal(generator.clusteredVectors(600, dimensions: 64, centers: 5))
    #expect(index.statistics().segmentCount == 2 && index.view.codebooks.count == 1)
    try seal(generator.clusteredVectors(600, dimensions: 64, centers: 5, seed: 12345))
    #expect(index.statistics().segmentCount == 3 && index.view.codebooks.count == 2)
    // Segments of different codebooks answer together.
    var model = SeededGenerator(seed: 59)
    for seed in [99, 12345] as [UInt64] {
      let query = model.clusteredVectors(1, dimensions: 64, centers: 5, seed: seed)
      let exact = try index.search(query: query, topK: 10, recall: .exact)
      #expect(try index.search(query: query, topK: 10) == exact)
    }
    #expect(index.verify() == [])
    #expect(try index.checkInvariants() == [])
  }

  @Test func `Segments stay few, and deleted rows leave when many are`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 60)
    let index = try VectorIndex.writing(folder, policy: .small)
    for batch in 0..<16 {
      let keys = Int64(batch) * 500 + 1...Int64(batch) * 500 + 500
      try index.append(keys: keys, &generator, highWater: keys.upperBound)
      if index.needsMaintenance { try index.maintain() }
      #expect(index.statistics().segmentCount <= 4)
    }
    #expect(index.liveCount == 8000)
    #expect(try index.keys() == Set(1...8000))
    try index.delete(keys: Set(1...6000))
    #expect(index.needsMaintenance)
    try index.maintain()
    #expect(index.rowCount < 8000 && index.liveCount == 2000)
    #expect(try index.keys() == Set(6001...8000))
    try index.delete(keys: Set(6001...8000))
    try index.maintain()
    #expect(index.isEmpty)
    #expect(index.statistics().segmentCount == 0)
    #expect(index.verify() == [])
    try index.append(keys: 1...20, &generator, highWater: 9000)
    #expect(try index.keys() == Set(1...20))
  }
}
