// The rows that a segment is built from: those of several files that were live when the building began.

internal import CVectorKernels

/// A file's live rows at one moment. Rows that are deleted later still count as rows of it.
struct SegmentSource: Sendable {
  let file: any RowFile
  /// Committed rows of the file.
  let rows: Int
  /// The rows of each block that were live.
  let live: [UInt64]

  init(file: any RowFile, rows: Int, commit: CommitFile?, folder: IndexFolder) throws {
    self.file = file
    self.rows = rows
    live = try (0..<blockCount(rows: rows)).map { block in
      try file.checkTombstones(block: block, commit: commit, folder: folder)
      return file.liveRows(block: block, rows: rows)
    }
  }
}

/// The rows of several sources, numbered through: what a new segment's row numbers will be.
struct SourceRows: Sendable {
  let sources: [SegmentSource]
  let count: Int
  /// For each block of each source, the number of its first live row.
  private let starts: [[Int]]

  init(_ sources: [SegmentSource]) {
    self.sources = sources
    var count = 0
    starts = sources.map { source in
      source.live.map { word in
        defer { count += word.nonzeroBitCount }
        return count
      }
    }
    self.count = count
  }

  /// Calls `body` with each row numbered in a range, in order: its number, its source and its row there.
  func forEach(in range: Range<Int>, _ body: (_ number: Int, _ source: Int, _ row: Int) throws -> Void) rethrows {
    for (index, source) in sources.enumerated() {
      let starts = starts[index]
      guard let first = starts.first, first < range.upperBound else { continue }
      // The last block that begins at or before the range.
      var low = 0
      var high = starts.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if starts[middle] <= range.lowerBound { low = middle } else { high = middle }
      }
      for block in low..<starts.count {
        if starts[block] >= range.upperBound { break }
        var number = starts[block]
        var word = source.live[block]
        while word != 0 {
          if range.contains(number) { try body(number, index, block * blockRows + word.trailingZeroBitCount) }
          number += 1
          word &= word - 1
        }
      }
    }
  }

  /// The first token of each row, then the number of tokens.
  func tokenStarts(tokenBytes: Int, folder: IndexFolder) throws -> [UInt32] {
    var starts: [UInt32] = [0]
    starts.reserveCapacity(count + 1)
    var checked: (source: Int, block: Int)?
    try forEach(in: 0..<count) { _, index, row in
      let source = sources[index]
      if checked?.source != index || checked?.block != row / blockRows {
        try source.file.check(.tokens, block: row / blockRows, rows: source.rows, folder: folder)
        checked = (index, row / blockRows)
      }
      starts.append((starts.last ?? 0) + UInt32(source.file.tokens(row: row).count / tokenBytes))
    }
    return starts
  }

  /// The numbers of rows that were deleted since the sources were looked at.
  func deletedSince() -> [Int] {
    var numbers: [Int] = []
    for (index, source) in sources.enumerated() {
      for (block, live) in source.live.enumerated() {
        var gone = live & row_block_tombstones(source.file.columns, UInt32(block))
        while gone != 0 {
          let bit = gone.trailingZeroBitCount
          let before = live & ((1 << UInt64(bit)) - 1)
          numbers.append(starts[index][block] + before.nonzeroBitCount)
          gone &= gone - 1
        }
      }
    }
    return numbers
  }
}

extension SourceRows {
  /// Rows to train lists on, picked by their numbers (ascending).
  func trainingRows(_ numbers: [Int], dimensions: Int, folder: IndexFolder) throws -> TrainingRows {
    var rows = TrainingRows(dimensions: dimensions, components: [], scales: [])
    rows.components.reserveCapacity(numbers.count * dimensions)
    try forEachPicked(numbers, folder: folder) { file, row in
      let start = file.columns.pointee.vectors + row * dimensions
      rows.components.append(contentsOf: UnsafeBufferPointer(start: start, count: dimensions))
      rows.scales.append(file.columns.pointee.scales[row])
    }
    return rows
  }

  /// Vectors to train a codebook on, of unit length, picked by their numbers (ascending).
  func vectors(_ numbers: [Int], dimensions: Int, folder: IndexFolder) throws -> [Float] {
    var vectors = [Float](repeating: 0, count: numbers.count * dimensions)
    var done = 0
    try vectors.withUnsafeMutableBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return }
      try forEachPicked(numbers, folder: folder) { file, row in
        file.vector(row: row, into: base + done * dimensions)
        done += 1
      }
    }
    return vectors
  }

  private func forEachPicked(
    _ numbers: [Int], folder: IndexFolder, _ body: (_ file: any RowFile, _ row: Int) throws -> Void
  ) throws {
    for number in numbers {
      try forEach(in: number..<number + 1) { _, index, row in
        let source = sources[index]
        for part in [BlockPart.vectors, .residuals] {
          try source.file.check(part, block: row / blockRows, rows: source.rows, folder: folder)
        }
        try body(source.file, row)
      }
    }
  }
}
