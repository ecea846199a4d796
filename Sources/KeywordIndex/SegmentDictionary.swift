// Looking up stems and words in a segment.

internal import VectorIndex

/// One of the two dictionaries of a segment: ascending terms with their lists.
struct SegmentDictionary {
  let segment: KeywordSegment
  let count: Int
  private let offsetSection: KeywordSection
  private let byteSection: KeywordSection
  private let listSection: KeywordSection

  static func stems(of segment: KeywordSegment) -> SegmentDictionary {
    SegmentDictionary(segment, segment.layout.shape.stems, .stemOffsets, .stemBytes, .stemLists)
  }

  static func words(of segment: KeywordSegment) -> SegmentDictionary {
    SegmentDictionary(segment, segment.layout.shape.words, .wordOffsets, .wordBytes, .wordLists)
  }

  private init(
    _ segment: KeywordSegment, _ count: Int, _ offsets: KeywordSection, _ bytes: KeywordSection, _ lists: KeywordSection
  ) {
    self.segment = segment
    self.count = count
    offsetSection = offsets
    byteSection = bytes
    listSection = lists
  }

  /// A term's bytes.
  func term(_ number: Int) throws -> UnsafeBufferPointer<UInt8> {
    let offsets = try segment.elements(offsetSection, number..<number + 2, as: UInt32.self)
    let start = Int(offsets[0])
    let end = Int(offsets[1])
    guard start <= end, end <= segment.layout.size(byteSection) else {
      throw segment.damage("term \(number) of section \(byteSection.name) lies outside of it")
    }
    return try segment.elements(byteSection, start..<end, as: UInt8.self)
  }

  /// A term's list.
  func list(_ number: Int) throws -> PostingsList {
    let list = try segment.elements(listSection, number..<number + 1, as: PostingsList.self)[0]
    guard list.documents > 0, list.documents <= segment.documents,
      Int(list.firstBlock) + list.blockCount <= segment.layout.shape.blocks,
      list.start <= UInt64(segment.layout.size(.postings))
    else { throw segment.damage("list \(number) of section \(listSection.name) lies outside of the postings") }
    return list
  }

  /// The number of the first term that does not come before `bytes`.
  func firstIndex(atLeast bytes: UnsafeBufferPointer<UInt8>) throws -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if try TermBytes.precedes(term(middle), bytes) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The number of a term; nil when it is not there.
  func index(of bytes: UnsafeBufferPointer<UInt8>) throws -> Int? {
    let index = try firstIndex(atLeast: bytes)
    return try index < count && TermBytes.compare(term(index), bytes) == 0 ? index : nil
  }

  /// The terms that begin so.
  func range(ofPrefix prefix: UnsafeBufferPointer<UInt8>) throws -> Range<Int> {
    let first = try firstIndex(atLeast: prefix)
    var low = first
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let term = try term(middle)
      let begins =
        term.count >= prefix.count && UnsafeBufferPointer(rebasing: term.prefix(prefix.count)).elementsEqual(prefix)
      if begins { low = middle + 1 } else { high = middle }
    }
    return first..<low
  }
}
