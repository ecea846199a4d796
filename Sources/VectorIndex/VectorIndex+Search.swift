// Searching: a plan for each file of rows, candidates, and their final order.

internal import CVectorKernels

extension VectorIndex {
  /// The messages whose best passage is nearest to a query by cosine: best first, equal scores by key.
  ///
  /// Tails and small sets of rows are scored in full. Segments give candidates by their codes (product quantization with
  /// asymmetric distance: Jégou, Douze, Schmid 2011), those are scored by their upper 8 bits, and the best of these by
  /// all 10. A score differs from the cosine of the original vectors by that quantization: typically less than 0.0005,
  /// and never more than about sqrt(d) * max|v| / (1016 |v|). It stays the same whatever file the row is in.
  /// Cancelling the task ends the search within some tens of microseconds.
  ///
  /// - Parameters:
  ///   - query: A vector of the index's dimensions, of any length but zero.
  ///   - topK: How many messages to return at most; fewer come back only when fewer pass the filter.
  ///   - filter: Conditions on the rows, applied exactly.
  ///   - recall: How much of the exact answer to find, on average.
  /// - Throws: ``VectorIndexError`` for an invalid query and for damage met on the way; `CancellationError`.
  public func search(
    query: [Float], topK: Int, filter: VectorFilter = .everything, recall: RecallTarget = .balanced
  ) throws -> [VectorHit] {
    let query = try QuantizedQuery(query, dimensions: configuration.dimensions, file: files.path)
    let compiled = CompiledFilter(filter)
    guard topK > 0, !compiled.isImpossible else { return [] }
    let view = view
    return try scratch.withScratch { scratch in
      var search = Search(
        index: self, view: view, query: query, topK: topK, filter: filter, compiled: compiled, recall: recall,
        scratch: scratch)
      return try search.run()
    }
  }
}

/// One search.
struct Search {
  let index: VectorIndex
  let view: IndexView
  let query: QuantizedQuery
  let topK: Int
  let filter: VectorFilter
  let compiled: CompiledFilter
  var recall: RecallTarget
  let scratch: SearchScratch

  /// Rows that pass, up to which a file is scored in full: it costs less than anything that spares rows.
  static let directRows = 2048
  /// The share of a segment's rows that pass, up to which their sketches are looked at and not lists.
  static let sketchedShare = 0.06
  /// The share, up to which the rows of a segment without sketches are scored in full.
  static let directShare = 0.1

  private struct Outcome {
    var hits: [VectorHit] = []
    /// Rows in the answer were deleted meanwhile.
    var anyDeleted = false
    /// There may be more than was looked at.
    var isPartial = false
  }

  mutating func run() throws -> [VectorHit] {
    // What is scored by 8 bits only may change places with its neighbours: some more than asked for are looked at again.
    var keep = topK > Int.max / 8 ? Int.max : 2 * topK + 44
    var outcome = Outcome()
    // A hit that is deleted while this searches may have kept another one out: search again. Deletions wait for the
    // disk, searches do not, so the limit is there for completeness only.
    for _ in 0..<100 {
      outcome = try attempt(keep: keep)
      if outcome.anyDeleted { continue }
      guard outcome.hits.count < topK, outcome.isPartial else { break }
      // Passages of one message, or rows of the session that is left out, took the places: look further.
      recall = .exact
      keep = keep > Int.max / 8 ? Int.max : keep * 4
    }
    return outcome.hits
  }

  private func attempt(keep: Int) throws -> Outcome {
    var pool = CandidatePool(limit: keep)
    var coded: [CodedPart] = []
    var want = 0.0
    for (number, part) in view.parts.enumerated() {
      try Task.checkCancellation()
      if let times = compiled.timeRange, !part.times.overlaps(times) { continue }
      guard let segment = part.file as? SegmentFile else {
        try scoreAll(part, number: number, pool: &pool)
        continue
      }
      let allowed = try allowedRows(of: segment)
      let count = allowed?.count ?? segment.rows
      if count == 0 { continue }
      let share = Double(count) / Double(segment.rows)
      let isDirect =
        recall.isExact || count <= Self.directRows || keep > count / 8
        || (!segment.header.shape.hasSketches && share <= Self.directShare)
      if isDirect {
        try scoreAll(segment, allowed: allowed, number: number, pool: &pool)
      } else {
        let effort = Effort(segment.header.calibration, recall: recall, topK: topK, share: share)
        let usesSketches = allowed != nil && segment.header.shape.hasSketches && share <= Self.sketchedShare
        want = Swift.max(want, usesSketches ? effort.candidates : effort.candidates * Effort.rankMargin)
        coded.append(
          CodedPart(
            part: number, segment: segment, allowed: allowed,
            usesSketches: usesSketches, gap: effort.gap, groupGap: effort.groupGap))
      }
    }
    if !coded.isEmpty {
      pool.noteCut()
      let search = CodedSearch(
        query: query, codebooks: view.codebooks, folder: index.files,
        want: Swift.min(Swift.max(Int(want), keep), 1 << 20), least: keep)
      try score(try search.run(coded, scratch: scratch), of: coded, pool: &pool)
    }
    return try finish(&pool)
  }

