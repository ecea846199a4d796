// Maintenance: sealing tails into segments, merging segments, leaving out deleted rows.

internal import CVectorKernels

extension VectorIndex {
  /// Whether ``maintain()`` has something to do.
  public var needsMaintenance: Bool {
    access == .writing && plan(for: view) != nil
  }

  /// Seals tails into segments, merges segments that have become small beside what follows them, and builds those anew
  /// in which many rows are deleted, until nothing of that is left to do. Takes from a fraction of a second to some ten
  /// seconds for a million rows.
  ///
  /// Call it on a thread or task of its own: searches, appends and deletions go on meanwhile, and wait only for the
  /// moment in which a new generation is published. A second call waits for the first. Cancelling the task ends it soon;
  /// what was published stays, and what was being built is removed when the index is next opened for writing.
  ///
  /// - Throws: ``VectorIndexError``: `.readOnly`, `.system` when the disk is full (nothing is lost: the tails stay),
  ///   `.damaged` when a file that is to be merged is; `CancellationError`.
  public func maintain() throws {
    try requireWriting()
    try maintenance.withLock { _ in
      while let plan = plan(for: view) {
        try Task.checkCancellation()
        try carryOut(plan)
      }
    }
  }

  /// Files to make one segment of: neighbours in the order of the rows.
  struct MaintenancePlan: Sendable, Hashable {
    /// Places among the view's parts.
    var parts: Range<Int>
    /// Whether the last of them is being filled and has to be closed first.
    var closesTail: Bool
  }

  func plan(for view: IndexView) -> MaintenancePlan? {
    let tailRows = view.tails.reduce(0) { $0 + $1.rows }
    let segmentCount = view.segments.count
    if tailRows >= policy.sealedRows {
      var first = segmentCount
      var rows = Double(tailRows)
      while first > 0, Double(view.segments[first - 1].rows) <= policy.mergeRatio * rows {
        first -= 1
        rows += Double(view.segments[first].rows)
      }
      return MaintenancePlan(
        parts: first..<view.parts.count, closesTail: view.tails.last.map { $0.entry.rows == nil } ?? false)
    }
    for (number, segment) in view.segments.enumerated() {
      let deleted = segment.deletedCount(rows: segment.rows)
      if Double(deleted) >= policy.deletedShare * Double(segment.rows) {
        return MaintenancePlan(parts: number..<number + 1, closesTail: false)
      }
    }
    return nil
  }

  private func carryOut(_ plan: MaintenancePlan) throws {
    // Under the lock: what the plan means is settled before rows are appended to the tail that it closes.
    let (view, identifier, codebookIdentifier) = try writer.withLock { writer in
      try writer.requireWhole(files)
      if plan.closesTail { install(try closeTail(of: self.view, writer: &writer)) }
      let view = self.view
      let identifier = writer.takeIdentifier(after: view.manifest)
      return (view, identifier, writer.takeIdentifier(after: view.manifest))
    }
    let sources = try view.parts[plan.parts].map {
      try SegmentSource(file: $0.file, rows: $0.rows, commit: view.commit, folder: files)
    }
    let rows = SourceRows(sources)
    // With the newest codebook: rows that have drifted away from it get another.
    let known = view.codebooks[view.codebooks.keys.max() ?? 0]
    let built = try build(rows, known: known, identifier: identifier, codebookIdentifier: codebookIdentifier)
    try writer.withLock { writer in
      try writer.begin(files)
      install(try replace(plan, of: view, by: built, writer: &writer))
      writer.isMidway = false
    }
  }

  /// Builds a segment; nil where there are no rows. What a build that fails has written is removed.
  private func build(
    _ rows: SourceRows, known: Codebook?, identifier: UInt32, codebookIdentifier: UInt32
  ) throws -> BuiltSegment? {
    guard rows.count > 0 else { return nil }
    do {
      return try SegmentBuilder(
        configuration: configuration, files: files, rows: rows, identifier: identifier,
        sketchedRows: policy.sketchedRows
      ).build(known: known, codebookIdentifier: codebookIdentifier)
    } catch {
      // Should this fail too, the next opening for writing removes them.
      try? files.remove(FileFormat.segmentName(identifier: identifier))
      try? files.remove(FileFormat.codebookName(identifier: codebookIdentifier))
      throw error
    }
  }

  /// Publishes the tail that is being filled as full, so that its rows can be sealed; the next append begins another.
  private func closeTail(of view: IndexView, writer: inout WriterState) throws -> IndexView {
    var manifest = view.manifest
    guard let last = view.tails.last, let place = manifest.tails.indices.last, manifest.tails[place].rows == nil else {
      return view
    }
    manifest.tails[place].rows = UInt32(last.rows)
    manifest.tails[place].times = TimeBounds(rounding: try times(of: last) ?? 0...0)
    try writer.begin(files)
    let closed = try publish(manifest, over: view, writer: &writer) { _ in }
    writer.isMidway = false
    return closed
  }

  /// Publishes a generation in which a segment stands for the files it was built from. Rows of theirs that were deleted
  /// while it was built are deleted in it first.
  private func replace(
    _ plan: MaintenancePlan, of old: IndexView, by built: BuiltSegment?, writer: inout WriterState
  ) throws -> IndexView {
    let view = view
    var manifest = view.manifest
    let replaced = old.parts[plan.parts].map(\.file.identifier)
    guard Set(manifest.segments.map(\.identifier) + manifest.tails.map(\.identifier)).isSuperset(of: replaced) else {
      // Somebody has emptied the index meanwhile: what was built is of rows that are gone.
      if let built {
        try files.remove(built.entry.fileName)
        if built.isNewCodebook { try files.remove(FileFormat.codebookName(identifier: built.codebook.identifier)) }
      }
      return view
    }
    let tails = manifest.tails.filter { replaced.contains($0.identifier) }
    let place = manifest.segments.firstIndex { replaced.contains($0.identifier) } ?? manifest.segments.count
    manifest.segments.removeAll { replaced.contains($0.identifier) }
    manifest.tails.removeAll { replaced.contains($0.identifier) }
    if let built {
      manifest.segments.insert(built.entry, at: place)
      let deleted = built.rows.deletedSince()
      if !deleted.isEmpty { try delete(deleted, in: built.entry, writer: &writer) }
      manifest.nextIdentifier = Swift.max(
        manifest.nextIdentifier, built.entry.identifier + 1, built.entry.codebook + 1)
    }
    let sealed = tails.reduce(0) { $0 + UInt64($1.rows ?? 0) }
    return try publish(manifest, over: view, writer: &writer) { $0.rows -= sealed }
  }

  /// Deletes rows of a segment that no manifest names yet.
  private func delete(_ rows: [Int], in entry: Manifest.Segment, writer: inout WriterState) throws {
    guard let segment = try SegmentFile(entry, configuration: configuration, in: files) else {
      throw VectorIndexError.damaged(files.path(of: entry.fileName), "the segment is missing")
    }
    var runs: [Range<Int>] = []
    for row in rows.sorted() { runs.appendRow(row) }
    try writer.guardDeletion(of: runs, in: segment, files)
    try writer.writeTombstones(of: runs, in: segment, at: segment.layout.offset(.tombstones), files)
    try writer.scrub(runs, of: segment, files)
  }
}
