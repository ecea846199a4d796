// What the ranking asks of this store, answered from one snapshot of the tenant's database and from its vectors.

import ConversationMemory
import Foundation
import GRDB
import Retrieval
import TextEmbedding
import VectorIndex

struct SnapshotEvidence: SearchEvidence {
  let filter: ResolvedFilter
  /// Nil where meaning is not consulted.
  let index: VectorIndex?
  let database: Database

  func turns(around rows: Set<Int64>, reach: Int) throws -> [[Int64]] {
    try TurnRuns.around(rows, reach: reach, database)
  }

  func admitted(_ row: Int64) throws -> ConversationMessage? {
    let record = try MessageRecord.fetch(row: row, readsMetadata: !filter.metadata.isEmpty, database)
    return record.flatMap { filter.admits($0) ? $0.message : nil }
  }

  func tokenValues(of rows: [Int64], question: EmbeddedQuestion, weights: [Float]) throws -> TokenValues {
    guard let index else { return TokenValues(values: [], passages: [Range<Int>?](repeating: nil, count: rows.count)) }
    let found = try index.tokenSimilarities(
      of: rows, to: TokenQuestion(vectors: question.vectors, dimensions: question.dimensions), weights: weights)
    return TokenValues(
      values: found.values, passages: found.passages.map { $0.map { Int($0.lowerBound)..<Int($0.upperBound) } })
  }

  func text(of row: Int64) throws -> TurnText? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT m.content, a.name FROM messages m LEFT JOIN authors a ON a.ordinal = m.author WHERE m.row = ?
        """)
    return try Row.fetchOne(statement, arguments: [row]).map { row in
      let content: Data = row[0]
      return TurnText(content: String(decoding: content, as: UTF8.self), author: row[1])
    }
  }

  func similarities(to vector: [Float], of rows: [Int64]) throws -> [Int64: Similarity] {
    guard let index else { return [:] }
    return try Similarity.nearest(
      to: vector, in: index, filter: VectorFilter(allowedKeys: Set(rows)), limit: rows.count)
  }

  func stored(_ row: Int64) throws -> StoredMessage? {
    try MessageRecord.fetch(row: row, database).map { StoredMessage(message: $0.message, cursor: $0.cursor) }
  }

  func id(of row: Int64) throws -> MessageID? {
    let statement = try database.cachedStatement(sql: "SELECT id FROM messages WHERE row = ?")
    return try String.fetchOne(statement, arguments: [row]).map { MessageID(unchecked: $0) }
  }
}

extension Similarity {
  /// The nearest messages inside a filter, by row.
  static func nearest(
    to vector: [Float], in index: VectorIndex, filter: VectorFilter, limit: Int
  ) throws -> [Int64: Similarity] {
    let hits = try index.search(query: vector, topK: limit, filter: filter)
    return Dictionary(
      hits.map { hit in
        let passage = Int(hit.utf8Range.lowerBound)..<Int(hit.utf8Range.upperBound)
        return (hit.key, Similarity(cosine: Double(hit.score), passage: passage))
      }, uniquingKeysWith: { first, _ in first })
  }
}
