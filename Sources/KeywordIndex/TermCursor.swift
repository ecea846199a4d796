// One term's way through a segment, window by window from the last to the first.

internal import CVectorKernels
internal import VectorIndex

/// How often a term that stands for several lists occurs in each document: they are decoded once, and added up.
///
/// Unchecked: filled before it is shared, and then only read.
final class DenseFrequencies: @unchecked Sendable {
  let values: UnsafeMutablePointer<UInt32>
  /// By window: the highest value in it.
  private(set) var highest: [UInt32]

  init(_ lists: [PostingsList], of segment: KeywordSegment, memory: UnsafeMutablePointer<UInt32>) throws {
    // Whole windows, so that a kernel may read the last one to its end.
    let count = segment.layout.shape.windows * KeywordFormat.windowSize
    values = .allocate(capacity: count)
    values.initialize(repeating: 0, count: count)
    highest = [UInt32](repeating: 0, count: segment.layout.shape.windows)
    for list in lists {
      let reader = try PostingsReader(list, of: segment, memory: memory)
      try reader.forEachBlock { documents, frequencies in
        for index in documents.indices {
          let document = Int(documents[index])
          guard document < count else { continue }
          let sum = values[document].addingReportingOverflow(frequencies[index])
          // The kernels take it for a number with a sign.
          values[document] = sum.overflow ? UInt32(Int32.max) : min(sum.partialValue, UInt32(Int32.max))
          let window = document / KeywordFormat.windowSize
          highest[window] = max(highest[window], values[document])
        }
      }
    }
  }

  deinit { values.deallocate() }
}

final class TermCursor {
  private enum Source {
    case list(PostingsReader)
    case dense(DenseFrequencies)
  }

  private let weight: PostingsWeight
  private let highestScore: Int32
  private let segment: KeywordSegment
  private let source: Source
  /// The blocks that hold documents of the present window; none where it has no such documents.
  private var blocks = 0..<0
  /// The last block that may hold documents of the present window or one before it.
  private var last: Int
  private var window = 0..<0
  /// More than any document of the present window can get from this term; 0 where none has it.
  private(set) var bound: Int32 = 0

  private init(_ term: CompiledTerm, _ source: Source, last: Int, of segment: KeywordSegment) {
    weight = term.weight
    highestScore = term.highestScore
    self.source = source
    self.last = last
    self.segment = segment
  }

  /// A cursor over a term's lists; nil where it has none.
  ///
  /// - Parameter memory: See ``PostingsReader/memory``.
  static func make(
    _ term: CompiledTerm, _ lists: [PostingsList], of segment: KeywordSegment, memory: UnsafeMutablePointer<UInt32>
  ) throws -> TermCursor? {
    guard let first = lists.first else { return nil }
    if lists.count == 1 {
      let reader = try PostingsReader(first, of: segment, memory: memory)
      return TermCursor(term, .list(reader), last: reader.blocks.count - 1, of: segment)
    }
    let dense = try DenseFrequencies(lists, of: segment, memory: memory)
    return TermCursor(term, .dense(dense), last: 0, of: segment)
  }

  /// Moves to a window before the last one moved to.
  ///
  /// - Parameter isBounded: Whether ``bound`` shall be as low as the blocks tell: else it only tells whether the term is there.
  func move(to window: Range<Int>, isBounded: Bool) throws {
    self.window = window
    switch source {
    case .dense(let dense):
      bound = dense.highest[window.lowerBound / KeywordFormat.windowSize] > 0 ? highestScore : 0
    case .list(let reader):
      let first = UInt32(window.lowerBound)
      let high = last
      while last > 0, reader.blocks[last - 1].lastDocument >= first { last -= 1 }
      guard reader.blocks[last].lastDocument >= first else { return leave() }
      blocks = last..<high + 1
      if blocks.count == 1 {
        // A rare term's block reaches over many windows: most of them have none of its documents.
        try reader.load(last)
        let place = Int(postings_find(reader.documents, UInt32(reader.count), first))
        guard place < reader.count, Int(reader.documents[place]) < window.upperBound else { return leave() }
      }
      bound = isBounded ? highestScore(reader, blocks) : highestScore
    }
  }

