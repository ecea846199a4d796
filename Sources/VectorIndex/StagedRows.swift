// Rows quantized and laid out in columns in memory, before they are written.

internal import CVectorKernels

/// The columns of some rows as they will stand in a segment, checksums included.
///
/// The memory is filled in `init` and only read afterwards.
final class StagedRows {
  /// The earliest and the latest time of the rows.
  let times: ClosedRange<Int64>

  private let layout: TailLayout
  private let count: Int
  /// Tokens of the tail before these rows', and of these rows.
  private(set) var tokenRange: Range<Int>
  private let memory: UnsafeMutableRawPointer

  /// Quantizes rows that will begin at `firstRow` of the tail `identifier`.
  ///
  /// - Parameters:
  ///   - rows: At least one row; its indices are those of the vectors and of the tokens.
  ///   - tokens: The signs of each row's tokens; empty where no row has any.
  ///   - firstToken: The number of tokens that the tail has before them.
  init(
    _ rows: ArraySlice<PassageRow>, vectors: UnsafeBufferPointer<Float>, tokens: [[UInt8]], dimensions: Int,
    firstRow: Int, firstToken: Int, identifier: UInt32, file: String
  ) throws {
    count = rows.count
    // The same layout with a capacity of just these rows (whole blocks, as capacities are).
    layout = TailLayout(
      dimensions: dimensions, capacity: (count + blockRows - 1) / blockRows * blockRows)
    memory = .allocate(byteCount: layout.fileSize, alignment: 64)
    var columns = RowSegment(base: UnsafeRawPointer(memory)) { [layout] in layout.offset($0) }
    columns.dimensions = UInt32(dimensions)
    columns.identifier = identifier
    columns.first_row = UInt32(firstRow)

    var lowest = Int64.max
    var highest = Int64.min
    for row in rows {
      lowest = Swift.min(lowest, row.timestamp)
      highest = Swift.max(highest, row.timestamp)
    }
    times = lowest...Swift.max(lowest, highest)
    tokenRange = firstToken..<firstToken

    fill(.keys, rows) { $0.key }
    fill(.timestamps, rows) { $0.timestamp }
    fill(.sessions, rows) { $0.session }
    fill(.channels, rows) { $0.channel }
    fill(.authors, rows) { $0.author }
    fill(.starts, rows) { $0.utf8Range.lowerBound }
    fill(.ends, rows) { $0.utf8Range.upperBound }
    fill(.attributes, rows) { UInt32(ROW_LIVE_MARK) | UInt32($0.role) << 8 | UInt32($0.passage) << 16 }

    let quantized = pointer(.vectors, Int8.self)
    let residuals = pointer(.residuals, UInt8.self)
    let residualBytes = Int(row_residual_bytes(UInt32(dimensions)))
    let scales = pointer(.scales, Float.self)
    for (place, index) in rows.indices.enumerated() {
      guard let vector = vectors.baseAddress?.advanced(by: index * dimensions),
        row_quantize(
          vector, UInt32(dimensions), quantized + place * dimensions, residuals + place * residualBytes, scales + place)
      else {
        throw VectorIndexError(
          code: .invalidVector, file: file,
          what: "the vector of row \(index) of the batch (key \(rows[index].key)) has a component that is not finite",
          remedy: "embed that passage again, or leave it out")
      }
    }
    try fillTokens(tokens, rows, firstRow: firstRow, identifier: identifier, file: file)
    let level = cpu_level()
    row_column_checksums(level, &columns, 0, UInt32(count), pointer(.columnChecks, UInt32.self))
    row_vector_checksums(level, &columns, 0, UInt32(count), pointer(.vectorChecks, UInt32.self))
  }

  deinit { memory.deallocate() }

  /// Lays out the rows' tokens one after the other, with where they end and their checksums.
  private func fillTokens(
    _ tokens: [[UInt8]], _ rows: ArraySlice<PassageRow>, firstRow: Int, identifier: UInt32, file: String
  ) throws {
    let firstToken = tokenRange.lowerBound
    var next = firstToken
    for (place, index) in rows.indices.enumerated() {
      let its = tokens.isEmpty ? [] : tokens[index]
      let number = its.count / layout.tokenBytes
      guard its.count.isMultiple(of: layout.tokenBytes), number <= FileFormat.mostTokens else {
        throw VectorIndexError(
          code: .invalidVector, file: file,
          what: "the tokens of row \(index) of the batch (key \(rows[index].key)) are \(its.count) bytes",
          remedy: "pass \(layout.tokenBytes) bytes a token and at most \(FileFormat.mostTokens) tokens")
      }
      let target = memory + layout.offset(token: next - firstToken)
      its.withUnsafeBytes { target.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count) }
      let check = TokenEnd.checksum(
        of: UnsafeRawBufferPointer(start: target, count: its.count), firstToken: next, row: firstRow + place,
        identifier: identifier)
      pointer(.tokenChecks, UInt32.self)[place] = check.littleEndian
      next += number
      let end = TokenEnd(end: UInt32(next)).encoded(row: firstRow + place, identifier: identifier)
      end.withUnsafeBytes {
        guard let bytes = $0.baseAddress else { return }
        (memory + layout.offset(.tokenEnds, row: place)).copyMemory(from: bytes, byteCount: TokenEnd.size)
      }
    }
    tokenRange = firstToken..<next
  }

  /// The bytes of the rows' tokens.
  var tokenBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory + layout.offset(.tokens), count: tokenRange.count * layout.tokenBytes)
  }

  /// The bytes that the rows take in a section.
  func bytes(_ section: TailSection) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: memory + layout.offset(section), count: count * section.stride(dimensions: layout.dimensions))
  }

  private func pointer<Element>(_ section: TailSection, _: Element.Type) -> UnsafeMutablePointer<Element> {
    (memory + layout.offset(section)).assumingMemoryBound(to: Element.self)
  }

  private func fill<Value>(_ section: TailSection, _ rows: ArraySlice<PassageRow>, _ value: (PassageRow) -> Value) {
    let column = pointer(section, Value.self)
    for (place, row) in rows.enumerated() { column[place] = value(row) }
  }
}
