// A question against the segments it is asked of: each term's lists, and what an occurrence of it is worth.

internal import CVectorKernels
internal import VectorIndex

/// A term with what it is worth in the whole index.
struct CompiledTerm {
  let term: KeywordTerm
  /// Documents that have it: of a term that stands for several words, the sum of theirs, at most all documents.
  var frequency = 0
  var weight = PostingsWeight()
  /// More than a document can get from it; above zero for one that does not score too.
  var highestScore: Int32 = 1
}

struct CompiledQuestion {
  /// Of the fixed point in which scores are added up: all terms together stay below.
  private static let range = Double(1 << 30)

  var terms: [CompiledTerm] = []
  /// By segment, then by term: the lists that the term stands for there.
  private(set) var lists: [[[PostingsList]]] = []
  /// What a score of one point is.
  private(set) var point = 0.0

  /// - Parameter segments: All that the statistics are of.
  init(_ terms: [KeywordTerm], segments: [KeywordSegment], scoring: KeywordScoring) throws {
    self.terms = terms.map { CompiledTerm(term: $0) }
    var documents = 0
    var totalLength: UInt64 = 0
    for segment in segments {
      documents += segment.documents
      totalLength += segment.header.totalLength
      let found = try terms.map { try Self.lists(of: $0, in: segment) }
      for (index, lists) in found.enumerated() {
        let sum = lists.reduce(0) { $0 + Int($1.documents) }
        self.terms[index].frequency += min(sum, segment.documents)
      }
      lists.append(found)
    }
    let rarities = self.terms.map {
      $0.term.isExcluded ? 0 : scoring.inverseDocumentFrequency(documents: documents, containing: $0.frequency)
    }
    let highest = rarities.reduce(0, +) * (scoring.k1 + 1)
    guard documents > 0, highest > 0 else { return }
    // Each score is cut and then one more: a little room for all those ones.
    let scale = (Self.range - 1024) / highest
    point = 1 / scale
    let averageLength = max(Double(totalLength) / Double(documents), 1e-9)
    for index in self.terms.indices where rarities[index] > 0 {
      let worth = rarities[index] * (scoring.k1 + 1) * scale
      self.terms[index].weight = PostingsWeight(
        weight: Float(worth), base: Float(scoring.k1 * (1 - scoring.b)),
        slope: Float(scoring.k1 * scoring.b / averageLength))
      self.terms[index].highestScore = Self.bound(Int32(worth))
    }
  }

  /// A little more than a score that floats computed: bounds must hold however those were rounded.
  static func bound(_ score: Int32) -> Int32 { score &+ (score >> 20) &+ 2 }

  /// The lists that a term stands for in a segment: its stem's, and of the words that begin like its prefix those that
  /// have another stem.
  private static func lists(of term: KeywordTerm, in segment: KeywordSegment) throws -> [PostingsList] {
    var lists: [PostingsList] = []
    var known: Int?
    if var stem = term.stem, !stem.isEmpty {
      let stems = SegmentDictionary.stems(of: segment)
      known = try stem.withUTF8 { try stems.index(of: UnsafeBufferPointer(rebasing: $0.prefix(TermBytes.kept($0)))) }
      if let known { lists.append(try stems.list(known)) }
    }
    if var prefix = term.prefix, !prefix.isEmpty {
      let words = SegmentDictionary.words(of: segment)
      let range = try prefix.withUTF8 {
        try words.range(ofPrefix: UnsafeBufferPointer(rebasing: $0.prefix(TermBytes.kept($0))))
      }
      let stems = try segment.elements(.wordStems, range, as: UInt32.self)
      for (index, word) in range.enumerated() where stems[index] != known.map(UInt32.init) {
        lists.append(try words.list(word))
      }
    }
    return lists
  }
}
