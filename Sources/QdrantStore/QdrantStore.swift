// Conversation memory on a Qdrant cluster: one collection for all tenants, for those who outgrow one machine.

public import ConversationMemory
import Retrieval
public import TextEmbedding

/// A ``ConversationStore`` in a collection of a Qdrant cluster.
///
/// Any number of processes on any number of machines may use one collection at once. A handle costs nothing to keep: what
/// it knows is where the cluster is and whose memory it reaches.
///
/// A batch is not a transaction here, since the cluster has none: what a bad message would refuse is refused before anything
/// is written, but a cluster that fails in mid-batch leaves a part of it stored, which was not acknowledged and which the
/// same call completes.
public final class QdrantStore: ConversationStore {
  /// The length of vectors in a collection that is made where no model is installed: that of the standard model.
  static let standardDimensions = 384

  let context: QdrantContext

  /// Connects on first use. Nothing is asked of the server before.
  ///
  /// - Parameters:
  ///   - key: What the server asks for, if anything.
  ///   - layout: How the collection is spread where it has yet to be made.
  public init(
    server: QdrantServer, key: QdrantKey? = nil, collection: CollectionName = .standard,
    layout: CollectionLayout = .standard, semantic: SemanticSource
  ) {
    context = QdrantContext(
      client: QdrantClient(server: server, key: key), collection: collection, layout: layout,
      semantic: SemanticEngine(source: semantic))
  }

  init(context: QdrantContext) { self.context = context }

  public func tenant(_ id: TenantID) async throws -> any TenantStore {
    guard try await context.preparation.dimensions() != nil else { throw MemoryError.unknownTenant(id) }
    let handle = QdrantTenantStore(id: id, context: context)
    guard try await handle.exists() else { throw MemoryError.unknownTenant(id) }
    return handle
  }

  public func creatingTenant(_ id: TenantID) async throws -> any TenantStore {
    if try await context.preparation.dimensions() == nil {
      let model = await context.semantic.service()?.model
      try await context.preparation.create(dimensions: model?.dimensions ?? Self.standardDimensions)
    }
    let handle = QdrantTenantStore(id: id, context: context)
    if try await !handle.exists() { try await handle.create() }
    return handle
  }
}

/// What the store and its tenants' handles share.
struct QdrantContext: Sendable {
  let client: QdrantClient
  let collection: CollectionName
  let preparation: CollectionPreparation
  let semantic: SemanticEngine

  init(client: QdrantClient, collection: CollectionName, layout: CollectionLayout, semantic: SemanticEngine) {
    self.client = client
    self.collection = collection
    self.semantic = semantic
    preparation = CollectionPreparation(client: client, name: collection, layout: layout)
  }

  func points(of tenant: TenantID) -> TenantPoints {
    TenantPoints(client: client, collection: collection, tenant: tenant)
  }
}
