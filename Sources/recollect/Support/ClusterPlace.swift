// A collection on a Qdrant cluster, put together from options, environment and configuration file.

import ConversationMemory
import Explorer
import Foundation
import QdrantStore
import TextEmbedding

struct ClusterPlace: CustomStringConvertible {
  let server: QdrantServer
  let collection: CollectionName
  private let layout: CollectionLayout
  private let key: QdrantKey?

  /// - Parameter settings: the configuration file's, for what only it can say.
  init(address: String, collection: String?, settings: ClusterPreferences) throws {
    server = try QdrantServer(address)
    self.collection = try collection.map { try CollectionName($0) } ?? .standard
    layout = try CollectionLayout(
      shardNumber: settings.shardNumber, replicationFactor: settings.replicationFactor,
      writeConsistencyFactor: settings.writeConsistencyFactor)
    key = try Self.key(settings)
    if key != nil, server.exposesKey {
      Console.note(.warning("the key goes to \(server) unencrypted: use an address that begins with https"))
    }
  }

  var description: String { "\(server)/\(collection)" }

  var option: String {
    "--qdrant '\(server)'" + (collection == .standard ? "" : " --collection \(collection)")
  }

  func open(semantic: SemanticSource) -> any ConversationStore {
    QdrantStore(server: server, key: key, collection: collection, layout: layout, semantic: semantic)
  }

  /// What the configuration file says about a cluster.
  static func configured() throws -> ClusterPreferences {
    do throws(ConfigurationError) {
      return try ConfigurationFolder.file.readCluster()
    } catch {
      throw CommandFailure.usage(error.problems.map(\.description).joined(separator: "; "))
    }
  }

  /// The key: of the environment, of the file that it names, of the configuration file. Never of an option: other users of
  /// the machine see those.
  private static func key(_ settings: ClusterPreferences) throws -> QdrantKey? {
    let environment = ProcessInfo.processInfo.environment
    if let key = environment["QDRANT_API_KEY"], !key.isEmpty { return try QdrantKey(key, origin: "QDRANT_API_KEY") }
    if let path = environment["QDRANT_API_KEY_FILE"], !path.isEmpty {
      let file = URL(filePath: path).resolvingSymlinksInPath().path
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
        let data = FileManager.default.contents(atPath: file)
      else {
        throw CommandFailure(
          .failed, "\(path) cannot be read: QDRANT_API_KEY_FILE must name the file that holds the key")
      }
      guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
        throw CommandFailure(.failed, "others than you can read the key in \(path): chmod 600 \(path)")
      }
      return try QdrantKey(String(decoding: data.prefix(4096), as: UTF8.self), origin: path)
    }
    return try settings.key.map { try QdrantKey($0.value, origin: "the configuration file") }
  }
}
