// Measuring a new segment: how far searches have to look for how much recall.

internal import CVectorKernels
internal import Dispatch
internal import Foundation

extension SegmentBuilder {
  private static let questions = 384
  /// Fewer rows say nothing about neighbours, and are scored in full.
  private static let leastRows = 4096

  /// Asks questions of the segment, finds the exact answers, and notes how far away they were.
  ///
  /// A question is a mixture of two rows, .8 of one and .6 of the other: about as far from its nearest rows as people's
  /// questions are from the messages that answer them. (The rows themselves have nearer neighbours.)
  func calibrate(_ entry: Manifest.Segment, pass: SegmentPass, codebook: Codebook) throws -> Calibration {
    guard rows.count >= Self.leastRows,
      let segment = try SegmentFile(entry, configuration: configuration, in: files)
    else { return .none }
    try segment.checkWhole(folder: files)
    let questions = try makeQuestions()
    let most = Calibration.counts.max() ?? 100
    let answers = try exactAnswers(questions, segment: segment, count: most)
    var measures = Calibration.counts.map { _ in Measures() }
    let scratch = SearchScratch()
    for (question, rows) in zip(questions, answers) {
      try Task.checkCancellation()
      try measure(question, answers: rows, segment: segment, pass: pass, codebook: codebook, scratch: scratch) {
        place, its in
        for (index, count) in Calibration.counts.enumerated() where place < count { measures[index].add(its) }
      }
    }
    return Calibration(
      gaps: measures.map { Self.quantiles($0.gaps) }, groupGaps: measures.map { Self.quantiles($0.groupGaps) },
      ranks: measures.map { Self.quantiles($0.ranks) })
  }

  /// What one answer of one question asked for.
  private struct Measure {
    var gap: Float
    var groupGap: Float
    var rank: Float
  }

  private struct Measures {
    var gaps: [Float] = []
    var groupGaps: [Float] = []
    var ranks: [Float] = []

    mutating func add(_ its: Measure) {
      gaps.append(its.gap)
      groupGaps.append(its.groupGap)
      ranks.append(its.rank)
    }
  }

  private static func quantiles(_ values: [Float]) -> [Float] {
    let sorted = values.sorted()
    guard let last = sorted.last else { return Calibration.levels.map { _ in 4 } }
    return Calibration.levels.map { level in
      let place = Int((level * Double(sorted.count)).rounded(.up))
      return place < sorted.count ? sorted[place] : last
    }
  }

  private func makeQuestions() throws -> [QuantizedQuery] {
    var numbers = RandomNumbers(seed: 0x6361_6c69_6272_6174)
    let sample = numbers.sample(2 * Self.questions, below: rows.count)
    let vectors = try rows.vectors(sample, dimensions: configuration.dimensions, folder: files)
    let dimensions = configuration.dimensions
    var places = Array(0..<sample.count)
    places.shuffle(using: &numbers)
    return stride(from: 0, to: places.count - 1, by: 2).compactMap { pair in
      let first = places[pair] * dimensions
      let second = places[pair + 1] * dimensions
      let mixture = (0..<dimensions).map { 0.8 * vectors[first + $0] + 0.6 * vectors[second + $0] }
      // A mixture of opposite rows has no direction.
      return try? QuantizedQuery(mixture, dimensions: dimensions, file: files.path)
    }
  }

