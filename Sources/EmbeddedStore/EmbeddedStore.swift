// Conversation memory on this machine: a folder of tenants, nothing to administer.

public import ConversationMemory
public import Foundation
import Retrieval
import Synchronization
public import TextEmbedding

/// A ``ConversationStore`` in a folder: SQLite for what is true, memory-mapped vectors for what is meant.
///
/// Several processes may use one folder at once. Handles are cheap and stay valid; a tenant's files are opened on first
/// use and kept open for the most recently used ``openTenants`` of them.
public final class EmbeddedStore: ConversationStore {
  /// How many tenants stay open: each takes about five file descriptors.
  static let openTenants = 64

  let context: StoreContext
  private let cache = Mutex(Cache())

  /// Open handles, most recently used last.
  private struct Cache {
    var order: [TenantID] = []
    var open: [TenantID: EmbeddedTenantStore] = [:]

    mutating func use(_ handle: EmbeddedTenantStore) {
      order.removeAll { $0 == handle.id }
      order.append(handle.id)
      open[handle.id] = handle
      while order.count > EmbeddedStore.openTenants { open[order.removeFirst()] = nil }
    }

    /// The handle, unless its tenant was deleted meanwhile.
    mutating func handle(_ id: TenantID) -> EmbeddedTenantStore? {
      guard let handle = open[id] else { return nil }
      if handle.isAlive { return handle }
      open[id] = nil
      return nil
    }
  }

  /// Opens a data folder. It need not exist: it is made when the first tenant is.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/storageUnavailable`` where the path is there but is no folder that
  ///   can be read.
  public init(folder: URL, semantic: SemanticSource) throws {
    context = StoreContext(
      data: DataFolder(root: folder.standardizedFileURL), semantic: SemanticEngine(source: semantic))
    let root = context.data.root
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw StorageFailure.unavailable(root.path, "is not a folder", SystemFailure(ENOTDIR))
      }
      guard access(root.path, R_OK | W_OK | X_OK) == 0 else {
        throw StorageFailure.unavailable(root.path, "cannot be used", SystemFailure(errno))
      }
    }
    context.finishInterruptedDeletions()
  }

  public func tenant(_ id: TenantID) async throws -> any TenantStore { try handle(id, create: false) }

  public func creatingTenant(_ id: TenantID) async throws -> any TenantStore { try handle(id, create: true) }

  /// The handle, from the cache or opened. Opening compares the tenant's counters with the catalogue's.
  func handle(_ id: TenantID, create: Bool) throws -> EmbeddedTenantStore {
    let cached = cache.withLock { cache -> EmbeddedTenantStore? in
      guard let handle = cache.handle(id) else { return nil }
      cache.use(handle)
      return handle
    }
    if let cached { return cached }
    let handle = try EmbeddedTenantStore(id: id, context: context, create: create)
    let counts = try handle.storedCounts()
    context.tellCatalogue { try $0.note(counts) }
    cache.withLock { $0.use(handle) }
    return handle
  }
}
