// One segment, mapped, with what this process has verified of it.

internal import CVectorKernels

/// A mapped segment file and the process's private notes about its blocks.
///
/// Unchecked: the mapping is read-only; `columns` never changes after `init`; the notes it points to are changed
/// atomically.
final class SegmentFile: RowFile, @unchecked Sendable {
  let name: String
  let identifier: UInt32
  let header: SegmentHeader
  let layout: SegmentLayout
  let file: MappedFile
  let columns: UnsafePointer<RowSegment>
  var hasStoredSummaries: Bool { true }
  /// The rows that recent filters let through.
  let allowedRows = AllowedRowsCache()

  private let storage: UnsafeMutablePointer<RowSegment>
  /// A byte a block of rows, a byte a block of slots, and one for the whole sections: what has been verified.
  private let notes: UnsafeMutablePointer<UInt8>

  /// Maps a segment and compares its header with what the manifest says. Nil when the file is missing.
  init?(_ entry: Manifest.Segment, configuration: VectorIndexConfiguration, in folder: IndexFolder) throws {
    let path = folder.path(of: entry.fileName)
    guard let file = try MappedFile(entry.fileName, size: Int(clamping: entry.fileSize), in: folder) else { return nil }
    let header = try SegmentHeader(
      page: file.bytes(0..<FileFormat.pageSize), fingerprint: configuration.modelFingerprint, file: path)
    let layout = SegmentLayout(header.shape)
    guard header.identifier == entry.identifier, header.shape.rows == entry.rows, header.codebook == entry.codebook,
      header.shape.dimensions == configuration.dimensions, layout.fileSize == file.size
    else { throw VectorIndexError.damaged(path, "the file is not the one that the manifest names") }
    name = entry.fileName
    identifier = entry.identifier
    self.header = header
    self.layout = layout
    self.file = file

    notes = .allocate(capacity: 2 * header.shape.blocks + 1)
    notes.initialize(repeating: 0, count: 2 * header.shape.blocks + 1)
    var columns = RowSegment()
    func column<Element>(_ section: SegmentSection, _: Element.Type = Element.self) -> UnsafePointer<Element> {
      (file.base + layout.offset(section)).assumingMemoryBound(to: Element.self)
    }
    columns.vectors = column(.vectors)
    columns.residuals = column(.residuals)
    columns.scales = column(.scales)
    columns.keys = column(.keys)
    columns.timestamps = column(.timestamps)
    columns.sessions = column(.sessions)
    columns.channels = column(.channels)
    columns.authors = column(.authors)
    columns.starts = column(.starts)
    columns.ends = column(.ends)
    columns.attributes = column(.attributes)
    columns.tombstones = column(.tombstones)
    // Read-only: the kernels that only filter do not write to summaries.
    columns.summaries = UnsafeMutablePointer(mutating: column(.zones, RowBlockSummary.self))
    columns.dimensions = UInt32(header.shape.dimensions)
    columns.capacity = UInt32(header.shape.blocks * blockRows)
    columns.identifier = entry.identifier
    storage = .allocate(capacity: 1)
    storage.initialize(to: columns)
    self.columns = UnsafePointer(storage)
  }

  deinit {
    storage.deallocate()
    notes.deallocate()
  }

  var rows: Int { header.shape.rows }
  var blocks: Int { header.shape.blocks }

  /// The first element of a section. The caller has checked what it reads.
  func section<Element>(_ section: SegmentSection, as _: Element.Type) -> UnsafePointer<Element> {
    (file.base + layout.offset(section)).assumingMemoryBound(to: Element.self)
  }

  /// The slots of a list.
  func slots(ofList list: Int) -> Range<Int> {
    let lists = section(.lists, as: UInt32.self)
    return Int(lists[list])..<Int(lists[list + 1])
  }
}

// MARK: Checks at first touch

extension SegmentFile {
  /// What a block's guard covers, as a bit of the block's note and the place of its checksum.
  enum Part: UInt8 {
    case vectors = 1
    case residuals = 2
    case columns = 4
    case sketches = 8
    case tokens = 32