  /// The rows of a segment that pass; nil where so many do that they are looked at one by one.
  private func allowedRows(of segment: SegmentFile) throws -> AllowedRows? {
    if compiled.isOpen || isLeftToTheEnd { return nil }
    return try segment.allowedRows.rows(of: segment, filter: filter, compiled: compiled, folder: index.files)
  }

  /// Whether the filter leaves out so little that it is applied to the last candidates only: "not this session".
  private var isLeftToTheEnd: Bool {
    guard filter.excludedSession != nil else { return false }
    var rest = filter
    rest.excludedSession = nil
    return rest == .everything
  }

  // MARK: Scores by the upper plane

  /// Scores the rows of a file that pass, block by block.
  private func scoreAll(_ part: IndexView.Part, number: Int, pool: inout CandidatePool) throws {
    let file = part.file
    let level = cpu_level()
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: blockRows) { scores in
      try withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockRows) { products in
        guard let scores = scores.baseAddress, let products = products.baseAddress else { return }
        try index.forEachBlock(of: part, in: view, filter: compiled) { block, passing in
          try file.check(.vectors, block: block, rows: part.rows, folder: index.files)
          var survivors = row_block_search(
            level, file.columns, UInt32(block), passing, query.pointer, pool.threshold, scores, products)
          if survivors != passing { pool.noteCut() }
          while survivors != 0 {
            let bit = survivors.trailingZeroBitCount
            survivors &= survivors - 1
            pool.add(
              CandidatePool.Candidate(
                score: scores[bit], product: products[bit], part: Int32(number), row: UInt32(block * blockRows + bit)))
          }
        }
      }
    }
  }

  /// Scores the allowed rows of a segment.
  private func scoreAll(
    _ segment: SegmentFile, allowed: AllowedRows?, number: Int, pool: inout CandidatePool
  ) throws {
    guard let allowed else { return try scoreAll(view.parts[number], number: number, pool: &pool) }
    let capacity = 4096
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { numbers in
      var count = 0
      func flush() throws {
        try Task.checkCancellation()
        try score(
          segment, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(numbers)[..<count]), number: number, pool: &pool)
        count = 0
      }
      for block in allowed.occupied {
        var rows = allowed.words[block] & segment.liveRows(block: block, rows: segment.rows)
        while rows != 0 {
          numbers[count] = UInt32(block * blockRows + rows.trailingZeroBitCount)
          rows &= rows - 1
          count += 1
          if count == capacity { try flush() }
        }
      }
      try flush()
    }
  }

  /// Scores the candidates that the codes gave.
  private func score(_ candidates: UnsafeBufferPointer<UInt64>, of coded: [CodedPart], pool: inout CandidatePool) throws
  {
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: candidates.count) { numbers in
      for (place, part) in coded.enumerated() {
        var count = 0
        for item in candidates where item >> 32 == UInt64(place) {
          numbers[count] = UInt32(truncatingIfNeeded: item)
          count += 1
        }
        try score(
          part.segment, UnsafeBufferPointer(start: numbers.baseAddress, count: count), number: part.part, pool: &pool)
      }
    }
  }

  /// Scores some rows of a segment.
  private func score(
    _ segment: SegmentFile, _ numbers: UnsafeBufferPointer<UInt32>, number: Int, pool: inout CandidatePool
  ) throws {
    guard !numbers.isEmpty else { return }
    for row in numbers {
      try segment.check(SegmentFile.Part.vectors, block: Int(row) / blockRows, folder: index.files)
    }
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: numbers.count) { products in
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: numbers.count) { scores in
        row_score_gather(
          cpu_level(), segment.columns, numbers.baseAddress, numbers.count, query.pointer, products.baseAddress,
          scores.baseAddress)
        for place in numbers.indices {
          // The codes know nothing of deletions.
          guard scores[place] >= pool.threshold else {
            pool.noteCut()
            continue
          }
          let row = Int(numbers[place])
          try segment.checkTombstones(block: row / blockRows, commit: view.commit, folder: index.files)
          guard !segment.isDeleted(row: row) else { continue }
          pool.add(
            CandidatePool.Candidate(
              score: scores[place], product: products[place], part: Int32(number), row: numbers[place]))
        }
      }
    }
  }

  // MARK: The final order

  private struct Scored {
    var score: Float
    var part: Int
    var row: Int
  }

  /// Scores the last candidates by all 10 bits and takes the best passage of each of the best messages.
  private func finish(_ pool: inout CandidatePool) throws -> Outcome {
    pool.cut()
    var scored: [Scored] = []
    scored.reserveCapacity(pool.candidates.count)
    for number in view.parts.indices { try refine(pool.candidates, number: number, into: &scored) }
    // Better first; equal scores by key, then by position. Keys are far away in memory: only equals are asked for theirs.
    scored.sort { left, right in
      if left.score != right.score { return left.score > right.score }
      let keys = (key(of: left), key(of: right))
      return keys.0 != keys.1 ? keys.0 < keys.1 : (left.part, left.row) < (right.part, right.row)
    }

    var outcome = Outcome(isPartial: pool.wasCut)
    var keys: Set<Int64> = []
    for candidate in scored {
      if outcome.hits.count == topK { break }
      let part = view.parts[candidate.part]
      try part.file.check(.columns, block: candidate.row / blockRows, rows: part.rows, folder: index.files)
      let row = part.file.passage(row: candidate.row)
      // Read first, then looked whether it was still there.
      if part.file.isDeleted(row: candidate.row) {
        outcome.anyDeleted = true
        continue
      }
      if isLeftToTheEnd, row.session == filter.excludedSession { continue }
      guard keys.insert(row.key).inserted else { continue }
      outcome.hits.append(
        VectorHit(key: row.key, passage: row.passage, utf8Range: row.utf8Range, score: candidate.score))
    }
    return outcome
  }

  private func key(of scored: Scored) -> Int64 { view.parts[scored.part].file.columns.pointee.keys[scored.row] }

  /// Adds the candidates of one file with their scores by all 10 bits.
  private func refine(
    _ candidates: [CandidatePool.Candidate], number: Int, into scored: inout [Scored]
  ) throws {
    let part = view.parts[number]
    let columns = part.file.columns
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: candidates.count) { rows in
      try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * candidates.count) { products in
        var count = 0
        for candidate in candidates where candidate.part == number {
          rows[count] = candidate.row
          products[count] = candidate.product
          count += 1
          try part.file.check(
            .residuals, block: Int(candidate.row) / blockRows, rows: part.rows, folder: index.files)
        }
        guard count > 0, let upper = products.baseAddress else { return }
        let lower = upper + candidates.count
        row_residual_dot(cpu_level(), columns.pointee.residuals, rows.baseAddress, count, query.pointer, lower)
        let factor = query.pointer.pointee.factor
        for place in 0..<count {
          let row = Int(rows[place])
          let product = Float(8 * Int64(upper[place]) + Int64(lower[place])) * 0.125
          scored.append(Scored(score: product * columns.pointee.scales[row] * factor, part: number, row: row))
        }
      }
    }
  }
}

/// How far a search in a segment has to look.
struct Effort {
  let gap: Float
  let groupGap: Float
  let candidates: Double

  /// What is missed is spread over the stages. Questions of people are a little farther from the rows than those that the
  /// calibration asks, so each is gone beyond.
  private static let shares = (gap: 0.45, groupGap: 0.1, rank: 0.25)
  private static let margins = (gap: Float(1.1), groupGap: Float(1.1))
  /// In lists only: neighbours under a narrow filter are estimated from many more neighbours, and come out far enough.
  static let rankMargin = 2.0

  /// - Parameter share: the share of the segment's rows that pass: the nearest among them are as far away as that many
  ///   more neighbours among all.
  init(_ calibration: Calibration, recall: RecallTarget, topK: Int, share: Double) {
    let missed = 1 - recall.share
    let count = Double(topK) / share
    gap = calibration.gap(count: count, recall: 1 - missed * Self.shares.gap) * Self.margins.gap
    groupGap = calibration.groupGap(count: count, recall: 1 - missed * Self.shares.groupGap) * Self.margins.groupGap
    candidates = calibration.rank(count: count, recall: 1 - missed * Self.shares.rank) * share
  }
}
