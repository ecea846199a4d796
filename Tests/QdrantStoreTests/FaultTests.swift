// What goes wrong between here and the cluster: it is made up for where that is safe, and else said clearly.

import ConversationMemory
import Foundation
import QdrantTestSupport
import StoreContract
import Testing
import TextEmbedding

@testable import QdrantStore

@Suite struct FaultTests {
  /// A server of the test's own, with one tenant of ten messages in two sessions.
  private func filled() async throws -> (server: QdrantTestServer, store: ClusterStore, tenant: any TenantStore) {
    let server = try await QdrantTestServer.start(mustBeOwn: true)
    let store = try await ClusterStore.make(on: server, semantic: SemanticSource.none)
    let tenant = try await store.tenant("acme")
    try await tenant.add((0..<10).map { try MessageDraft("m\($0)", session: "s\($0 % 2)", minute: $0, id: "m\($0)") })
    return (server, store, tenant)
  }

  private func batch(_ numbers: Range<Int>) throws -> [MessageDraft] {
    try numbers.map { try MessageDraft("m\($0)", session: "s\($0 % 2)", minute: $0, id: "m\($0)") }
  }

  @Test(arguments: [408, 429, 500, 502, 503, 504])
  func `A server that is busy or fails for a moment is asked again`(status: Int) async throws {
    let (server, _, tenant) = try await filled()
    var fault = QdrantFault(path: "*/points*")
    fault.status = status
    fault.times = 2
    try await server.order(fault)
    #expect(try await tenant.sessionHistory(SessionID("s0")).count == 5)
    try await server.order(fault)
    #expect(try await tenant.add(batch(10..<20), policy: .refuseBatch).added == 10)
    #expect(try await tenant.counts().messages == 20)
    await server.stop()
  }

  @Test func `A connection that is reset before or after a write loses nothing and adds nothing twice`() async throws {
    for reset in [QdrantFault.Reset.before, .after] {
      let (server, _, tenant) = try await filled()
      var fault = QdrantFault(method: "PUT", path: "*/points")
      fault.reset = reset
      fault.times = 3
      try await server.order(fault)
      let result = try await tenant.add(batch(5..<15), policy: .refuseBatch)
      #expect(result.added == 5)
      #expect(result.duplicates == 5)
      #expect(try await tenant.sessionHistory(SessionID("s0"), limit: 50).map(\.sequence) == Array(1...8))
      #expect(try await tenant.counts().messages == 15)
      await server.stop()
    }
  }

  @Test func `A truncated answer is asked for again`() async throws {
    let (server, _, tenant) = try await filled()
    var fault = QdrantFault(path: "*/points/scroll")
    fault.truncate = 100
    fault.times = 2
    try await server.order(fault)
    #expect(try await tenant.sessionHistory(SessionID("s1")).count == 5)
    await server.stop()
  }

