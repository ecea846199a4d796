// How a collection is spread over a cluster. Matters when it is made; afterwards the cluster knows.

public import ConversationMemory

/// Shards and copies of a new collection.
public struct CollectionLayout: Hashable, Sendable {
  /// Parts that are spread over the nodes; Qdrant's own choice, one a node, where nil.
  public var shardNumber: Int?
  /// Copies of each part.
  public var replicationFactor: Int?
  /// Copies that must have a write before it is acknowledged.
  public var writeConsistencyFactor: Int?

  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where a number is not positive, or more copies are to
  ///   acknowledge than there are.
  public init(
    shardNumber: Int? = nil, replicationFactor: Int? = nil, writeConsistencyFactor: Int? = nil
  ) throws(MemoryError) {
    for (name, value) in [
      ("shard_number", shardNumber), ("replication_factor", replicationFactor),
      ("write_consistency_factor", writeConsistencyFactor),
    ] {
      guard value.map({ (1...10_000).contains($0) }) ?? true else {
        throw MemoryError(.invalidArgument, "\(name) is \(value ?? 0)", remedy: "give a number from 1")
      }
    }
    guard (writeConsistencyFactor ?? 1) <= (replicationFactor ?? 1) else {
      throw MemoryError(
        .invalidArgument, "write_consistency_factor is larger than replication_factor",
        remedy: "no more copies can acknowledge a write than there are")
    }
    self.shardNumber = shardNumber
    self.replicationFactor = replicationFactor
    self.writeConsistencyFactor = writeConsistencyFactor
  }

  private init() {}

  /// Qdrant's own choice in everything.
  public static let standard = CollectionLayout()
}
