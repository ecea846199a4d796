// A process that writes an index, or reads one, for tests in which processes meet and are killed.
//
//   VectorIndexFixture write FOLDER SEED     appends, deletes and maintains until it is killed; prints each mark that was
//                                            acknowledged
//   VectorIndexFixture read FOLDER SECONDS   checks again and again what it finds; ends with 1 and a reason where it
//                                            finds anything wrong
//
// What a message's vector is follows from its key, so that every process knows it. Only keys that leave 3 when divided by
// 7 are ever deleted.

import Foundation
import VectorIndex

@main
enum VectorIndexFixture {
  static let configuration = VectorIndexConfiguration(dimensions: 64, modelFingerprint: "fixture/1")
  static let policy = MaintenancePolicy(sealedRows: 800, mergeRatio: 1.5, deletedShare: 0.1, sketchedRows: 3000)

  struct Finding: Error, CustomStringConvertible {
    var description: String
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    let folder = URL(filePath: arguments[2])
    do {
      if arguments[1] == "write" {
        try write(folder, seed: UInt64(arguments[3]) ?? 1)
      } else {
        try read(folder, seconds: Double(arguments[3]) ?? 1)
      }
    } catch {
      FileHandle.standardError.write(Data("\(arguments[1]): \(error)\n".utf8))
      exit(1)
    }
  }

  static func vector(_ key: Int64) -> [Float] {
    var numbers = RandomNumbers(seed: UInt64(bitPattern: key) &* 0x1234_5678_9ABC_DEF1)
    return (0..<64).map { _ in Float.random(in: -1...1, using: &numbers) }
  }

  static func isDeletable(_ key: Int64) -> Bool { key % 7 == 3 }

  static func write(_ folder: URL, seed: UInt64) throws {
    let index = try VectorIndex.open(
      folder: folder, configuration: configuration, access: .writing, policy: policy)
    var numbers = RandomNumbers(seed: seed)
    Thread.detachNewThread {
      while true {
        do { try index.maintain() } catch {
          FileHandle.standardError.write(Data("maintain: \(error)\n".utf8))
          exit(1)
        }
        usleep(2000)
      }
    }
    while true {
      let first = index.highWater + 1
      let keys = first..<first + Int64.random(in: 1...300, using: &numbers)
      let rows = keys.map { key in
        PassageRow(
          key: key, utf8Range: 0..<10, session: UInt32(key / 50), channel: UInt32(key % 5), author: 1, role: 1,
          timestamp: 1_700_000_000_000 + key)
      }
      try index.append(rows: rows, vectors: keys.flatMap(vector), highWater: keys.upperBound - 1)
      FileHandle.standardOutput.write(Data("\(keys.upperBound - 1)\n".utf8))
      if UInt8.random(in: 0..<3, using: &numbers) == 0 {
        let deleted = (0..<20).map { _ in Int64.random(in: 1..<keys.upperBound, using: &numbers) }
        try index.delete(keys: Set(deleted.filter(isDeletable)))
      }
    }
  }

  static func read(_ folder: URL, seconds: Double) throws {
    let index = try VectorIndex.open(
      folder: folder, configuration: configuration, access: .reading, policy: policy)
    let end = Date().addingTimeInterval(seconds)
    var numbers = RandomNumbers(seed: UInt64(getpid()))
    while Date() < end {
      try index.refresh()
      let mark = index.highWater
      guard mark > 0 else { continue }
      let keys = try index.keys()
      for key in 1...mark where !keys.contains(key) && !isDeletable(key) {
        throw Finding(description: "key \(key) is missing below the mark \(mark)")
      }
      if let extra = keys.first(where: { $0 < 1 || $0 > mark }) {
        throw Finding(description: "key \(extra) is there, the mark is \(mark)")
      }
      for _ in 0..<10 {
        let key = Int64.random(in: 1...mark, using: &numbers)
        guard !isDeletable(key) else { continue }
        let hits = try index.search(query: vector(key), topK: 3, recall: .exact)
        guard hits.first?.key == key else {
          throw Finding(description: "the search for \(key) found \(hits) at the mark \(mark)")
        }
      }
    }
  }
}
