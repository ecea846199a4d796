// Looking up rows by key.

internal import CVectorKernels

extension VectorIndex {
  /// Whether a message has a passage in the index.
  public func contains(key: Int64) throws -> Bool {
    var isFound = false
    try forEachRow(of: view, filter: VectorFilter(allowedKeys: [key])) { part, row in
      if !part.file.isDeleted(row: row) { isFound = true }
    }
    return isFound
  }

  /// The vectors of a message's passages, in the order of the passages, dequantized: each of length 1 (or 0 where the
  /// passage's vector was zero). Empty when the message is not in the index.
  public func vectors(forKey key: Int64) throws -> [[Float]] {
    var passages: [(passage: UInt16, vector: [Float])] = []
    try forEachRow(of: view, filter: VectorFilter(allowedKeys: [key])) { part, row in
      for its in [BlockPart.vectors, .residuals] {
        try part.file.check(its, block: row / blockRows, rows: part.rows, folder: files)
      }
      let vector = [Float](unsafeUninitializedCapacity: configuration.dimensions) { vector, count in
        guard let base = vector.baseAddress else { return }
        part.file.vector(row: row, into: base)
        count = configuration.dimensions
      }
      let passage = part.file.passage(row: row).passage
      if !part.file.isDeleted(row: row) { passages.append((passage, vector)) }
    }
    return passages.sorted { $0.passage < $1.passage }.map(\.vector)
  }

  /// The keys of every message in the index, for an owner that compares them with its store.
  public func keys() throws -> Set<Int64> {
    var keys: Set<Int64> = []
    let view = view
    try forEachBlock(of: view, filter: CompiledFilter(.everything)) { number, block, passing in
      let part = view.parts[number]
      try part.file.check(.columns, block: block, rows: part.rows, folder: files)
      var rows = passing
      while rows != 0 {
        let row = block * blockRows + rows.trailingZeroBitCount
        rows &= rows - 1
        let key = part.file.columns.pointee.keys[row]
        if !part.file.isDeleted(row: row) { keys.insert(key) }
      }
    }
    return keys
  }
}
