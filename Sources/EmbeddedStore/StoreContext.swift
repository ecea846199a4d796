// What the store and its tenants' handles share.

import ConversationMemory
import Foundation
import Retrieval
import Synchronization

/// Places, model and catalogue of one data folder. Handles hold it, so that they outlive the store they came from.
final class StoreContext: Sendable {
  let data: DataFolder
  let semantic: SemanticEngine
  private let openCatalogue = Mutex<Catalogue?>(nil)
  /// Why the catalogue was made again, for `verify` to tell.
  private let loss = Mutex<String?>(nil)

  init(data: DataFolder, semantic: SemanticEngine) {
    self.data = data
    self.semantic = semantic
  }

  /// The catalogue, opened on first use; a damaged one is made anew.
  func catalogue() throws -> Catalogue {
    try openCatalogue.withLock { catalogue in
      if let catalogue { return catalogue }
      let (opened, damage) = try Catalogue.open(data)
      catalogue = opened
      if let damage { loss.withLock { $0 = damage } }
      return opened
    }
  }

  /// Does something with the catalogue that may as well not happen: it is derived, and what it misses is made up for when
  /// tenants are listed. One that turns out to be damaged is made again.
  func tellCatalogue(_ work: (Catalogue) throws -> Void) {
    do {
      try work(try catalogue())
    } catch let error as MemoryError where error.code == .damaged || error.code == .storageUnavailable {
      try? discardCatalogue()
    } catch {
      // Busy or full: the mark set before a write, or the difference in changes, tells the next reader.
    }
  }

  /// What was wrong with a catalogue that had to be replaced; told once.
  func takeCatalogueLoss() -> String? {
    loss.withLock { loss in
      defer { loss = nil }
      return loss
    }
  }

  /// Closes the catalogue and removes its file, to be made again.
  func discardCatalogue() throws {
    try openCatalogue.withLock { catalogue in
      try? catalogue?.close()
      catalogue = nil
      try Catalogue.remove(data)
    }
  }
}