  @Test func `A node that is lost in mid-batch leaves nothing that the same batch does not mend`() async throws {
    let (server, _, tenant) = try await filled()
    var fault = QdrantFault(method: "PUT", path: "*/points")
    // The sheets are written by the first; of the messages, a part is applied, and no answer comes, however often.
    fault.nth = 2
    fault.times = 50
    fault.appliedPoints = 3
    fault.reset = .after
    try await server.order(fault)
    let error = await #expect(throws: MemoryError.self) {
      try await tenant.add(batch(10..<20), policy: .refuseBatch)
    }
    #expect(error?.code == .storageUnavailable)
    #expect(error?.description.contains(server.address) == true)
    try await server.clearFaults()
    let again = try await tenant.add(batch(10..<20), policy: .refuseBatch)
    #expect(again.added + again.duplicates == 10)
    #expect(try await tenant.counts().messages == 20)
    #expect(try await tenant.sessions(SessionQuery()).items.map(\.messageCount) == [10, 10])
    let history = try await tenant.sessionHistory(SessionID("s0"), limit: 50)
    #expect(history.map(\.content) == stride(from: 0, to: 20, by: 2).map { "m\($0)" })
    await server.stop()
  }

  @Test func `What is acknowledged is there when the server comes back`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "recollect-cluster-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try await QdrantTestServer.start(folder: folder)
    let store = try await ClusterStore.make(on: server, semantic: SemanticSource.none)
    let tenant = try await store.tenant("acme")
    try await tenant.add(batch(0..<50))
    await server.kill()
    let down = await #expect(throws: MemoryError.self) { try await tenant.counts() }
    #expect(down?.description.contains("check the address and that the server runs") == true)
    let port = try #require(URL(string: server.address)?.port)
    let again = try await QdrantTestServer.start(port: port, folder: folder)
    #expect(try await tenant.counts().messages == 50)
    #expect(try await tenant.sessionHistory(SessionID("s0"), limit: 50).count == 25)
    await again.stop()
  }

  @Test func `A server that wants a key says so in words that name where to put it and never the key`() async throws {
    let server = try await QdrantTestServer.start(apiKey: "s3cret-of-the-test")
    let address = try QdrantServer(server.address)
    for key in [nil, try QdrantKey("wr0ng-key", origin: "the tests")] {
      let store = QdrantStore(server: address, key: key, semantic: SemanticSource.none)
      let error = await #expect(throws: MemoryError.self) { try await store.creatingTenant(TenantID("acme")) }
      #expect(error?.description.contains("QDRANT_API_KEY_FILE") == true)
      #expect(error?.description.contains("wr0ng") == false)
    }
    let store = try await ClusterStore.make(on: server, semantic: SemanticSource.none)
    try await store.tenant("acme").add(batch(0..<3))
    #expect(try await store.tenant("acme").counts().messages == 3)
    await server.stop()
  }

  @Test func `A server that nobody listens at is named with what to check`() async throws {
    let server = try await QdrantTestServer.start(mustBeOwn: true)
    let address = try QdrantServer(server.address)
    await server.stop()
    let store = QdrantStore(server: address, semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) { try await store.tenants(limit: 5, after: nil) }
    #expect(error?.code == .storageUnavailable)
    #expect(error?.description.contains("\(address)") == true)
    #expect(error?.description.contains("tried 6 times") == true)
  }

  @Test func `A collection that something else has made is refused with all that differs`() async throws {
    let server = try await QdrantTestServer.start(mustBeOwn: true)
    let name = try CollectionName("foreign")
    let client = QdrantClient(server: try QdrantServer(server.address), key: nil)
    try await client.send(
      AdministrationRequest.create(name, ["vectors": ["dense": ["size": 4, "distance": "Dot"]]]))
    let store = QdrantStore(
      server: try QdrantServer(server.address), collection: name, semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) { try await store.creatingTenant(TenantID("acme")) }
    #expect(error?.code == .conflict)
    for part in ["recollect_schema", "Dot", "no sparse vector", "--collection", "foreign"] {
      #expect(error?.description.contains(part) == true, "\(part)")
    }
    await server.stop()
  }

  @Test func `A collection that was left half-made is completed`() async throws {
    let server = try await QdrantTestServer.start(mustBeOwn: true)
    let client = QdrantClient(server: try QdrantServer(server.address), key: nil)
    let shape = CollectionShape(dimensions: 384, layout: .standard)
    try await client.send(AdministrationRequest.create(.standard, shape.creation))
    try await client.send(AdministrationRequest.index(.tenant, of: .standard))
    let store = QdrantStore(server: try QdrantServer(server.address), semantic: SemanticSource.none)
    try await store.creatingTenant(TenantID("acme")).add(batch(0..<4))
    #expect(try await store.tenant(TenantID("acme")).channels().map(\.messages) == [4])
    await server.stop()
  }

  @Test func `Many writers to one session count every message once and number none twice`() async throws {
    let (server, store, tenant) = try await filled()
    try await withThrowingTaskGroup { group in
      for writer in 0..<4 {
        group.addTask {
          let other = try await store.reopened(semantic: SemanticSource.none).tenant(TenantID("acme"))
          for number in 0..<5 {
            try await other.add(
              MessageDraft("w\(writer) \(number)", session: "shared", minute: number, id: "w\(writer)-\(number)"))
          }
        }
      }
      try await group.waitForAll()
    }
    let history = try await tenant.sessionHistory(SessionID("shared"), limit: 100)
    #expect(history.count == 20)
    #expect(Set(history.map(\.sequence)).count == 20)
    #expect(try await tenant.session(SessionID("shared")).messageCount == 20)
    let findings = try await store.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    await server.stop()
  }
}
