// Files: kills, deletions, damage, readers beside a writer.

import Foundation
import Testing
import VectorIndex

@testable import KeywordIndex

@Suite struct FileTests {
  private static let small = KeywordPolicy(fanIn: 3, ratio: 3, largest: 10_000)

  @Test func `A writer killed before any step leaves the state before or after, and the next one goes on`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 31)
    let messages = generator.messages(1...60)
    let first = try KeywordIndex.writing(original, policy: Self.small)
    for part in [0..<20, 20..<35, 35..<50] { try first.append(Array(messages[part])) }
    #expect(first.needsMaintenance)

    let changes: [(String, (KeywordIndex) throws -> Void, after: Set<Int64>, mark: Int64)] = [
      ("append", { try $0.append(Array(messages[50...])) }, Set(1...60), 60),
      ("merge", { try $0.maintain() }, Set(1...50), 50),
      ("delete", { try $0.delete(keys: [3, 21, 22]) }, Set(1...50).subtracting([3, 21, 22]), 50),
    ]
    for (name, change, after, mark) in changes {
      var steps = 0
      while true {
        let folder = try original.copy()
        defer { folder.remove() }
        let kill = KillSwitch()
        let writer = try KeywordIndex.writing(folder, policy: Self.small, beforeStep: kill.step)
        kill.arm(after: steps)
        var isDone = false
        do {
          try change(writer)
          isDone = true
        } catch is KillSwitch.Killed {}
        let reader = try KeywordIndex.reading(folder)
        let keys = Set(try reader.keys())
        if name == "delete" {
          // Segments go one by one.
          #expect(keys.isSuperset(of: after) && keys.isSubset(of: Set(1...50)))
        } else {
          #expect(keys == after || keys == Set(1...50))
        }
        #expect(reader.snapshot.highWater == mark || reader.snapshot.highWater == 50)
        #expect(reader.verify() == [], "\(name) killed before step \(steps)")
        let next = try KeywordIndex.writing(folder, policy: Self.small)
        #expect(try next.checkInvariants() == [], "\(name) killed before step \(steps)")
        if next.snapshot.highWater == 50 || name != "append" { try change(next) }
        #expect(Set(try next.keys()) == after)
        #expect(next.verify() == [])
        try reader.refresh()
        #expect(Set(try reader.keys()) == after)
        if isDone { break }
        steps += 1
      }
      #expect(steps > 5, "\(name)")
    }
  }

  @Test func `A reset killed before any step leaves the old index, an empty one, or named damage`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 32)
    let index = try KeywordIndex.writing(folder)
    try index.append(generator.messages(1...30))
    let reader = try KeywordIndex.reading(folder)
    try KeywordIndex.reset(folder: folder.url, analyzer: 1)
    #expect(folder.names == ["MANIFEST"])
    // What a reader maps stays readable until it looks again.
    #expect(try reader.keys().count == 30)
    try reader.refresh()
    #expect(try reader.keys() == [])
    #expect(reader.snapshot.highWater == 0)
    let again = try KeywordIndex.writing(folder)
    try again.append(generator.messages(1...5))
    try reader.refresh()
    #expect(try reader.keys() == [1, 2, 3, 4, 5])
  }

  @Test func `No file holds a deleted message's words`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try KeywordIndex.writing(folder)
    func message(_ key: Int64, _ words: [String]) -> Message {
      Message(
        document: KeywordDocument(key: key, session: 1, channel: 1, author: 0, role: 0, timestamp: 0), words: words)
    }
    // The stem stays with the other message; the word as written goes.
    try index.append([message(1, ["contracts", "topsecret"]), message(2, ["contract"])])
    try index.append([message(3, ["contracts", "harmless"])])
    let untouched = folder.names.filter { $0 == "terms-2" }
    try index.delete(keys: [1])
    #expect(folder.names.filter { $0 == "terms-2" } == untouched)
    #expect(folder.names.count == 3)
    func occurs(_ word: String) throws -> Bool {
      try folder.names.contains { try Data(contentsOf: folder.file($0)).range(of: Data(word.utf8)) != nil }
    }
    #expect(try !occurs("topsecret"))
    #expect(try occurs("harmless"))
    #expect(try index.snapshot.lookUp(prefix: "contract", limit: 9).map(\.word) == ["contract", "contracts"])
    try index.delete(keys: [3])
    #expect(try !occurs("contracts"))
    #expect(try occurs("contract"))
    #expect(try index.snapshot.search(terms: [KeywordTerm(stem: "contract")], topK: 9).map(\.key) == [2])
    try index.delete(keys: [2])
    #expect(folder.names == ["MANIFEST"])
    #expect(index.snapshot.highWater == 3)
    #expect(try index.checkInvariants() == [])
  }

  @Test func `Merging keeps segments few and changes nothing else`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 33)
    let index = try KeywordIndex.writing(folder, policy: KeywordPolicy(fanIn: 4, ratio: 3, largest: 1 << 20))
    var most = 0
    var all: [Message] = []
    for round in 0..<150 {
      let messages = generator.messages([Int64(round * 2), Int64(round * 2 + 1)].map { $0 + 1 })
      all += messages
      try index.append(messages)
      if index.needsMaintenance { try index.maintain() }
      most = max(most, index.snapshot.segments.count)
    }
    #expect(most < 14)
    #expect(try index.keys() == Array(1...300))
    #expect(try index.checkInvariants() == [])
    // The same as if it had all been appended at once.
    let whole = try batch(of: all)
    let empty = KeywordSnapshot.empty(analyzer: 1)
    for _ in 0..<40 {
      let terms = (0..<5).map { _ in KeywordTerm(stem: stem(generator.word())) }
      #expect(
        try index.snapshot.search(terms: terms, topK: 20)
          == empty.search(terms: terms, topK: 20, beside: whole))
    }
  }

  @Test func `A changed bit in any section is an error with a name, or does not matter`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 34)
    let messages = generator.messages(1...3000)
    let index = try KeywordIndex.writing(original)
    try index.append(messages)
    let segment = try #require(index.snapshot.segments.first)
    let layout = segment.layout
    let terms = ["wort0", "wort1", "wort30"].map { KeywordTerm(stem: $0) } + [KeywordTerm(stem: nil, prefix: "wort2")]
    let filter = KeywordFilter(excludedSession: 3, channels: [1, 2], role: 1, timeRange: 0..<Int64.max)
    let right = try index.snapshot.search(terms: terms, topK: 50, filter: filter)
    var refused = 0
    var places: [(String, String, Int)] = []
    for section in KeywordSection.allCases where layout.size(section) > 0 {
      let start = layout.bodyOffset + layout.offset(section)
      for offset in [0, layout.size(section) / 2, layout.size(section) - 1] {
        places.append((section.name, segment.name, start + offset))
      }
    }
    places += [100, 2000, 4095, 4096, 4100].map { ("header", segment.name, $0) }
    places += [0, 9, 20, 30, 45, 60].map { ("manifest", KeywordFormat.manifestName, $0) }
    for (what, file, byte) in places {
      let folder = try original.copy()
      defer { folder.remove() }
      try folder.flip(file, byte: byte, bit: byte % 8)
      do {
        let damaged = try KeywordIndex.reading(folder)
        #expect(try damaged.snapshot.search(terms: terms, topK: 50, filter: filter) == right, "\(what) at \(byte)")
      } catch let error as VectorIndexError {
        refused += 1
        #expect(error.asksForRebuild, "\(what) at \(byte): \(error)")
        #expect(error.file.hasSuffix(file), "\(what) at \(byte): \(error)")
      }
      let damage = (try? KeywordIndex.reading(folder))?.verify() ?? [VectorIndexDamage(file: file, what: "header")]
      #expect(
        damage.contains {
          $0.file == file
            && ($0.what.contains(what) || what == "header" || what == "manifest" || $0.what.contains("sections"))
        }, "\(what) at \(byte): \(damage)")
      // Resetting mends everything.
      try KeywordIndex.reset(folder: folder.url, analyzer: 1)
      #expect(try KeywordIndex.writing(folder).snapshot.documents == 0)
    }
    #expect(refused > 30)
  }

  @Test func `Missing, cut and foreign files are named`() throws {
    let original = TemporaryFolder()
    defer { original.remove() }
    var generator = SeededGenerator(seed: 35)
    try KeywordIndex.writing(original).append(generator.messages(1...50))
    func outcome(_ change: (TemporaryFolder) throws -> Void) throws -> VectorIndexError? {
      let folder = try original.copy()
      defer { folder.remove() }
      try change(folder)
      return thrownError { _ = try KeywordIndex.reading(folder) }
    }
    let missing = try outcome { try FileManager.default.removeItem(at: $0.file("terms-1")) }
    #expect(missing?.code == .damaged && missing?.file.hasSuffix("terms-1") == true)
    let headless = try outcome { try FileManager.default.removeItem(at: $0.file("MANIFEST")) }
    #expect(headless?.code == .damaged && headless?.file.hasSuffix("MANIFEST") == true)
    let cut = try outcome { folder in
      let handle = try FileHandle(forUpdating: folder.file("terms-1"))
      try handle.truncate(atOffset: 5000)
      try handle.close()
    }
    #expect(cut?.code == .damaged && cut?.what.contains("5000 bytes") == true)
    for (version, code) in [(UInt32(0), VectorIndexError.Code.olderVersion), (2, .newerVersion)] {
      let other = try outcome { folder in
        var bytes = Array(try Data(contentsOf: folder.file("MANIFEST")))
        bytes.put(version, at: 8)
        bytes.seal()
        try Data(bytes).write(to: folder.file("MANIFEST"))
      }
      #expect(other?.code == code)
    }
    // Words that were cut otherwise are no words of this index.
    let error = thrownError { _ = try KeywordIndex.open(folder: original.url, analyzer: 2, access: .reading) }
    #expect(error?.asksForRebuild == true && error?.what.contains("analyzer") == true)
  }

  @Test func `A file of the same name that another took the place of is mapped anew`() throws {
    let folder = TemporaryFolder()
    let other = TemporaryFolder()
    defer {
      folder.remove()
      other.remove()
    }
    var generator = SeededGenerator(seed: 37)
    for (place, words) in [(folder, ["former"]), (other, ["latter"])] {
      var messages = generator.messages(1...20)
      for index in messages.indices { messages[index].words = words }
      try KeywordIndex.writing(place).append(messages)
    }
    let reader = try KeywordIndex.reading(folder)
    func found(_ stem: String) throws -> Int {
      try reader.snapshot.search(terms: [KeywordTerm(stem: stem)], topK: 99).count
    }
    #expect(try found("former") == 20)
    // As a backup of the folder comes back.
    #expect(folder.names == other.names)
    for name in other.names {
      try FileManager.default.removeItem(at: folder.file(name))
      try FileManager.default.copyItem(at: other.file(name), to: folder.file(name))
    }
    try reader.refresh()
    #expect(try found("former") == 0)
    #expect(try found("latter") == 20)
    // What is still the same file is not mapped again.
    let before = try #require(reader.snapshot.segments.first)
    try KeywordIndex.writing(folder).append(generator.messages(21...30))
    try reader.refresh()
    #expect(reader.snapshot.segments.count == 2)
    #expect(reader.snapshot.segments.first === before)
  }

  @Test func `Readers see whole states while a writer appends, deletes and merges`() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 36)
    let rounds = 60
    let batches = (0..<rounds).map { round in
      generator.messages((0..<10).map { Int64(round * 10 + $0 + 1) }).map { message in
        var message = message
        message.words.append("always")
        return message
      }
    }
    let isDone = Lock(false)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let reader = try KeywordIndex.reading(folder)
          var looks = 0
          var mark: Int64 = 0
          while true {
            let isLast = isDone.withLock { $0 }
            try reader.refresh()
            let snapshot = reader.snapshot
            let hits = try snapshot.search(terms: [KeywordTerm(stem: "alway")], topK: 10_000)
            #expect(hits.count == snapshot.documents)
            #expect(snapshot.highWater >= mark)
            mark = snapshot.highWater
            // Message 7 of each ten goes in a change of its own.
            let expected = Set((0..<mark).map { $0 + 1 }.filter { $0 % 10 != 7 })
            #expect(Set(hits.map(\.key)).isSuperset(of: expected))
            #expect(hits.allSatisfy { $0.key <= mark })
            looks += 1
            if isLast { return looks }
            // The writer may have to share a thread with the readers.
            await Task.yield()
          }
        }
      }
      group.addTask {
        defer { isDone.withLock { $0 = true } }
        let writer = try KeywordIndex.writing(folder, policy: Self.small)
        for messages in batches {
          try writer.append(messages)
          try writer.delete(keys: Set(messages.map(\.document.key).filter { $0 % 10 == 7 }))
          if writer.needsMaintenance { try writer.maintain() }
        }
        #expect(try writer.checkInvariants() == [])
        return 1
      }
      for try await looks in group { #expect(looks > 0) }
    }
    let last = try KeywordIndex.reading(folder)
    #expect(last.snapshot.documents == rounds * 9)
    #expect(last.verify() == [])
  }
}
