// Looking up rows by key.

internal import CVectorKernels

extension VectorIndex {
  /// Whether a message has a passage in the index.
  public func contains(key: Int64) throws -> Bool {
    var isFound = false
    try forEachRow(of: view, filter: VectorFilter(allowedKeys: [key])) { place, row in
      if !place.segment.isDeleted(row: row) { isFound = true }
    }
    return isFound
  }

  /// The vectors of a message's passages, in the order of the passages, dequantized: each of length 1 (or 0 where the
  /// passage's vector was zero). Empty when the message is not in the index.
  public func vectors(forKey key: Int64) throws -> [[Float]] {
    var passages: [(passage: UInt16, vector: [Float])] = []
    let dimensions = configuration.dimensions
    try forEachRow(of: view, filter: VectorFilter(allowedKeys: [key])) { place, row in
      let segment = place.segment
      try segment.check(
        .vectors, block: row / Segment.blockRows, rows: place.rows, level: cpu_level(), folder: files)
      let scale = segment.columns.pointee.scales[row]
      let components = segment.columns.pointee.vectors + row * dimensions
      let vector = (0..<dimensions).map { Float(components[$0]) * scale }
      let passage = segment.passage(row: row).passage
      if !segment.isDeleted(row: row) { passages.append((passage, vector)) }
    }
    return passages.sorted { $0.passage < $1.passage }.map(\.vector)
  }

  /// The keys of every message in the index, for an owner that compares them with its store.
  public func keys() throws -> Set<Int64> {
    var keys: Set<Int64> = []
    let level = cpu_level()
    let view = view
    try forEachBlock(of: view, filter: CompiledFilter(.everything), level: level) { placeIndex, block, passing in
      let place = view.places[placeIndex]
      try place.segment.check(.columns, block: block, rows: place.rows, level: level, folder: files)
      var rows = passing
      while rows != 0 {
        let row = block * Segment.blockRows + rows.trailingZeroBitCount
        rows &= rows - 1
        let key = place.segment.columns.pointee.keys[row]
        if !place.segment.isDeleted(row: row) { keys.insert(key) }
      }
    }
    return keys
  }
}
