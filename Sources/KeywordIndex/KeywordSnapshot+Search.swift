// Searching an index, and looking up what it knows of words.

internal import CVectorKernels
internal import VectorIndex

extension KeywordSnapshot {
  /// The best documents that have any of the terms, by BM25, best first; of equal scores the highest keys.
  ///
  /// Exact: no document that passes scores higher than the last of those returned, unless it is one of them. Statistics (how
  /// many documents, how long on average, how many have a term) are those of all segments and the batch, whatever
  /// the filter.
  ///
  /// - Parameters:
  ///   - terms: At most 64.
  ///   - topK: How many at most.
  ///   - filter: Which documents may be hits.
  ///   - batch: Documents that are not in the index yet; their keys lie above its mark.
  ///   - scoring: The constants of BM25.
  /// - Throws: ``VectorIndexError`` for damage, and for arguments outside their limits.
  public func search(
    terms: [KeywordTerm], topK: Int, filter: KeywordFilter = .everything, beside batch: KeywordBatch? = nil,
    scoring: KeywordScoring = .standard
  ) throws -> [KeywordHit] {
    guard terms.count <= UInt64.bitWidth else {
      throw VectorIndexError(
        code: .invalidArgument, file: "a question", what: "it has \(terms.count) terms", remedy: "ask for at most 64")
    }
    let segments = try all(beside: batch)
    guard topK > 0, !terms.isEmpty, !segments.isEmpty else { return [] }
    let question = try CompiledQuestion(terms, segments: segments, scoring: scoring)
    let memory = SearchMemory(terms: 2 * terms.count)
    let compiled = CompiledFilter(filter)
    var top = TopHits(limit: topK)
    for number in segments.indices.reversed() {
      let search = try SegmentSearch(segments[number], number: number, question: question, memory: memory)
      try search.run(compiled, &top)
    }
    return try hits(top.sorted, segments, question, memory)
  }

  /// The segments, then the batch: everything in the order of the keys.
  private func all(beside batch: KeywordBatch?) throws -> [KeywordSegment] {
    guard let added = batch?.segment else { return segments }
    let lowest = try added.key(of: 0)
    guard lowest > highWater else {
      throw VectorIndexError(
        code: .invalidArgument, file: "a batch of messages in memory",
        what: "document \(lowest) lies below the index's mark \(highWater)",
        remedy: "make the batch of what lies above it")
    }
    return segments + [added]
  }

  /// Adds keys and the terms that each document has. Those are looked up for hits only, in the order of the documents.
  private func hits(
    _ found: [FoundDocument], _ segments: [KeywordSegment], _ question: CompiledQuestion, _ memory: SearchMemory
  ) throws -> [KeywordHit] {
    var hits = try found.map {
      KeywordHit(
        key: try segments[$0.segment].key(of: Int($0.document)), score: Double($0.score) * question.point, matched: 0)
    }
    let order = found.indices.sorted {
      (found[$0].segment, found[$0].document) < (found[$1].segment, found[$1].document)
    }
    for (index, term) in question.terms.enumerated() where !term.term.isExcluded {
      var present: (segment: Int, cursor: TermCursor?)?
      for place in order {
        let hit = found[place]
        if present?.segment != hit.segment {
          present = (
            hit.segment,
            try TermCursor.make(
              term, question.lists[hit.segment][index], of: segments[hit.segment], memory: memory.reader(index))
          )
        }
        if try present?.cursor?.contains(hit.document) ?? false { hits[place].matched |= 1 << UInt64(index) }
      }
    }
    return hits
  }

  /// How many of some keys are there.
  public func count(of keys: Set<Int64>) throws -> Int {
    try keys.count { key in
      guard let place = manifest.segments.firstIndex(where: { $0.lowestKey <= key && key <= $0.highestKey }) else {
        return false
      }
      return try segments[place].document(of: key) != nil
    }
  }

  /// How many documents have each stem.
  public func documentFrequencies(of stems: [String], beside batch: KeywordBatch? = nil) throws -> [Int] {
    let segments = try all(beside: batch)
    return try stems.map { stem in
      var stem = stem
      return try stem.withUTF8 { bytes in
        let kept = UnsafeBufferPointer(rebasing: bytes.prefix(TermBytes.kept(bytes)))
        return try segments.reduce(0) { sum, segment in
          let dictionary = SegmentDictionary.stems(of: segment)
          return try sum + (dictionary.index(of: kept).map { Int(try dictionary.list($0).documents) } ?? 0)
        }
      }
    }
  }

  /// The words that begin with some letters, the commonest first.
  public func lookUp(prefix: String, limit: Int, beside batch: KeywordBatch? = nil) throws -> [KeywordWord] {
    var counts: [[UInt8]: Int] = [:]
    var prefix = prefix
    let segments = try all(beside: batch)
    try prefix.withUTF8 { bytes in
      let kept = UnsafeBufferPointer(rebasing: bytes.prefix(TermBytes.kept(bytes)))
      for segment in segments {
        let words = SegmentDictionary.words(of: segment)
        for number in try words.range(ofPrefix: kept) {
          counts[Array(try words.term(number)), default: 0] += Int(try words.list(number).documents)
        }
      }
    }
    return counts.map { KeywordWord(word: String(decoding: $0.key, as: UTF8.self), documents: $0.value) }
      .sorted { ($1.documents, $0.word) < ($0.documents, $1.word) }.prefix(max(0, limit)).map { $0 }
  }
}
