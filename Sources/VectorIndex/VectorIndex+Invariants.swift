// The invariants of an open index, for tests.

internal import CVectorKernels

extension VectorIndex {
  /// What does not hold of the open index and should: between the commit record, the manifest and the files, and
  /// between the process's notes and the rows. Empty when all is well.
  func checkInvariants() throws -> [String] {
    var broken: [String] = []
    func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
      if !condition { broken.append(what()) }
    }
    let view = view
    let manifest = view.manifest
    expect(view.tails.count == manifest.tails.count, "a tail for each entry of the manifest")
    expect(view.segments.count == manifest.segments.count, "a segment for each entry of the manifest")
    expect(view.tails.reduce(0) { $0 + $1.rows } == Int(view.record.rows), "the tails' rows add up")
    expect(manifest.tails.dropLast().allSatisfy { $0.rows != nil }, "only the last tail is open")
    expect(view.parts.allSatisfy { $0.rows > 0 }, "no file is empty")
    let identifiers =
      manifest.tails.map(\.identifier) + manifest.segments.map(\.identifier)
      + Set(manifest.segments.map(\.codebook))
    expect(identifiers.allSatisfy { $0 < manifest.nextIdentifier }, "identifiers are not reused")
    expect(Set(identifiers).count == identifiers.count, "no two files share an identifier")
    expect(view.commit == nil || view.record.phase == .idle, "nothing is under way")
    var live = 0
    for part in view.parts {
      if let segment = part.file as? SegmentFile {
        try segment.checkWhole(folder: files)
        expect(segment.slotRows() == Set(0..<segment.rows), "each row of a segment has one slot")
      }
      for block in 0..<part.blocks {
        try part.file.check(.columns, block: block, rows: part.rows, folder: files)
        let summary = part.file.columns.pointee.summaries[block]
        var rows = part.file.liveRows(block: block, rows: part.rows)
        live += rows.nonzeroBitCount
        while rows != 0 {
          let row = part.file.passage(row: block * blockRows + rows.trailingZeroBitCount)
          rows &= rows - 1
          expect(
            (summary.lowest_key...summary.highest_key).contains(row.key)
              && (summary.lowest_time...summary.highest_time).contains(row.timestamp), "a summary covers its rows")
          expect(
            (part.times.earliest...part.times.latest).contains(row.timestamp), "the manifest's times cover their rows")
        }
      }
    }
    expect(live == view.liveCount, "live rows are counted right")
    return broken
  }
}

extension SegmentFile {
  /// The rows that slots name.
  fileprivate func slotRows() -> Set<Int> {
    let slots = section(.slots, as: UInt32.self)
    return Set((0..<rows).map { Int(slots[$0]) })
  }
}
