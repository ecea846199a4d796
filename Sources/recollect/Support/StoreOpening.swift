// Opens the data folder. The one place of this program that knows which store is behind it.

import ConversationMemory
import EmbeddedStore
import Foundation
import TextEmbedding

extension DataOptions {
  /// The folder these options mean.
  var url: URL {
    if let folder { return URL(filePath: folder, directoryHint: .isDirectory) }
    return Self.standardFolder
  }

  /// The folder where none is named.
  static var standardFolder: URL { EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment) }

  /// The store in that folder, with search by meaning where a model is installed.
  func open() throws -> any ConversationStore { try Self.openStore(in: url) }

  /// The memory of a tenant that exists.
  ///
  /// - Throws: where there is none of that name; with the folder, since a mistyped one looks just like it.
  func memory(of tenant: TenantOptions) async throws -> any TenantStore {
    let store = try open()
    do {
      return try await store.tenant(tenant.id)
    } catch let error as MemoryError where error.code == .unknownTenant {
      let remedy = error.remedy.map { ": \($0)" } ?? ""
      throw CommandFailure(.failed, "\(error.message) in \(url.path)\(remedy)")
    }
  }

  static func openStore(in folder: URL) throws -> any ConversationStore {
    try EmbeddedStore(folder: folder, semantic: .installed(.forThisUser))
  }
}

extension ModelLibrary {
  /// The library that `$RECOLLECT_MODELS` or its default names.
  static var forThisUser: ModelLibrary { ModelLibrary(folder: ModelLibrary.defaultFolder()) }
}
