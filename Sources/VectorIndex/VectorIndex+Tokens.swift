// Late interaction: how well each token of a question is met by the tokens of given messages.

internal import CVectorKernels

/// What late interaction finds, for messages in the order in which they were asked for.
public struct TokenSimilarities: Sendable {
  /// The number of the question's tokens.
  public let tokens: Int
  /// For each message the largest cosine of each of the question's tokens over the tokens of the message's best passage:
  /// [messages][tokens]; 0 where the message has none.
  public let values: [Float]
  /// The best passage of each message, in bytes of UTF-8; nil where the index does not have the message.
  public let passages: [Range<UInt32>?]

  /// Of one message.
  public func values(of message: Int) -> ArraySlice<Float> { values[message * tokens..<(message + 1) * tokens] }
}

extension VectorIndex {
  /// The most tokens that a passage may have.
  public static var mostTokens: Int { FileFormat.mostTokens }

  /// Compares a question's tokens with those of messages (MaxSim of Khattab and Zaharia 2020, on signs). Of a message with
  /// several passages counts the one whose weighted sum is largest.
  ///
  /// - Parameters:
  ///   - keys: The messages, ascending.
  ///   - weights: One a token of the question.
  /// - Throws: ``VectorIndexError`` where what has to be read is damaged; `CancellationError`.
  public func tokenSimilarities(
    of keys: [Int64], to question: TokenQuestion, weights: [Float]
  ) throws -> TokenSimilarities {
    guard question.dimensions == configuration.dimensions, weights.count == question.count else {
      throw VectorIndexError(
        code: .invalidArgument, file: files.path,
        what: "a question of \(question.count) tokens of \(question.dimensions) components came with "
          + "\(weights.count) weights",
        remedy: "pass tokens of \(configuration.dimensions) components, and a weight for each")
    }
    let count = question.count
    var values = [Float](repeating: 0, count: keys.count * count)
    var passages = [Range<UInt32>?](repeating: nil, count: keys.count)
    var sums = [Float](repeating: -.infinity, count: keys.count)
    var found = [Float](repeating: 0, count: count)
    let view = view
    for part in view.parts {
      try Task.checkCancellation()
      try forEachRow(of: keys, in: part, view: view) { place, row in
        try part.file.check(.tokens, block: row / blockRows, rows: part.rows, folder: files)
        question.maxima(over: part.file.tokens(row: row), into: &found)
        let passage = part.file.passage(row: row)
        // Looked at last: a row that was being scrubbed meanwhile does not count.
        if part.file.isDeleted(row: row) { return }
        var sum: Float = 0
        for token in 0..<count { sum += weights[token] * found[token] }
        guard sum > sums[place] else { return }
        sums[place] = sum
        passages[place] = passage.utf8Range
        for token in 0..<count { values[place * count + token] = found[token] }
      }
    }
    return TokenSimilarities(tokens: count, values: values, passages: passages)
  }

  /// Calls `body` with each live row of a file that belongs to one of the keys (ascending), and with that key's place.
  private func forEachRow(
    of keys: [Int64], in part: IndexView.Part, view: IndexView, _ body: (_ place: Int, _ row: Int) throws -> Void
  ) throws {
    let file = part.file
    if let segment = file as? SegmentFile { try segment.checkWhole(folder: files) }
    let ascends = (file as? SegmentFile)?.keysAscend ?? false
    var from = 0
    var block = 0
    while block < part.blocks, from < keys.count {
      if ascends {
        // On to the block in which the next key would be.
        block = firstBlock(of: file, from: block, blocks: part.blocks, reaching: keys[from])
        guard block < part.blocks else { return }
        from = keys.firstPlace(from: from) { $0 >= file.columns.pointee.summaries[block].lowest_key }
      } else if !file.hasStoredSummaries {
        try file.check(.columns, block: block, rows: part.rows, folder: files)
      }
      let summary = file.columns.pointee.summaries[block]
      let first = keys.firstPlace(from: from) { $0 >= summary.lowest_key }
      let end = keys.firstPlace(from: first) { $0 > summary.highest_key }
      if first < end {
        try file.checkTombstones(block: block, commit: view.commit, folder: files)
        try file.check(.columns, block: block, rows: part.rows, folder: files)
        try forEachRow(of: keys, places: first..<end, block: block, in: part, body)
      }
      block += 1
      // A later block has no keys before its own lowest, and those of this block end with its highest.
      if ascends, block < part.blocks {
        let lowest = file.columns.pointee.summaries[block].lowest_key
        from = keys.firstPlace(from: from) { $0 >= lowest }
      }
    }
  }

  private func forEachRow(
    of keys: [Int64], places: Range<Int>, block: Int, in part: IndexView.Part,
    _ body: (_ place: Int, _ row: Int) throws -> Void
  ) throws {
    var rows = part.file.liveRows(block: block, rows: part.rows)
    let column = part.file.columns.pointee.keys
    while rows != 0 {
      let row = block * blockRows + rows.trailingZeroBitCount
      rows &= rows - 1
      guard let key = column?[row] else { continue }
      let place = places.count == 1 ? places.lowerBound : keys.firstPlace(from: places.lowerBound) { $0 >= key }
      if place < places.upperBound, keys[place] == key { try body(place, row) }
    }
  }

  /// The first block at or after one whose keys may reach up to `key`; the number of blocks where there is none.
  private func firstBlock(of file: any RowFile, from start: Int, blocks: Int, reaching key: Int64) -> Int {
    let summaries = file.columns.pointee.summaries
    var low = start
    var high = blocks
    while low < high {
      let middle = (low + high) / 2
      if (summaries?[middle].highest_key ?? .max) >= key { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension [Int64] {
  /// The first place at or after one from which on a condition holds, which holds for every key after one it holds for.
  fileprivate func firstPlace(from start: Int, where holds: (Int64) -> Bool) -> Int {
    var low = start
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
