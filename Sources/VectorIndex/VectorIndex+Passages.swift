// Reading passages back, for an owner that takes them elsewhere.

/// A passage as the index has it.
public struct IndexedPassage: Sendable, Hashable {
  /// Its number within its message.
  public let passage: UInt16
  /// UTF-8 bytes of the message's content.
  public let utf8Range: Range<UInt32>
  /// Dequantized, at unit length.
  public let vector: [Float]
  /// The signs of its tokens' vectors.
  public let tokens: [UInt8]
}

extension VectorIndex {
  /// The passages of messages, in their order; messages that are not in the index are left out.
  ///
  /// - Throws: ``VectorIndexError`` where what has to be read is damaged.
  public func passages(forKeys keys: Set<Int64>) throws -> [Int64: [IndexedPassage]] {
    var found: [Int64: [IndexedPassage]] = [:]
    guard !keys.isEmpty else { return found }
    try forEachRow(of: view, filter: VectorFilter(allowedKeys: keys)) { part, row in
      if let segment = part.file as? SegmentFile { try segment.checkWhole(folder: files) }
      for its in [BlockPart.vectors, .residuals, .tokens] {
        try part.file.check(its, block: row / blockRows, rows: part.rows, folder: files)
      }
      let vector = [Float](unsafeUninitializedCapacity: configuration.dimensions) { vector, count in
        guard let base = vector.baseAddress else { return }
        part.file.vector(row: row, into: base)
        count = configuration.dimensions
      }
      let tokens = Array(part.file.tokens(row: row))
      let passage = part.file.passage(row: row)
      // Looked at last: a row that was being scrubbed meanwhile does not count.
      guard !part.file.isDeleted(row: row) else { return }
      found[passage.key, default: []].append(
        IndexedPassage(passage: passage.passage, utf8Range: passage.utf8Range, vector: vector, tokens: tokens))
    }
    return found.mapValues { $0.sorted { $0.passage < $1.passage } }
  }
}
