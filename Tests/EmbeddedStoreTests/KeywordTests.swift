// Words: that what is acknowledged is found by them, whatever state the index is in.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex
import StoreContract
import Testing
import TextAnalysis
import TextEmbedding

@testable import EmbeddedStore

/// The hits that have words of the question themselves, and not only beside them.
private func found(_ question: String, by tenant: any TenantStore) async throws -> [SearchHit] {
  try await tenant.search(SearchRequest(question)).hits.filter { !$0.matchedWords.isEmpty }
}

@Suite struct KeywordTests {
  @Test func messagesInChineseJapaneseAndThaiAreFound() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("我们明天在会议室讨论价格", session: "s", minute: 0, id: "chinese"),
      MessageDraft("請求書を送ってください", session: "s", minute: 1, id: "japanese"),
      MessageDraft("ขอใบเสนอราคาด้วยครับ", session: "s", minute: 2, id: "thai"),
      MessageDraft("Nothing of the kind", session: "s", minute: 3),
    ])
    for (question, id) in [("会议室", "chinese"), ("請求書", "japanese"), ("ราคา", "thai")] {
      let hits = try await found(question, by: tenant)
      #expect(hits.map(\.message.id.rawValue) == [id])
      let hit = try #require(hits.first)
      let shown = hit.matchedRanges.map { String(decoding: Array(hit.message.content.utf8)[$0], as: UTF8.self) }
      #expect(shown == [question])
    }
  }

  @Test func noWordIsStemmedThatTheIndexKnowsByItsBeginningOnly() {
    // A scalar that does not go in whole may leave four bytes of the limit.
    #expect(Stemmer.lengths.upperBound <= KeywordTerm.limit - 4)
  }

  @Test func longWordsAreFoundHoweverTheyWouldBeStemmed() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    // A SHA-512 digest whose 64th digit is one that stemming takes away from the end of a word, and words that are cut, or
    // would be stemmed, around there.
    let digits = String(repeating: "0a1b2c3d", count: 7) + "9f8e7d6"
    let words =
      [digits + "e" + String(repeating: "4d5c6b7a", count: 8), digits + "e"]
      + (58...70).map { String(repeating: "k", count: $0 - 3) + "ing" }
      + (28...34).map { String(repeating: "ж", count: $0) + "ing" }
    for (minute, word) in words.enumerated() {
      try await tenant.add(MessageDraft("the checksum was \(word), they say", session: "s", minute: minute))
    }
    func expectAllAreFound(_ how: Comment) async throws {
      for word in words {
        let hits = try await found(word, by: tenant)
        #expect(hits.contains { $0.message.content.contains(" \(word),") }, how)
      }
    }
    try await expectAllAreFound("in memory")
    try #require(try (tenant as? EmbeddedTenantStore)?.catchUpKeywords() == true)
    try await expectAllAreFound("in a segment")
    let findings = try await temporary.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  @Test func everyMessageIsFoundAtOnceWhileAnotherProcessHoldsTheLockOfTheWords() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add(MessageDraft("the first one", session: "s", minute: 0))
    let database = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    let lock = database.deletingLastPathComponent().appending(path: "keywords.lock")
    let descriptor = open(lock.path, O_CREAT | O_RDWR, 0o600)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    // More than are analysed on the way to a search, and more than a segment is made for.
    for part in 0..<5 {
      try await tenant.add(
        (0..<1000).map { try MessageDraft("filler number\(part * 1000 + $0)", session: "s", minute: $0) })
      let hits = try await found("number\(part * 1000 + 999)", by: tenant)
      #expect(hits.count == 1)
    }
    #expect(temporary.files().allSatisfy { !$0.path.contains("/keywords/terms") })
    flock(descriptor, LOCK_UN)
    #expect(try await found("first", by: tenant).count == 1)
    #expect(temporary.files().contains { $0.path.contains("/keywords/terms") })
    // The same through the segments, and what comes after them.
    try await tenant.add(MessageDraft("the very last one", session: "s", minute: 9))
    #expect(try await found("number4999", by: tenant).count == 1)
    #expect(try await tenant.search(SearchRequest("very last")).hits.first?.message.content == "the very last one")
    let findings = try await temporary.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  @Test func deletedMessagesThatWaitForTheIndexAreNotFoundAgain() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("pricing of one", session: "doomed", minute: 0),
      MessageDraft("pricing of two", session: "kept", minute: 1),
    ])
    #expect(try await found("pricing", by: tenant).count == 2)
    let other = try await temporary.reopened(semantic: SemanticSource.none).tenant(TenantID("t"))
    #expect(try await found("pricing", by: other).count == 2)
    #expect(try await tenant.deleteSession(SessionID("doomed")) == 1)
    for handle in [tenant, other] {
      #expect(
        try await handle.search(SearchRequest("pricing", topK: 1)).hits.map(\.message.content) == ["pricing of two"])
    }
  }

  @Test func aBitFlippedInAnyFileOfTheWordsIsFoundAndRepairedAndNeverInTheWayOfASearch() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add((0..<900).map { try MessageDraft("invoice number\($0) overdue", session: "s", minute: $0) })
    #expect(try await found("number77", by: tenant).count == 1)
    // A repair makes files of other names.
    func file(_ kind: String) throws -> URL {
      try #require(temporary.files().first { $0.path.contains("/keywords/\(kind)") })
    }
    for kind in ["MANIFEST", "terms-"] {
      for part in [0.0, 0.2, 0.35, 0.5, 1.0] {
        let file = try file(kind)
        var bytes = try Data(contentsOf: file)
        let offset = min(Int(part * Double(bytes.count)), bytes.count - 1)
        bytes[offset] ^= 0x10
        try bytes.write(to: file)
        let findings = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
        #expect(findings.contains { $0.outcome == .damaged && $0.file.contains("keywords") }, "\(file) \(offset)")
        let mended = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: true) { _ in }
        #expect(mended.contains { $0.outcome == .repaired && $0.file.contains("keywords") }, "\(file) \(offset)")
        let after = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
        #expect(after.allSatisfy { $0.outcome == .sound }, "\(after)")
      }
    }
    // Without a repair, searching mends what it meets.
    let segment = try file("terms-")
    var damaged = try Data(contentsOf: segment)
    for offset in stride(from: 9000, to: damaged.count, by: 1000) { damaged[offset] ^= 1 }
    try damaged.write(to: segment)
    let reader = try await temporary.reopened(semantic: SemanticSource.none).tenant(TenantID("t"))
    #expect(try await found("number77", by: reader).count == 1)
    let findings = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  @Test func anIndexOfAnotherStateOfTheDatabaseIsMadeAgain() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    func open() async throws -> any TenantStore {
      try await temporary.reopened(semantic: SemanticSource.none).creatingTenant(TenantID("t"))
    }
    try await open().add((0..<600).map { try MessageDraft("invoice number\($0)", session: "s", minute: $0) })
    let database = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    let backup = try Data(contentsOf: database)
    do {
      let tenant = try await open()
      try await tenant.add((600..<1300).map { try MessageDraft("invoice number\($0)", session: "s", minute: $0) })
      #expect(try await found("number1299", by: tenant).count == 1)
    }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + suffix) }
    try backup.write(to: database)
    let tenant = try await open()
    // Its rows are numbered like some that the index knows.
    try await tenant.add(MessageDraft("quite another one", session: "s", minute: 2000))
    #expect(try await found("another", by: tenant).count == 1)
    #expect(try await tenant.search(SearchRequest("number1299")).hits.isEmpty)
    let findings = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  @Test func aTenantOfTheOlderFormatIsUpgradedByOpeningIt() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add((0..<700).map { try MessageDraft("invoice number\($0)", session: "s", minute: $0) })
    let file = try #require(temporary.files().first { $0.lastPathComponent == "conversations.sqlite" })
    // As version 1 left it: the words in tables of the full-text index.
    let queue = try DatabaseQueue(path: file.path)
    try await queue.write { database in
      try database.execute(
        sql: """
          DROP TABLE keyword_scrubs;
          DROP TABLE session_annotations;
          DROP INDEX messages_by_author;
          CREATE INDEX messages_by_author ON messages (author) WHERE author IS NOT NULL;
          CREATE VIEW message_text AS SELECT row, NULL AS author, CAST(content AS TEXT) AS content FROM messages;
          CREATE VIRTUAL TABLE keywords USING fts5 (
            author, content, content = 'message_text', content_rowid = 'row', tokenize = 'porter unicode61');
          CREATE VIRTUAL TABLE vocabulary USING fts5vocab (keywords, 'row');
          INSERT INTO keywords (keywords) VALUES ('rebuild');
          PRAGMA user_version = 1;
          """)
    }
    try queue.close()
    let upgraded = try await temporary.reopened(semantic: SemanticSource.none).tenant(TenantID("t"))
    #expect(try await found("number77", by: upgraded).count == 1)
    #expect(try await upgraded.deleteSession(SessionID("s")) == 700)
    let tables = try await DatabaseQueue(path: file.path).read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    #expect(tables.contains("keyword_scrubs"))
    #expect(tables.allSatisfy { !$0.hasPrefix("keywords") && $0 != "vocabulary" && $0 != "message_text" })
    #expect(try temporary.filesHolding("number77").isEmpty)
  }
}
