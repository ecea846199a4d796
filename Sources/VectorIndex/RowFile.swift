// What tails and segments have in common: rows in columns, in blocks of 64, with tombstones.

internal import CVectorKernels

/// Which bytes of a block are checked at a process's first touch.
enum BlockPart: String, Sendable {
  case columns
  case vectors = "vector components"
  case residuals
  case tokens
}

/// A mapped file of rows.
protocol RowFile: AnyObject, Sendable {
  var name: String { get }
  var identifier: UInt32 { get }
  var file: MappedFile { get }
  /// The columns as the kernels take them.
  var columns: UnsafePointer<RowSegment> { get }
  /// Whether the summaries of blocks hold before the blocks' columns have been checked.
  var hasStoredSummaries: Bool { get }

  /// Checks a part of a block, of which `rows` rows of the file are committed, at this process's first touch of it.
  func check(_ part: BlockPart, block: Int, rows: Int, folder: IndexFolder) throws

  /// The signs of a row's tokens, `dimensions / 8` bytes each. The caller has checked them.
  func tokens(row: Int) -> UnsafeRawBufferPointer

  /// Checks a block's tombstones against what else tells which rows are deleted.
  func checkTombstones(block: Int, commit: CommitFile?, folder: IndexFolder) throws
}

/// Rows of a block.
let blockRows = Int(ROW_BLOCK_ROWS)

/// Blocks that hold `rows` rows.
func blockCount(rows: Int) -> Int { (rows + blockRows - 1) / blockRows }

extension RowFile {
  /// Deleted rows among the first `rows`.
  func deletedCount(rows: Int) -> Int {
    // Rows not yet committed have no tombstones, so the last word may be counted whole.
    Int(row_count_bits(columns.pointee.tombstones, blockCount(rows: rows) * 8))
  }

  func isDeleted(row: Int) -> Bool {
    row_block_tombstones(columns, UInt32(row / blockRows)) >> UInt64(row % blockRows) & 1 == 1
  }

  /// The rows of a block that are committed, when the first `rows` of the file are, and not deleted.
  func liveRows(block: Int, rows: Int) -> UInt64 {
    Self.committedRows(block: block, rows: rows) & ~row_block_tombstones(columns, UInt32(block))
  }

  static func committedRows(block: Int, rows: Int) -> UInt64 {
    let present = Swift.min(blockRows, rows - block * blockRows)
    return present == blockRows ? ~0 : (1 << UInt64(present)) - 1
  }

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

  /// A row's vector, dequantized, at unit length.
  func vector(row: Int, into place: UnsafeMutablePointer<Float>) {
    let dimensions = columns.pointee.dimensions
    row_dequantize(
      columns.pointee.vectors + row * Int(dimensions),
      columns.pointee.residuals + row * Int(row_residual_bytes(dimensions)), columns.pointee.scales[row], dimensions,
      place)
  }

  /// Runs of neighbouring deleted rows among the first `rows`.
  func deletedRuns(rows: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for block in 0..<blockCount(rows: rows) {
      var word = row_block_tombstones(columns, UInt32(block))
      while word != 0 {
        runs.appendRow(block * blockRows + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return runs
  }
}

extension [Range<Int>] {
  /// Adds a row after all rows of the runs, joining it to the last run when they touch.
  mutating func appendRow(_ row: Int) {
    if let last, last.upperBound == row {
      self[count - 1] = last.lowerBound..<row + 1
    } else {
      append(row..<row + 1)
    }
  }
}
