// Walking over the rows of a view that pass a filter.

internal import CVectorKernels

extension VectorIndex {
  /// Calls `body` with each block that has live rows that pass, and with those rows. Columns are checked before a
  /// filter looks at them. Throws `CancellationError` when the task is cancelled.
  func forEachBlock(
    of view: IndexView, filter: CompiledFilter, _ body: (_ part: Int, _ block: Int, _ passing: UInt64) throws -> Void
  ) throws {
    for (number, part) in view.parts.enumerated() {
      try forEachBlock(of: part, in: view, filter: filter) { block, passing in try body(number, block, passing) }
    }
  }

  /// The same in one file.
  func forEachBlock(
    of part: IndexView.Part, in view: IndexView, filter: CompiledFilter,
    _ body: (_ block: Int, _ passing: UInt64) throws -> Void
  ) throws {
    if let times = filter.timeRange, !part.times.overlaps(times) { return }
    let file = part.file
    if let segment = file as? SegmentFile { try segment.checkWhole(folder: files) }
    for block in 0..<part.blocks {
      // Asking costs more than a block is worth; 16 blocks take some 20 microseconds.
      if block % 16 == 0 { try Task.checkCancellation() }
      if file.hasStoredSummaries, !filter.isOpen, !row_block_may_pass(file.columns, filter.pointer, UInt32(block)) {
        continue
      }
      try file.checkTombstones(block: block, commit: view.commit, folder: files)
      var passing = file.liveRows(block: block, rows: part.rows)
      if passing == 0 { continue }
      if !filter.isOpen {
        try file.check(.columns, block: block, rows: part.rows, folder: files)
        guard row_block_may_pass(file.columns, filter.pointer, UInt32(block)) else { continue }
        passing = row_block_filter(file.columns, filter.pointer, UInt32(block), passing)
        if passing == 0 { continue }
      }
      try body(block, passing)
    }
  }

  /// Calls `body` with each live row that passes.
  func forEachRow(
    of view: IndexView, filter: VectorFilter, _ body: (_ part: IndexView.Part, _ row: Int) throws -> Void
  ) throws {
    let compiled = CompiledFilter(filter)
    guard !compiled.isImpossible else { return }
    try forEachBlock(of: view, filter: compiled) { part, block, passing in
      var rows = passing
      while rows != 0 {
        try body(view.parts[part], block * blockRows + rows.trailingZeroBitCount)
        rows &= rows - 1
      }
    }
  }
}
