// Searching one segment: MaxScore (Turtle, Flood 1995) over windows of documents that fit the first-level cache, as Lucene's
// bulk scorer has it.
//
// In each window the terms that together cannot lift a document above the worst hit so far are only looked up for
// documents that the other terms lift high enough. Windows go from the last to the first, so that of equal scores the
// highest keys come first and nothing that only draws level needs a look.

internal import CVectorKernels
internal import VectorIndex

/// Memory of a search.
final class SearchMemory {
  let scores: UnsafeMutablePointer<Int32>
  let places: UnsafeMutablePointer<UInt32>
  let mask: UnsafeMutablePointer<UInt64>
  let other: UnsafeMutablePointer<UInt64>
  /// Numbers of terms.
  let order: UnsafeMutablePointer<Int>
  private let readers: UnsafeMutablePointer<UInt32>

  init(terms: Int) {
    order = .allocate(capacity: max(1, terms))
    scores = .allocate(capacity: KeywordFormat.windowSize)
    scores.initialize(repeating: 0, count: KeywordFormat.windowSize)
    places = .allocate(capacity: KeywordFormat.windowSize + 16)
    mask = .allocate(capacity: CompiledFilter.words)
    other = .allocate(capacity: CompiledFilter.words)
    readers = .allocate(capacity: max(1, terms) * PostingsReader.memory)
  }

  func reader(_ term: Int) -> UnsafeMutablePointer<UInt32> { readers + term * PostingsReader.memory }

  deinit {
    scores.deallocate()
    places.deallocate()
    mask.deallocate()
    other.deallocate()
    order.deallocate()
    readers.deallocate()
  }
}

struct SegmentSearch {
  private let segment: KeywordSegment
  private let number: Int
  private let memory: SearchMemory
  private let level = cpu_level()
  /// The terms that score and are there, with their numbers in the question.
  private var scored: [TermCursor] = []
  private var required: [TermCursor] = []
  private var excluded: [TermCursor] = []
  /// A required term is not in this segment at all.
  private var isHopeless = false

  /// So few documents that pass a filter are looked up term by term.
  private static let fewDocuments = 24
  /// So many postings are added in the time in which one document is looked up.
  private static let lookupCost = 8

  /// - Parameter number: The segment's place among those that the question is asked of.
  init(_ segment: KeywordSegment, number: Int, question: CompiledQuestion, memory: SearchMemory) throws {
    self.segment = segment
    self.number = number
    self.memory = memory
    for (index, term) in question.terms.enumerated() {
      let cursor = try TermCursor.make(
        term, question.lists[number][index], of: segment, memory: memory.reader(index))
      if term.term.isExcluded {
        if let cursor { excluded.append(cursor) }
        continue
      }
      if let cursor { scored.append(cursor) }
      guard term.term.isRequired else { continue }
      // Apart from the one that scores, which stands elsewhere when documents are looked up.
      let spare = try TermCursor.make(
        term, question.lists[number][index], of: segment, memory: memory.reader(question.terms.count + index))
      if let spare { required.append(spare) } else { isHopeless = true }
    }
  }

  func run(_ filter: CompiledFilter, _ top: inout TopHits) throws {
    guard !isHopeless, !scored.isEmpty else { return }
    let usesMask = !filter.isOpen || !required.isEmpty || !excluded.isEmpty
    let zones = segment.section(.zones, as: DocumentZone.self)
    for index in (0..<segment.layout.shape.windows).reversed() {
      let first = index * KeywordFormat.windowSize
      let window = first..<min(first + KeywordFormat.windowSize, segment.documents)
      var sum: Int64 = 0
      for term in scored {
        try term.move(to: window, isBounded: top.threshold > 0)
        sum += Int64(term.bound)
      }
      for term in required { try term.move(to: window, isBounded: false) }
      for term in excluded { try term.move(to: window, isBounded: false) }
      guard sum > Int64(top.threshold) else { continue }
      if !filter.isOpen {
        try segment.check(.zones, index..<index + 1, stride: DocumentZone.size)
        if filter.excludes(zones[index]) { continue }
      }
      if usesMask { guard try fillMask(filter, window) else { continue } }
      try search(window, usesMask: usesMask, &top)
    }
  }

