// Deleting and scrubbing rows.

internal import CVectorKernels
internal import Synchronization

extension VectorIndex {
  /// Deletes every passage of some messages. At once invisible to every reader in every process; at return their
  /// vectors and columns are overwritten with zeros on disk. A reader that is searching meanwhile sees a message as it
  /// was or not at all.
  ///
  /// A crash midway may leave part of the keys; the owner then deletes again.
  ///
  /// - Returns: The number of rows deleted.
  @discardableResult
  public func delete(keys: Set<Int64>) throws -> Int {
    try requireWriting()
    guard !keys.isEmpty else { return 0 }
    return try writer.withLock { writer in
      let view = view
      var affected: [(place: IndexView.Place, runs: [Range<Int>])] = []
      try forEachRow(of: view, filter: VectorFilter(allowedKeys: keys)) { place, row in
        if affected.last?.place.segment !== place.segment { affected.append((place, [])) }
        affected[affected.count - 1].runs.appendRow(row)
      }
      guard !affected.isEmpty else { return 0 }

      try writer.begin(files)
      var record = view.record.next { $0.phase = .deleting }
      try writer.publish(record, files, synchronized: true)
      // All tombstones first, on disk: a row whose bytes are no longer whole must be known as deleted.
      for (place, runs) in affected {
        try writeTombstones(of: place, runs: runs, writer: &writer)
      }
      for (place, runs) in affected {
        try scrub(runs, of: place, writer: &writer)
      }
      record = record.next { _ in }
      try writer.publish(record, files, synchronized: true)
      install(try view.advanced(to: record, folder: files))
      writer.isMidway = false
      return affected.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } }
    }
  }

  private func writeTombstones(of place: IndexView.Place, runs: [Range<Int>], writer: inout WriterState) throws {
    let segment = place.segment
    let file = try writer.file(of: segment, files)
    var words: [Int: UInt64] = [:]
    for row in runs.joined() {
      let block = row / Segment.blockRows
      words[block, default: row_block_tombstones(segment.columns, UInt32(block))] |=
        1 << UInt64(row % Segment.blockRows)
    }
    for (block, word) in words.sorted(by: { $0.key < $1.key }) {
      try withUnsafeBytes(of: word.littleEndian) {
        try files.write($0, to: file, at: segment.layout.offset(.tombstones) + block * 8)
      }
    }
    try files.synchronize(file)
  }

  private func scrub(_ runs: [Range<Int>], of place: IndexView.Place, writer: inout WriterState) throws {
    let segment = place.segment
    let file = try writer.file(of: segment, files)
    for run in runs {
      for section in SegmentSection.ofRows {
        let size = run.count * section.stride(dimensions: configuration.dimensions)
        try files.write(
          [UInt8](repeating: 0, count: size), to: file, at: segment.layout.offset(section, row: run.lowerBound))
      }
    }
    try files.synchronize(file)
  }
}
