// Several writers and readers at once, and messages that nobody would expect.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct ConcurrencyContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("writersAndSearchesAtOnceLoseNothing") { try await $0.writersAndSearchesAtOnceLoseNothing() },
    rule("hostileTextInTitlesAndInvisibleMessagesLeaveTheStoreSound") {
      try await $0.hostileTextInTitlesAndInvisibleMessagesLeaveTheStoreSound()
    },
    rule("aSessionIsListedUnderEveryChannelItHasMessagesIn") {
      try await $0.aSessionIsListedUnderEveryChannelItHasMessagesIn()
    },
  ]

  func writersAndSearchesAtOnceLoseNothing() async throws {
    let temporary = try await stores.make()
    _ = try await temporary.tenant("t")
    try await withThrowingTaskGroup { group in
      for writer in 0..<4 {
        // A store of its own, as another process has.
        let store = try await temporary.reopened()
        group.addTask {
          let tenant = try await store.creatingTenant(TenantID("t"))
          for number in 0..<15 {
            try await tenant.add(MessageDraft("note \(writer) \(number)", session: "w\(writer)", minute: number))
            if number % 5 == 0 { _ = try await tenant.search(SearchRequest("note")) }
          }
          try await tenant.finishIndexing { _ in }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await temporary.tenant("t").counts().messages == 60)
    let findings = try await temporary.reopened().verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    #expect(try await temporary.tenant("t").search(SearchRequest("note")).semantic == .ready)
  }

  func hostileTextInTitlesAndInvisibleMessagesLeaveTheStoreSound() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft(
        "hello\u{0}world price", session: "nul", minute: 0,
        metadata: ["prospect_name": "A\u{0}B", "subject": "\u{1B}[31m"]),
      MessageDraft("a" + String(repeating: "\u{301}", count: 100_000), session: "zalgo", minute: 1),
    ])
    for text in ["\u{200B}\u{200B}", "\u{1}\u{2}", "\u{301}"] {
      await #expect(throws: MemoryError.self) { try await tenant.add(MessageDraft(text, session: "x")) }
    }
    try await tenant.finishIndexing { _ in }
    let sessions = try await tenant.sessions(SessionQuery()).items
    #expect(sessions.allSatisfy { $0.title.utf8.count <= 8 * SessionTitle.length + 8 })
    #expect(sessions.allSatisfy { !$0.title.unicodeScalars.contains { $0.value < 32 } })
    let findings = try await temporary.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  func aSessionIsListedUnderEveryChannelItHasMessagesIn() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("in chat", session: "s", channel: "web", minute: 0),
      MessageDraft("by mail", session: "s", channel: "email", minute: 1),
    ])
    for name in ["web", "email"] {
      #expect(try await tenant.sessions(SessionQuery(channel: Channel(name))).items.map(\.id.rawValue) == ["s"])
    }
  }
}
