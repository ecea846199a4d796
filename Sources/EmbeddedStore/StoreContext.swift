// What the store and its tenants' handles share.

import ConversationMemory
import Foundation
import Synchronization

/// Places, model and catalogue of one data folder. Handles hold it, so that they outlive the store they came from.
final class StoreContext: Sendable {
  let data: DataFolder
  let semantic: SemanticEngine
  private let openCatalogue = Mutex<Catalogue?>(nil)

  init(data: DataFolder, semantic: SemanticEngine) {
    self.data = data
    self.semantic = semantic
  }

  /// The catalogue, opened on first use; a damaged one is made anew.
  func catalogue() throws -> Catalogue {
    try openCatalogue.withLock { catalogue in
      if let catalogue { return catalogue }
      let opened = try Catalogue.open(data)
      catalogue = opened
      return opened
    }
  }

  /// Closes the catalogue and removes its file, to be made again.
  func discardCatalogue() throws {
    try openCatalogue.withLock { catalogue in
      try catalogue?.close()
      catalogue = nil
      try Catalogue.remove(data)
    }
  }
}
