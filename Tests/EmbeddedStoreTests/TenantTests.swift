// Tenants: names of any kind, and the wall between them.

import ConversationMemory
import EmbeddedStore
import Foundation
import StoreContract
import Testing
import TextEmbedding

@Suite struct TenantTests {
  @Test func anyTextIsAFolderOfItsOwn() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let names = TenantNames.peculiar
    for name in names {
      try await temporary.tenant(name).add(MessageDraft("I belong to <\(name)>", session: "s", id: "m"))
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path + "/tenants")
    #expect(Set(folders.map { $0.lowercased() }).count == names.count)
    #expect(folders.allSatisfy { $0.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) || (97...122).contains($0) } })
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path)).isSubset(
        of: ["tenants", "catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"]))
  }

  @Test func readingAnUnknownTenantIsAnErrorAndMakesNothing() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) {
      _ = try await temporary.store.tenant(TenantID("nobody"))
    }
    #expect(error?.code == .unknownTenant)
    #expect(!FileManager.default.fileExists(atPath: temporary.folder.path))
  }

  @Test func onlyTheOwnerCanReadTheFiles() async throws {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("t")
    try await tenant.add(MessageDraft("secret pricing", session: "s"))
    try await tenant.finishIndexing { _ in }
    for file in temporary.files() {
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(file.lastPathComponent)")
    }
    let folder = try FileManager.default.attributesOfItem(atPath: temporary.folder.path)[.posixPermissions] as? Int
    #expect(folder == 0o700)
  }

  @Test func theCatalogueFollowsEveryWriterAndComesBackWhenLost() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    for name in ["b", "a", "c"] {
      try await temporary.tenant(name).add((0..<3).map { try MessageDraft("\($0)", session: "s\($0)", minute: $0) })
    }
    let other = try temporary.reopened(semantic: SemanticSource.none)
    try await other.tenant(TenantID("a")).add(MessageDraft("more", session: "s0", minute: 10))
    var listed = try await temporary.store.tenants(limit: 2, after: nil)
    #expect(listed.items.map(\.id.rawValue) == ["a", "b"])
    #expect(listed.items.map(\.messages) == [4, 3])
    listed = try await temporary.store.tenants(limit: 2, after: listed.next)
    #expect(listed.items.map(\.id.rawValue) == ["c"])
    #expect(listed.next == nil)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: temporary.folder.path + "/catalogue.sqlite" + suffix)
    }
    let again = try temporary.reopened(semantic: SemanticSource.none)
    #expect(try await again.tenants(limit: 10, after: nil).items.map(\.messages) == [4, 3, 3])
  }

  @Test func aDeletedTenantIsGoneFromTheListAndTheDisk() async throws {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("gone")
    try await temporary.tenant("stays").add(MessageDraft("hello", session: "s"))
    try await tenant.add(MessageDraft("zanzibarquux pricing", session: "s"))
    try await tenant.finishIndexing { _ in }
    #expect(try await tenant.deleteTenant().messages == 1)
    await #expect(throws: (any Error).self) { try await tenant.counts() }
    #expect(try await temporary.store.tenants(limit: 10, after: nil).items.map(\.id.rawValue) == ["stays"])
    #expect(try temporary.filesHolding("zanzibarquux").isEmpty)
    try await temporary.tenant("gone").add(MessageDraft("new life", session: "s"))
    #expect(try await temporary.tenant("gone").counts().messages == 1)
  }
}
