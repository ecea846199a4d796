// What the tests of the keyword index share: folders that clean up after themselves, seeded documents and an exact model.

import Foundation
import Testing
import VectorIndex

@testable import KeywordIndex

/// A folder of a test's own. The test calls `remove()` when it ends, which also keeps it until then.
struct TemporaryFolder: Sendable {
  let url: URL

  init() {
    url = FileManager.default.temporaryDirectory.appending(path: "keyword-index-\(UUID().uuidString)")
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))) ?? []).sorted()
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  /// Changes one bit in place, as bad hardware would.
  func flip(_ name: String, byte: Int, bit: Int = 0) throws {
    var data = try Data(contentsOf: file(name))
    data[byte] ^= 1 << UInt8(bit)
    // Into the same file, which may be mapped.
    let handle = try FileHandle(forUpdating: file(name))
    defer { try? handle.close() }
    try handle.seek(toOffset: UInt64(byte))
    try handle.write(contentsOf: data[byte...byte])
  }

  func copy() throws -> TemporaryFolder {
    let copy = TemporaryFolder()
    try FileManager.default.copyItem(at: url, to: copy.url)
    return copy
  }
}

/// The same numbers for the same seed everywhere.
typealias SeededGenerator = RandomNumbers

/// Cuts off a plural's s and a past's ed: enough of a stemmer for words to share stems.
func stem(_ word: String) -> String {
  if word.hasSuffix("ed") { return String(word.dropLast(2)) }
  return word.hasSuffix("s") ? String(word.dropLast()) : word
}

/// A document with its words.
struct Message: Sendable, Hashable {
  var document: KeywordDocument
  var words: [String] { didSet { stems = words.map(stem) } }
  /// Of the words, for the model.
  private(set) var stems: [String]

  init(document: KeywordDocument, words: [String]) {
    self.document = document
    self.words = words
    stems = words.map(stem)
  }

  /// The places of the words that a term means.
  func places(of term: KeywordTerm) -> [Int] {
    words.indices.filter { index in
      (term.stem.map { stems[index] == $0 } ?? false) || (term.prefix.map { words[index].hasPrefix($0) } ?? false)
    }
  }
}

extension SeededGenerator {
  /// A word: low numbers are common, as in language; some of other scripts.
  mutating func word() -> String {
    let rank = Int(pow(Double.random(in: 0..<1, using: &self), 4) * 400)
    if rank % 13 == 7 { return ["会議", "議室", "予約", "価格", "格表"][rank % 5] }
    return "wort\(rank)" + ["", "s", "ed", "er"][Int.random(in: 0..<4, using: &self)]
  }

  mutating func message(key: Int64) -> Message {
    let length = Int.random(in: 0..<12, using: &self) == 0 ? 60 : Int.random(in: 1...14, using: &self)
    return Message(
      document: KeywordDocument(
        key: key, session: UInt32(key / 9), channel: UInt32.random(in: 1...4, using: &self),
        author: UInt32.random(in: 0...12, using: &self), role: UInt8.random(in: 0...2, using: &self),
        timestamp: 1_700_000_000_000 + key * 1000 + Int64.random(in: 0..<100_000, using: &self)),
      words: (0..<length).map { _ in word() })
  }

  mutating func messages(_ keys: some Sequence<Int64>) -> [Message] { keys.map { message(key: $0) } }

  mutating func term() -> KeywordTerm {
    let word = word()
    switch Int.random(in: 0..<12, using: &self) {
    case 0: return KeywordTerm(stem: nil, prefix: String(word.prefix(Int.random(in: 1...5, using: &self))))
    case 1: return KeywordTerm(stem: stem(word), prefix: String(word.prefix(6)))
    case 2: return KeywordTerm(stem: stem(word), isRequired: true)
    case 3: return KeywordTerm(stem: stem(word), isExcluded: true)
    case 4: return KeywordTerm(stem: "nowhere")
    default: return KeywordTerm(stem: stem(word))
    }
  }

  mutating func filter(highest: Int64) -> KeywordFilter {
    var filter = KeywordFilter()
    func chance(_ one: Int, _ generator: inout SeededGenerator) -> Bool {
      Int.random(in: 0..<one, using: &generator) == 0
    }
    guard !chance(2, &self) else { return filter }
    let session = { (generator: inout SeededGenerator) in UInt32(Int64.random(in: 0...highest, using: &generator) / 9) }
    if chance(4, &self) {
      filter.sessions = Set((0..<Int.random(in: 0...20, using: &self)).map { _ in session(&self) })
    }
    if chance(4, &self) { filter.excludedSession = session(&self) }
    if chance(4, &self) { filter.channels = [1, UInt32.random(in: 2...5, using: &self)] }
    if chance(4, &self) { filter.authors = [UInt32.random(in: 0...12, using: &self)] }
    if chance(4, &self) { filter.role = UInt8.random(in: 0...2, using: &self) }
    if chance(3, &self) {
      let start = 1_700_000_000_000 + Int64.random(in: 0...highest, using: &self) * 1000
      filter.timeRange = start..<start + Int64.random(in: 0...highest * 500, using: &self)
    }
    if chance(5, &self) {
      filter.allowedKeys = Set((0..<200).map { _ in Int64.random(in: 0...highest, using: &self) })
    }
    if chance(5, &self) {
      filter.excludedKeys = Set((0..<200).map { _ in Int64.random(in: 0...highest, using: &self) })
    }
    return filter
  }
}

/// The index as it should behave: every document looked at.
struct ExactModel {
  var messages: [Message] = []

