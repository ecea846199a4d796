// Decoding lists of postings, a block at a time.

internal import CVectorKernels

/// Reads one list. Keeps the block it decoded last.
///
/// The memory it decodes into belongs to whoever made it, which uses the reader no longer than that.
final class PostingsReader {
  let list: PostingsList
  let blocks: UnsafeBufferPointer<PostingsBlock>
  /// The decoded documents, and how many they are.
  let documents: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private let frequencyMemory: UnsafeMutablePointer<UInt32>
  private let segment: KeywordSegment
  private var decoded = -1
  private var hasFrequencies = false

  /// Numbers that the memory of one reader has room for.
  static let memory = 2 * (KeywordFormat.blockSize + 16)

  init(_ list: PostingsList, of segment: KeywordSegment, memory: UnsafeMutablePointer<UInt32>) throws {
    self.list = list
    self.segment = segment
    let first = Int(list.firstBlock)
    blocks = try segment.elements(.blocks, first..<first + list.blockCount)
    documents = memory
    frequencyMemory = memory + Self.memory / 2
  }

  /// Decodes the documents of a block, unless they are the ones decoded last.
  @inline(__always)
  func load(_ block: Int) throws {
    if block != decoded { try decode(block) }
  }

  private func decode(_ block: Int) throws {
    let entry = blocks[block]
    let size =
      block == blocks.count - 1 ? Int(list.documents) - block * KeywordFormat.blockSize : KeywordFormat.blockSize
    let start = Int(list.start) + Int(entry.offset)
    let bytes =
      postings_packed_bytes(UInt32(size), UInt32(entry.distanceBits))
      + postings_packed_bytes(UInt32(size), UInt32(entry.frequencyBits))
    guard entry.distanceBits <= 32, entry.frequencyBits <= 32,
      start + bytes + Int(POSTINGS_SLACK) <= segment.layout.size(.postings)
    else { throw segment.damage("block \(Int(list.firstBlock) + block) lies outside of the postings") }
    try segment.check(.postings, start..<start + bytes, stride: 1)
    decoded = -1
    let before = block == 0 ? UInt32.max : blocks[block - 1].lastDocument
    let base = segment.section(.postings, as: UInt8.self) + start
    postings_unpack_documents(base, UInt32(size), UInt32(entry.distanceBits), before, documents)
    guard documents[size - 1] == entry.lastDocument, Int(entry.lastDocument) < segment.documents,
      ascend(size, from: before, bits: entry.distanceBits)
    else { throw segment.damage("block \(Int(list.firstBlock) + block) holds other documents than it says") }
    count = size
    decoded = block
    hasFrequencies = false
  }

  /// Whether the decoded documents ascend, from the one before the block on: whoever uses them looks at a block's ends only,
  /// and writes where they say.
  @inline(__always)
  private func ascend(_ size: Int, from before: UInt32, bits: UInt8) -> Bool {
    // Distances are at least 1, so documents ascend unless adding up wraps round, which takes wide distances.
    let first = UInt64(before &+ 1)
    if first + UInt64(size) << UInt64(bits) <= UInt64(UInt32.max) { return true }
    var isAscending = documents[0] >= UInt32(first)
    for index in 1..<size where documents[index - 1] >= documents[index] { isAscending = false }
    return isAscending
  }

  /// The frequencies of the block that is loaded.
  @inline(__always)
  func frequencies() -> UnsafeMutablePointer<UInt32> {
    if !hasFrequencies { decodeFrequencies() }
    return frequencyMemory
  }

  private func decodeFrequencies() {
    let entry = blocks[decoded]
    let start = Int(list.start) + Int(entry.offset) + postings_packed_bytes(UInt32(count), UInt32(entry.distanceBits))
    postings_unpack(
      segment.section(.postings, as: UInt8.self) + start, UInt32(count), UInt32(entry.frequencyBits), frequencyMemory)
    for index in 0..<count { frequencyMemory[index] &+= 1 }
    hasFrequencies = true
  }

  /// The first block that may hold a document of at least `document`; the number of blocks when there is none.
  func firstBlock(atLeast document: UInt32) -> Int {
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].lastDocument < document { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How often a document has the term; 0 when it does not.
  func frequency(of document: UInt32) throws -> UInt32 {
    guard let place = try place(of: document) else { return 0 }
    return frequencies()[place]
  }

  /// Where a document stands in its block, which is then loaded; nil when it is not in the list.
  func place(of document: UInt32) throws -> Int? {
    let isLoaded =
      decoded >= 0 && blocks[decoded].lastDocument >= document
      && (decoded == 0 || blocks[decoded - 1].lastDocument < document)
    if !isLoaded {
      let block = firstBlock(atLeast: document)
      guard block < blocks.count else { return nil }
      try load(block)
    }
    let place = Int(postings_find(documents, UInt32(count), document))
    return place < count && documents[place] == document ? place : nil
  }

  /// Calls `body` with all documents and frequencies, block after block.
  func forEachBlock(
    _ body: (_ documents: UnsafeBufferPointer<UInt32>, _ frequencies: UnsafeBufferPointer<UInt32>) throws -> Void
  ) throws {
    for block in 0..<blocks.count {
      try load(block)
      try body(
        UnsafeBufferPointer(start: documents, count: count), UnsafeBufferPointer(start: frequencies(), count: count))
    }
  }
}
