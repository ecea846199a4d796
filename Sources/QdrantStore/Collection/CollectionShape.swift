// What the collection looks like: made so on first use, and checked before anything else is asked of it.

import ConversationMemory

/// The collection's vectors, settings and indexes.
struct CollectionShape: Sendable {
  /// Idf over one tenant's points (`params.idf.corpus`) and upserts that only insert or only update: all there since 1.19.
  static let oldestVersion = "1.19.0"

  /// The layout of points and payloads, kept in the collection's own metadata. Grows when older programs cannot read them.
  static let schemaVersion = 1
  private static let schemaName = "recollect_schema"

  /// The length of vectors: that of the embedding model.
  let dimensions: Int
  let layout: CollectionLayout

  /// The body of the request that makes it.
  var creation: JSONValue {
    var members: [(String, JSONValue)] = [
      // Whole vectors on disk: they are read for rescoring only.
      (
        "vectors",
        [VectorName.dense: ["size": .integer(Int64(dimensions)), "distance": "Cosine", "on_disk": true]]
      ),
      ("sparse_vectors", [VectorName.sparse: ["modifier": "idf", "index": ["on_disk": false]]]),
      ("on_disk_payload", true),
      // No graph over everybody's points, one for each tenant.
      ("hnsw_config", ["m": 0, "payload_m": 32]),
      ("quantization_config", ["product": ["compression": "x16", "always_ram": true]]),
      ("optimizers_config", ["indexing_threshold": 10_000]),
      (
        "strict_mode_config",
        ["enabled": true, "unindexed_filtering_retrieve": false, "unindexed_filtering_update": false]
      ),
      ("metadata", [Self.schemaName: .integer(Int64(Self.schemaVersion))]),
    ]
    for (name, value) in [
      ("shard_number", layout.shardNumber), ("replication_factor", layout.replicationFactor),
      ("write_consistency_factor", layout.writeConsistencyFactor),
    ] {
      if let value { members.append((name, .integer(Int64(value)))) }
    }
    return .object(members)
  }

  /// What of a collection is other than it must be; empty where it can be used. Missing indexes are passed over: they can be
  /// made.
  static func differences(of found: CollectionDescription) -> [String] {
    var differences: [String] = []
    if found.schema == nil { differences.append("its metadata has no \"\(schemaName)\"") }
    let parameters = found.config.params
    if let dense = parameters.vectors?[VectorName.dense] {
      if dense.distance.lowercased() != "cosine" {
        differences.append("its vectors are compared by \(dense.distance), not by cosine")
      }
      if dense.multivectorConfig != nil { differences.append("its points have several vectors each") }
    } else {
      differences.append("it has no vector \"\(VectorName.dense)\"")
    }
    if let sparse = parameters.sparseVectors?[VectorName.sparse] {
      if sparse.modifier?.lowercased() != "idf" {
        differences.append("its sparse vector has no modifier \"idf\"")
      }
    } else {
      differences.append("it has no sparse vector \"\(VectorName.sparse)\"")
    }
    for field in PayloadField.allCases {
      if let index = found.payloadSchema[field.rawValue], index.dataType != field.dataType {
        differences.append("the field \"\(field.rawValue)\" is indexed as \(index.dataType), not as \(field.dataType)")
      }
    }
    return differences
  }

  /// Whether a server is new enough. Versions that cannot be read are taken for development builds, which are.
  static func isSupported(_ version: String) -> Bool {
    let found = numbers(of: version)
    guard found.count >= 2 else { return true }
    return !found.lexicographicallyPrecedes(numbers(of: oldestVersion))
  }

  private static func numbers(of version: String) -> [Int] {
    let plain = version.prefix { $0.isNumber || $0 == "." }
    return plain.split(separator: ".").prefix(3).compactMap { Int($0) }
  }
}

/// The collection as the server describes it.
struct CollectionDescription: Decodable, Sendable {
  struct Config: Decodable, Sendable {
    let params: Parameters
    let metadata: Metadata?
  }

  struct Metadata: Decodable, Sendable {
    let schema: Int?

    enum CodingKeys: String, CodingKey {
      case schema = "recollect_schema"
    }
  }

  struct Parameters: Decodable, Sendable {
    let vectors: [String: Dense]?
    let sparseVectors: [String: Sparse]?

    enum CodingKeys: String, CodingKey {
      case vectors
      case sparseVectors = "sparse_vectors"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      // A collection with one nameless vector has its settings where others have names.
      vectors = try? container.decodeIfPresent([String: Dense].self, forKey: .vectors)
      sparseVectors = try container.decodeIfPresent([String: Sparse].self, forKey: .sparseVectors)
    }
  }

  struct Dense: Decodable, Sendable {
    struct Multivector: Decodable, Sendable {}

    let size: Int
    let distance: String
    let multivectorConfig: Multivector?

    enum CodingKeys: String, CodingKey {
      case size, distance
      case multivectorConfig = "multivector_config"
    }
  }

  struct Sparse: Decodable, Sendable {
    let modifier: String?
  }

  struct Index: Decodable, Sendable {
    let dataType: String

    enum CodingKeys: String, CodingKey {
      case dataType = "data_type"
    }
  }

  let status: String
  let config: Config
  let payloadSchema: [String: Index]

  /// The version of recollect's layout; nil in what something else has made.
  var schema: Int? { config.metadata?.schema }

  enum CodingKeys: String, CodingKey {
    case status, config
    case payloadSchema = "payload_schema"
  }
}