  /// The bits of documents that may be hits. Returns whether there are any.
  private func fillMask(_ filter: CompiledFilter, _ window: Range<Int>) throws -> Bool {
    guard required.allSatisfy({ $0.bound > 0 }), try filter.fill(memory.mask, segment, window) else { return false }
    for index in required.indices {
      memory.other.update(repeating: 0, count: CompiledFilter.words)
      try required[index].mark(memory.other)
      for word in 0..<CompiledFilter.words { memory.mask[word] &= memory.other[word] }
    }
    for index in excluded.indices where excluded[index].bound > 0 {
      memory.other.update(repeating: 0, count: CompiledFilter.words)
      try excluded[index].mark(memory.other)
      for word in 0..<CompiledFilter.words { memory.mask[word] &= ~memory.other[word] }
    }
    return (0..<CompiledFilter.words).contains { memory.mask[$0] != 0 }
  }

  private func search(_ window: Range<Int>, usesMask: Bool, _ top: inout TopHits) throws {
    // At the beginning, not at the end: optimised for x86-64 (Swift 6.3.1), a function that throws and ends with a call of
    // memset returns with an error that nobody threw.
    memory.scores.update(repeating: 0, count: KeywordFormat.windowSize)
    let threshold = Int64(top.threshold)
    let present = sortTerms()
    var rest: Int64 = 0
    for place in 0..<present { rest += Int64(scored[memory.order[place]].bound) }
    var count = 0
    var essential = 0
    if usesMask { for word in 0..<CompiledFilter.words { count += memory.mask[word].nonzeroBitCount } }
    if usesMask, count <= Self.fewDocuments {
      listMask()
    } else {
      // Those at the end, which together lift nothing above the threshold, are left for later.
      var later: Int64 = 0
      essential = present
      while essential > 0, later + Int64(scored[memory.order[essential - 1]].bound) <= threshold {
        essential -= 1
        later += Int64(scored[memory.order[essential]].bound)
      }
      rest = later
      for place in 0..<essential { try scored[memory.order[place]].accumulate(memory.scores, level: level) }
      count = Int(
        postings_select(
          level, memory.scores, usesMask ? memory.mask : nil, UInt32(KeywordFormat.windowSize),
          Int32(max(0, threshold - rest)), memory.places))
    }
    // Term by term, the documents that can still become hits: each looked up, or where they are many, all postings of the
    // window added.
    for place in essential..<max(essential, present) where count > 0 {
      let term = scored[memory.order[place]]
      rest -= Int64(term.bound)
      if count * Self.lookupCost > term.postings {
        try term.accumulate(memory.scores, level: level)
      } else {
        for index in 0..<count {
          let document = Int(memory.places[index])
          memory.scores[document] &+= try term.score(of: UInt32(window.lowerBound + document))
        }
      }
      var kept = 0
      for index in 0..<count {
        let document = memory.places[index]
        memory.places[kept] = document
        kept += Int64(memory.scores[Int(document)]) + rest > threshold ? 1 : 0
      }
      count = kept
    }
    for index in 0..<count {
      let document = Int(memory.places[index])
      top.insert(
        FoundDocument(
          score: memory.scores[document], document: UInt32(window.lowerBound + document), segment: number))
    }
  }

  /// Puts the numbers of the terms that the window has into `memory.order`, the most valuable first. Returns how many.
  private func sortTerms() -> Int {
    var count = 0
    for term in scored.indices where scored[term].bound > 0 {
      var place = count
      while place > 0, scored[memory.order[place - 1]].bound < scored[term].bound {
        memory.order[place] = memory.order[place - 1]
        place -= 1
      }
      memory.order[place] = term
      count += 1
    }
    return count
  }

  /// Puts the places of the mask's documents into `memory.places`, the last first.
  private func listMask() {
    var found = 0
    for word in (0..<CompiledFilter.words).reversed() {
      var bits = memory.mask[word]
      while bits != 0 {
        let bit = 63 - bits.leadingZeroBitCount
        bits ^= 1 << UInt64(bit)
        memory.places[found] = UInt32(word * 64 + bit)
        found += 1
      }
    }
  }
}
