// Walking over the rows of a view that pass a filter.

internal import CVectorKernels

extension VectorIndex {
  /// Calls `body` with each block that has live rows that pass, and with those rows. Columns are checked before a
  /// filter looks at them. Throws `CancellationError` when the task is cancelled.
  func forEachBlock(
    of view: IndexView, filter: CompiledFilter, level: CPULevel,
    _ body: (_ place: Int, _ block: Int, _ passing: UInt64) throws -> Void
  ) throws {
    for (placeIndex, place) in view.places.enumerated() {
      if let times = filter.timeRange, place.entry.latest < times.lowerBound || place.entry.earliest >= times.upperBound
      {
        continue
      }
      let segment = place.segment
      for block in 0..<place.blocks {
        // Asking costs more than a block is worth; 16 blocks take some 20 microseconds.
        if block % 16 == 0 { try Task.checkCancellation() }
        try segment.checkTombstones(block: block, commit: view.commit, folder: files)
        var passing = segment.liveRows(block: block, rows: place.rows)
        if passing == 0 { continue }
        if !filter.isOpen {
          try segment.check(.columns, block: block, rows: place.rows, level: level, folder: files)
          guard row_block_may_pass(segment.columns, filter.pointer, UInt32(block)) else { continue }
          passing = row_block_filter(segment.columns, filter.pointer, UInt32(block), passing)
          if passing == 0 { continue }
        }
        try body(placeIndex, block, passing)
      }
    }
  }

  /// Calls `body` with each live row that passes.
  func forEachRow(
    of view: IndexView, filter: VectorFilter, _ body: (_ place: IndexView.Place, _ row: Int) throws -> Void
  ) throws {
    let compiled = CompiledFilter(filter)
    guard !compiled.isImpossible else { return }
    try forEachBlock(of: view, filter: compiled, level: cpu_level()) { placeIndex, block, passing in
      var rows = passing
      while rows != 0 {
        try body(view.places[placeIndex], block * Segment.blockRows + rows.trailingZeroBitCount)
        rows &= rows - 1
      }
    }
  }
}

extension Segment {
  /// A row as its columns say. The caller looks afterwards whether the row was deleted meanwhile.
  func passage(row: Int) -> PassageRow {
    let attributes = columns.pointee.attributes[row]
    let start = columns.pointee.starts[row]
    return PassageRow(
      key: columns.pointee.keys[row], passage: UInt16(attributes >> 16),
      // The bounds are read one by one: a row being scrubbed may show an end before its start.
      utf8Range: start..<Swift.max(start, columns.pointee.ends[row]), session: columns.pointee.sessions[row],
      channel: columns.pointee.channels[row], author: columns.pointee.authors[row],
      role: UInt8(truncatingIfNeeded: attributes >> 8), timestamp: columns.pointee.timestamps[row])
  }
}
