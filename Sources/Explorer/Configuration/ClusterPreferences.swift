// Where a person's memory is when it is on a Qdrant cluster: settings that every command reads, not only the explorer.

import Foundation

/// A cluster as the configuration file names it; without one, memory is in a folder.
public struct ClusterPreferences: Sendable, Equatable {
  /// The server's address; nil where memory is in a folder.
  public var address: String?
  public var collection: String?
  public var shardNumber: Int?
  public var replicationFactor: Int?
  public var writeConsistencyFactor: Int?
  public var key: ConfiguredKey?

  public init() {}
}

/// A key from the file. It does not show itself.
public struct ConfiguredKey: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  public let value: String

  public var description: String { "(key)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ConfigurationSetting {
  /// At the top of the file.
  static let cluster: [ConfigurationSetting] = [
    address, collection, clusterKey,
    count(
      "shard_number", \.shardNumber,
      [
        "Into how many parts a new collection is divided, on how many nodes each part is kept, and how many of them",
        "must have a message before it counts as stored. 0 leaves it to Qdrant.",
      ]),
    count("replication_factor", \.replicationFactor, []),
    count("write_consistency_factor", \.writeConsistencyFactor, []),
  ]

  private static let address = ConfigurationSetting(
    name: "qdrant",
    explanation: [
      "The address of a Qdrant cluster that holds the memory, such as \"https://qdrant.example.com:6333\", for all",
      "commands; \"\" keeps it in a folder on this machine. --qdrant and --data come before it.",
    ],
    standard: "\"\""
  ) { value, _, preferences throws(ConfigurationMistake) in
    let address = try value.text(example: "qdrant = \"https://qdrant.example.com:6333\"")
    preferences.cluster.address = address.isEmpty ? nil : address
  }

  private static let standardCollection = "conversations"

  private static let collection = ConfigurationSetting(
    name: "collection", explanation: ["The collection on that cluster."], standard: "\"\(standardCollection)\""
  ) { value, _, preferences throws(ConfigurationMistake) in
    let name = try value.text(example: "collection = \"\(standardCollection)\"")
    preferences.cluster.collection = name == standardCollection ? nil : name
  }

  private static let clusterKey = ConfigurationSetting(
    name: "qdrant_api_key",
    explanation: [
      "The cluster's key. Only in a file that nobody else can read (chmod 600); QDRANT_API_KEY and QDRANT_API_KEY_FILE",
      "come before it.",
    ],
    standard: "\"\""
  ) { value, _, preferences throws(ConfigurationMistake) in
    let key = try value.text(example: "qdrant_api_key = \"…\"")
    preferences.cluster.key = key.isEmpty ? nil : ConfiguredKey(value: key)
  }

  private static func count(
    _ name: String, _ place: any WritableKeyPath<ClusterPreferences, Int?> & Sendable, _ explanation: [String]
  ) -> ConfigurationSetting {
    ConfigurationSetting(name: name, explanation: explanation, standard: "0") {
      value, _, preferences throws(ConfigurationMistake) in
      let number = try value.integer(example: "\(name) = 2")
      guard (0...10_000).contains(number) else {
        throw ConfigurationMistake(
          message: "\(number) is out of range", remedy: "use a number from 0 (Qdrant's own choice) to 10000")
      }
      preferences.cluster[keyPath: place] = number == 0 ? nil : number
    }
  }
}

extension ConfigurationFile {
  /// What the file says about a cluster, whatever else is wrong with it.
  ///
  /// - Throws: what is wrong with that, or with the file as a whole; also where it holds a key and others can read it.
  public func readCluster() throws(ConfigurationError) -> ClusterPreferences {
    let cluster = try readSettings(of: ConfigurationSetting.cluster).cluster
    guard cluster.key != nil else { return cluster }
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 == 0 else {
      throw ConfigurationError(problems: [
        ConfigurationProblem(
          file: path, line: 0, message: "the file holds a key and others than you can read it",
          remedy: "chmod 600 \(path)")
      ])
    }
    return cluster
  }
}