    static let all: [Part] = [.vectors, .residuals, .columns, .sketches, .tokens]
  }

  private var wholeNote: UnsafeMutablePointer<UInt8> { notes + 2 * blocks }

  func check(_ part: BlockPart, block: Int, rows: Int, folder: IndexFolder) throws {
    switch part {
    case .vectors: try check(Part.vectors, block: block, folder: folder)
    case .columns: try check(Part.columns, block: block, folder: folder)
    case .residuals: try check(Part.residuals, block: block, folder: folder)
    case .tokens: try check(Part.tokens, block: block, folder: folder)
    }
  }

  /// Checks a part of a block of rows, once in the life of this instance; later calls cost one load.
  @inline(__always)
  func check(_ part: Part, block: Int, folder: IndexFolder) throws {
    if row_note(notes + block) & part.rawValue == 0 { try verify(part, block: block, folder: folder) }
  }

  /// Checks a block of slots, once in the life of this instance.
  @inline(__always)
  func checkCodes(block: Int, folder: IndexFolder) throws {
    if row_note(notes + blocks + block) == 0 { try verifyCodes(block: block, folder: folder) }
  }

  /// Checks the sections that have one checksum each, once in the life of this instance.
  @inline(__always)
  func checkWhole(folder: IndexFolder) throws {
    if row_note(wholeNote) == 0 { try verifyWhole(folder: folder) }
  }

  private func verify(_ part: Part, block: Int, folder: IndexFolder) throws {
    guard differs({ self.guardOfRows(block: block) }, from: { self.checksum(part, block: block, deleted: $0) }, part)
    else {
      row_note_add(notes + block, part.rawValue)
      return
    }
    throw VectorIndexError.damaged(
      folder.path(of: name),
      "the \(part) of rows \(block * blockRows)...\(block * blockRows + blockRows - 1) differ from their checksum")
  }

  private func verifyCodes(block: Int, folder: IndexFolder) throws {
    guard
      differs({ self.guardOfSlots(block: block) }, from: { self.codeChecksum(block: block, deleted: $0) }, .vectors)
    else {
      // The row numbers lead into the columns: they are held in bounds here, once.
      let slots = section(.slots, as: UInt32.self) + block * blockRows
      if (0..<blockRows).allSatisfy({ slots[$0] < UInt32(rows) }) {
        row_note_add(notes + blocks + block, 1)
        return
      }
      throw VectorIndexError.damaged(folder.path(of: name), "slot block \(block) names rows that are not there")
    }
    throw VectorIndexError.damaged(
      folder.path(of: name), "the codes of slot block \(block) differ from their checksum")
  }

  /// Compares a checksum with its guard, again where a deletion changed the guard meanwhile.
  private func differs(
    _ read: () -> BlockGuard?, from checksum: (_ deleted: UInt64) -> UInt32, _ part: Part
  ) -> Bool {
    var before = read()
    for _ in 0..<1000 {
      if let its = before, its.checksum(of: part) == checksum(its.deleted) { return false }
      let now = read()
      if now == before, now != nil { return true }
      before = now
    }
    return true
  }

  private func verifyWhole(folder: IndexFolder) throws {
    for (section, expected) in zip(SegmentSection.whole, header.wholeChecksums) {
      let actual = row_crc32c(cpu_level(), 0, file.base + layout.offset(section), layout.size(section))
      guard actual == expected else {
        throw VectorIndexError.damaged(
          folder.path(of: name), "the section \(section.name) differs from its checksum")
      }
    }
    guard isPartition(.lists, count: header.shape.lists, of: rows),
      isPartition(.groupLists, count: header.shape.groups, of: header.shape.lists)
    else { throw VectorIndexError.damaged(folder.path(of: name), "the lists do not hold the rows") }
    row_note_add(wholeNote, 1 | (zonesAscend ? Self.ascendingNote : 0))
  }

  private static let ascendingNote: UInt8 = 2

  /// Whether no block's keys lie before those of the block before it. Known once the whole sections are checked.
  var keysAscend: Bool { row_note(wholeNote) & Self.ascendingNote != 0 }

