// The pass over the rows of a segment that is being built: copies them into the file, encodes them, finds their lists.

internal import CVectorKernels
internal import Dispatch
internal import Foundation

/// One pass over all rows, chunk by chunk, on several threads.
///
/// Unchecked: each chunk writes to its own part of the buffers, which are read only when the pass is over; what chunks
/// share is behind a lock.
final class SegmentPass: @unchecked Sendable {
  /// Rows of a chunk: whole blocks.
  private static let chunkRows = 1024

  /// The rows' codes, row after row.
  let sketches: UnsafeMutablePointer<UInt8>
  /// The list of each row.
  let assigned: UnsafeMutablePointer<UInt32>

  private let builder: SegmentBuilder
  private let layout: SegmentLayout
  private let file: OpenFile
  private let codebook: Codebook
  private let lists: CoarseLists
  /// The first token of each row, then the number of tokens.
  private let tokenStarts: [UInt32]
  private let zones: UnsafeMutablePointer<RowBlockSummary>
  private let outcome = Lock(Outcome())

  private struct Outcome {
    var earliest = Int64.max
    var latest = Int64.min
    var failure: (any Error)?
  }

  private var rows: SourceRows { builder.rows }
  private var dimensions: Int { layout.shape.dimensions }

  init(
    builder: SegmentBuilder, layout: SegmentLayout, file: OpenFile, codebook: Codebook, lists: CoarseLists,
    tokenStarts: [UInt32]
  ) throws {
    self.builder = builder
    self.layout = layout
    self.file = file
    self.codebook = codebook
    self.lists = lists
    self.tokenStarts = tokenStarts
    sketches = .allocate(capacity: Swift.max(1, builder.rows.count * codebook.sketchBytes))
    assigned = .allocate(capacity: Swift.max(1, builder.rows.count))
    zones = .allocate(capacity: Swift.max(1, layout.shape.blocks))
    zones.initialize(repeating: RowBlockSummary(), count: layout.shape.blocks)
  }

  deinit {
    sketches.deallocate()
    assigned.deallocate()
    zones.deallocate()
  }

  /// Earliest and latest time of the rows.
  var times: ClosedRange<Int64> { outcome.withLock { $0.earliest <= $0.latest ? $0.earliest...$0.latest : 0...0 } }

  func run() throws {
    let chunks = (rows.count + Self.chunkRows - 1) / Self.chunkRows
    // Cancelling is asked here, on the caller's task, between rounds: other threads have no task.
    let workers = Swift.max(1, Swift.min(ProcessInfo.processInfo.activeProcessorCount, 8))
    let perRound = 8 * workers
    for first in stride(from: 0, to: chunks, by: perRound) {
      try Task.checkCancellation()
      let count = Swift.min(perRound, chunks - first)
      DispatchQueue.concurrentPerform(iterations: Swift.min(workers, count)) { worker in
        for chunk in stride(from: worker, to: count, by: workers) {
          do { try self.process(chunk: first + chunk) } catch {
            self.outcome.withLock { $0.failure = $0.failure ?? error }
            return
          }
        }
      }
      if let failure = outcome.withLock({ $0.failure }) { throw failure }
    }
  }

  private func process(chunk: Int) throws {
    let first = chunk * Self.chunkRows
    let count = Swift.min(Self.chunkRows, rows.count - first)
    let stage = SegmentStage(shape: layout.shape, count: count)
    let firstToken = Int(tokenStarts[first])
    var tokens: [UInt8] = []
    tokens.reserveCapacity((Int(tokenStarts[first + count]) - firstToken) * layout.tokenBytes)
    var position = 0
    var checkedBlock = -1
    try rows.forEach(in: first..<first + count) { _, index, row in
      let source = rows.sources[index]
      let block = row / blockRows
      if position == 0 || block != checkedBlock {
        for part in [BlockPart.columns, .vectors, .residuals, .tokens] {
          try source.file.check(part, block: block, rows: source.rows, folder: builder.files)
        }
        checkedBlock = block
      }
      stage.copy(row, of: source.file, to: position)
      tokens.append(contentsOf: source.file.tokens(row: row))
      position += 1
      // Another source's blocks begin anew.
      if row == source.rows - 1 { checkedBlock = -1 }
    }
    try encode(stage, first: first, count: count)
    try write(stage, first: first, tokens: tokens)
  }