  static func passes(_ document: KeywordDocument, _ filter: KeywordFilter) -> Bool {
    filter.sessions?.contains(document.session) != false && filter.excludedSession != document.session
      && filter.channels?.contains(document.channel) != false && filter.authors?.contains(document.author) != false
      && (filter.role == nil || filter.role == document.role)
      && filter.timeRange?.contains(document.timestamp) != false
      && filter.allowedKeys?.contains(document.key) != false && !filter.excludedKeys.contains(document.key)
  }

  /// Documents that have a term as the index counts them: by stem, and by each other word that begins like the prefix.
  func frequency(of term: KeywordTerm, segments: [ClosedRange<Int64>]) -> Int {
    segments.reduce(0) { sum, keys in
      let inside = messages.filter { keys.contains($0.document.key) }
      var having = 0
      for message in inside {
        let meant = message.places(of: term)
        guard !meant.isEmpty else { continue }
        let others = meant.filter { term.stem == nil || message.stems[$0] != term.stem }
        having += Set(others.map { message.words[$0] }).count + (others.count < meant.count ? 1 : 0)
      }
      return sum + min(having, inside.count)
    }
  }

  /// BM25 of every document that is a hit.
  func scores(
    _ terms: [KeywordTerm], _ filter: KeywordFilter, segments: [ClosedRange<Int64>],
    scoring: KeywordScoring = .standard
  ) -> [Int64: (score: Double, matched: UInt64)] {
    let average = Double(messages.reduce(0) { $0 + $1.words.count }) / Double(max(1, messages.count))
    let rarities = terms.map {
      scoring.inverseDocumentFrequency(
        documents: messages.count, containing: frequency(of: $0, segments: segments))
    }
    var found: [Int64: (Double, UInt64)] = [:]
    for message in messages where Self.passes(message.document, filter) {
      var score = 0.0
      var matched: UInt64 = 0
      var isHit = true
      for (index, term) in terms.enumerated() {
        let frequency = Double(message.places(of: term).count)
        if term.isExcluded {
          isHit = isHit && frequency == 0
        } else if frequency > 0 {
          let norm = scoring.k1 * (1 - scoring.b + scoring.b * Double(message.words.count) / average)
          score += rarities[index] * frequency * (scoring.k1 + 1) / (frequency + norm)
          matched |= 1 << UInt64(index)
        } else if term.isRequired {
          isHit = false
        }
      }
      if isHit, matched != 0 { found[message.document.key] = (score, matched) }
    }
    return found
  }
}

/// Compares hits with what every document scores: the same scores in the same order, nothing better left out, of equal
/// scores the highest keys.
func expectExact(
  _ hits: [KeywordHit], _ scores: [Int64: (score: Double, matched: UInt64)], topK: Int, _ what: String,
  _ location: SourceLocation = #_sourceLocation
) {
  let best = scores.sorted { ($0.value.score, $0.key) > ($1.value.score, $1.key) }.prefix(topK)
  #expect(hits.count == best.count, "\(what)", sourceLocation: location)
  guard hits.count == best.count else { return }
  for (hit, expected) in zip(hits, best) {
    guard let exact = scores[hit.key] else {
      Issue.record("\(what): \(hit.key) is no hit", sourceLocation: location)
      return
    }
    let tolerance = 1e-5 * max(1, exact.score)
    let isRight =
      abs(hit.score - exact.score) < tolerance && abs(exact.score - expected.value.score) < tolerance
      && hit.matched == exact.matched
      && (hit.key == expected.key || exact.score != expected.value.score)
    #expect(isRight, "\(what): \(hit) for \(expected)", sourceLocation: location)
    if !isRight { return }
  }
  #expect(Set(hits.map(\.key)).count == hits.count, "\(what)", sourceLocation: location)
}

func batch(of messages: [Message]) throws -> KeywordBatch {
  var builder = KeywordBatchBuilder(stemming: stem)
  for message in messages { try builder.add(message.document, words: message.words) }
  return builder.batch()
}

extension KeywordIndex {
  static func writing(
    _ folder: TemporaryFolder, policy: KeywordPolicy = .standard, beforeStep: WriteStep? = nil
  ) throws -> KeywordIndex {
    try open(folder: folder.url, analyzer: 1, access: .writing, policy: policy, beforeStep: beforeStep)
  }

  static func reading(_ folder: TemporaryFolder) throws -> KeywordIndex {
    try open(folder: folder.url, analyzer: 1, access: .reading)
  }

  /// Appends messages, the last of which is the mark.
  func append(_ messages: [Message]) throws {
    try append(batch(of: messages), highWater: messages.last?.document.key ?? snapshot.highWater)
  }

  /// The keys that each segment spans.
  var spans: [ClosedRange<Int64>] { snapshot.manifest.segments.map { $0.lowestKey...$0.highestKey } }
}

/// A code that the body throws, or nil.
func thrownError(_ body: () throws -> Void) -> VectorIndexError? {
  do {
    try body()
    return nil
  } catch {
    return error as? VectorIndexError
  }
}

/// Stops a writer before one of its steps, counted from when it is armed, as a kill would.
final class KillSwitch: Sendable {
  struct Killed: Error {}

  private let left = Lock<Int?>(nil)

  func arm(after steps: Int) { left.withLock { $0 = steps } }

  @Sendable func step(_: String) throws {
    let isOver = left.withLock { left -> Bool in
      guard let steps = left else { return false }
      left = steps - 1
      return steps <= 0
    }
    if isOver { throw Killed() }
  }
}
