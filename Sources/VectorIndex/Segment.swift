// One segment, mapped, with what this process has verified of it.

internal import CVectorKernels

/// A mapped segment file and the process's private notes about its blocks.
///
/// Unchecked: the mapping is read-only; `columns` never changes after `init`; the notes it points to are changed by the
/// kernels only, atomically.
final class Segment: @unchecked Sendable {
  static let blockRows = Int(ROW_BLOCK_ROWS)

  let name: String
  let identifier: UInt32
  let layout: SegmentLayout
  let file: MappedFile
  /// The columns as the kernels take them.
  let columns: UnsafePointer<RowSegment>

  private let storage: UnsafeMutablePointer<RowSegment>
  private let notes: UnsafeMutableRawPointer

  /// Maps a segment and compares its header with what the manifest says. Nil when the file is missing.
  init?(_ entry: Manifest.Entry, configuration: VectorIndexConfiguration, in folder: IndexFolder) throws {
    let layout = SegmentLayout(dimensions: configuration.dimensions, capacity: Int(entry.capacity))
    let path = folder.path(of: entry.fileName)
    guard entry.fileSize == UInt64(layout.fileSize) else {
      throw VectorIndexError.damaged(path, "the manifest gives the file a size that its capacity does not have")
    }
    guard let file = try MappedFile(entry.fileName, size: layout.fileSize, in: folder) else { return nil }
    let header = file.bytes(0..<FileFormat.pageSize)
    let expected = layout.headerPage(
      identifier: entry.identifier, fingerprint: configuration.modelFingerprint)
    if header != expected {
      try header.checkMagicAndVersion(FileFormat.segmentMagic, file: path)
      throw VectorIndexError.damaged(path, "the segment is not the one that the manifest names")
    }
    name = entry.fileName
    identifier = entry.identifier
    self.layout = layout
    self.file = file

    // Private notes: a summary, a word and two bytes a block.
    let blocks = layout.capacity / Self.blockRows
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

  /// Deleted rows among the first `rows`.
  func deletedCount(rows: Int) -> Int {
    // Rows not yet committed have no tombstones, so the last word may be counted whole.
    Int(row_count_bits(columns.pointee.tombstones, (rows + Self.blockRows - 1) / Self.blockRows * 8))
  }

  func isDeleted(row: Int) -> Bool {
    row_block_tombstones(columns, UInt32(row / Self.blockRows)) >> UInt64(row % Self.blockRows) & 1 == 1
  }

  /// The rows of a block that are committed, when the first `rows` of the segment are, and not deleted.
  func liveRows(block: Int, rows: Int) -> UInt64 {
    let present = Swift.min(Self.blockRows, rows - block * Self.blockRows)
    let committed: UInt64 = present == Self.blockRows ? ~0 : (1 << UInt64(present)) - 1
    return committed & ~row_block_tombstones(columns, UInt32(block))
  }

  /// Checks a block's columns or vectors at this process's first touch of them.
  func check(_ check: Check, block: Int, rows: Int, level: CPULevel, folder: IndexFolder) throws {
    let present = UInt32(Swift.min(Self.blockRows, rows - block * Self.blockRows))
    let differing =
      switch check {
      case .columns: row_block_check_columns(level, columns, UInt32(block), present)
      case .vectors: row_block_check_vectors(level, columns, UInt32(block), present)
      }
    guard differing != 0 else { return }
    let row = block * Self.blockRows + differing.trailingZeroBitCount
    throw VectorIndexError.damaged(
      folder.path(of: name), "the \(check.rawValue) of row \(row) differ from their checksum")
  }

  /// Checks a block's tombstones against the rows. A deletion under way sets tombstones before it clears the rows, so
  /// they count as damage only where no deletion is under way or was meanwhile.
  func checkTombstones(block: Int, commit: CommitFile?, folder: IndexFolder) throws {
    if row_block_check_tombstones(columns, UInt32(block)) == 0 { return }
    guard let commit else { return }
    let before = try commit.latest()
    let marked = row_block_check_tombstones(columns, UInt32(block))
    guard marked != 0, before.phase != .deleting, try commit.latest().sequence == before.sequence else { return }
    throw VectorIndexError.damaged(
      folder.path(of: name),
      "row \(block * Self.blockRows + marked.trailingZeroBitCount) is marked as deleted and was not")
  }

  enum Check: String {
    case columns
    case vectors = "vector components"
  }
}

extension RowSegment {
  /// Columns that lie in one piece of memory, each at the offset given. The other fields are zero.
  init(base: UnsafeRawPointer, offset: (SegmentSection) -> Int) {
    func column<Element>(_ section: SegmentSection, _: Element.Type = Element.self) -> UnsafePointer<Element> {
      (base + offset(section)).assumingMemoryBound(to: Element.self)
    }
    self.init()
    vectors = column(.vectors)
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
