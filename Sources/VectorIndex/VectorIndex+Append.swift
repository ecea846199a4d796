// Appending rows.

internal import CVectorKernels

extension VectorIndex {
  /// Appends passages with their vectors. Searches of this instance see them at return, those of others after
  /// ``refresh()``. All or nothing: after a crash either the whole batch is there, with its mark, or nothing of it.
  ///
  /// - Parameters:
  ///   - rows: The passages. Empty, only the mark moves.
  ///   - vectors: `rows.count` x `dimensions` components, row after row, of any length; they are compared by direction.
  ///   - tokens: For each row the signs of its tokens' vectors, at most ``mostTokens`` of `dimensions` / 8 bytes: bit c % 8
  ///     of byte c / 8 is set where component c is not negative. Empty where no row has any.
  ///   - highWater: The owner's mark of everything covered once this batch is in, messages without passages included.
  /// - Throws: ``VectorIndexError``: `.invalidVector` names the row with a component that is not finite, and nothing is
  ///   appended; `.system` when the disk is full or fails, after which the index must be opened again for writing.
  public func append(
    rows: [PassageRow], vectors: [Float], tokens: [[UInt8]] = [], highWater: Int64
  ) throws {
    try vectors.withUnsafeBufferPointer {
      try append(rows: rows, vectors: $0, tokens: tokens, highWater: highWater)
    }
  }

  /// Appends passages with their vectors; see ``append(rows:vectors:tokens:highWater:)-(_,[Float],_,_)``.
  public func append(
    rows: [PassageRow], vectors: UnsafeBufferPointer<Float>, tokens: [[UInt8]] = [], highWater: Int64
  ) throws {
    try requireWriting()
    guard tokens.isEmpty || tokens.count == rows.count else {
      throw VectorIndexError(
        code: .invalidVector, file: files.path, what: "\(rows.count) rows came with \(tokens.count) rows' tokens",
        remedy: "pass the tokens of each row, or of none")
    }
    guard vectors.count == rows.count * configuration.dimensions else {
      throw VectorIndexError(
        code: .invalidVector, file: files.path,
        what: "\(rows.count) rows came with \(vectors.count) components instead of "
          + "\(rows.count * configuration.dimensions)",
        remedy: "pass \(configuration.dimensions) components for each row")
    }
    try writer.withLock { writer in
      let view = view
      let parts = try stage(rows: rows, vectors: vectors, tokens: tokens, after: view, writer: &writer)
      try writer.begin(files)
      install(try write(parts, rows: rows.count, highWater: highWater, after: view, writer: &writer))
      writer.isMidway = false
    }
  }

  /// Rows that go into one tail.
  private struct Part {
    let entry: Manifest.Tail
    let firstRow: Int
    let batch: StagedRows
  }