  private var zonesAscend: Bool {
    let zones = section(.zones, as: RowBlockSummary.self)
    return (1..<Swift.max(1, blocks)).allSatisfy {
      zones[$0 - 1].lowest_key <= zones[$0].lowest_key && zones[$0 - 1].highest_key <= zones[$0].highest_key
    }
  }

  /// Whether a section's numbers rise from 0 to `whole`.
  private func isPartition(_ section: SegmentSection, count: Int, of whole: Int) -> Bool {
    let bounds = self.section(section, as: UInt32.self)
    return bounds[0] == 0 && bounds[count] == UInt32(whole) && (0..<count).allSatisfy { bounds[$0] <= bounds[$0 + 1] }
  }

  /// A block's guard, as it stands; nil where it is torn or damaged.
  func guardOfRows(block: Int) -> BlockGuard? { guardRecord(.guards, block: block) }

  func guardOfSlots(block: Int) -> BlockGuard? { guardRecord(.codeGuards, block: block) }

  private func guardRecord(_ section: SegmentSection, block: Int) -> BlockGuard? {
    let offset = layout.offset(section) + block * BlockGuard.size
    return BlockGuard(
      bytes: file.bytes(offset..<offset + BlockGuard.size), block: block, identifier: identifier)
  }

  /// Whether every part of a block is as its guard says, for whoever trusts nothing verified before.
  func isSound(_ part: Part, block: Int) -> Bool {
    !differs({ self.guardOfRows(block: block) }, from: { self.checksum(part, block: block, deleted: $0) }, part)
  }

  func isSoundCodes(block: Int) -> Bool {
    !differs({ self.guardOfSlots(block: block) }, from: { self.codeChecksum(block: block, deleted: $0) }, .vectors)
  }

  /// The checksum of a part of a block, some rows read as zero.
  func checksum(_ part: Part, block: Int, deleted: UInt64) -> UInt32 {
    let level = cpu_level()
    func over(_ section: SegmentSection, _ checksum: UInt32) -> UInt32 {
      let stride = layout.stride(section)
      return row_block_checksum(
        level, checksum, file.base + layout.offset(section) + block * blockRows * stride, stride, deleted)
    }
    switch part {
    case .vectors: return over(.scales, over(.vectors, 0))
    case .residuals: return over(.residuals, 0)
    case .columns: return SegmentSection.columns.reduce(0) { over($1, $0) }
    case .sketches: return header.shape.hasSketches ? over(.sketches, 0) : 0
    case .tokens:
      return Self.tokenChecksum(
        starts: section(.tokenStarts, as: UInt32.self) + block * blockRows, deleted: deleted,
        tokenBytes: layout.tokenBytes, tokens: header.shape.tokens, first: section(.tokens, as: UInt8.self))
    }
  }

  /// The checksum of where a block's tokens are and of the tokens, some rows' read as zero.
  ///
  /// - Parameters:
  ///   - starts: 65 numbers: the first token of each row and of the row after the block.
  ///   - tokens: no number is beyond this in a sound block.
  ///   - first: the token with the number 0.
  static func tokenChecksum(
    starts: UnsafePointer<UInt32>, deleted: UInt64, tokenBytes: Int, tokens: Int, first: UnsafePointer<UInt8>
  ) -> UInt32 {
    let level = cpu_level()
    var checksum = row_crc32c(level, 0, starts, (blockRows + 1) * 4)
    guard (0..<blockRows).allSatisfy({ starts[$0] <= starts[$0 + 1] && starts[$0 + 1] - starts[$0] <= mostTokens }),
      starts[blockRows] <= tokens
    else { return checksum }
    func cover(_ range: Range<Int>, asZero: Bool) {
      let from = Int(starts[range.lowerBound]) * tokenBytes
      let count = Int(starts[range.upperBound]) * tokenBytes - from
      if asZero {
        let zeros = [UInt8](repeating: 0, count: count)
        checksum = row_crc32c(level, checksum, zeros, count)
      } else {
        checksum = row_crc32c(level, checksum, first + from, count)
      }
    }
    if deleted == 0 {
      cover(0..<blockRows, asZero: false)
    } else {
      for row in 0..<blockRows { cover(row..<row + 1, asZero: deleted >> UInt64(row) & 1 == 1) }
    }
    return checksum
  }

