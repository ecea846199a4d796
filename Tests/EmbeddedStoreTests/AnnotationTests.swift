// Tags and notes: set, found by, carried by messages, checked; and tenants from before there were any.

import ConversationMemory
import EmbeddedStore
import Foundation
import GRDB
import StoreContract
import Testing
import TextEmbedding

@Suite struct AnnotationTests {
  let temporary: TemporaryStore
  let tenant: any TenantStore

  init() async throws {
    temporary = try TemporaryStore(semantic: SemanticSource.none)
    tenant = try await temporary.tenant("acme")
    try await tenant.add(
      (0..<6).map {
        try MessageDraft("price of number \($0)", session: "s\($0 % 3)", author: "Dana", minute: $0, id: "m\($0)")
      })
  }

  @Test func whatWasTakenAwayLeavesNoByteOnceTheDatabaseIsChecked() async throws {
    let session = try SessionID("s0")
    _ = try await tenant.annotate(
      session, with: AnnotationEdit(addedTags: ["kumquattag"], note: .set("a secret about zirconiumleaf")))
    _ = try await tenant.annotate(session, with: AnnotationEdit(tags: [], note: .clear))
    _ = try await temporary.store.verify(repair: false) { _ in }
    #expect(try temporary.filesHolding("zirconiumleaf").isEmpty)
    #expect(try temporary.filesHolding("kumquattag").isEmpty)
  }

  @Test func aChangedLetterInANoteIsFound() async throws {
    _ = try await tenant.annotate(SessionID("s0"), with: AnnotationEdit(note: .set("marmaladenote")))
    let file = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    let queue = try DatabaseQueue(path: file.path)
    try await queue.write { try $0.execute(sql: "UPDATE session_annotations SET note = 'marmaladenose'") }
    try queue.close()
    let findings = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
    #expect(
      findings.contains { $0.outcome == .damaged && $0.detail.contains("note of session \"s0\"") }, "\(findings)")
  }

  @Test func aTenantFromBeforeTagsAndNotesIsUpgradedByOpeningIt() async throws {
    let file = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    let queue = try DatabaseQueue(path: file.path)
    try await queue.write { database in
      try database.execute(
        sql: """
          DROP TABLE session_annotations;
          DROP INDEX messages_by_author;
          CREATE INDEX messages_by_author ON messages (author) WHERE author IS NOT NULL;
          PRAGMA user_version = 2;
          """)
    }
    try queue.close()
    let store = try temporary.reopened(semantic: SemanticSource.none)
    let tenant = try await store.tenant(TenantID("acme"))
    #expect(try await tenant.sessions(SessionQuery()).items.count == 3)
    _ = try await tenant.annotate(SessionID("s0"), with: AnnotationEdit(addedTags: ["won"]))
    #expect(try await tenant.sessions(SessionQuery(tags: ["won"])).items.count == 1)
    #expect(try await tenant.authorHistory("Dana", limit: 10, before: nil).items.count == 6)
    let findings = try await store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }
}
