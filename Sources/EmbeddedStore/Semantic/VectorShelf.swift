// The reading side of a tenant's vectors: opened once, refreshed before each use, opened again after a rebuild.

import ConversationMemory
import Foundation
import Retrieval
import Synchronization
import TextEmbedding
import VectorIndex

final class VectorShelf: Sendable {
  let folder: URL
  private let reader = Mutex<VectorIndex?>(nil)

  init(folder: URL) { self.folder = folder }

  static func configuration(of model: EmbeddingModel) -> VectorIndexConfiguration {
    VectorIndexConfiguration(
      dimensions: model.dimensions, modelFingerprint: PassageTokens.mark(of: model))
  }

  /// The index as it is now; nil where it has to be rebuilt first (another model's, damaged, an older format).
  ///
  /// - Throws: what a rebuild would not mend.
  func current(for model: EmbeddingModel) throws -> VectorIndex? {
    try reader.withLock { reader in
      do {
        if let index = reader, index.configuration == Self.configuration(of: model) {
          try index.refresh()
          return index
        }
        let index = try VectorIndex.open(
          folder: folder, configuration: Self.configuration(of: model), access: .reading)
        reader = index
        return index
      } catch let error as VectorIndexError where error.asksForRebuild || error.code == .reopenRequired {
        reader = nil
        return nil
      } catch let error as VectorIndexError {
        reader = nil
        throw Self.translate(error)
      }
    }
  }

  /// Runs work on an index and puts its errors into the domain's words.
  static func translating<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let error as VectorIndexError { throw translate(error) }
  }

  /// Gives back the memory of what searches have touched.
  func rest() { reader.withLock { $0?.rest() } }

  /// Forgets the open index: what it maps turned out to be damaged.
  func drop() { reader.withLock { $0 = nil } }

  static func translate(_ error: VectorIndexError) -> MemoryError {
    let code: MemoryError.Code =
      switch error.code {
      case .newerVersion: .newerVersion
      case .system: error.what.contains(SystemFailure(ENOSPC).description) ? .storageFull : .storageUnavailable
      default: .damaged
      }
    return MemoryError(code, "\(error.what) (\(error.file))", remedy: error.remedy)
  }
}