  private static let mostTokens = UInt32(FileFormat.mostTokens)

  /// The signs of a row's tokens. The caller has checked them.
  func tokens(row: Int) -> UnsafeRawBufferPointer {
    tokens(rows: row..<row + 1)
  }

  /// The signs of the tokens of neighbouring rows. The caller has checked them.
  func tokens(rows: Range<Int>) -> UnsafeRawBufferPointer {
    let starts = section(.tokenStarts, as: UInt32.self)
    let first = Int(starts[rows.lowerBound])
    let end = Swift.min(Int(starts[rows.upperBound]), header.shape.tokens)
    guard first <= end else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(
      start: file.base + layout.offset(token: first), count: (end - first) * layout.tokenBytes)
  }

  func codeChecksum(block: Int, deleted: UInt64) -> UInt32 {
    let place = file.base + layout.offset(.codes) + block * layout.codeBlockBytes
    return Self.codeChecksum(
      codes: place, bytes: layout.codeBlockBytes, slots: section(.slots, as: UInt32.self) + block * blockRows,
      subquantizers: header.shape.subquantizers, deleted: deleted)
  }

  /// The checksum of a block of codes and its slots' rows, some slots' codes read as zero.
  static func codeChecksum(
    codes: UnsafeRawPointer, bytes: Int, slots: UnsafePointer<UInt32>, subquantizers: Int, deleted: UInt64
  ) -> UInt32 {
    let level = cpu_level()
    // Elements of 1/64 of the block are one line's worth or less: the checksum only has to cover them in some order.
    var checksum: UInt32
    if deleted == 0 {
      checksum = row_block_checksum(level, 0, codes, bytes / blockRows, 0)
    } else {
      checksum = withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { copy in
        copy.copyMemory(from: UnsafeRawBufferPointer(start: codes, count: bytes))
        guard let base = copy.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var rest = deleted
        while rest != 0 {
          pq_clear_slot(base, UInt32(subquantizers), UInt32(rest.trailingZeroBitCount))
          rest &= rest - 1
        }
        return row_block_checksum(level, 0, base, bytes / blockRows, 0)
      }
    }
    checksum = row_block_checksum(level, checksum, slots, 4, 0)
    return checksum
  }

  /// Guards list as deleted what tombstones do, but while a deletion is under way. Compared once in the life of this
  /// instance.
  func checkTombstones(block: Int, commit: CommitFile?, folder: IndexFolder) throws {
    if row_note(notes + block) & Self.tombstonesNote == 0 {
      try verifyTombstones(block: block, commit: commit, folder: folder)
    }
  }

  private static let tombstonesNote: UInt8 = 16

  /// Whether a block's tombstones are its guard's.
  func hasSoundTombstones(block: Int) -> Bool {
    guardOfRows(block: block)?.deleted == row_block_tombstones(columns, UInt32(block))
  }

  private func verifyTombstones(block: Int, commit: CommitFile?, folder: IndexFolder) throws {
    if !hasSoundTombstones(block: block) {
      guard let commit else { return }
      let before = try commit.latest()
      guard !hasSoundTombstones(block: block), before.phase != .deleting,
        try commit.latest().sequence == before.sequence
      else { return }
      throw VectorIndexError.damaged(
        folder.path(of: name), "the tombstones of rows \(block * blockRows)... differ from the guard's")
    }
    row_note_add(notes + block, Self.tombstonesNote)
  }
}

extension BlockGuard {
  func checksum(of part: SegmentFile.Part) -> UInt32 {
    switch part {
    case .vectors: checksums.0
    case .residuals: checksums.1
    case .columns: checksums.2
    case .sketches: checksums.3
    case .tokens: checksums.4
    }
  }
}
