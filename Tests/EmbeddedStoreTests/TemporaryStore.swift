// A real store in a temporary folder with the real encoder.

import ConversationMemory
import EmbeddedStore
import Foundation
import TextEmbedding

/// Removed with its folder when it goes.
final class TemporaryStore: Sendable {
  let folder: URL
  let store: EmbeddedStore

  /// The installed model. The test command installs it; without it these tests fail and say so.
  static let encoder: Result<any EmbeddingService, any Error> = Result {
    let library = ModelLibrary(folder: ModelLibrary.defaultFolder())
    guard let model = library.locateDefault() else {
      throw MemoryError(
        .semanticUnavailable, "no model is installed in \(library.folder)", remedy: "run `recollect model install`")
    }
    return try SentenceEncoder.load(folder: model.folder)
  }

  /// - Parameter inMemory: whether to use the machine's file system in memory, where it has one: for tests that write
  ///   hundreds of times and ask nothing about the disk.
  init(semantic: SemanticSource? = nil, inMemory: Bool = false) throws {
    let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
    let isUsable = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
    folder = (isUsable ? memory : FileManager.default.temporaryDirectory).appending(
      path: "recollect-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    store = try EmbeddedStore(folder: folder, semantic: try semantic ?? .service(Self.encoder.get()))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The folder opened anew, as another process would.
  func reopened(semantic: SemanticSource? = nil) throws -> EmbeddedStore {
    try EmbeddedStore(folder: folder, semantic: try semantic ?? .service(Self.encoder.get()))
  }

  func tenant(_ name: String) async throws -> any TenantStore {
    try await store.creatingTenant(try TenantID(name))
  }

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

/// Short ways to write test conversations.
extension MessageDraft {
  init(
    _ content: String, session: String, channel: String = "web", role: Role = .user, author: String? = nil,
    minute: Int = 0, id: String? = nil, metadata: [String: String] = [:]
  ) throws {
    self.init(
      id: try id.map { try MessageID($0) }, session: try SessionID(session), channel: try Channel(channel), role: role,
      author: author, content: content, timestamp: Timestamp(milliseconds: 1_790_000_000_000 + Int64(minute) * 60_000),
      metadata: metadata)
  }
}
