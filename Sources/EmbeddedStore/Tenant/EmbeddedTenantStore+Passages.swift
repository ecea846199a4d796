// Handing out vectors, for a store that takes messages over.

import ConversationMemory
import GRDB
import Retrieval
import VectorIndex

extension EmbeddedTenantStore: PassageSource {
  func passages(
    of messages: [MessageID], embeddedAs mark: String
  ) async throws -> [MessageID: [CarriedPassage]] {
    guard let configuration = try VectorIndex.recordedConfiguration(folder: folder.vectors),
      configuration.modelFingerprint == mark
    else { return [:] }
    let rows = try await read { database in
      let statement = try database.cachedStatement(sql: "SELECT row FROM messages WHERE id = ?")
      var rows: [Int64: MessageID] = [:]
      for id in messages {
        if let row = try Int64.fetchOne(statement, arguments: [id.rawValue]) { rows[row] = id }
      }
      return rows
    }
    do {
      let index = try VectorIndex.open(folder: folder.vectors, configuration: configuration, access: .reading)
      let found = try index.passages(forKeys: Set(rows.keys))
      return Dictionary(
        found.compactMap { row, passages in
          rows[row].map { ($0, passages.map { CarriedPassage(vector: $0.vector, tokens: $0.tokens) }) }
        }, uniquingKeysWith: { first, _ in first })
    } catch let error as VectorIndexError where error.asksForRebuild {
      // What is damaged here is read by the model there.
      return [:]
    }
  }
}
