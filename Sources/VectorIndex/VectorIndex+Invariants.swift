// The invariants of an open index, for tests.

internal import CVectorKernels

extension VectorIndex {
  /// What does not hold of the open index and should: between the commit record, the manifest and the segments, and
  /// between the process's notes and the rows. Empty when all is well.
  func checkInvariants() throws -> [String] {
    var broken: [String] = []
    func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
      if !condition { broken.append(what()) }
    }
    let view = view
    expect(view.places.count == view.manifest.entries.count, "a segment for each entry of the manifest")
    expect(view.places.reduce(0) { $0 + $1.rows } == view.rowCount, "the segments' rows add up")
    expect(
      view.places.dropLast().allSatisfy { $0.rows == $0.segment.layout.capacity }, "all but the last segment are full")
    expect(view.places.allSatisfy { $0.rows > 0 }, "no segment is empty")
    expect(
      view.manifest.entries.allSatisfy { $0.identifier < view.manifest.nextIdentifier }, "identifiers are not reused")
    expect(view.commit == nil || view.record.phase == .idle, "nothing is under way")
    var live = 0
    for (place, entry) in zip(view.places, view.manifest.entries) {
      for block in 0..<place.blocks {
        try place.segment.check(.columns, block: block, rows: place.rows, level: cpu_level(), folder: files)
        let summary = place.segment.columns.pointee.summaries[block]
        var rows = place.segment.liveRows(block: block, rows: place.rows)
        live += rows.nonzeroBitCount
        while rows != 0 {
          let row = place.segment.passage(row: block * Segment.blockRows + rows.trailingZeroBitCount)
          rows &= rows - 1
          expect(
            (summary.lowest_key...summary.highest_key).contains(row.key)
              && (summary.lowest_time...summary.highest_time).contains(row.timestamp), "a summary covers its rows")
          expect((entry.earliest...entry.latest).contains(row.timestamp), "the manifest's times cover their rows")
        }
      }
    }
    expect(live == view.liveCount, "live rows are counted right")
    return broken
  }
}