  private func leave() {
    blocks = 0..<0
    bound = 0
  }

  private func highestScore(_ reader: PostingsReader, _ blocks: Range<Int>) -> Int32 {
    var highest: Int32 = 0
    for block in blocks {
      let entry = reader.blocks[block]
      guard entry.highestFrequency < .max else { return highestScore }
      highest = max(
        highest, postings_score(weight, UInt32(entry.highestFrequency), UInt32(entry.lowestLength)))
    }
    return min(CompiledQuestion.bound(highest), highestScore)
  }

  /// Adds the scores of the window's documents.
  func accumulate(_ scores: UnsafeMutablePointer<Int32>, level: CPULevel) throws {
    try segment.check(.lengths, window, stride: 4)
    let lengths = segment.section(.lengths, as: UInt32.self)
    switch source {
    case .dense(let dense):
      // Scores come in whole windows, columns may end before: the rest has the frequency 0, but is not read either.
      let whole = window.count / 16 * 16
      postings_accumulate_all(
        level, dense.values + window.lowerBound, UInt32(whole), lengths + window.lowerBound, weight, scores)
      for place in whole..<window.count where dense.values[window.lowerBound + place] > 0 {
        scores[place] &+= postings_score(
          weight, dense.values[window.lowerBound + place], lengths[window.lowerBound + place])
      }
    case .list:
      try forEachPart { documents, frequencies, first, count in
        postings_accumulate(
          level, documents + first, frequencies + first, UInt32(count), lengths, weight, UInt32(window.lowerBound),
          scores)
      }
    }
  }

  /// How many postings ``accumulate(_:level:)`` goes through, or a little more.
  var postings: Int {
    if case .dense = source { return window.count / 4 }
    return blocks.count * KeywordFormat.blockSize
  }

  /// Sets the bits of the window's documents that have the term.
  func mark(_ mask: UnsafeMutablePointer<UInt64>) throws {
    switch source {
    case .dense(let dense):
      for place in 0..<window.count where dense.values[window.lowerBound + place] > 0 {
        mask[place / 64] |= 1 << UInt64(place % 64)
      }
    case .list:
      let start = UInt32(window.lowerBound)
      try forEachPart { documents, _, first, count in postings_mark(documents + first, UInt32(count), start, mask) }
    }
  }

  /// The window's part of each block, the last block first: the one that reaches into the window before is then still
  /// decoded when that is looked at.
  private func forEachPart(
    _ body: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>, _ first: Int, _ count: Int) -> Void
  ) throws {
    guard case .list(let reader) = source else { return }
    for block in blocks.reversed() {
      try reader.load(block)
      let first =
        reader.documents[0] >= UInt32(window.lowerBound)
        ? 0 : Int(postings_find(reader.documents, UInt32(reader.count), UInt32(window.lowerBound)))
      let end =
        reader.documents[reader.count - 1] < UInt32(window.upperBound)
        ? reader.count : Int(postings_find(reader.documents, UInt32(reader.count), UInt32(window.upperBound)))
      if first < end { body(reader.documents, reader.frequencies(), first, end - first) }
    }
  }

  /// What a document, anywhere in the segment, gets from the term; 0 where it lacks it.
  func score(of document: UInt32) throws -> Int32 {
    let frequency: UInt32
    switch source {
    case .dense(let dense): frequency = dense.values[Int(document)]
    case .list(let reader): frequency = try reader.frequency(of: document)
    }
    guard frequency > 0 else { return 0 }
    let length = try segment.elements(.lengths, Int(document)..<Int(document) + 1, as: UInt32.self)[0]
    return postings_score(weight, frequency, length)
  }

  /// Whether a document has the term.
  func contains(_ document: UInt32) throws -> Bool {
    switch source {
    case .dense(let dense): return dense.values[Int(document)] > 0
    case .list(let reader): return try reader.place(of: document) != nil
    }
  }
}