  private func encode(_ stage: SegmentStage, first: Int, count: Int) throws {
    let vectors = stage.pointer(.vectors, as: Int8.self)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count * dimensions) { floats in
      guard let base = floats.baseAddress else { return }
      let residuals = stage.pointer(.residuals, as: UInt8.self)
      let scales = stage.pointer(.scales, as: Float.self)
      for row in 0..<count {
        row_dequantize(
          vectors + row * dimensions, residuals + row * layout.stride(.residuals), scales[row], UInt32(dimensions),
          base + row * dimensions)
      }
      codebook.encode(base, count: count, into: sketches + first * codebook.sketchBytes)
    }
    if layout.shape.hasSketches {
      stage.pointer(.sketches, as: UInt8.self)
        .update(from: sketches + first * codebook.sketchBytes, count: count * codebook.sketchBytes)
    }
    lists.assign(vectors, count: count, into: assigned + first)
  }

  private func write(_ stage: SegmentStage, first: Int, tokens: [UInt8]) throws {
    if !tokens.isEmpty {
      try builder.files.write(tokens, to: file, at: layout.offset(token: Int(tokenStarts[first])))
    }
    let starts = (0...stage.blocks * blockRows).map { tokenStarts[Swift.min(first + $0, rows.count)] }
    try starts.withUnsafeBytes {
      try builder.files.write($0, to: file, at: layout.offset(.tokenStarts) + first * 4)
    }
    for section in SegmentSection.ofRows where layout.stride(section) > 0 {
      try builder.files.write(stage.bytes(section), to: file, at: layout.offset(section, row: first))
    }
    var guards: [UInt8] = []
    for block in 0..<stage.blocks {
      let number = first / blockRows + block
      guards += stage.guardOfRows(
        block: block, tokenChecksum: tokenChecksum(starts, block: block, tokens: tokens)
      ).encoded(block: number, identifier: builder.identifier)
      zones[number] = stage.zone(block: block)
    }
    try builder.files.write(
      guards, to: file, at: layout.offset(.guards) + first / blockRows * BlockGuard.size)
    let times = stage.times
    outcome.withLock {
      $0.earliest = Swift.min($0.earliest, times.lowerBound)
      $0.latest = Swift.max($0.latest, times.upperBound)
    }
  }

  private func tokenChecksum(_ starts: [UInt32], block: Int, tokens: [UInt8]) -> UInt32 {
    starts.withUnsafeBufferPointer { starts in
      tokens.withUnsafeBufferPointer { tokens in
        guard let place = starts.baseAddress else { return 0 }
        // Tokens are numbered through the segment; this chunk's first is at the beginning of its bytes.
        let first = tokens.baseAddress ?? UnsafePointer(sketches)
        return SegmentFile.tokenChecksum(
          starts: place + block * blockRows, deleted: 0, tokenBytes: layout.tokenBytes, tokens: layout.shape.tokens,
          first: first - Int(starts[0]) * layout.tokenBytes)
      }
    }
  }

  // MARK: What the pass found

  var zoneBytes: [UInt8] {
    Array(UnsafeRawBufferPointer(UnsafeBufferPointer(start: zones, count: layout.shape.blocks)))
  }

  /// The first slot of each list, then the number of slots.
  func listStarts(_ count: Int) -> [UInt32] {
    var starts = [UInt32](repeating: 0, count: count + 1)
    for row in 0..<rows.count { starts[Int(assigned[row]) + 1] += 1 }
    for list in 0..<count { starts[list + 1] += starts[list] }
    return starts
  }

  /// The row of each slot: by list, then by row.
  func slotOrder(lists count: Int) -> [UInt32] {
    var next = listStarts(count)
    var order = [UInt32](repeating: 0, count: rows.count)
    for row in 0..<rows.count {
      let list = Int(assigned[row])
      order[Int(next[list])] = UInt32(row)
      next[list] += 1
    }
    return order
  }
}
