// A writer and readers of the same files, and what is left of deleted rows.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct SharingTests {
  @Test func `A reader of a missing folder sees an empty index, and the real one after a refresh`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let reader = try VectorIndex.reading(folder)
    var generator = SeededGenerator(seed: 41)
    let query = generator.vector(64)
    #expect(reader.isEmpty && reader.highWater == 0)
    #expect(try reader.search(query: query, topK: 3).isEmpty)
    #expect(reader.verify() == [])
    #expect(!FileManager.default.fileExists(atPath: folder.url.path(percentEncoded: false)))
    #expect(thrownCode { try reader.append(rows: [], vectors: [], highWater: 1) } == .readOnly)
    #expect(thrownCode { try reader.delete(keys: [1]) } == .readOnly)

    let writer = try VectorIndex.writing(folder)
    try writer.append(keys: 1...20, &generator, highWater: 20)
    #expect(try reader.keys().isEmpty)
    try reader.refresh()
    #expect(try reader.search(query: query, topK: 30) == writer.search(query: query, topK: 30))
    #expect(reader.highWater == 20 && reader.rowCount == 20)
  }

  @Test func `A reader follows appends over many segments, and a moved mark without rows`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 42)
    let writer = try VectorIndex.writing(folder)
    let reader = try VectorIndex.reading(folder)
    var last: Int64 = 0
    for count in [1, 63, 64, 1, 895, 1, 4000, 96, 20000] as [Int64] {
      try writer.append(keys: last + 1...last + count, &generator, highWater: last + count)
      last += count
      #expect(reader.highWater < last)
      try reader.refresh()
      #expect(reader.highWater == last && reader.rowCount == Int(last))
      #expect(try reader.contains(key: last))
    }
    #expect(reader.statistics().tailCount == 4)
    try writer.append(rows: [], vectors: [], highWater: last + 7)
    try reader.refresh()
    #expect(reader.highWater == last + 7 && reader.rowCount == Int(last))
    #expect(try reader.checkInvariants() == [])
    #expect(reader.verify() == [])
  }

  @Test func `Deleted rows vanish from readers at once, without a refresh`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 43)
    let writer = try VectorIndex.writing(folder)
    try writer.append(keys: 1...1200, &generator, highWater: 1200)
    let reader = try VectorIndex.reading(folder)
    let query = generator.vector(64)
    let best = try reader.search(query: query, topK: 20).map(\.key)
    #expect(try writer.delete(keys: Set(best.prefix(10))) == 10)
    #expect(try reader.search(query: query, topK: 10).map(\.key) == Array(best.suffix(10)))
    #expect(try !reader.contains(key: best[0]))
    #expect(try reader.vectors(forKey: best[0]).isEmpty)
    #expect(reader.liveCount == 1190)
    #expect(try writer.delete(keys: Set(best.prefix(10))) == 0)
  }

  @Test func `Nothing of a deleted row is left in the files`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 44)
    let writer = try VectorIndex.writing(folder)
    var rows = generator.rows(keys: 1...1100)
    for position in rows.indices {
      rows[position].key = 0x1122_3344_5566_0000 + Int64(position)
      rows[position].session = 0xABCD_0000 + UInt32(position)
      rows[position].timestamp = 0x0102_0304_0506_0000 + Int64(position)
    }
    let vectors = generator.vector(rows.count * 64)
    try writer.append(rows: rows, vectors: vectors, highWater: 1)
    let positions = [0, 5, 6, 7, 1023, 1024, 1099]
    var traces: [Data] = []
    let layout = TailLayout(dimensions: 64, capacity: 1024)
    let first = try folder.contents("tail-1")
    for position in positions where position < 1024 {
      let start = layout.offset(.vectors, row: position)
      traces.append(first[start..<start + 64])
    }
    for position in positions {
      withUnsafeBytes(of: rows[position].key) { traces.append(Data($0)) }
      withUnsafeBytes(of: rows[position].session) { traces.append(Data($0)) }
      withUnsafeBytes(of: rows[position].timestamp) { traces.append(Data($0)) }
    }
    func found() throws -> Int {
      let contents = try folder.names.map { try folder.contents($0) }
      return traces.count { trace in contents.contains { $0.range(of: trace) != nil } }
    }
    #expect(try found() == traces.count)
    try writer.delete(keys: Set(positions.map { rows[$0].key }))
    #expect(try found() == 0)
    #expect(writer.verify() == [])
    // Appending the same message again brings it back.
    try writer.append(rows: [rows[5]], vectors: Array(vectors[5 * 64..<6 * 64]), highWater: 2)
    #expect(try writer.contains(key: rows[5].key))
  }

  @Test func `Nothing of a row deleted from a segment is left in the files`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 47)
    let policy = MaintenancePolicy(sealedRows: 400, mergeRatio: 1.5, deletedShare: 0.5, sketchedRows: 500)
    let writer = try VectorIndex.writing(folder, policy: policy)
    var rows = generator.rows(keys: 1...900)
    for position in rows.indices {
      rows[position].key = 0x1122_3344_5566_0000 + Int64(position)
      rows[position].session = 0xABCD_0000 + UInt32(position)
      rows[position].timestamp = 0x0102_0304_0506_0000 + Int64(position)
    }
    try writer.append(rows: rows, vectors: generator.vector(rows.count * 64), highWater: 1)
    try writer.maintain()
    let segment = try #require(writer.view.segments.first)
    #expect(segment.header.shape.hasSketches)
    // Zones hold keys rounded to 64: no multiple of that, which would look like its own rounding.
    let positions = [1, 5, 6, 7, 641, 899]
    let contents = try folder.contents(segment.name)
    var traces: [Data] = []
    for position in positions {
      for section in [SegmentSection.vectors, .residuals, .keys, .sessions, .timestamps] {
        let start = segment.layout.offset(section, row: position)
        traces.append(contents[start..<start + segment.layout.stride(section)])
      }
    }
    func found() throws -> Int {
      let contents = try folder.names.map { try folder.contents($0) }
      return traces.count { trace in contents.contains { $0.range(of: trace) != nil } }
    }
    #expect(try found() == traces.count)
    let query = generator.vector(64)
    let reader = try VectorIndex.reading(folder)
    let before = try reader.search(query: query, topK: 900, recall: .exact)
    #expect(try writer.delete(keys: Set(positions.map { rows[$0].key })) == positions.count)
    #expect(try found() == 0)
    // Codes are short: that they are zero, and listed as such, is for verification to say.
    #expect(writer.verify() == [])
    #expect(try writer.checkInvariants() == [])
    let gone = Set(positions.map { rows[$0].key })
    #expect(try reader.search(query: query, topK: 900, recall: .exact) == before.filter { !gone.contains($0.key) })
    // Built anew, the segment has no place for them left.
    try writer.delete(keys: Set(rows.prefix(500).map(\.key)))
    try writer.maintain()
    #expect(writer.rowCount == writer.liveCount)
    #expect(try writer.keys() == Set(rows.dropFirst(500).map(\.key)).subtracting(gone))
  }

  @Test func `A reset empties the index for readers that refresh, whose old maps stay valid until then`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 45)
    let writer = try VectorIndex.writing(folder)
    try writer.append(keys: 1...2000, &generator, highWater: 2000)
    let reader = try VectorIndex.reading(folder)
    try writer.removeAll()
    #expect(writer.isEmpty && writer.highWater == 0)
    #expect(try reader.search(query: generator.vector(64), topK: 2000).count == 2000)
    try reader.refresh()
    #expect(reader.isEmpty)
    try writer.append(keys: 5...9, &generator, highWater: 9)
    try reader.refresh()
    #expect(try reader.keys() == Set(5...9))

    let other = VectorIndexConfiguration(dimensions: 96, modelFingerprint: "another")
    try VectorIndex.reset(folder: folder.url, configuration: other)
    #expect(thrownCode { try reader.refresh() } == .wrongModel)
    try FileManager.default.removeItem(at: folder.url)
    try reader.refresh()
    #expect(reader.isEmpty && reader.statistics().bytesOnDisk == 0)
  }

  @Test func `Files and folder are for their owner alone, and small indexes take little room`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 46)
    let writer = try VectorIndex.writing(folder)
    try writer.append(keys: 1...5, &generator, highWater: 5)
    func permissions(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try permissions(folder.url.path(percentEncoded: false)) == 0o700)
    for name in folder.names { #expect(try permissions(folder.path(name)) == 0o600) }
    let statistics = writer.statistics()
    #expect(statistics.bytesOnDisk < 200_000 && statistics.bytesOnDisk > 0)
    #expect(statistics.rowCount == 5 && statistics.liveCount == 5 && statistics.generation == 2)
  }
}
