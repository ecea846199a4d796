// Deleting and scrubbing rows.

internal import CVectorKernels

extension VectorIndex {
  /// Deletes every passage of some messages. At once invisible to every reader in every process; at return their
  /// vectors, codes and columns are overwritten with zeros on disk. A reader that is searching meanwhile sees a message
  /// as it was or not at all.
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
      var affected: [(part: Int, runs: [Range<Int>])] = []
      let filter = CompiledFilter(VectorFilter(allowedKeys: keys))
      try forEachBlock(of: view, filter: filter) { part, block, passing in
        if affected.last?.part != part { affected.append((part, [])) }
        var rows = passing
        while rows != 0 {
          affected[affected.count - 1].runs.appendRow(block * blockRows + rows.trailingZeroBitCount)
          rows &= rows - 1
        }
      }
      guard !affected.isEmpty else { return 0 }

      // Where the tokens of a tail's rows lie is known only where what says so is whole.
      for (part, runs) in affected {
        guard let tail = view.parts[part].file as? TailFile else { continue }
        for block in SegmentFile.blocks(of: runs).keys {
          try tail.check(.tokens, block: block, rows: view.parts[part].rows, folder: files)
        }
      }

      try writer.begin(files)
      var record = view.record.next { $0.phase = .deleting }
      try writer.publish(record, files, synchronized: true)
      // First what tells that the rows are deleted, on disk: a row whose bytes are no longer whole must be known as
      // deleted.
      for (part, runs) in affected {
        let file = view.parts[part].file
        if let segment = file as? SegmentFile {
          try writer.guardDeletion(of: runs, in: segment, files)
          try writer.writeTombstones(
            of: runs, in: segment, at: segment.layout.offset(.tombstones), files)
        } else if let tail = file as? TailFile {
          try writer.writeTombstones(of: runs, in: tail, at: tail.layout.offset(.tombstones), files)
        }
      }
      for (part, runs) in affected {
        let file = view.parts[part].file
        if let segment = file as? SegmentFile {
          try writer.scrub(runs, of: segment, files)
        } else if let tail = file as? TailFile {
          try writer.scrub(runs, of: tail, files)
        }
      }
      record = record.next { _ in }
      try writer.publish(record, files, synchronized: true)
      install(try view.advanced(to: record, folder: files))
      writer.isMidway = false
      return affected.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } }
    }
  }
}

extension WriterState {
  /// Sets the tombstones of some rows.
  mutating func writeTombstones(
    of runs: [Range<Int>], in rows: any RowFile, at offset: Int, _ files: IndexFolder
  ) throws {
    let file = try file(of: rows, files)
    var words: [Int: UInt64] = [:]
    for row in runs.joined() {
      let block = row / blockRows
      words[block, default: row_block_tombstones(rows.columns, UInt32(block))] |= 1 << UInt64(row % blockRows)
    }
    for (block, word) in words.sorted(by: { $0.key < $1.key }) {
      try withUnsafeBytes(of: word.littleEndian) {
        try files.write($0, to: file, at: offset + block * 8)
      }
    }
    try files.synchronize(file)
  }

  /// Zeroes rows of a tail.
  mutating func scrub(_ runs: [Range<Int>], of tail: TailFile, _ files: IndexFolder) throws {
    let file = try file(of: tail, files)
    for run in runs {
      if let first = tail.tokenEnd(rows: run.lowerBound), let end = tail.tokenEnd(rows: run.upperBound), first < end {
        try files.write(
          [UInt8](repeating: 0, count: (end - first) * tail.layout.tokenBytes), to: file,
          at: tail.layout.offset(token: first))
      }
      for section in TailSection.ofRows {
        let size = run.count * section.stride(dimensions: tail.layout.dimensions)
        try files.write(
          [UInt8](repeating: 0, count: size), to: file, at: tail.layout.offset(section, row: run.lowerBound))
      }
    }
    try files.synchronize(file)
  }
}
