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
  private let memory: UnsafeMutableRawPointer

  /// Quantizes rows that will begin at `firstRow` of the tail `identifier`.
  ///
  /// - Parameter rows: At least one row; its indices are those of the vectors.
  init(
    _ rows: ArraySlice<PassageRow>, vectors: UnsafeBufferPointer<Float>, dimensions: Int, firstRow: Int,
    identifier: UInt32, file: String
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
    let level = cpu_level()
    row_column_checksums(level, &columns, 0, UInt32(count), pointer(.columnChecks, UInt32.self))
    row_vector_checksums(level, &columns, 0, UInt32(count), pointer(.vectorChecks, UInt32.self))
  }

  deinit { memory.deallocate() }

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
