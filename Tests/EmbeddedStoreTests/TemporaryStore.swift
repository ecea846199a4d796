// A real store in a temporary folder with the real encoder.

import ConversationMemory
import EmbeddedStore
import Foundation
import StoreContract
import Synchronization
import TextEmbedding

/// Removed with its folder when it goes.
final class TemporaryStore: Sendable {
  let folder: URL
  let store: any ConversationStore

  /// - Parameter inMemory: whether to use the machine's file system in memory, where it has one: for tests that write
  ///   hundreds of times and ask nothing about the disk.
  init(semantic: SemanticSource? = nil, inMemory: Bool = false) throws {
    let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
    let isUsable = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
    folder = (isUsable ? memory : FileManager.default.temporaryDirectory).appending(
      path: "recollect-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    store = try EmbeddedStore(folder: folder, semantic: try semantic ?? .service(InstalledEncoder.service.get()))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Every regular file below the folder.
  func files() -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return (all?.allObjects as? [URL] ?? []).filter {
      (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
    }.sorted { $0.path < $1.path }
  }

  /// The names of the files that hold these bytes anywhere.
  func filesHolding(_ text: String) throws -> [String] {
    try files().filter { try Data(contentsOf: $0).range(of: Data(text.utf8)) != nil }.map(\.lastPathComponent)
  }
}

extension TemporaryStore: StoreUnderTest {
  /// Opened where another process would open it.
  func reopened(semantic: SemanticSource? = nil) throws -> any ConversationStore {
    try EmbeddedStore(folder: folder, semantic: try semantic ?? .service(InstalledEncoder.service.get()))
  }
}

/// Makes stores in temporary folders, which are there as long as it is: a rule may hold no more than a tenant's handle.
final class TemporaryStores: StoreMaker {
  private let made = Mutex<[TemporaryStore]>([])

  func make(semantic: SemanticSource?) async throws -> any StoreUnderTest {
    let store = try TemporaryStore(semantic: semantic)
    made.withLock { $0.append(store) }
    return store
  }
}
