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
  /// A bit a row: whose tokens have been verified.
  private let tokenNotes: UnsafeMutablePointer<UInt8>

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

    // Private notes: a summary, a word, two bytes and a bit a row for each block.
    let blocks = layout.capacity / blockRows
    let summaryBytes = blocks * MemoryLayout<RowBlockSummary>.stride
    notes = .allocate(byteCount: summaryBytes + 18 * blocks, alignment: 64)
    let summaries = notes.bindMemory(to: RowBlockSummary.self, capacity: blocks)
    summaries.initialize(
      repeating: RowBlockSummary(lowest_time: .max, highest_time: .min, lowest_key: .max, highest_key: .min),
      count: blocks)
    let words = (notes + summaryBytes).bindMemory(to: UInt64.self, capacity: blocks)
    words.initialize(repeating: 0, count: blocks)
    let verified = (notes + summaryBytes + 8 * blocks).bindMemory(to: UInt8.self, capacity: 10 * blocks)
    verified.initialize(repeating: 0, count: 10 * blocks)
    tokenNotes = verified + 2 * blocks

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
    if part == .tokens { return try checkTokens(block: block, rows: rows, folder: folder) }
    let present = UInt32(Swift.min(blockRows, rows - block * blockRows))
    let level = cpu_level()
    let differing =
      switch part {
      case .columns: row_block_check_columns(level, columns, UInt32(block), present)
      default: row_block_check_vectors(level, columns, UInt32(block), present)
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
    guard let tokens = tokenRange(row: row) else { return false }
    return row_is_zero(file.base + layout.offset(token: tokens.lowerBound), tokens.count * layout.tokenBytes)
      && TailSection.ofRows.allSatisfy { section in
        row_is_zero(file.base + layout.offset(section, row: row), section.stride(dimensions: layout.dimensions))
      }
  }
}

// MARK: Tokens

extension TailFile {
  /// The number of tokens of the first `rows` rows; nil where what says so is damaged.
  func tokenEnd(rows: Int) -> Int? {
    if rows == 0 { return 0 }
    let bytes = file.bytes(layout.offset(.tokenEnds, row: rows - 1)..<layout.offset(.tokenEnds, row: rows))
    guard let end = bytes.number(UInt32.self, at: 0),
      bytes == TokenEnd(end: end).encoded(row: rows - 1, identifier: identifier),
      end <= rows * FileFormat.mostTokens
    else { return nil }
    return Int(end)
  }

  /// The tokens of a row, counted through all rows; nil where what says so is damaged.
  func tokenRange(row: Int) -> Range<Int>? {
    guard let start = tokenEnd(rows: row), let end = tokenEnd(rows: row + 1), start <= end,
      end - start <= FileFormat.mostTokens
    else { return nil }
    return start..<end
  }

  /// The signs of a row's tokens. The caller has checked them.
  func tokens(row: Int) -> UnsafeRawBufferPointer {
    func end(_ row: Int) -> Int {
      Int(UInt32(littleEndian: file.base.load(fromByteOffset: layout.offset(.tokenEnds, row: row), as: UInt32.self)))
    }
    let first = row == 0 ? 0 : end(row - 1)
    let count = end(row) - first
    guard first <= layout.capacity * FileFormat.mostTokens, (0...FileFormat.mostTokens).contains(count) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(start: file.base + layout.offset(token: first), count: count * layout.tokenBytes)
  }

  /// Whether a row's tokens are what was written, or the row is deleted.
  func hasSoundTokens(row: Int) -> Bool {
    guard let range = tokenRange(row: row) else { return false }
    let actual = TokenEnd.checksum(
      of: UnsafeRawBufferPointer(
        start: file.base + layout.offset(token: range.lowerBound), count: range.count * layout.tokenBytes),
      firstToken: range.lowerBound, row: row, identifier: identifier)
    let expected = (file.base + layout.offset(.tokenChecks, row: row)).loadUnaligned(as: UInt32.self)
    // Looked at afterwards: a deletion marks a row before it changes it.
    return actual == UInt32(littleEndian: expected) || isDeleted(row: row)
  }

  private func checkTokens(block: Int, rows: Int, folder: IndexFolder) throws {
    for row in block * blockRows..<Swift.min((block + 1) * blockRows, rows) {
      let note = tokenNotes + row / 8
      let bit = UInt8(1) << UInt8(row % 8)
      if row_note(note) & bit != 0 { continue }
      guard hasSoundTokens(row: row) else {
        throw VectorIndexError.damaged(
          folder.path(of: name), "the tokens of row \(row) differ from their checksum")
      }
      row_note_add(note, bit)
    }
  }
}

/// How many tokens the rows of a tail have, up to one of them.
struct TokenEnd {
  static let size = 8

  var end: UInt32

  func encoded(row: Int, identifier: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 12)
    bytes.put(end, at: 0)
    bytes.put(UInt32(truncatingIfNeeded: row), at: 4)
    bytes.put(identifier, at: 8)
    let seal = bytes.checksum(0..<12)
    bytes.put(seal, at: 4)
    return Array(bytes[..<Self.size])
  }

  static func checksum(of tokens: UnsafeRawBufferPointer, firstToken: Int, row: Int, identifier: UInt32) -> UInt32 {
    var place = [UInt8](repeating: 0, count: 12)
    place.put(UInt32(truncatingIfNeeded: firstToken), at: 0)
    place.put(UInt32(truncatingIfNeeded: row), at: 4)
    place.put(identifier, at: 8)
    let level = cpu_level()
    let start = tokens.baseAddress.map { row_crc32c(level, 0, $0, tokens.count) } ?? 0
    return place.withUnsafeBytes { bytes in bytes.baseAddress.map { row_crc32c(level, start, $0, 12) } ?? start }
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
