// Deleting rows of a segment: guards first, then (elsewhere) tombstones, then zeros (see FileFormat.swift).

internal import CVectorKernels

extension SegmentFile {
  /// The slots of some rows, by block of slots.
  func slots(of runs: [Range<Int>]) -> [Int: UInt64] {
    var isWanted = [UInt64](repeating: 0, count: blocks)
    for row in runs.joined() { isWanted[row / blockRows] |= 1 << UInt64(row % blockRows) }
    var found: [Int: UInt64] = [:]
    let slots = section(.slots, as: UInt32.self)
    for slot in 0..<rows {
      let row = Int(slots[slot])
      guard row < rows, isWanted[row / blockRows] >> UInt64(row % blockRows) & 1 == 1 else { continue }
      found[slot / blockRows, default: 0] |= 1 << UInt64(slot % blockRows)
    }
    return found
  }

  /// Some rows, by block.
  static func blocks(of runs: [Range<Int>]) -> [Int: UInt64] {
    var words: [Int: UInt64] = [:]
    for row in runs.joined() { words[row / blockRows, default: 0] |= 1 << UInt64(row % blockRows) }
    return words
  }
}

extension WriterState {
  /// Writes the guards that blocks have once some rows are zero. The blocks are checked before: a guard must not vouch
  /// for damage.
  mutating func guardDeletion(of runs: [Range<Int>], in segment: SegmentFile, _ files: IndexFolder) throws {
    let file = try file(of: segment, files)
    for (block, word) in SegmentFile.blocks(of: runs).sorted(by: { $0.key < $1.key }) {
      for part in SegmentFile.Part.all { try segment.check(part, block: block, folder: files) }
      var its = BlockGuard()
      its.deleted = row_block_tombstones(segment.columns, UInt32(block)) | word
      its.checksums = (
        segment.checksum(.vectors, block: block, deleted: its.deleted),
        segment.checksum(.residuals, block: block, deleted: its.deleted),
        segment.checksum(.columns, block: block, deleted: its.deleted),
        segment.checksum(.sketches, block: block, deleted: its.deleted),
        segment.checksum(.tokens, block: block, deleted: its.deleted)
      )
      try files.write(
        its.encoded(block: block, identifier: segment.identifier), to: file,
        at: segment.layout.offset(.guards) + block * BlockGuard.size)
    }
    for (block, word) in segment.slots(of: runs).sorted(by: { $0.key < $1.key }) {
      try segment.checkCodes(block: block, folder: files)
      var its = BlockGuard()
      its.deleted = (segment.guardOfSlots(block: block)?.deleted ?? 0) | word
      its.checksums.0 = segment.codeChecksum(block: block, deleted: its.deleted)
      try files.write(
        its.encoded(block: block, identifier: segment.identifier), to: file,
        at: segment.layout.offset(.codeGuards) + block * BlockGuard.size)
    }
    try files.synchronize(file)
  }

  /// Zeroes rows of a segment, and their codes.
  mutating func scrub(_ runs: [Range<Int>], of segment: SegmentFile, _ files: IndexFolder) throws {
    let file = try file(of: segment, files)
    let layout = segment.layout
    for run in runs {
      let tokens = segment.tokens(rows: run)
      if let start = tokens.baseAddress, !tokens.isEmpty {
        try files.write(
          [UInt8](repeating: 0, count: tokens.count), to: file, at: start - segment.file.base)
      }
      for section in SegmentSection.ofRows where layout.stride(section) > 0 {
        try files.write(
          [UInt8](repeating: 0, count: run.count * layout.stride(section)), to: file,
          at: layout.offset(section, row: run.lowerBound))
      }
    }
    for (block, word) in segment.slots(of: runs) {
      try clearCodes(word, block: block, of: segment, file: file, files)
    }
    try files.synchronize(file)
  }

  private func clearCodes(
    _ slots: UInt64, block: Int, of segment: SegmentFile, file: OpenFile, _ files: IndexFolder
  ) throws {
    let offset = segment.layout.offset(.codes) + block * segment.layout.codeBlockBytes
    var codes = segment.file.bytes(offset..<offset + segment.layout.codeBlockBytes)
    var rest = slots
    while rest != 0 {
      pq_clear_slot(&codes, UInt32(segment.header.shape.subquantizers), UInt32(rest.trailingZeroBitCount))
      rest &= rest - 1
    }
    try files.write(codes, to: file, at: offset)
  }

  /// Finishes what a killed writer left of a deletion: guards tell which rows are to be zero, and tombstones follow them.
  mutating func scrubDeleted(_ segment: SegmentFile, _ files: IndexFolder) throws {
    var runs: [Range<Int>] = []
    var missing: [Range<Int>] = []
    for block in 0..<segment.blocks {
      guard let its = segment.guardOfRows(block: block) else {
        throw VectorIndexError.damaged(
          files.path(of: segment.name), "the guard of rows \(block * blockRows)... differs from its checksum")
      }
      var word = its.deleted
      let known = row_block_tombstones(segment.columns, UInt32(block))
      while word != 0 {
        let bit = word.trailingZeroBitCount
        runs.appendRow(block * blockRows + bit)
        if known >> UInt64(bit) & 1 == 0 { missing.appendRow(block * blockRows + bit) }
        word &= word - 1
      }
    }
    guard !runs.isEmpty else { return }
    // A writer killed among the guards may have left those of slots behind.
    if !missing.isEmpty {
      try guardDeletion(of: missing, in: segment, files)
      try writeTombstones(of: missing, in: segment, at: segment.layout.offset(.tombstones), files)
    }
    try scrub(runs, of: segment, files)
  }
}
