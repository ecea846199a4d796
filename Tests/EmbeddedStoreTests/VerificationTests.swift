// `verify` finds seeded corruption of each kind of file, and mends what is derived.

import ConversationMemory
import EmbeddedStore
import Foundation
import StoreContract
import Testing
import TextEmbedding

@Suite struct VerificationTests {
  private func filled() async throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add(
      (0..<60).map {
        try MessageDraft(
          "Message \($0) about the marmalade contract and its price", session: "s\($0 % 4)", author: "Dana", minute: $0,
          id: "m\($0)", metadata: ["prospect_name": "Globex"])
      })
    try await tenant.finishIndexing { _ in }
    // Everything out of the write-ahead logs, as when the last process has closed the store.
    _ = try await temporary.tenant("other").add(MessageDraft("x", session: "s"))
    _ = try await tenant.deleteSession(SessionID("s3"))
    return temporary
  }

  private func outcomes(_ temporary: TemporaryStore, repair: Bool = false) async throws -> [VerificationFinding] {
    try await temporary.reopened(semantic: SemanticSource.none).verify(repair: repair) { _ in }
  }

  @Test func aSoundStoreIsSound() async throws {
    let temporary = try await filled()
    let findings = try await outcomes(temporary)
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    #expect(findings.count >= 4)
  }

  @Test func aChangedWordInAMessageIsFoundByName() async throws {
    let temporary = try await filled()
    let database = try #require(
      temporary.files().first {
        $0.lastPathComponent == "conversations.sqlite"
          && (try? Data(contentsOf: $0).range(of: Data("Message 5 about".utf8))) ?? nil != nil
      })
    try flip(database, at: "Message 5 about")
    let findings = try await outcomes(temporary)
    #expect(findings.contains { $0.outcome == .damaged && $0.detail.contains("\"m5\"") }, "\(findings)")
  }

  @Test func aBitFlippedAnywhereInADatabaseAtRestIsFound() async throws {
    let temporary = try await filled()
    // Seals what has no seal yet.
    _ = try await outcomes(temporary)
    let names = ["conversations.sqlite", "conversations.seal", "catalogue.sqlite", "catalogue.seal"]
    let files = temporary.files().filter { names.contains($0.lastPathComponent) && !$0.path.contains("other") }
    #expect(files.count == names.count)
    let sound = try files.map { try Data(contentsOf: $0) }
    var generator = SystemRandomNumberGenerator()
    for (file, whole) in zip(files, sound) {
      for _ in 0..<8 {
        var bytes = whole
        let offset = Int.random(in: 0..<whole.count, using: &generator)
        bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        try bytes.write(to: file)
        let findings = try await outcomes(temporary)
        #expect(findings.contains { $0.outcome == .damaged }, "\(file.lastPathComponent) at \(offset)")
        // All of them: a damaged catalogue is made again, and its seal with it.
        for suffix in ["-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: temporary.folder.path + "/catalogue.sqlite" + suffix)
        }
        for (file, whole) in zip(files, sound) { try whole.write(to: file) }
      }
    }
    #expect(try await outcomes(temporary).allSatisfy { $0.outcome == .sound })
  }

  @Test func aChangedSessionSheetIsFound() async throws {
    let temporary = try await filled()
    let database = try #require(
      temporary.files().first { $0.lastPathComponent == "conversations.sqlite" && $0.path.contains("lumenworks") })
    try flip(database, at: "Globex: Message 1 ")
    #expect(try await outcomes(temporary).contains { $0.outcome == .damaged })
  }

  @Test func aBitFlippedInAnyVectorFileIsFoundAndRepaired() async throws {
    let temporary = try await filled()
    let files = temporary.files().filter { $0.path.contains("lumenworks") && $0.path.contains("/vectors/") }
    #expect(files.count >= 2)
    for file in files {
      let sound = try Data(contentsOf: file)
      for offset in [0, 9, sound.count / 3, sound.count - 1] {
        var bytes = sound
        bytes[offset] ^= 0x10
        try bytes.write(to: file)
        let findings = try await outcomes(temporary)
        #expect(
          findings.contains { $0.outcome == .damaged && $0.file.contains("vectors") },
          "\(file.lastPathComponent) \(offset)")
        // Search goes on with words, and never crashes.
        let tenant = try await temporary.reopened().tenant(TenantID("lumenworks"))
        var request = SearchRequest("marmalade")
        request.backlogToFinish = 0
        #expect(try await !tenant.search(request).hits.isEmpty)
      }
      try sound.write(to: file)
    }
    var bytes = try Data(contentsOf: files[0])
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: files[0])
    #expect(try await outcomes(temporary, repair: true).contains { $0.outcome == .repaired })
    let tenant = try await temporary.reopened().tenant(TenantID("lumenworks"))
    #expect(try await tenant.search(SearchRequest("marmalade deal")).semantic == .ready)
    #expect(try await outcomes(temporary).allSatisfy { $0.outcome == .sound })
  }

  @Test func aDamagedCatalogueIsMadeAgain() async throws {
    let temporary = try await filled()
    let catalogue = temporary.folder.appending(path: "catalogue.sqlite")
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: catalogue.path + suffix) }
    try Data("this is no database, whatever it was before".utf8).write(to: catalogue)
    let store = try temporary.reopened(semantic: SemanticSource.none)
    #expect(try await store.tenants(limit: 10, after: nil).items.map(\.id.rawValue) == ["lumenworks", "other"])
  }

  @Test func aDatabaseOfANewerVersionIsNamedAndLeftAlone() async throws {
    let temporary = try await filled()
    let database = try #require(
      temporary.files().first { $0.lastPathComponent == "conversations.sqlite" && $0.path.contains("lumenworks") })
    var bytes = try Data(contentsOf: database)
    bytes.replaceSubrange(60..<64, with: [0, 0, 0, 9])
    try bytes.write(to: database)
    let store = try temporary.reopened(semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) { _ = try await store.tenant(TenantID("lumenworks")) }
    #expect(error?.code == .newerVersion)
    #expect(try Data(contentsOf: database) == bytes)
  }

  @Test func aFileThatIsNoDatabaseIsAClearError() async throws {
    let temporary = try await filled()
    let database = try #require(
      temporary.files().first { $0.lastPathComponent == "conversations.sqlite" && $0.path.contains("lumenworks") })
    try Data(repeating: 7, count: 9000).write(to: database)
    let store = try temporary.reopened(semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) { _ = try await store.tenant(TenantID("lumenworks")) }
    #expect(error?.code == .damaged)
    #expect(try await outcomes(temporary).contains { $0.outcome == .damaged && $0.file.contains("lumenworks") })
  }

  @Test func aDataFolderThatCannotBeUsedIsAClearError() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "recollect-tests-\(UUID().uuidString)")
    try Data("x".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let error = #expect(throws: MemoryError.self) { _ = try EmbeddedStore(folder: file, semantic: SemanticSource.none) }
    #expect(error?.code == .storageUnavailable)
    #expect(error?.description.contains("--data") == true)
  }

  private func flip(_ file: URL, at text: String) throws {
    var bytes = try Data(contentsOf: file)
    let range = try #require(bytes.range(of: Data(text.utf8)))
    bytes[range.lowerBound] ^= 0x20
    try bytes.write(to: file)
  }
}
