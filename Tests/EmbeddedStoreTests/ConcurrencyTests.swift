// Several writers, readers and deletions at once, and what a cut-short deletion leaves behind.

import ConversationMemory
import EmbeddedStore
import Foundation
import StoreContract
import Testing
import TextEmbedding

@Suite struct ConcurrencyTests {
  @Test func deletionsAtTheSameTimeLeaveNoVectorBehind() async throws {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("t")
    try await tenant.add(
      (0..<90).map { try MessageDraft("invoice \($0) is overdue", session: "s\($0 % 9)", minute: $0) })
    try await tenant.finishIndexing { _ in }
    try await withThrowingTaskGroup { group in
      for number in 0..<8 {
        group.addTask { try await tenant.deleteSession(SessionID("s\(number)")) }
      }
      for try await count in group { #expect(count == 10) }
    }
    let findings = try await temporary.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    #expect(findings.contains { $0.detail.hasPrefix("10 passages") })
  }

  @Test func aBrokenCatalogueFailsNoWriteAndNoRead() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    try await temporary.tenant("t").add(MessageDraft("first", session: "s"))
    let catalogue = temporary.folder.appending(path: "catalogue.sqlite")
    var bytes = try Data(contentsOf: catalogue)
    for offset in 100..<min(bytes.count, 8000) { bytes[offset] = 0x5A }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: catalogue.path + suffix) }
    try bytes.write(to: catalogue)
    let store = try temporary.reopened(semantic: SemanticSource.none)
    let tenant = try await store.tenant(TenantID("t"))
    try await tenant.add(MessageDraft("second", session: "s", minute: 1))
    #expect(try await tenant.sessionHistory(SessionID("s")).count == 2)
    #expect(try await store.tenants(limit: 5, after: nil).items.map(\.messages) == [2])
  }

  @Test func anOlderCopyPutBackIsSoundAndCountedAsItIs() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    func open() throws -> any ConversationStore { try temporary.reopened(semantic: SemanticSource.none) }
    try await open().creatingTenant(TenantID("t")).add(MessageDraft("one", session: "a", minute: 0))
    try await open().creatingTenant(TenantID("t")).add(MessageDraft("two", session: "b", minute: 1))
    let database = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    let backup = try Data(contentsOf: database)
    #expect(try await open().tenant(TenantID("t")).deleteSession(SessionID("a")) == 1)
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + suffix) }
    try backup.write(to: database)
    let store = try open()
    let tenant = try await store.tenant(TenantID("t"))
    #expect(try await tenant.counts().messages == 2)
    for number in 0..<4 { try await tenant.add(MessageDraft("more \(number)", session: "c", minute: 5 + number)) }
    let findings = try await store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    #expect(try await store.tenants(limit: 5, after: nil).items.map(\.messages) == [6])
  }

  @Test func aShortPrefixFindsARareWordAmongManyLikeIt() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add((0..<150).map { try MessageDraft("contract", session: "s", minute: $0) })
    try await tenant.add(
      MessageDraft(
        "a long message that mentions confetti once among many other words", session: "s", minute: 200, id: "rare"))
    for typed in ["conf", "confe", "confett", "confetti"] {
      var request = SearchRequest(typed)
      request.lastWordIsPrefix = true
      let hits = try await tenant.search(request).hits
      #expect(hits.first?.message.id.rawValue == "rare", "\(typed)")
      #expect(hits.first?.weak == false)
      // The turns around it have nothing of their own.
      #expect(hits.dropFirst().allSatisfy { $0.weak && $0.matchedWords.isEmpty })
    }
    #expect(try await tenant.search(SearchRequest(parts: [.init("contract")], topK: .max)).hits.count == 150)
    // The first letters alone find the newest; beside a whole word they add nothing, and neither does a stop word.
    var request = SearchRequest("co", topK: 3)
    request.lastWordIsPrefix = true
    #expect(try await tenant.search(request).hits.map(\.message.sequence) == [151, 150, 149])
    for typed in ["confetti co", "confetti the"] {
      request.parts = [.init(typed)]
      let hits = try await tenant.search(request).hits
      #expect(hits.first?.message.id.rawValue == "rare", "\(typed)")
      #expect(hits.dropFirst().allSatisfy { $0.weak && $0.matchedWords.isEmpty })
    }
  }
}
