// Writing neighbouring segments as one, without deleted documents.

internal import CVectorKernels
internal import VectorIndex

/// One merge. Terms come out of all segments in order, side by side; their postings are decoded, renumbered and encoded
/// again. A term that loses its last document goes.
struct SegmentMerge {
  private let segments: [KeywordSegment]
  /// The new number of each document, by segment; `.max` for those that go.
  private var numbers: [[UInt32]] = []
  private var columns = DocumentColumns()
  private var postings = PostingsWriter()
  private var documents: [UInt32] = []
  private var frequencies: [UInt32] = []
  private let memory: UnsafeMutablePointer<UInt32>
  private let memoryOwner: BodyMemory

  /// - Parameters:
  ///   - segments: In the order of their keys.
  ///   - keys: Those to leave out, ascending; others may be among them.
  init(_ segments: [KeywordSegment], dropping keys: [Int64]) throws {
    self.segments = segments
    memoryOwner = BodyMemory(size: PostingsReader.memory * 4)
    memory = memoryOwner.base.bindMemory(to: UInt32.self, capacity: PostingsReader.memory)
    for segment in segments { try keepColumns(of: segment, dropping: keys) }
  }

  private mutating func keepColumns(of segment: KeywordSegment, dropping keys: [Int64]) throws {
    var numbers = [UInt32](repeating: 0, count: segment.documents)
    for key in keys { if let document = try segment.document(of: key) { numbers[document] = .max } }
    let all = 0..<segment.documents
    let keys = try segment.elements(.keys, all, as: Int64.self)
    let timestamps = try segment.elements(.timestamps, all, as: Int64.self)
    let lengths = try segment.elements(.lengths, all, as: UInt32.self)
    let sessions = try segment.elements(.sessions, all, as: UInt32.self)
    let channels = try segment.elements(.channels, all, as: UInt32.self)
    let authors = try segment.elements(.authors, all, as: UInt32.self)
    let roles = try segment.elements(.roles, all, as: UInt8.self)
    for document in all where numbers[document] != .max {
      numbers[document] = UInt32(columns.keys.count)
      columns.keys.append(keys[document])
      columns.timestamps.append(timestamps[document])
      columns.lengths.append(lengths[document])
      columns.sessions.append(sessions[document])
      columns.channels.append(channels[document])
      columns.authors.append(authors[document])
      columns.roles.append(roles[document])
    }
    self.numbers.append(numbers)
  }

  /// The merged segment, in memory; nil where no document is left.
  mutating func run() throws -> KeywordSegment? {
    guard !columns.keys.isEmpty else { return nil }
    var stems = DictionaryContents()
    /// The new number of each stem, by segment.
    var stemNumbers = segments.map { [UInt32](repeating: .max, count: $0.layout.shape.stems) }
    var occurrences: [UInt64] = []
    try merge(segments.map(SegmentDictionary.stems(of:))) { merge, term, sources in
      guard let (list, total) = try merge.combine(sources) else { return }
      for source in sources { stemNumbers[source.segment][source.term] = UInt32(stems.lists.count) }
      stems.append(term, list)
      occurrences.append(total)
    }
    var words = DictionaryContents()
    var wordStems: [UInt32] = []
    try merge(segments.map(SegmentDictionary.words(of:))) { merge, term, sources in
      guard try merge.collect(sources) else { return }
      let source = sources[0]
      let segment = merge.segments[source.segment]
      let oldStem = Int(try segment.elements(.wordStems, source.term..<source.term + 1, as: UInt32.self)[0])
      guard oldStem < stemNumbers[source.segment].count, stemNumbers[source.segment][oldStem] != .max else {
        throw segment.damage("word \(source.term) has a stem that is not there")
      }
      let stem = stemNumbers[source.segment][oldStem]
      // Equal in number, and in all occurrences: then this word is all that its stem stands for.
      let ofStem = stems.lists[Int(stem)]
      let total = merge.frequencies.reduce(UInt64(0)) { $0 + UInt64($1) }
      let isAll = Int(ofStem.documents) == merge.documents.count && occurrences[Int(stem)] == total
      words.append(term, isAll ? ofStem : merge.writeList())
      wordStems.append(stem)
    }
    return SegmentContents(
      columns: columns, stems: stems, words: words, wordStems: wordStems, postings: postings
    ).segment()
  }

  /// A term of one of the segments.
  private struct Source {
    let segment: Int
    let term: Int
    let list: PostingsList
  }

  /// Goes through dictionaries side by side: calls `body` once for each term, with those that have it.
  private mutating func merge(
    _ dictionaries: [SegmentDictionary],
    _ body: (inout SegmentMerge, UnsafeBufferPointer<UInt8>, [Source]) throws -> Void
  ) throws {
    var places = [Int](repeating: 0, count: dictionaries.count)
    var heads = try dictionaries.map { try $0.count > 0 ? $0.term(0) : nil }
    while true {
      var lowest: UnsafeBufferPointer<UInt8>?
      for case let head? in heads {
        if let known = lowest, !TermBytes.precedes(head, known) { continue }
        lowest = head
      }
      guard let term = lowest else { return }
      var sources: [Source] = []
      for (index, dictionary) in dictionaries.enumerated() {
        guard let head = heads[index], TermBytes.compare(head, term) == 0 else { continue }
        sources.append(Source(segment: index, term: places[index], list: try dictionary.list(places[index])))
        places[index] += 1
        heads[index] = try places[index] < dictionary.count ? dictionary.term(places[index]) : nil
      }
      try body(&self, term, sources)
    }
  }

  /// Decodes and renumbers a term's postings. Returns whether any are left.
  private mutating func collect(_ sources: [Source]) throws -> Bool {
    documents.removeAll(keepingCapacity: true)
    frequencies.removeAll(keepingCapacity: true)
    for source in sources {
      let reader = try PostingsReader(source.list, of: segments[source.segment], memory: memory)
      for block in 0..<reader.blocks.count {
        try reader.load(block)
        let blockFrequencies = reader.frequencies()
        for index in 0..<reader.count {
          let number = numbers[source.segment][Int(reader.documents[index])]
          if number == .max { continue }
          documents.append(number)
          frequencies.append(blockFrequencies[index])
        }
      }
    }
    return !documents.isEmpty
  }

  /// Writes the postings collected last.
  private mutating func writeList() -> PostingsList {
    documents.withUnsafeBufferPointer { documents in
      frequencies.withUnsafeBufferPointer { frequencies in
        columns.lengths.withUnsafeBufferPointer { lengths in
          postings.append(documents: documents, frequencies: frequencies, lengths: lengths)
        }
      }
    }
  }

  /// The list of a term and its occurrences; nil where none are left.
  private mutating func combine(_ sources: [Source]) throws -> (PostingsList, occurrences: UInt64)? {
    guard try collect(sources) else { return nil }
    let total = frequencies.reduce(UInt64(0)) { $0 + UInt64($1) }
    return (writeList(), total)
  }
}
