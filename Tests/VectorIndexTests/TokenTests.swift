// Token signs in tails and segments: what is found of them, through sealing, deletion, damage and crashes.

import CVectorKernels
import Foundation
import Testing

@testable import VectorIndex

@Suite struct TokenTests {
  private static let dimensions = 64

  /// Messages with tokens, and what late interaction should find in them.
  struct Model {
    struct Passage {
      var row: PassageRow
      var tokens: [[Float]]
    }

    var passages: [Passage] = []

    /// For each passage of a message the largest cosine of each of a question's tokens over its tokens.
    func expected(_ key: Int64, _ question: [[Float]]) -> [[Double]] {
      passages.filter { $0.row.key == key }.map { passage in
        question.map { token in
          passage.tokens.map { cosine($0.map { $0 >= 0 ? 1 : -1 }, token) }.max() ?? 0
        }
      }
    }
  }

  static func signs(_ vector: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: vector.count / 8)
    for (place, component) in vector.enumerated() where component >= 0 { bytes[place / 8] |= 1 << UInt8(place % 8) }
    return bytes
  }

  private static func fill(
    _ index: VectorIndex, keys: ClosedRange<Int64>, model: inout Model, _ generator: inout SeededGenerator
  ) throws {
    var rows: [PassageRow] = []
    var tokens: [[UInt8]] = []
    for key in keys {
      for passage in 0..<(key % 7 == 0 ? 3 : 1) {
        let vectors = (0..<Int.random(in: 0...9, using: &generator)).map { _ in generator.vector(dimensions) }
        rows.append(generator.row(key: key, passage: UInt16(passage)))
        tokens.append(vectors.flatMap(signs))
        model.passages.append(Model.Passage(row: rows[rows.count - 1], tokens: vectors))
      }
    }
    try index.append(
      rows: rows, vectors: generator.vector(rows.count * dimensions), tokens: tokens, highWater: keys.upperBound)
  }

  private static func check(_ index: VectorIndex, _ model: Model, gone: Set<Int64> = []) throws {
    var generator = SeededGenerator(seed: 77)
    let question = (0..<5).map { _ in generator.vector(dimensions) }
    let weights: [Float] = [1, 0.5, 2, 0.2, 1]
    let all = Set(model.passages.map(\.row.key)).union([-5, 1_000_000]).sorted()
    for keys in [all, Array(all.prefix(3)), [all[all.count / 2]], all.filter { $0 % 13 == 0 }] {
      let found = try index.tokenSimilarities(
        of: keys, to: TokenQuestion(vectors: question.flatMap { $0 }, dimensions: dimensions), weights: weights)
      for (place, key) in keys.enumerated() {
        let expected = gone.contains(key) ? [] : model.expected(key, question)
        #expect((found.passages[place] == nil) == expected.isEmpty, "message \(key)")
        func sum(_ values: [Double]) -> Double { zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } }
        // Four bits a component: within a few hundredths, so that of two passages as good either may be taken.
        let values = found.values(of: place).map(Double.init)
        let best = expected.map(sum).max() ?? 0
        let isOne = expected.contains { passage in
          best - sum(passage) < 0.3 && zip(values, passage).allSatisfy { abs($0 - $1) < 0.09 }
        }
        #expect(isOne || (expected.isEmpty && values.allSatisfy { $0 == 0 }), "message \(key)")
      }
    }
  }

  @Test func `late interaction finds the best token of the best passage, in tails and in segments`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 1)
    var model = Model()
    let policy = MaintenancePolicy(sealedRows: 300, mergeRatio: 1.5, deletedShare: 0.25, sketchedRows: 800)
    let index = try VectorIndex.writing(folder, policy: policy)
    try Self.fill(index, keys: 1...200, model: &model, &generator)
    try Self.check(index, model)
    try Self.fill(index, keys: 201...1500, model: &model, &generator)
    try Self.check(index, model)
    try index.maintain()
    #expect(index.statistics().segmentCount > 0)
    try Self.check(index, model)
    try Self.fill(index, keys: 1501...1600, model: &model, &generator)
    try Self.check(VectorIndex.reading(folder), model)
    #expect(index.verify() == [])
    try index.maintain()
    try Self.check(VectorIndex.reading(folder), model)
  }

  @Test func `deleted messages' tokens are zero on disk, wherever they lie`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 2)
    var model = Model()
    let index = try VectorIndex.writing(
      folder, policy: MaintenancePolicy(sealedRows: 300, mergeRatio: 1.5, deletedShare: 0.25, sketchedRows: 800))
    try Self.fill(index, keys: 1...400, model: &model, &generator)
    try index.maintain()
    try Self.fill(index, keys: 401...460, model: &model, &generator)
    let gone: Set<Int64> = [1, 7, 14, 199, 200, 201, 400, 401, 459, 460]
    let needles = model.passages.filter { gone.contains($0.row.key) }.flatMap { $0.tokens.map(Self.signs) }
    #expect(needles.count > 10)
    func found() throws -> Int {
      let files = try folder.names.map { try folder.contents($0) }
      return needles.count { needle in files.contains { $0.range(of: Data(needle)) != nil } }
    }
    #expect(try found() == needles.count)
    try index.delete(keys: gone)
    #expect(try found() == 0)
    #expect(index.verify() == [])
    try Self.check(index, model, gone: gone)
    // What is appended now goes where the deleted rows' tokens end.
    try Self.fill(index, keys: 461...470, model: &model, &generator)
    try Self.check(VectorIndex.reading(folder), model, gone: gone)
    #expect(index.verify() == [])
  }

  @Test func `tokens of another size or number than the format has are refused`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 3)
    let index = try VectorIndex.writing(folder)
    let row = generator.row(key: 1)
    for tokens in [[[UInt8](repeating: 1, count: 7)], [[UInt8](repeating: 1, count: 8 * 65)], [[], []]] {
      #expect(
        thrownCode {
          try index.append(rows: [row], vectors: generator.vector(64), tokens: tokens, highWater: 1)
        } == .invalidVector)
    }
    try index.append(
      rows: [row], vectors: generator.vector(64), tokens: [[UInt8](repeating: 1, count: 8 * 64)], highWater: 1)
    #expect(index.verify() == [])
  }

  @Test func `a deletion whose tokens cannot be told is refused as damage, and deletes nothing`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 4)
    var model = Model()
    try Self.fill(VectorIndex.writing(folder), keys: 1...20, model: &model, &generator)
    let name = try #require(folder.names.first { $0.hasPrefix("tail-") })
    let layout = TailLayout(dimensions: 64, capacity: 1024)
    try folder.flip(name, byte: layout.offset(.tokenEnds, row: 9))
    let index = try VectorIndex.writing(folder)
    #expect(thrownCode { try index.delete(keys: [10]) } == .damaged)
    #expect(try index.contains(key: 10))
    #expect(!index.verify().isEmpty)
  }
}
