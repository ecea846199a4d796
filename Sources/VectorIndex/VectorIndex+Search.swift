// Searching: an exact scan over the int8 rows that pass the filter.

internal import CVectorKernels

extension VectorIndex {
  /// The messages whose best passage is nearest to a query by cosine: best first, equal scores by key.
  ///
  /// Every row that passes the filter is scored. A score differs from the cosine of the original vectors by the rows'
  /// quantization to 8 bits: typically less than 0.002, and never more than about sqrt(d) * max|v| / (254 |v|).
  /// Cancelling the task ends the scan within some tens of microseconds.
  ///
  /// - Parameters:
  ///   - query: A vector of the index's dimensions, of any length but zero.
  ///   - topK: How many messages to return at most; fewer come back only when fewer pass the filter.
  ///   - filter: Conditions on the rows, applied exactly.
  /// - Throws: ``VectorIndexError`` for an invalid query and for damage met on the way; `CancellationError`.
  public func search(query: [Float], topK: Int, filter: VectorFilter = .everything) throws -> [VectorHit] {
    let query = try QuantizedQuery(query, dimensions: configuration.dimensions, file: files.path)
    let compiled = CompiledFilter(filter)
    guard topK > 0, !compiled.isImpossible else { return [] }
    let view = view
    // A hit that is deleted while this searches may have kept another one out: search again. Deletions wait for the
    // disk, searches do not, so the limit is there for completeness only.
    var hits: (found: [VectorHit], anyDeleted: Bool)
    var attempt = 0
    repeat {
      hits = try scan(view, query: query, topK: topK, filter: compiled)
      attempt += 1
    } while hits.anyDeleted && attempt < 100
    return hits.found
  }

  private func scan(
    _ view: IndexView, query: QuantizedQuery, topK: Int, filter: CompiledFilter
  ) throws -> (found: [VectorHit], anyDeleted: Bool) {
    var collector = CandidateCollector(limit: topK)
    let level = cpu_level()
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: Segment.blockRows) { scores in
      guard let scores = scores.baseAddress else { return }
      try forEachBlock(of: view, filter: filter, level: level) { placeIndex, block, passing in
        let place = view.places[placeIndex]
        let segment = place.segment
        try segment.check(.vectors, block: block, rows: place.rows, level: level, folder: files)
        var survivors = row_block_search(
          level, segment.columns, UInt32(block), passing, query.pointer, collector.threshold, scores)
        guard survivors != 0 else { return }
        try segment.check(.columns, block: block, rows: place.rows, level: level, folder: files)
        while survivors != 0 {
          let bit = survivors.trailingZeroBitCount
          survivors &= survivors - 1
          let row = block * Segment.blockRows + bit
          collector.add(
            CandidateCollector.Candidate(
              score: scores[bit], key: segment.columns.pointee.keys[row], place: placeIndex, row: row))
        }
      }
    }
    var found: [VectorHit] = []
    var anyDeleted = false
    for candidate in collector.finish() {
      let segment = view.places[candidate.place].segment
      let row = segment.passage(row: candidate.row)
      // Read first, then looked whether it was still there.
      if segment.isDeleted(row: candidate.row) {
        anyDeleted = true
        continue
      }
      found.append(
        VectorHit(key: row.key, passage: row.passage, utf8Range: row.utf8Range, score: candidate.score))
    }
    return (found, anyDeleted)
  }
}