  /// The nearest rows of each question, nearest first.
  private func exactAnswers(
    _ questions: [QuantizedQuery], segment: SegmentFile, count: Int
  ) throws -> [[CandidatePool.Candidate]] {
    try Task.checkCancellation()
    let workers = Swift.max(1, Swift.min(ProcessInfo.processInfo.activeProcessorCount, 8))
    let answers = Lock([[CandidatePool.Candidate]](repeating: [], count: questions.count))
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      let its = Array(stride(from: worker, to: questions.count, by: workers))
      let found = Self.nearest(its.map { questions[$0] }, segment: segment, count: count)
      answers.withLock { answers in
        for (place, rows) in zip(its, found) { answers[place] = rows }
      }
    }
    return answers.withLock { $0 }
  }

  /// All rows against some questions, a block of rows at a time.
  private static func nearest(
    _ questions: [QuantizedQuery], segment: SegmentFile, count: Int
  ) -> [[CandidatePool.Candidate]] {
    var pools = questions.map { _ in CandidatePool(limit: count) }
    let level = cpu_level()
    withUnsafeTemporaryAllocation(of: Float.self, capacity: blockRows) { scores in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: blockRows) { products in
        for block in 0..<segment.blocks {
          let present = SegmentFile.committedRows(block: block, rows: segment.rows)
          for (index, question) in questions.enumerated() {
            var survivors = row_block_search(
              level, segment.columns, UInt32(block), present, question.pointer, pools[index].threshold,
              scores.baseAddress, products.baseAddress)
            while survivors != 0 {
              let bit = survivors.trailingZeroBitCount
              survivors &= survivors - 1
              pools[index].add(
                CandidatePool.Candidate(
                  score: scores[bit], product: products[bit], part: 0, row: UInt32(block * blockRows + bit)))
            }
          }
        }
      }
    }
    return pools.map { pool in
      var pool = pool
      pool.cut()
      return Array(pool.candidates.sorted { ($0.score, $1.row) > ($1.score, $0.row) }.prefix(count))
    }
  }

  /// Calls `note` with what each answer of a question asked for, by its place among the answers.
  private func measure(
    _ question: QuantizedQuery, answers: [CandidatePool.Candidate], segment: SegmentFile, pass: SegmentPass,
    codebook: Codebook,
    scratch: SearchScratch, _ note: (_ place: Int, _ measure: Measure) -> Void
  ) throws {
    let shape = segment.header.shape
    func products(_ centroids: SegmentSection, _ scales: SegmentSection, _ sums: SegmentSection, _ count: Int)
      -> [Float]
    {
      [Float](unsafeUninitializedCapacity: count) { products, initialized in
        pq_centroid_products(
          cpu_level(), question.high, UInt32(shape.dimensions), segment.section(centroids, as: Int8.self),
          segment.section(scales, as: Float.self), segment.section(sums, as: Int32.self), UInt32(count),
          products.baseAddress)
        for index in 0..<count { products[index] *= question.highScale }
        initialized = count
      }
    }
    let lists = products(.centroids, .centroidScales, .centroidSums, shape.lists)
    let groups = products(.groupCentroids, .groupScales, .groupSums, shape.groups)
    let bounds = segment.section(.groupLists, as: UInt32.self)
    let groupOfList = (0..<shape.groups).flatMap { group in
      [Int](repeating: group, count: Int(bounds[group + 1] - bounds[group]))
    }
    let best = lists.max() ?? 0
    let bestGroup = groups.max() ?? 0

    let want = 4096
    let gap = answers.reduce(0) { Swift.max($0, best - lists[Int(pass.assigned[Int($1.row)])]) }
    let coded = CodedPart(part: 0, segment: segment, allowed: nil, usesSketches: false, gap: gap, groupGap: 4)
    let search = CodedSearch(
      query: question, codebooks: [codebook.identifier: codebook], folder: files, want: want,
      least: 0)
    _ = try search.run([coded], scratch: scratch)
    let ranks = Self.ranks(scratch.candidates.pointee)
    for (number, answer) in answers.enumerated() {
      let list = Int(pass.assigned[Int(answer.row)])
      note(
        number,
        Measure(
          gap: best - lists[list], groupGap: bestGroup - groups[groupOfList[list]],
          rank: Float(ranks[UInt64(answer.row)] ?? 2 * want)))
    }
  }

  /// The place of each candidate, best first; of equal ones the middle place.
  private static func ranks(_ candidates: PQCandidates) -> [UInt64: Int] {
    let order = (0..<Int(candidates.count)).sorted { candidates.scores[$0] > candidates.scores[$1] }
    var ranks: [UInt64: Int] = [:]
    var first = 0
    while first < order.count {
      var end = first
      while end < order.count, candidates.scores[order[end]] == candidates.scores[order[first]] { end += 1 }
      for place in first..<end { ranks[candidates.items[order[place]]] = (first + end) / 2 + 1 }
      first = end
    }
    return ranks
  }
}
