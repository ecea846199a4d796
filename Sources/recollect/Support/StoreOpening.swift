// Opens the data folder. The one place of this program that knows which store is behind it.

import ConversationMemory
import EmbeddedStore
import Foundation
import TextEmbedding

extension DataOptions {
  /// The folder these options mean.
  var url: URL {
    if let folder { return URL(filePath: folder, directoryHint: .isDirectory) }
    return EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment)
  }

  /// The store in that folder, with search by meaning where a model is installed.
  func open() throws -> any ConversationStore { try Self.openStore(in: url) }

  /// The memory of a tenant that exists.
  func memory(of tenant: TenantOptions) async throws -> any TenantStore { try await open().tenant(tenant.id) }

  static func openStore(in folder: URL) throws -> any ConversationStore {
    try EmbeddedStore(folder: folder, semantic: .installed(.forThisUser))
  }
}

extension ModelLibrary {
  /// The library that `$RECOLLECT_MODELS` or its default names.
  static var forThisUser: ModelLibrary { ModelLibrary(folder: ModelLibrary.defaultFolder()) }
}
