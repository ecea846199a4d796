// Appending rows.

internal import CVectorKernels
internal import Synchronization

extension VectorIndex {
  /// Appends passages with their vectors. Searches of this instance see them at return, those of others after
  /// ``refresh()``. All or nothing: after a crash either the whole batch is there, with its mark, or nothing of it.
  ///
  /// - Parameters:
  ///   - rows: The passages. Empty, only the mark moves.
  ///   - vectors: `rows.count` x `dimensions` components, row after row, of any length; they are compared by direction.
  ///   - highWater: The owner's mark of everything covered once this batch is in, messages without passages included.
  /// - Throws: ``VectorIndexError``: `.invalidVector` names the row with a component that is not finite, and nothing is
  ///   appended; `.system` when the disk is full or fails, after which the index must be opened again for writing.
  public func append(rows: [PassageRow], vectors: [Float], highWater: Int64) throws {
    try vectors.withUnsafeBufferPointer { try append(rows: rows, vectors: $0, highWater: highWater) }
  }

  /// Appends passages with their vectors; see ``append(rows:vectors:highWater:)-(_,[Float],_)``.
  public func append(rows: [PassageRow], vectors: UnsafeBufferPointer<Float>, highWater: Int64) throws {
    try requireWriting()
    guard vectors.count == rows.count * configuration.dimensions else {
      throw VectorIndexError(
        code: .invalidVector, file: files.path,
        what: "\(rows.count) rows came with \(vectors.count) components instead of "
          + "\(rows.count * configuration.dimensions)",
        remedy: "pass \(configuration.dimensions) components for each row")
    }
    try writer.withLock { writer in
      let view = view
      let parts = try stage(rows: rows, vectors: vectors, after: view)
      try writer.begin(files)
      install(try write(parts, rows: rows.count, highWater: highWater, after: view, writer: &writer))
      writer.isMidway = false
    }
  }

  /// Rows that go into one segment.
  private struct Part {
    let entry: Manifest.Entry
    let firstRow: Int
    let batch: StagedRows
  }

  /// Quantizes a batch and cuts it where one segment is full and the next begins.
  private func stage(
    rows: [PassageRow], vectors: UnsafeBufferPointer<Float>, after view: IndexView
  ) throws -> [Part] {
    var parts: [Part] = []
    var taken = 0
    var entries = view.manifest.entries
    var nextIdentifier = view.manifest.nextIdentifier
    var free = view.places.last.map { $0.segment.layout.capacity - $0.rows } ?? 0
    while taken < rows.count {
      if free == 0 {
        let capacities = FileFormat.segmentCapacities
        let capacity = capacities[Swift.min(entries.count, capacities.count - 1)]
        let layout = SegmentLayout(dimensions: configuration.dimensions, capacity: Int(capacity))
        entries.append(
          Manifest.Entry(identifier: nextIdentifier, capacity: capacity, fileSize: UInt64(layout.fileSize)))
        nextIdentifier += 1
        free = Int(capacity)
      }
      let entry = entries[entries.count - 1]
      let count = Swift.min(free, rows.count - taken)
      let firstRow = Int(entry.capacity) - free
      let batch = try StagedRows(
        rows[taken..<taken + count], vectors: vectors, dimensions: configuration.dimensions, firstRow: firstRow,
        identifier: entry.identifier, file: files.path)
      parts.append(Part(entry: entry, firstRow: firstRow, batch: batch))
      taken += count
      free -= count
    }
    return parts
  }

  /// Writes staged rows and commits them. Returns the view that has them.
  private func write(
    _ parts: [Part], rows: Int, highWater: Int64, after view: IndexView, writer: inout WriterState
  ) throws -> IndexView {
    var record = view.record
    let newCount = record.rows + UInt64(rows)
    if rows > 0 {
      record = record.next {
        $0.phase = .appending
        $0.reservedRows = newCount
      }
      try writer.publish(record, files, synchronized: false)
    }

    var manifest = view.manifest
    for part in parts {
      let layout = SegmentLayout(dimensions: configuration.dimensions, capacity: Int(part.entry.capacity))
      let file: OpenFile
      if let place = view.places.first(where: { $0.segment.identifier == part.entry.identifier }) {
        file = try writer.file(of: place.segment, files)
      } else {
        file = try files.createFile(part.entry.fileName, size: layout.fileSize)
        let header = layout.headerPage(
          identifier: part.entry.identifier, fingerprint: configuration.modelFingerprint)
        try files.write(header, to: file, at: 0)
        writer.keep(file, ofSegment: part.entry.identifier)
        if let full = manifest.entries.indices.last {
          manifest.entries[full].setTimes(try times(of: manifest.entries[full].identifier, in: view, with: parts))
        }
        manifest.entries.append(part.entry)
        manifest.nextIdentifier = part.entry.identifier + 1
      }
      for section in SegmentSection.ofRows {
        try files.write(part.batch.bytes(section), to: file, at: layout.offset(section, row: part.firstRow))
      }
      // The record must not reach the disk before the rows it speaks of.
      try files.synchronize(file)
    }

    let isNewGeneration = manifest.entries.count > view.manifest.entries.count
    if isNewGeneration {
      manifest.generation += 1
      try files.publish(manifest.encoded, as: manifest.fileName)
    }
    record = record.next {
      $0.rows = newCount
      $0.highWater = highWater
      $0.generation = manifest.generation
    }
    try writer.publish(record, files, synchronized: isNewGeneration)
    guard isNewGeneration else { return try view.advanced(to: record, folder: files) }
    // The older manifest may go once neither slot names it.
    record = record.next { _ in }
    try writer.publish(record, files, synchronized: true)
    try files.remove(view.manifest.fileName)
    return try IndexView.load(files, configuration: configuration, keeping: view)
  }

  /// The times of a segment that is full now: of the rows it had and of those that this batch adds.
  private func times(of identifier: UInt32, in view: IndexView, with parts: [Part]) throws -> ClosedRange<Int64> {
    var lowest = Int64.max
    var highest = Int64.min
    for part in parts where part.entry.identifier == identifier {
      lowest = Swift.min(lowest, part.batch.times.lowerBound)
      highest = Swift.max(highest, part.batch.times.upperBound)
    }
    for place in view.places where place.segment.identifier == identifier {
      for block in 0..<place.blocks {
        try place.segment.check(.columns, block: block, rows: place.rows, level: cpu_level(), folder: files)
        let summary = place.segment.columns.pointee.summaries[block]
        lowest = Swift.min(lowest, summary.lowest_time)
        highest = Swift.max(highest, summary.highest_time)
      }
    }
    // Every row may have been deleted; then any bounds do.
    return lowest <= highest ? lowest...highest : 0...0
  }
}
