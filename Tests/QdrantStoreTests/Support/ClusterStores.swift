// Stores on the tests' Qdrant server: one server for all tests, a collection for each.

import ConversationMemory
import Foundation
import QdrantTestSupport
import StoreContract
import Synchronization
import TextEmbedding

@testable import QdrantStore

/// A collection of its own, to be removed when the test is done with it.
final class ClusterStore: StoreUnderTest {
  let server: QdrantTestServer
  let collection: CollectionName
  let store: any ConversationStore

  private init(server: QdrantTestServer, semantic: SemanticSource) throws {
    self.server = server
    collection = try CollectionName("recollect-test-\(UUID().uuidString.lowercased())")
    store = try Self.open(server, collection, semantic: semantic)
  }

  /// A store on the server that all tests share, or on one of its own.
  static func make(
    on server: QdrantTestServer? = nil, semantic: SemanticSource? = nil
  ) async throws -> ClusterStore {
    let shared = if let server { server } else { try await SharedServer.instance.server() }
    return try ClusterStore(server: shared, semantic: try semantic ?? .service(InstalledEncoder.service.get()))
  }

  /// Takes the collection away.
  func remove() async throws {
    let client = QdrantClient(
      server: try QdrantServer(server.address), key: try server.apiKey.map { try QdrantKey($0, origin: "the tests") })
    _ = try await client.send(AdministrationRequest.delete(collection))
  }

  func reopened(semantic: SemanticSource?) async throws -> any ConversationStore {
    try Self.open(server, collection, semantic: try semantic ?? .service(InstalledEncoder.service.get()))
  }

  private static func open(
    _ server: QdrantTestServer, _ collection: CollectionName, semantic: SemanticSource
  ) throws -> QdrantStore {
    QdrantStore(
      server: try QdrantServer(server.address),
      key: try server.apiKey.map { try QdrantKey($0, origin: "the tests") }, collection: collection,
      semantic: semantic)
  }
}

/// Makes collections, and remembers them.
final class ClusterStores: StoreMaker {
  private let made = Mutex<[ClusterStore]>([])

  func make(semantic: SemanticSource?) async throws -> any StoreUnderTest {
    let store = try await ClusterStore.make(semantic: semantic)
    made.withLock { $0.append(store) }
    return store
  }

  /// Runs a test and takes away what it made, however it ended.
  static func during(_ test: (ClusterStores) async throws -> Void) async throws {
    let stores = ClusterStores()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await test(stores))
    } catch {
      outcome = .failure(error)
    }
    for store in stores.made.withLock({ $0 }) { try? await store.remove() }
    try outcome.get()
  }
}

/// The server that tests share; it ends with the process.
private actor SharedServer {
  static let instance = SharedServer()
  private var starting: Task<QdrantTestServer, any Error>?

  func server() async throws -> QdrantTestServer {
    let task = starting ?? Task { try await QdrantTestServer.start() }
    starting = task
    return try await task.value
  }
}
