// One author across sessions and channels.

import ConversationMemory
import Foundation
import GRDB
import StoreContract
import Testing
import TextEmbedding

@testable import EmbeddedStore

@Suite struct PeopleTests {
  let temporary: TemporaryStore
  let tenant: any TenantStore

  init() async throws {
    temporary = try TemporaryStore(semantic: SemanticSource.none)
    tenant = try await temporary.tenant("acme")
    try await tenant.add(
      (0..<10).map {
        try MessageDraft(
          "\($0)", session: "s\($0 % 4)", channel: $0 % 2 == 0 ? "web" : "email", author: $0 < 7 ? "Dana" : "dana",
          minute: $0)
      })
  }

  @Test func anAuthorsHistoryGoesAlongAnIndexAndReadsNoOtherRows() async throws {
    let tenant = try #require(tenant as? EmbeddedTenantStore)
    let plans = try await tenant.read { database in
      try [
        "SELECT m.content FROM messages m WHERE m.author = 1 ORDER BY m.timestamp DESC, m.sequence DESC, m.row DESC",
        "SELECT count(*), count(DISTINCT session), max(timestamp), max(channel) FROM messages WHERE author = 1",
      ].map { sql in
        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }.joined(
          separator: "; ")
      }
    }
    #expect(
      plans.allSatisfy { $0.contains("messages_by_author (author=?)") && !$0.contains("ORDER BY") }, "\(plans)")
    #expect(plans[1].contains("COVERING INDEX"))
  }
}
