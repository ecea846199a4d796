// Damaged words: whatever is met where, messages are found all the same and the index is made again; and what is healthy is
// not called damaged.

import ConversationMemory
import Foundation
import GRDB
import StoreContract
import Testing
import TextEmbedding

@testable import EmbeddedStore

@Suite struct KeywordDamageTests {
  private func opened(_ temporary: TemporaryStore) async throws -> EmbeddedTenantStore {
    let tenant = try await temporary.reopened(semantic: SemanticSource.none).creatingTenant(TenantID("t"))
    return try #require(tenant as? EmbeddedTenantStore)
  }

  private func add(_ numbers: Range<Int>, session: String = "s", to tenant: EmbeddedTenantStore) async throws {
    _ = try await tenant.add(numbers.map { try MessageDraft("invoice number\($0)", session: session, minute: $0) })
  }

  /// Changes a bit of every thousandth byte behind the header and the checksums, where a search finds out.
  private func damageSegments(of temporary: TemporaryStore) throws {
    let files = temporary.files().filter { $0.path.contains("/keywords/terms-") }
    #expect(!files.isEmpty)
    for file in files {
      // Into the same file, which may be mapped.
      let handle = try FileHandle(forUpdating: file)
      defer { try? handle.close() }
      let bytes = try #require(try handle.readToEnd())
      // The first chunk of the keys too: checks are 64 bytes for up to sixteen chunks of 16 KiB, and padded to 64.
      for offset in stride(from: 4096 + 64 * (bytes.count >> 18 + 1) + 8, to: bytes.count, by: 1000) {
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [bytes[offset] ^ 1])
      }
    }
  }

  private func isFound(_ number: Int, by tenant: EmbeddedTenantStore) async throws -> Bool {
    let hits = try await tenant.search(SearchRequest("number\(number)")).hits
    return hits.first { !$0.matchedWords.isEmpty }?.message.content == "invoice number\(number)"
  }

  private func expectSound(_ temporary: TemporaryStore) async throws {
    let findings = try await temporary.reopened(semantic: SemanticSource.none).verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  /// Takes a session out of the database, as a deletion that has not come to the words yet.
  private func deleteWithoutItsWords(_ session: String, of tenant: EmbeddedTenantStore) async throws {
    try await tenant.write { database in
      let ordinal = try Int64.fetchOne(database, sql: "SELECT ordinal FROM sessions WHERE id = ?", arguments: [session])
      try database.execute(
        sql: """
          INSERT INTO keyword_scrubs (row) SELECT row FROM messages WHERE session = :session;
          DELETE FROM messages WHERE session = :session;
          """, arguments: ["session": ordinal])
    }
  }

  @Test func damageMetWhileMergingIsMendedAndInNoSearchsWay() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    do {
      let tenant = try await opened(temporary)
      for part in 0..<3 {
        try await add(part * 600..<part * 600 + 600, to: tenant)
        #expect(try tenant.catchUpKeywords())
      }
    }
    #expect(temporary.files().filter { $0.path.contains("/keywords/terms-") }.count == 3)
    try damageSegments(of: temporary)
    let tenant = try await opened(temporary)
    // Its segment is one too many, so that all are merged.
    try await add(1800..<2400, to: tenant)
    #expect(try await isFound(2399, by: tenant))
    #expect(try await isFound(7, by: tenant))
    try await expectSound(temporary)
  }

  @Test func damageMetAmongDeletedMessagesIsMended() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    do {
      let tenant = try await opened(temporary)
      try await add(0..<700, session: "kept", to: tenant)
      try await add(700..<800, session: "doomed", to: tenant)
      #expect(try tenant.catchUpKeywords())
      try await deleteWithoutItsWords("doomed", of: tenant)
    }
    try damageSegments(of: temporary)
    let tenant = try await opened(temporary)
    #expect(try await isFound(7, by: tenant))
    #expect(try await !isFound(750, by: tenant))
  }

  @Test func damageIsInNobodysWayWhileAnotherProcessHoldsTheLock() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    do {
      let tenant = try await opened(temporary)
      try await add(0..<700, session: "kept", to: tenant)
      try await add(700..<800, session: "doomed", to: tenant)
      #expect(try tenant.catchUpKeywords())
    }
    try damageSegments(of: temporary)
    let damaged = temporary.files().filter { $0.path.contains("/keywords/") }
    let tenant = try await opened(temporary)
    let descriptor = open(tenant.folder.keywordLock.path, O_CREAT | O_RDWR, 0o600)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try await isFound(7, by: tenant))
    try await add(800..<810, to: tenant)
    #expect(try await isFound(805, by: tenant))
    try await deleteWithoutItsWords("doomed", of: tenant)
    #expect(try await !isFound(750, by: tenant))
    #expect(try await isFound(7, by: tenant))
    // It was the messages themselves that were read.
    #expect(temporary.files().filter { $0.path.contains("/keywords/") } == damaged)
    flock(descriptor, LOCK_UN)
    #expect(try await isFound(7, by: tenant))
    #expect(temporary.files().filter { $0.path.contains("/keywords/") } != damaged)
  }

  @Test func aDeletionUnderWayIsNoDamage() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await opened(temporary)
    try await add(0..<20, session: "kept", to: tenant)
    try await add(20..<30, session: "doomed", to: tenant)
    #expect(try tenant.catchUpKeywords())
    let verification = KeywordVerification(tenant: tenant, name: \.lastPathComponent, repair: false)
    #expect(try await verification.faults(of: tenant.folder.keywords).faults.isEmpty)
    // Committed after verifying has begun, by a process that waits for the lock to take out the words.
    try await deleteWithoutItsWords("doomed", of: tenant)
    let (faults, state) = try await verification.faults(of: tenant.folder.keywords)
    #expect(faults.isEmpty, "\(faults)")
    #expect(state == "words of 20 messages")
    // Words of a message that nobody has deleted are still damage.
    try await tenant.write {
      try $0.execute(sql: "DELETE FROM keyword_scrubs WHERE row = (SELECT max(row) FROM keyword_scrubs)")
    }
    let strays = try await verification.faults(of: tenant.folder.keywords).faults.map(\.what)
    #expect(strays == ["1 entries belong to no message"])
  }
}
