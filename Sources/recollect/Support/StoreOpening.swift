// Opens the data folder or the cluster. The one place of this program that knows which store is behind it.

import ConversationMemory
import EmbeddedStore
import Explorer
import Foundation
import QdrantStore
import TextEmbedding

/// Where memory is.
enum DataPlace: CustomStringConvertible {
  case folder(URL)
  case cluster(ClusterPlace)

  var description: String {
    switch self {
    case .folder(let folder): folder.path
    case .cluster(let cluster): cluster.description
    }
  }

  /// The store there, with search by meaning where a model is installed.
  func open(semantic: SemanticSource = .installed(.forThisUser)) throws -> any ConversationStore {
    switch self {
    case .folder(let folder): try EmbeddedStore(folder: folder, semantic: semantic)
    case .cluster(let cluster): cluster.open(semantic: semantic)
    }
  }

  /// Where somebody with `--data` or `--qdrant` finds it again: the option with its value, for a shell.
  var option: String {
    switch self {
    case .folder(let folder): "--data '\(folder.path)'"
    case .cluster(let cluster): cluster.option
    }
  }
}

extension DataOptions {
  /// The place these options mean. A folder that is named, by option or environment, comes before a cluster in the
  /// configuration file.
  func place() throws -> DataPlace {
    if let folder { return .folder(URL(filePath: folder, directoryHint: .isDirectory)) }
    let environment = ProcessInfo.processInfo.environment
    if cluster == nil, collection == nil, environment["RECOLLECT_DATA"]?.isEmpty == false {
      return .folder(Self.standardFolder)
    }
    let configured = try ClusterPlace.configured()
    guard let address = cluster ?? configured.address else {
      guard collection == nil else {
        throw CommandFailure.usage("--collection is a cluster's: name the cluster with --qdrant")
      }
      return .folder(Self.standardFolder)
    }
    return .cluster(
      try ClusterPlace(address: address, collection: collection ?? configured.collection, settings: configured))
  }

  /// The folder where none is named.
  static var standardFolder: URL { EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment) }

  /// The store at that place.
  func open() throws -> any ConversationStore { try place().open() }

  /// The memory of a tenant that exists.
  ///
  /// - Throws: where there is none of that name; with the place, since a mistyped one looks just like it.
  func memory(of tenant: TenantOptions) async throws -> any TenantStore {
    let place = try place()
    let store = try place.open()
    do {
      return try await store.tenant(tenant.id)
    } catch let error as MemoryError where error.code == .unknownTenant {
      let remedy = error.remedy.map { ": \($0)" } ?? ""
      throw CommandFailure(.failed, "\(error.message) in \(place)\(remedy)")
    }
  }

  static func openStore(in folder: URL) throws -> any ConversationStore { try DataPlace.folder(folder).open() }
}

extension ModelLibrary {
  /// The library that `$RECOLLECT_MODELS` or its default names.
  static var forThisUser: ModelLibrary { ModelLibrary(folder: ModelLibrary.defaultFolder()) }
}