  /// Quantizes a batch and cuts it where one tail is full and the next begins.
  private func stage(
    rows: [PassageRow], vectors: UnsafeBufferPointer<Float>, tokens: [[UInt8]], after view: IndexView,
    writer: inout WriterState
  ) throws -> [Part] {
    var parts: [Part] = []
    var taken = 0
    var entries = view.manifest.tails
    var free = view.tails.last.map { $0.entry.rows == nil ? $0.file.layout.capacity - $0.rows : 0 } ?? 0
    var firstToken = try free == 0 ? 0 : view.tails.last.map(tokenCount(of:)) ?? 0
    while taken < rows.count {
      if free == 0 {
        firstToken = 0
        let capacities = FileFormat.tailCapacities
        // Small tails are for small indexes.
        let number = view.manifest.segments.isEmpty ? entries.count : capacities.count
        let capacity = capacities[Swift.min(number, capacities.count - 1)]
        let layout = TailLayout(dimensions: configuration.dimensions, capacity: Int(capacity))
        entries.append(
          Manifest.Tail(
            identifier: writer.takeIdentifier(after: view.manifest), capacity: capacity,
            fileSize: UInt64(layout.fileSize)))
        free = Int(capacity)
      }
      let entry = entries[entries.count - 1]
      let count = Swift.min(free, rows.count - taken)
      let firstRow = Int(entry.capacity) - free
      let batch = try StagedRows(
        rows[taken..<taken + count], vectors: vectors, tokens: tokens, dimensions: configuration.dimensions,
        firstRow: firstRow, firstToken: firstToken, identifier: entry.identifier, file: files.path)
      firstToken = batch.tokenRange.upperBound
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
      let layout = TailLayout(dimensions: configuration.dimensions, capacity: Int(part.entry.capacity))
      let file: OpenFile
      if let tail = view.tails.first(where: { $0.file.identifier == part.entry.identifier }) {
        file = try writer.file(of: tail.file, files)
      } else {
        file = try files.createFile(part.entry.fileName, size: layout.fileSize)
        let header = layout.headerPage(
          identifier: part.entry.identifier, fingerprint: configuration.modelFingerprint)
        try files.write(header, to: file, at: 0)
        writer.keep(file, identifier: part.entry.identifier)
        if let full = manifest.tails.indices.last, manifest.tails[full].rows == nil {
          manifest.tails[full].rows = manifest.tails[full].capacity
          manifest.tails[full].times = try times(of: manifest.tails[full].identifier, in: view, with: parts)
        }
        manifest.tails.append(part.entry)
        manifest.nextIdentifier = Swift.max(manifest.nextIdentifier, part.entry.identifier + 1)
      }
      for section in TailSection.ofRows + [.tokenEnds] {
        try files.write(part.batch.bytes(section), to: file, at: layout.offset(section, row: part.firstRow))
      }
      if !part.batch.tokenRange.isEmpty {
        try files.write(
          part.batch.tokenBytes, to: file, at: layout.offset(token: part.batch.tokenRange.lowerBound))
      }
      // The record must not reach the disk before the rows it speaks of.
      try files.synchronize(file)
    }

    let isNewGeneration = manifest.tails.count > view.manifest.tails.count
    guard isNewGeneration else {
      record = record.next {
        $0.rows = newCount
        $0.highWater = highWater
      }
      try writer.publish(record, files, synchronized: false)
      return try view.advanced(to: record, folder: files)
    }
    return try publish(manifest, over: view, after: record, writer: &writer) {
      $0.rows = newCount
      $0.highWater = highWater
    }
  }

  /// How many tokens a tail's rows have.
  private func tokenCount(of tail: IndexView.Tail) throws -> Int {
    guard let count = tail.file.tokenEnd(rows: tail.rows) else {
      throw VectorIndexError.damaged(
        files.path(of: tail.file.name), "where the tokens of row \(tail.rows - 1) end differs from its checksum")
    }
    return count
  }

  /// The times of a tail that is full now: of the rows it had and of those that this batch adds.
  private func times(of identifier: UInt32, in view: IndexView, with parts: [Part]) throws -> TimeBounds {
    var lowest = Int64.max
    var highest = Int64.min
    for part in parts where part.entry.identifier == identifier {
      lowest = Swift.min(lowest, part.batch.times.lowerBound)
      highest = Swift.max(highest, part.batch.times.upperBound)
    }
    for tail in view.tails where tail.file.identifier == identifier {
      if let its = try times(of: tail) {
        lowest = Swift.min(lowest, its.lowerBound)
        highest = Swift.max(highest, its.upperBound)
      }
    }
    // Every row may have been deleted; then any bounds do.
    return TimeBounds(rounding: lowest <= highest ? lowest...highest : 0...0)
  }

  /// The earliest and the latest time of a tail's rows; nil where all have been deleted.
  func times(of tail: IndexView.Tail) throws -> ClosedRange<Int64>? {
    var lowest = Int64.max
    var highest = Int64.min
    for block in 0..<blockCount(rows: tail.rows) {
      try tail.file.check(.columns, block: block, rows: tail.rows, folder: files)
      let summary = tail.file.columns.pointee.summaries[block]
      lowest = Swift.min(lowest, summary.lowest_time)
      highest = Swift.max(highest, summary.highest_time)
    }
    return lowest <= highest ? lowest...highest : nil
  }
}
