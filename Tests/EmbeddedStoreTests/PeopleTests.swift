// One author across sessions and channels.

import ConversationMemory
import Foundation
import GRDB
import Testing

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

  @Test func anAuthorsMessagesComeInTimeOrderAndPageByPage() async throws {
    let last = try await tenant.authorHistory("Dana", limit: 3, before: nil)
    #expect(last.items.map(\.content) == ["4", "5", "6"])
    let earlier = try await tenant.authorHistory("Dana", limit: 3, before: last.next)
    #expect(earlier.items.map(\.content) == ["1", "2", "3"])
    let first = try await tenant.authorHistory("Dana", limit: 3, before: earlier.next)
    #expect(first.items.map(\.content) == ["0"])
    #expect(first.next == nil)
    let start = Cursor.message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
    let forward = try await tenant.authorHistory("Dana", limit: 4, after: start)
    #expect(forward.items.map(\.content) == ["0", "1", "2", "3"])
    let rest = try await tenant.authorHistory("Dana", limit: 4, after: try #require(forward.next))
    #expect(rest.items.map(\.content) == ["4", "5", "6"])
    #expect(rest.next == nil)
    #expect(try await tenant.authorHistory("dana", limit: 9, before: nil).items.map(\.content) == ["7", "8", "9"])
  }

  @Test func aPersonIsCountedAcrossSessionsAndChannels() async throws {
    let person = try await tenant.person("Dana")
    #expect(person.messages == 7)
    #expect(person.sessions == 4)
    #expect(person.channels.map(\.rawValue) == ["email", "web"])
    #expect(person.last.milliseconds - person.first.milliseconds == 6 * 60_000)
    #expect(try await tenant.person("dana").messages == 3)
  }

  @Test func aNameThatNoMessageHasIsAnErrorThatSaysSo() async throws {
    let history = await #expect(throws: MemoryError.self) {
      try await tenant.authorHistory("DANA", limit: 3, before: nil)
    }
    #expect(history?.code == .unknownAuthor)
    let person = await #expect(throws: MemoryError.self) { try await tenant.person("DANA") }
    #expect(person?.code == .unknownAuthor)
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
