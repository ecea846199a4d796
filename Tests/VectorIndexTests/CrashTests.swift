// A writer killed between any two steps, or stopped by a full disk.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct CrashTests {
  struct Killed: Error {}

  /// A counter that stops the writer before its nth step.
  private final class Fuse: Sendable {
    private let left: Lock<Int>

    init(_ steps: Int) { left = Lock(steps) }

    @Sendable func burn(_ step: String) throws {
      let isOver = left.withLock { left in
        left -= 1
        return left < 0
      }
      if isOver { throw Killed() }
    }
  }

  /// An open writer that dies before a step of what it does next: the steps that opening takes do not count.
  private static func writer(_ folder: TemporaryFolder, killedBefore step: Int) throws -> VectorIndex {
    let armed = Armed()
    let fuse = Fuse(step)
    let index = try VectorIndex.writing(folder, beforeStep: { if armed.isSet { try fuse.burn($0) } })
    armed.set()
    return index
  }

  private final class Armed: Sendable {
    private let value = Lock(false)

    var isSet: Bool { value.withLock { $0 } }

    func set() { value.withLock { $0 = true } }
  }

  /// Batches whose marks tell them apart; the third fills one segment and begins another.
  private static let batches: [ClosedRange<Int64>] = [1...10, 11...900, 901...1100, 1101...1110]

  private func run(_ folder: TemporaryFolder, fuse: Fuse) throws {
    var generator = SeededGenerator(seed: 31)
    let index = try VectorIndex.writing(folder, beforeStep: fuse.burn)
    for keys in Self.batches { try index.append(keys: keys, &generator, highWater: keys.upperBound) }
  }

  @Test func `A writer killed before any step of appending leaves whole batches only`() throws {
    var steps = 0
    var marks: Set<Int64> = []
    while true {
      let folder = TemporaryFolder()
      defer { folder.remove() }
      do {
        try run(folder, fuse: Fuse(steps))
        break
      } catch is Killed {}
      // Readers see a consistent prefix before anybody repairs it.
      let reader = try VectorIndex.reading(folder)
      let mark = reader.highWater
      marks.insert(mark)
      #expect(mark == 0 || Self.batches.contains { $0.upperBound == mark })
      #expect(try reader.keys() == Set(mark == 0 ? [] : Array(1...mark)))
      #expect(reader.verify() == [], "killed before step \(steps)")
      // A writer goes on from the mark.
      let writer = try VectorIndex.writing(folder)
      #expect(writer.highWater == mark)
      var generator = SeededGenerator(seed: 32)
      try writer.append(keys: mark + 1...1200, &generator, highWater: 1200)
      #expect(writer.verify() == [], "killed before step \(steps), then continued")
      #expect(try writer.checkInvariants() == [])
      try reader.refresh()
      #expect(try reader.keys() == Set(1...1200))
      #expect(try reader.search(query: generator.vector(64), topK: 10).count == 10)
      #expect(folder.names.count == 4)
      steps += 1
    }
    #expect(steps > 60)
    #expect(marks == [0, 10, 900, 1100])
  }

  @Test func `A writer killed before any step of deleting leaves each row whole or scrubbed after reopening`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 33)
    try VectorIndex.writing(original).append(keys: 1...1500, &generator, highWater: 1500)
    let deleted = Set<Int64>([1, 2, 3, 500, 1023, 1024, 1025, 1400])
    let query = generator.vector(64)
    var steps = 0
    while true {
      let folder = try original.copy()
      defer { folder.remove() }
      let index = try Self.writer(folder, killedBefore: steps)
      var isDone = false
      do {
        try index.delete(keys: deleted)
        isDone = true
      } catch is Killed {}
      if !isDone { #expect(thrownCode { try index.delete(keys: [7]) } == .reopenRequired) }

      let reader = try VectorIndex.reading(folder)
      let found = Set(try reader.search(query: query, topK: 2000).map(\.key))
      #expect(found.isSuperset(of: Set(1...1500).subtracting(deleted)))

      let writer = try VectorIndex.writing(folder)
      #expect(writer.verify() == [], "killed before step \(steps)")
      #expect(try writer.keys() == found)
      try writer.delete(keys: deleted)
      #expect(try writer.keys() == Set(1...1500).subtracting(deleted))
      #expect(writer.verify() == [])
      if isDone { break }
      steps += 1
    }
    #expect(steps > 30)
  }

  @Test func `A reset killed before any step leaves the old index, the new one, or named damage`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 34)
    try VectorIndex.writing(original).append(keys: 1...1500, &generator, highWater: 1500)
    var steps = 0
    while true {
      let folder = try original.copy()
      defer { folder.remove() }
      let index = try Self.writer(folder, killedBefore: steps)
      var isDone = false
      do {
        try index.removeAll()
        isDone = true
      } catch is Killed {}
      let reader = try VectorIndex.reading(folder)
      #expect(reader.highWater == 0 || reader.highWater == 1500)
      #expect(try reader.keys().count == Int(reader.highWater))
      let writer = try VectorIndex.writing(folder)
      #expect(writer.verify() == [])
      #expect(folder.names.count == (reader.highWater == 0 ? 2 : 4))
      if isDone { break }
      steps += 1
    }
    #expect(steps > 10)
  }

  @Test func `A full disk is an error that changes nothing, and reopening goes on`() throws {
    let full = Lock(false)
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let files = IndexFolder(folder.url)
    let index = try VectorIndex.writing(folder) { step in
      if step.hasPrefix("write"), step.contains("tail"), full.withLock({ $0 }) {
        throw files.failure("write to the file", "tail-1", errno: ENOSPC)
      }
    }
    var generator = SeededGenerator(seed: 35)
    try index.append(keys: 1...100, &generator, highWater: 100)
    full.withLock { $0 = true }
    #expect(thrownCode { try index.append(keys: 101...200, &generator, highWater: 200) } == .system)
    #expect(try index.keys() == Set(1...100))
    #expect(thrownCode { try index.append(keys: 101...200, &generator, highWater: 200) } == .reopenRequired)
    full.withLock { $0 = false }
    let reopened = try VectorIndex.writing(folder)
    #expect(reopened.highWater == 100)
    try reopened.append(keys: 101...200, &generator, highWater: 200)
    #expect(reopened.verify() == [])
  }

  @Test func `A torn commit record falls back to the one before`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 36)
    let index = try VectorIndex.writing(folder)
    try index.append(keys: 1...100, &generator, highWater: 100)
    try index.append(keys: 101...200, &generator, highWater: 200)
    let offset = index.view.record.offset
    // Half of the record's bytes never reached the disk.
    try folder.overwrite("COMMIT", at: offset + 16, with: [UInt8](repeating: 0, count: 48))
    let reader = try VectorIndex.reading(folder)
    #expect(reader.highWater == 100)
    let writer = try VectorIndex.writing(folder)
    #expect(writer.highWater == 100)
    #expect(try writer.keys() == Set(1...100))
    #expect(writer.verify() == [])
    // What stood beyond the mark is gone; other rows take its place, for readers that had seen it too.
    try writer.append(keys: 301...400, &generator, highWater: 400)
    try reader.refresh()
    #expect(try reader.keys() == Set(Array(1...100) + Array(301...400)))
  }
}
