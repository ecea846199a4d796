// The rows of a segment that a filter lets through, as a set that several searches can use.

internal import CVectorKernels

/// A set of a segment's rows: one bit a row. Deleted rows may be in it.
///
/// Unchecked: filled in `init` and only read afterwards.
final class AllowedRows: @unchecked Sendable {
  let words: UnsafeMutablePointer<UInt64>
  let blocks: Int
  /// How many rows are in it.
  let count: Int
  /// The blocks in which there are rows.
  let occupied: Range<Int>

  /// Evaluates a filter on a segment. Zones pass over most blocks where rows stand in the order of the filter's column;
  /// what they let through is checked at first touch and compared row by row.
  init(_ segment: SegmentFile, filter: CompiledFilter, folder: IndexFolder) throws {
    blocks = segment.blocks
    words = .allocate(capacity: Swift.max(1, blocks))
    words.initialize(repeating: 0, count: blocks)
    var count = 0
    var first = Int.max
    var last = -1
    try segment.checkWhole(folder: folder)
    var next: UInt32 = 0
    while true {
      next = row_next_block(segment.columns, filter.pointer, next, UInt32(blocks))
      let block = Int(next)
      guard block < blocks else { break }
      next += 1
      if block % 1024 == 0 { try Task.checkCancellation() }
      try segment.check(SegmentFile.Part.columns, block: block, folder: folder)
      let word = row_block_filter(
        segment.columns, filter.pointer, UInt32(block), SegmentFile.committedRows(block: block, rows: segment.rows))
      guard word != 0 else { continue }
      words[block] = word
      count += word.nonzeroBitCount
      first = Swift.min(first, block)
      last = block
    }
    self.count = count
    occupied = last < 0 ? 0..<0 : first..<last + 1
  }

  deinit { words.deallocate() }
}

/// The sets that recent searches made of one segment: somebody who types asks again and again under the same filter. A
/// segment's columns never change but by deletions, which sets leave aside.
final class AllowedRowsCache: Sendable {
  private struct Entry {
    var filter: VectorFilter
    var rows: AllowedRows
  }

  /// A megabyte for a million rows.
  private static let limit = 8
  private let entries = Lock<[Entry]>([])

  /// The set for a filter, made where it is not known.
  func rows(
    of segment: SegmentFile, filter: VectorFilter, compiled: CompiledFilter, folder: IndexFolder
  ) throws -> AllowedRows {
    // Sets of keys are made for one search and are long to compare.
    guard filter.allowedKeys == nil else { return try AllowedRows(segment, filter: compiled, folder: folder) }
    let known = entries.withLock { entries -> AllowedRows? in
      guard
        let place = entries.lastIndex(where: { $0.filter == filter })
      else { return nil }
      entries.append(entries.remove(at: place))
      return entries.last?.rows
    }
    if let known { return known }
    let rows = try AllowedRows(segment, filter: compiled, folder: folder)
    entries.withLock { entries in
      if entries.count == Self.limit { entries.removeFirst() }
      entries.append(Entry(filter: filter, rows: rows))
    }
    return rows
  }
}
