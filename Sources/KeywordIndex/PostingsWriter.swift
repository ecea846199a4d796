// Encodes lists of postings: blocks and packed bytes, as KeywordFormat.swift describes them.

internal import CVectorKernels

/// Where a term's postings lie: an entry of the sections stem-lists and word-lists.
struct PostingsList: Sendable, Hashable {
  var documents: UInt32 = 0
  /// The number of its first block.
  var firstBlock: UInt32 = 0
  /// The offset of its first byte within the section of postings.
  var start: UInt64 = 0

  static let size = 16

  var blockCount: Int { KeywordFormat.blockCount(Int(documents)) }
}

/// What is known of 128 postings without decoding them.
struct PostingsBlock: Sendable, Hashable {
  var lastDocument: UInt32
  /// From the list's first byte.
  var offset: UInt32
  /// `.max`: or more.
  var highestFrequency: UInt16
  /// `.max`: or more.
  var lowestLength: UInt16
  var distanceBits: UInt8
  var frequencyBits: UInt8
  var unused: UInt16 = 0

  static let size = 16
}

/// Collects the blocks and the packed postings of all lists of a segment.
struct PostingsWriter {
  private(set) var blocks: [PostingsBlock] = []
  private(set) var bytes: [UInt8] = []
  private var numbers = [UInt32](repeating: 0, count: KeywordFormat.blockSize)

  /// Appends a list.
  ///
  /// - Parameters:
  ///   - documents: Ascending, at least one.
  ///   - frequencies: At least 1 each, as many.
  ///   - lengths: Of all documents of the segment.
  mutating func append(
    documents: UnsafeBufferPointer<UInt32>, frequencies: UnsafeBufferPointer<UInt32>,
    lengths: UnsafeBufferPointer<UInt32>
  ) -> PostingsList {
    let list = PostingsList(
      documents: UInt32(documents.count), firstBlock: UInt32(blocks.count), start: UInt64(bytes.count))
    var before = UInt32.max
    var first = 0
    while first < documents.count {
      let count = min(KeywordFormat.blockSize, documents.count - first)
      var highest: UInt32 = 0
      var lowest = UInt32.max
      for index in first..<first + count {
        highest = max(highest, frequencies[index])
        lowest = min(lowest, lengths[Int(documents[index])])
        numbers[index - first] = documents[index] &- before &- 1
        before = documents[index]
      }
      let offset = bytes.count - Int(list.start)
      let distanceBits = pack(count)
      for index in first..<first + count { numbers[index - first] = frequencies[index] - 1 }
      let frequencyBits = pack(count)
      blocks.append(
        PostingsBlock(
          lastDocument: before, offset: UInt32(offset), highestFrequency: UInt16(clamping: highest),
          lowestLength: UInt16(clamping: lowest), distanceBits: distanceBits, frequencyBits: frequencyBits))
      first += count
    }
    return list
  }

  private mutating func pack(_ count: Int) -> UInt8 {
    let bits = postings_bits(numbers, UInt32(count))
    let size = postings_packed_bytes(UInt32(count), bits)
    let place = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size))
    bytes.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      postings_pack(numbers, UInt32(count), bits, base + place)
    }
    return UInt8(bits)
  }
}
