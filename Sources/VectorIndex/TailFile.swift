// One tail, mapped, with what this process has verified of it.

internal import CVectorKernels

/// A mapped tail file and the process's private notes about its blocks.
///
/// Unchecked: the mapping is read-only; `columns` never changes after `init`; the notes it points to are changed by the
/// kernels only, atomically.
final class TailFile: RowFile, @unchecked Sendable {
  let name: String
  let identifier: UInt32
  let layout: TailLayout
  let file: MappedFile
  let columns: UnsafePointer<RowSegment>
  var hasStoredSummaries: Bool { false }

  private let storage: UnsafeMutablePointer<RowSegment>
  private let notes: UnsafeMutableRawPointer

  /// Maps a tail and compares its header with what the manifest says. Nil when the file is missing.
  init?(_ entry: Manifest.Tail, configuration: VectorIndexConfiguration, in folder: IndexFolder) throws {
    let layout = TailLayout(dimensions: configuration.dimensions, capacity: Int(entry.capacity))
    let path = folder.path(of: entry.fileName)
    guard entry.fileSize == UInt64(layout.fileSize) else {
      throw VectorIndexError.damaged(path, "the manifest gives the file a size that its capacity does not have")
    }
    guard let file = try MappedFile(entry.fileName, size: layout.fileSize, in: folder) else { return nil }
    let header = file.bytes(0..<FileFormat.pageSize)
    let expected = layout.headerPage(
      identifier: entry.identifier, fingerprint: configuration.modelFingerprint)
    if header != expected {
      try header.checkMagicAndVersion(FileFormat.tailMagic, file: path)
      throw VectorIndexError.damaged(path, "the file is not the one that the manifest names")
    }
    name = entry.fileName
    identifier = entry.identifier
    self.layout = layout
    self.file = file

    // Private notes: a summary, a word and two bytes a block.
    let blocks = layout.capacity / blockRows
    let summaryBytes = blocks * MemoryLayout<RowBlockSummary>.stride
    notes = .allocate(byteCount: summaryBytes + 10 * blocks, alignment: 64)
    let summaries = notes.bindMemory(to: RowBlockSummary.self, capacity: blocks)
    summaries.initialize(
      repeating: RowBlockSummary(lowest_time: .max, highest_time: .min, lowest_key: .max, highest_key: .min),
      count: blocks)
    let words = (notes + summaryBytes).bindMemory(to: UInt64.self, capacity: blocks)
    words.initialize(repeating: 0, count: blocks)
    let verified = (notes + summaryBytes + 8 * blocks).bindMemory(to: UInt8.self, capacity: 2 * blocks)
    verified.initialize(repeating: 0, count: 2 * blocks)

    var columns = RowSegment(base: file.base) { layout.offset($0) }
    columns.dimensions = UInt32(layout.dimensions)
    columns.capacity = UInt32(layout.capacity)
    columns.identifier = entry.identifier
    columns.tombstones = (file.base + layout.offset(.tombstones)).assumingMemoryBound(to: UInt64.self)
    columns.summaries = summaries
    columns.tombstones_verified = words
    columns.columns_verified = verified
    columns.vectors_verified = verified + blocks
    storage = .allocate(capacity: 1)
    storage.initialize(to: columns)
    self.columns = UnsafePointer(storage)
  }

  deinit {
    storage.deallocate()
    notes.deallocate()
  }

  func check(_ part: BlockPart, block: Int, rows: Int, folder: IndexFolder) throws {
    let present = UInt32(Swift.min(blockRows, rows - block * blockRows))
    let level = cpu_level()
    let differing =
      switch part {
      case .columns: row_block_check_columns(level, columns, UInt32(block), present)
      case .vectors, .residuals: row_block_check_vectors(level, columns, UInt32(block), present)
      }
    guard differing != 0 else { return }
    let row = block * blockRows + differing.trailingZeroBitCount
    throw VectorIndexError.damaged(
      folder.path(of: name), "the \(part.rawValue) of row \(row) differ from their checksum")
  }

  /// A deletion under way sets tombstones before it clears the rows, so rows that are marked and still there count as
  /// damage only where no deletion is under way or was meanwhile.
  func checkTombstones(block: Int, commit: CommitFile?, folder: IndexFolder) throws {
    if row_block_check_tombstones(columns, UInt32(block)) == 0 { return }
    guard let commit else { return }
    let before = try commit.latest()
    let marked = row_block_check_tombstones(columns, UInt32(block))
    guard marked != 0, before.phase != .deleting, try commit.latest().sequence == before.sequence else { return }
    throw VectorIndexError.damaged(
      folder.path(of: name),
      "row \(block * blockRows + marked.trailingZeroBitCount) is marked as deleted and was not")
  }

  /// Whether all bytes of a row are zero.
  func isZero(row: Int) -> Bool {
    TailSection.ofRows.allSatisfy { section in
      row_is_zero(file.base + layout.offset(section, row: row), section.stride(dimensions: layout.dimensions))
    }
  }
}

extension RowSegment {
  /// Columns that lie in one piece of memory, each at the offset given. The other fields are zero.
  init(base: UnsafeRawPointer, offset: (TailSection) -> Int) {
    func column<Element>(_ section: TailSection, _: Element.Type = Element.self) -> UnsafePointer<Element> {
      (base + offset(section)).assumingMemoryBound(to: Element.self)
    }
    self.init()
    vectors = column(.vectors)
    residuals = column(.residuals)
    scales = column(.scales)
    keys = column(.keys)
    timestamps = column(.timestamps)
    sessions = column(.sessions)
    channels = column(.channels)
    authors = column(.authors)
    starts = column(.starts)
    ends = column(.ends)
    attributes = column(.attributes)
    column_checksums = column(.columnChecks)
    vector_checksums = column(.vectorChecks)
  }
}
