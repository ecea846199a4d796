// Questions to a tenant's words and what a look at every message says of them, for benchmarks and comparisons.

package import ConversationMemory
package import Foundation
import GRDB
import KeywordIndex
import TextAnalysis
import TextEmbedding

/// A tenant's words, with nothing else of a search around them.
package struct KeywordProbe: Sendable {
  /// A question made of a stored message.
  package struct Question: Sendable {
    package let text: String
    /// Its stems, stop words dropped.
    package let stems: [String]
    let query: KeywordQuery
  }

  private let tenant: EmbeddedTenantStore
  private let view: KeywordView

  /// Opens a tenant and takes in what is not in the index yet.
  package init(folder: URL, tenant id: TenantID) async throws {
    let store = try EmbeddedStore(folder: folder, semantic: SemanticSource.none)
    tenant = try store.handle(id, create: false)
    try tenant.catchUpKeywords()
    view = try await tenant.withKeywords { $0 }
  }

  /// How many messages are in the index.
  package var documents: Int { view.documents }

  /// The bytes of the index's files.
  package var bytes: Int64 {
    let files = try? FileManager.default.contentsOfDirectory(
      at: tenant.folder.keywords, includingPropertiesForKeys: [.fileSizeKey])
    return (files ?? []).reduce(0) { sum, file in
      sum + Int64((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
    }
  }

  /// Removes the index and makes it again.
  package mutating func rebuild() async throws {
    guard let lock = try TenantLock.tryAcquire(tenant.folder, .words) else {
      throw MemoryError(.busy, "another process indexes the words", remedy: "try again when it is done")
    }
    tenant.keywords.drop()
    try KeywordWriter.empty(tenant, lock: lock)
    try KeywordWriter(tenant: tenant, lock: lock).catchUp()
    self = try await Self(tenant: tenant)
  }

  private init(tenant: EmbeddedTenantStore) async throws {
    self.tenant = tenant
    view = try await tenant.withKeywords { $0 }
  }

  /// Messages from all over the tenant that have at least some words, as questions.
  package func questions(_ count: Int, words: Int) async throws -> [Question] {
    let texts = try await tenant.read { database -> [String] in
      let last = try Int64.fetchOne(database, sql: "SELECT max(row) FROM messages") ?? 0
      var texts: [String] = []
      // A multiplicative walk over the rows: all over the place, and the same every time.
      var row: Int64 = 1
      for _ in 0..<count * 50 where texts.count < count && last > 0 {
        row = (row &* 48_271) % 2_147_483_647
        let content = try Data.fetchOne(
          database, sql: "SELECT content FROM messages WHERE row = ?", arguments: [row % last + 1])
        guard let content else { continue }
        let text = String(decoding: content, as: UTF8.self)
        if TextAnalyzer.words(of: text).count >= words { texts.append(text) }
      }
      return texts
    }
    return texts.map { text in
      let query = KeywordQuery(parts: [SearchRequest.Part(text)], lastWordIsPrefix: false)
      return Question(text: text, stems: query.terms.map(\.stem), query: query)
    }
  }

  /// The best messages, by row.
  package func search(_ question: Question, limit: Int) throws -> [(row: Int64, score: Double)] {
    try view.snapshot.search(terms: question.query.keywordTerms, topK: limit, beside: view.waiting)
      .map { ($0.key, $0.score) }
  }

  /// The same by BM25 over every message as it stands in the database, with no index.
  package func exhaustive(_ questions: [Question], limit: Int) async throws -> [[(row: Int64, score: Double)]] {
    let wanted = Set(questions.flatMap(\.stems))
    let (postings, lengths) = try await tenant.read { try Self.postings(of: wanted, $0) }
    let scoring = KeywordScoring.standard
    let average = Double(lengths.values.reduce(0, +)) / Double(max(1, lengths.count))
    return questions.map { question in
      var scores: [Int64: Double] = [:]
      for stem in question.stems {
        let having = postings[stem] ?? []
        let rarity = scoring.inverseDocumentFrequency(documents: lengths.count, containing: having.count)
        for (row, frequency) in having {
          let length = Double(lengths[row] ?? 0)
          let norm = scoring.k1 * (1 - scoring.b + scoring.b * length / average)
          scores[row, default: 0] += rarity * Double(frequency) * (scoring.k1 + 1) / (Double(frequency) + norm)
        }
      }
      return scores.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(limit).map { ($0.key, $0.value) }
    }
  }

  /// Who has each wanted stem how often, and every message's length.
  private static func postings(
    of wanted: Set<String>, _ database: Database
  ) throws -> (postings: [String: [(row: Int64, frequency: Int)]], lengths: [Int64: Int]) {
    let stemmer = Stemmer()
    var postings: [String: [(row: Int64, frequency: Int)]] = [:]
    var lengths: [Int64: Int] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT m.row, m.content, a.name FROM messages m LEFT JOIN authors a ON a.ordinal = m.author")
    while let values = try rows.next() {
      let content: Data = values[1]
      let author: String? = values[2]
      var counts: [String: Int] = [:]
      var length = 0
      for text in [author ?? "", String(decoding: content, as: UTF8.self)] {
        for word in TextAnalyzer.words(of: text, limit: .max) {
          length += 1
          let stem = stemmer.stem(word.folded)
          if wanted.contains(stem) { counts[stem, default: 0] += 1 }
        }
      }
      lengths[values[0]] = length
      for (stem, count) in counts { postings[stem, default: []].append((values[0], count)) }
    }
    return (postings, lengths)
  }
}
