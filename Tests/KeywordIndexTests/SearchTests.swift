// Searches against a model that looks at every document.

import CVectorKernels
import Foundation
import Testing
import VectorIndex

@testable import KeywordIndex

@Suite struct SearchTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `Random documents, deletions, merges and questions: always the exact best`(seed: UInt64) throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: seed)
    var model = ExactModel()
    var index = try KeywordIndex.writing(folder, policy: KeywordPolicy(fanIn: 3, ratio: 3, largest: 1000))
    let reader = try KeywordIndex.reading(folder)
    var key: Int64 = 0
    for round in 0..<14 {
      let keys = (0..<Int.random(in: 0...160, using: &generator)).map { _ -> Int64 in
        key += Int64.random(in: 1...3, using: &generator)
        return key
      }
      let added = generator.messages(keys)
      try index.append(added)
      model.messages += added
      if round % 4 == 2 {
        let gone = Set(model.messages.map(\.document.key).filter { _ in Int.random(in: 0..<5, using: &generator) == 0 })
        try index.delete(keys: gone)
        model.messages.removeAll { gone.contains($0.document.key) }
      }
      if round % 5 == 4 { try index.maintain() }
      if round % 6 == 5 { index = try KeywordIndex.writing(folder, policy: index.policy) }
      try reader.refresh()
      #expect(try index.checkInvariants() == [])

      var waiting = ExactModel()
      waiting.messages = generator.messages((1...Int64(20)).map { key + $0 })
      let beside = try batch(of: waiting.messages)
      let snapshot = reader.snapshot
      #expect(snapshot.documents == model.messages.count)
      for question in 0..<12 {
        let terms = (0..<Int.random(in: 1...9, using: &generator)).map { _ in generator.term() }
        let filter = generator.filter(highest: key + 20)
        let topK = [1, 3, 10, 100, 5000][question % 5]
        let usesBatch = question % 2 == 0
        var all = model
        var spans = index.spans
        if usesBatch {
          all.messages += waiting.messages
          spans.append(key + 1...key + 20)
        }
        let hits = try snapshot.search(terms: terms, topK: topK, filter: filter, beside: usesBatch ? beside : nil)
        expectExact(
          hits, all.scores(terms, filter, segments: spans), topK: topK, "seed \(seed), round \(round), \(terms)")
      }
    }
    #expect(index.verify() == [])
  }

  @Test func `Many windows, common and rare words: the exact best, at every level`() throws {
    var generator = SeededGenerator(seed: 77)
    var model = ExactModel()
    model.messages = generator.messages(1...9500)
    // A word of its own here and there, so that blocks reach over windows.
    for place in stride(from: 70, to: 9500, by: 1111) { model.messages[place].words += ["seldom", "seldoms"] }
    for place in stride(from: 0, to: 9500, by: 2) { model.messages[place].words.append("often") }
    let beside = try batch(of: model.messages)
    let empty = KeywordSnapshot.empty(analyzer: 1)
    let questions: [[KeywordTerm]] = [
      ["seldom", "often", "wort0", "wort1"].map { KeywordTerm(stem: $0) },
      ["often", "wort0", "wort1", "wort2", "wort3", "wort250"].map { KeywordTerm(stem: $0) },
      [KeywordTerm(stem: "often", isRequired: true), KeywordTerm(stem: "wort300"), KeywordTerm(stem: "wort5")],
      [
        KeywordTerm(stem: "wort0"), KeywordTerm(stem: "often", isExcluded: true), KeywordTerm(stem: nil, prefix: "sel"),
      ],
      [KeywordTerm(stem: nil, prefix: "w"), KeywordTerm(stem: "often")],
    ]
    let filters = [
      KeywordFilter.everything, KeywordFilter(sessions: [3, 500, 900]), KeywordFilter(authors: [4], role: 1),
      KeywordFilter(timeRange: 1_700_000_000_000..<1_700_004_500_000),
    ]
    for terms in questions {
      let all = model.scores(terms, .everything, segments: [1...9500])
      for filter in filters {
        let scores = all.filter { ExactModel.passes(model.messages[Int($0.key) - 1].document, filter) }
        for topK in [1, 10, 100] {
          let hits = try empty.search(terms: terms, topK: topK, filter: filter, beside: beside)
          expectExact(hits, scores, topK: topK, "\(terms)")
        }
      }
    }
    // Levels may change at any time: results do not.
    defer { cpu_level_set_limit(.AVX512VBMI) }
    for terms in questions {
      let best = try empty.search(terms: terms, topK: 50, beside: beside)
      for level in [.portable, .AVX2] as [CPULevel] {
        cpu_level_set_limit(level)
        #expect(try empty.search(terms: terms, topK: 50, beside: beside) == best)
        cpu_level_set_limit(.AVX512VBMI)
      }
    }
  }

  @Test func `A beginning finds the words as written, however their stem is cut`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try KeywordIndex.open(folder: folder.url, analyzer: 1, access: .writing)
    var builder = KeywordBatchBuilder(stemming: { $0.hasPrefix("procur") ? "procur" : $0 })
    func add(_ key: Int64, _ words: [String]) throws {
      try builder.add(
        KeywordDocument(key: key, session: 1, channel: 1, author: 0, role: 0, timestamp: key), words: words)
    }
    try add(1, ["procurement", "signed"])
    try add(2, ["procured", "it"])
    try add(3, ["procurement", "procurement", "again"])
    try add(4, ["prose"])
    try index.append(builder.batch(), highWater: 4)
    func keys(_ term: KeywordTerm) throws -> [Int64] {
      try index.snapshot.search(terms: [term], topK: 10).map(\.key)
    }
    #expect(try keys(KeywordTerm(stem: nil, prefix: "procurem")) == [3, 1])
    #expect(try keys(KeywordTerm(stem: "procur")) == [3, 2, 1])
    #expect(try keys(KeywordTerm(stem: nil, prefix: "pro")).count == 4)
    #expect(try Set(keys(KeywordTerm(stem: "prose", prefix: "procurem"))) == [1, 3, 4])
    #expect(try keys(KeywordTerm(stem: nil, prefix: "x")) == [])
    #expect(
      try index.snapshot.lookUp(prefix: "pro", limit: 2) == [
        KeywordWord(word: "procurement", documents: 2), KeywordWord(word: "procured", documents: 1),
      ])
    #expect(try index.snapshot.documentFrequencies(of: ["procur", "procurement", "it"]) == [3, 0, 1])
    #expect(index.snapshot.averageLength == 2)
  }

  @Test func `Required and excluded terms decide what may be a hit`() throws {
    let messages = [["rouge", "green"], ["rouge"], ["green", "blue"], ["rouge", "blue"]].enumerated().map {
      Message(
        document: KeywordDocument(key: Int64($0 + 1), session: 1, channel: 1, author: 0, role: 0, timestamp: 0),
        words: $1)
    }
    let beside = try batch(of: messages)
    let empty = KeywordSnapshot.empty(analyzer: 1)
    func keys(_ terms: [KeywordTerm]) throws -> Set<Int64> {
      Set(try empty.search(terms: terms, topK: 10, beside: beside).map(\.key))
    }
    let red = KeywordTerm(stem: "rouge")
    #expect(try keys([red, KeywordTerm(stem: "green", isRequired: true)]) == [1, 3])
    #expect(try keys([red, KeywordTerm(stem: "green", isExcluded: true)]) == [2, 4])
    #expect(try keys([red, KeywordTerm(stem: "yellow", isRequired: true)]) == [])
    #expect(try keys([red, KeywordTerm(stem: "yellow", isExcluded: true)]) == [1, 2, 4])
    #expect(try keys([KeywordTerm(stem: "rouge", isExcluded: true)]) == [])
    #expect(
      try keys([KeywordTerm(stem: "rouge", isRequired: true), KeywordTerm(stem: "blue", isRequired: true)]) == [4])
    let both = try empty.search(terms: [red, KeywordTerm(stem: "blue")], topK: 1, beside: beside)
    #expect(both.first?.key == 4 && both.first?.matched == 0b11)
  }

  @Test func `An empty index and one of a single wordless or common message answer`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let reader = try KeywordIndex.reading(folder)
    #expect(try reader.snapshot.search(terms: [KeywordTerm(stem: "any")], topK: 10) == [])
    #expect(try reader.snapshot.lookUp(prefix: "", limit: 5) == [])
    #expect(reader.verify() == [])
    #expect(!FileManager.default.fileExists(atPath: folder.url.path(percentEncoded: false)))

    let index = try KeywordIndex.writing(folder)
    let document = KeywordDocument(key: 7, session: 1, channel: 1, author: 0, role: 0, timestamp: 5)
    try index.append([Message(document: document, words: [])])
    try reader.refresh()
    #expect(reader.snapshot.documents == 1)
    #expect(try reader.snapshot.search(terms: [KeywordTerm(stem: "any")], topK: 10) == [])
    var second = document
    second.key = 9
    try index.append([Message(document: second, words: ["any", "any"])])
    try reader.refresh()
    let hits = try reader.snapshot.search(terms: [KeywordTerm(stem: "any")], topK: 10)
    #expect(hits.map(\.key) == [9])
    // Even a word that every message has counts for something.
    #expect((hits.first?.score ?? 0) > 0)
    #expect(try reader.snapshot.search(terms: [KeywordTerm(stem: "any")], topK: 0) == [])
    #expect(try reader.snapshot.search(terms: [], topK: 10) == [])
    #expect(index.verify() == [])
  }

  @Test func `Words count by their first 64 bytes, never by half a character`() throws {
    let long = String(repeating: "é", count: 40)
    let kept = String(repeating: "é", count: 32)
    let odd = "a" + long
    let document = KeywordDocument(key: 1, session: 1, channel: 1, author: 0, role: 0, timestamp: 0)
    let beside = try batch(of: [Message(document: document, words: [long, odd])])
    let empty = KeywordSnapshot.empty(analyzer: 1)
    for word in [long, kept, odd] {
      #expect(try empty.search(terms: [KeywordTerm(stem: word)], topK: 1, beside: beside).count == 1)
    }
    #expect(
      try empty.lookUp(prefix: "a", limit: 9, beside: beside).map(\.word) == ["a" + String(repeating: "é", count: 31)])
    #expect(try empty.lookUp(prefix: long, limit: 9, beside: beside).map(\.word) == [kept])
  }

  @Test func `A dictionary of a hundred thousand words finds each of them`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let messages = (0..<1000).map { number in
      Message(
        document: KeywordDocument(
          key: Int64(number + 1), session: 1, channel: 1, author: 0, role: 0, timestamp: 0),
        words: (0..<100).map { "n\(number * 100 + $0)x" })
    }
    let index = try KeywordIndex.writing(folder)
    try index.append(messages)
    #expect(index.snapshot.segments.map(\.layout.shape.words) == [100_000])
    for number in stride(from: 0, to: 100_000, by: 997) {
      let hits = try index.snapshot.search(terms: [KeywordTerm(stem: "n\(number)x")], topK: 3)
      #expect(hits.map(\.key) == [Int64(number / 100 + 1)])
    }
    #expect(try index.snapshot.search(terms: [KeywordTerm(stem: nil, prefix: "n")], topK: 5000).count == 1000)
  }

  @Test func `Arguments outside their limits are refused by name`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 8)
    let index = try KeywordIndex.writing(folder)
    try index.append(generator.messages(5...9))
    let many = (0..<65).map { KeywordTerm(stem: "t\($0)") }
    #expect(thrownError { _ = try index.snapshot.search(terms: many, topK: 1) }?.code == .invalidArgument)
    let old = try batch(of: generator.messages(9...12))
    #expect(thrownError { try index.append(old, highWater: 12) }?.code == .invalidArgument)
    #expect(
      thrownError { _ = try index.snapshot.search(terms: [KeywordTerm(stem: "a")], topK: 1, beside: old) }?.code
        == .invalidArgument)
    let new = try batch(of: generator.messages(10...12))
    #expect(thrownError { try index.append(new, highWater: 11) }?.code == .invalidArgument)
    #expect(thrownError { try index.append(.empty, highWater: 8) }?.code == .invalidArgument)
    let reader = try KeywordIndex.reading(folder)
    #expect(thrownError { try reader.append(new, highWater: 12) }?.code == .readOnly)
    var builder = KeywordBatchBuilder(stemming: stem)
    try builder.add(generator.message(key: 3).document, words: [])
    #expect(throws: VectorIndexError.self) { try builder.add(generator.message(key: 3).document, words: []) }
  }
}
