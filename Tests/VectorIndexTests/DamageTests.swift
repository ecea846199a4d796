// Damaged files: every changed bit is found, and none makes a search crash.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct DamageTests {
  /// An index of two segments with deleted rows and an unfilled end.
  private func makeIndex(_ folder: TemporaryFolder) throws -> [Float] {
    var generator = SeededGenerator(seed: 21)
    let index = try VectorIndex.writing(folder)
    try index.append(keys: 1...1000, &generator, highWater: 1000)
    try index.append(keys: 1001...1100, &generator, highWater: 1100)
    try index.delete(keys: [3, 64, 65, 66, 1030, 1100])
    #expect(index.verify() == [])
    return generator.vector(64)
  }

  /// Offsets to flip: all over the headers, and in each section its first, last and some other rows and its padding.
  private func offsets(_ name: String, size: Int, rows: Int, capacity: Int) -> [Int] {
    guard name.hasPrefix("tail") else { return Array(stride(from: 0, to: size, by: size > 4096 ? 61 : 1)) }
    let layout = TailLayout(dimensions: 64, capacity: capacity)
    var offsets = Array(stride(from: 0, to: 4096, by: 97)) + [4095]
    for section in TailSection.allCases {
      let start = layout.offset(section)
      let end = start + layout.size(section)
      offsets += [start, start + 1, end - 1, (start + end) / 2]
      if section == .tokens {
        // Of a row that is there, and beyond the last.
        offsets += [start + 20, start + rows * 12 - 1, start + rows * 24 + 200]
      } else if section != .tombstones {
        // The last committed row, a deleted one, and the first that is not committed.
        for row in [rows - 1, 2, rows] where row < capacity { offsets.append(layout.offset(section, row: row)) }
      }
      let next = (end + 4095) / 4096 * 4096
      if next > end { offsets += [end, next - 1] }
    }
    return offsets
  }

  @Test func `A changed bit anywhere in any file is found, and no search crashes or answers wrongly`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let query = try makeIndex(folder)
    let expected = try VectorIndex.reading(folder).search(query: query, topK: 2000)
    #expect(expected.count == 1094)
    #expect(folder.names.count == 4)
    var generator = SeededGenerator(seed: 22)
    for name in folder.names {
      let isFirst = name == "tail-1"
      for offset in offsets(
        name, size: try folder.size(name), rows: isFirst ? 1024 : 76, capacity: isFirst ? 1024 : 4096)
      {
        let bit = Int.random(in: 0..<8, using: &generator)
        try folder.flip(name, byte: offset, bit: bit)
        let damage = verifyFresh(folder)
        #expect(!damage.isEmpty, "bit \(bit) of byte \(offset) of \(name)")
        do {
          let reader = try VectorIndex.reading(folder)
          let found = try reader.search(query: query, topK: 2000)
          // What damage a search does not touch leaves its answer as it was; losing the latest record of a commit
          // leaves the state before it, and says so.
          #expect(found == expected || (name == "COMMIT" && reader.highWater <= 1100))
          _ = try reader.search(query: query, topK: 5, filter: VectorFilter(role: 1, timeRange: 0..<Int64.max))
        } catch let error as VectorIndexError {
          #expect(error.asksForRebuild || error.code == .newerVersion)
        }
        try folder.flip(name, byte: offset, bit: bit)
      }
    }
    #expect(verifyFresh(folder).isEmpty)
    #expect(try VectorIndex.reading(folder).search(query: query, topK: 2000) == expected)
  }

  /// Offsets to flip in a segment: all over the header, and in each section its first, last and middle bytes, those of a
  /// deleted row, and its padding.
  private func offsets(of layout: SegmentLayout, deleted row: Int) -> [Int] {
    var offsets = Array(stride(from: 0, to: 4096, by: 89)) + [4095]
    for section in SegmentSection.allCases where layout.size(section) > 0 {
      let start = layout.offset(section)
      let end = start + layout.size(section)
      offsets += [start, start + 5, end - 1, (start + end) / 2]
      if SegmentSection.ofRows.contains(section) { offsets.append(layout.offset(section, row: row)) }
      let next = (end + 4095) / 4096 * 4096
      if next > end { offsets += [end, next - 1] }
    }
    return offsets
  }

  @Test func `A changed bit anywhere in a segment or its codebook is found, and no search crashes or answers wrongly`()
    throws
  {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 25)
    let policy = MaintenancePolicy(sealedRows: 400, mergeRatio: 1.5, deletedShare: 0.25, sketchedRows: 500)
    let index = try VectorIndex.writing(folder, policy: policy)
    try index.append(keys: 1...2500, &generator, highWater: 2500)
    try index.maintain()
    try index.delete(keys: [3, 64, 65, 1030])
    #expect(index.verify() == [])
    let segment = try #require(index.view.segments.first)
    let deleted = try #require(segment.deletedRuns(rows: segment.rows).first?.lowerBound)
    let query = generator.vector(64)
    let expected = try VectorIndex.reading(folder).search(query: query, topK: 3000, recall: .exact)
    let filter = VectorFilter(role: 1, timeRange: 0..<Int64.max)
    let filtered = try VectorIndex.reading(folder).search(query: query, topK: 5, filter: filter)
    let quick = try VectorIndex.reading(folder).search(query: query, topK: 5, recall: .fast)
    for name in folder.names where name.hasPrefix("segment") || name.hasPrefix("codebook") {
      let places =
        name == segment.name
        ? offsets(of: segment.layout, deleted: deleted) : Array(stride(from: 0, to: try folder.size(name), by: 331))
      for offset in places {
        let bit = Int.random(in: 0..<8, using: &generator)
        try folder.flip(name, byte: offset, bit: bit)
        #expect(!verifyFresh(folder).isEmpty, "bit \(bit) of byte \(offset) of \(name)")
        do {
          let reader = try VectorIndex.reading(folder)
          // What damage a search does not touch leaves its answer as it was.
          #expect(try reader.search(query: query, topK: 5, recall: .fast) == quick)
          #expect(try reader.search(query: query, topK: 5, filter: filter) == filtered)
          #expect(try reader.search(query: query, topK: 3000, recall: .exact) == expected)
        } catch let error as VectorIndexError {
          #expect(error.asksForRebuild || error.code == .newerVersion)
        }
        try folder.flip(name, byte: offset, bit: bit)
      }
    }
    #expect(verifyFresh(folder).isEmpty)
  }

  @Test func `A segment or codebook that is missing, cut short or of another index is named as damage`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 26)
    let index = try VectorIndex.writing(folder, policy: .small)
    try index.append(keys: 1...600, &generator, highWater: 600)
    try index.maintain()
    let other = TemporaryFolder()
    defer { other.remove() }
    let stranger = try VectorIndex.writing(other, policy: .small)
    try stranger.append(keys: 1...600, &generator, highWater: 600)
    try stranger.maintain()
    for name in folder.names where name.hasPrefix("segment") || name.hasPrefix("codebook") {
      for change in ["missing", "short", "empty", "long", "foreign"] {
        let broken = try folder.copy()
        defer { broken.remove() }
        let size = try broken.size(name)
        switch change {
        case "missing": try FileManager.default.removeItem(atPath: broken.path(name))
        case "short": truncate(broken.path(name), size - 1)
        case "empty": truncate(broken.path(name), 0)
        case "long": truncate(broken.path(name), size + 1)
        default: try other.contents(name).write(to: URL(filePath: broken.path(name)))
        }
        let damage = verifyFresh(broken)
        // Another index's segment of the same shape is whole in itself; its codebook tells it from this one's.
        #expect(!damage.isEmpty, "\(name) \(change)")
        for access in [VectorIndexAccess.reading, .writing] {
          let code = thrownCode {
            _ = try VectorIndex.open(folder: broken.url, configuration: testConfiguration, access: access)
          }
          #expect(code == .damaged, "\(name) \(change)")
        }
      }
    }
  }

  private func verifyFresh(_ folder: TemporaryFolder) -> [String] {
    do {
      return try VectorIndex.reading(folder).verify().map(\.description)
    } catch {
      return [String(describing: error)]
    }
  }

  @Test func `Every bit of a whole small row is guarded`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 23)
    try VectorIndex.writing(folder).append(keys: 1...3, &generator, highWater: 3)
    let layout = TailLayout(dimensions: 64, capacity: 1024)
    let index = try VectorIndex.reading(folder)
    for section in TailSection.ofRows {
      for byte in 0..<section.stride(dimensions: 64) {
        for bit in 0..<8 {
          try folder.flip("tail-1", byte: layout.offset(section, row: 1) + byte, bit: bit)
          #expect(index.verify().count == 1)
          try folder.flip("tail-1", byte: layout.offset(section, row: 1) + byte, bit: bit)
        }
      }
    }
    #expect(index.verify() == [])
  }

  @Test func `A live row whose tombstone flips is damage and not a missing hit`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let query = try makeIndex(folder)
    let layout = TailLayout(dimensions: 64, capacity: 1024)
    try folder.flip("tail-1", byte: layout.offset(.tombstones) + 20, bit: 5)
    #expect(thrownCode { _ = try VectorIndex.reading(folder).search(query: query, topK: 3) } == .damaged)
  }

  @Test func `A file that is missing, cut short or too long is named as damage`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    _ = try makeIndex(folder)
    for name in folder.names {
      for change in ["missing", "short", "empty", "long"] {
        let broken = try folder.copy()
        defer { broken.remove() }
        let size = try broken.size(name)
        switch change {
        case "missing": try FileManager.default.removeItem(atPath: broken.path(name))
        case "short": truncate(broken.path(name), size - 1)
        case "empty": truncate(broken.path(name), 0)
        default: truncate(broken.path(name), size + 1)
        }
        for access in [VectorIndexAccess.reading, .writing] {
          let code = thrownCode {
            _ = try VectorIndex.open(folder: broken.url, configuration: testConfiguration, access: access)
          }
          #expect(code == .damaged, "\(name) \(change)")
        }
        // Whatever happened, a reset makes it usable again.
        try VectorIndex.reset(folder: broken.url, configuration: testConfiguration)
        var generator = SeededGenerator(seed: 24)
        let index = try VectorIndex.writing(broken)
        try index.append(keys: 1...10, &generator, highWater: 10)
        #expect(index.verify() == [])
        #expect(broken.names.count == 3)
      }
    }
  }

  private func truncate(_ path: String, _ size: Int) {
    #expect(Foundation.truncate(path, off_t(size)) == 0)
  }

  @Test func `Another model, other dimensions and other versions are errors of their own`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    _ = try makeIndex(folder)
    func code(_ folder: TemporaryFolder, _ dimensions: Int = 64, _ model: String = "test-model/1") -> VectorIndexError
      .Code?
    {
      thrownCode {
        _ = try VectorIndex.open(
          folder: folder.url,
          configuration: VectorIndexConfiguration(dimensions: dimensions, modelFingerprint: model), access: .reading)
      }
    }
    #expect(code(folder) == nil)
    #expect(code(folder, 64, "test-model/2") == .wrongModel)
    #expect(code(folder, 96) == .wrongDimensions)
    #expect(code(folder, 100) == .invalidArgument)
    #expect(code(folder, 64, String(repeating: "x", count: 2000)) == .invalidArgument)
    for name in folder.names {
      for (version, expected) in [
        (FileFormat.version - 1, VectorIndexError.Code.olderVersion), (FileFormat.version + 1, .newerVersion),
      ] {
        let other = try folder.copy()
        defer { other.remove() }
        let isWhole = name.hasPrefix("MANIFEST")
        var header = Array(try other.contents(name).prefix(isWhole ? .max : 4096))
        header.put(version, at: 8)
        header.seal()
        try other.overwrite(name, at: 0, with: header)
        #expect(code(other) == expected, "\(name)")
      }
    }
  }
}
