// The parts of a segment before they are laid out, and the body made of them.

internal import CVectorKernels
internal import VectorIndex

/// Ascending terms with their lists.
struct DictionaryContents {
  var offsets: [UInt32] = [0]
  var bytes: [UInt8] = []
  var lists: [PostingsList] = []

  mutating func append(_ term: UnsafeBufferPointer<UInt8>, _ list: PostingsList) {
    bytes.append(contentsOf: term)
    offsets.append(UInt32(bytes.count))
    lists.append(list)
  }
}

/// The columns of the documents.
struct DocumentColumns {
  var keys: [Int64] = []
  var timestamps: [Int64] = []
  var lengths: [UInt32] = []
  var sessions: [UInt32] = []
  var channels: [UInt32] = []
  var authors: [UInt32] = []
  var roles: [UInt8] = []

  mutating func append(_ document: KeywordDocument) {
    keys.append(document.key)
    timestamps.append(document.timestamp)
    lengths.append(0)
    sessions.append(document.session)
    channels.append(document.channel)
    authors.append(document.author)
    roles.append(document.role)
  }

  var zones: [DocumentZone] {
    stride(from: 0, to: keys.count, by: KeywordFormat.windowSize).map { first in
      var zone = DocumentZone()
      for document in first..<min(first + KeywordFormat.windowSize, keys.count) {
        zone.note(time: timestamps[document], session: sessions[document])
      }
      return zone
    }
  }
}

struct SegmentContents {
  var columns: DocumentColumns
  var stems: DictionaryContents
  var words: DictionaryContents
  var wordStems: [UInt32]
  var postings: PostingsWriter

  /// Lays everything out in memory.
  func segment() -> KeywordSegment {
    let shape = SegmentShape(
      documents: columns.keys.count, stems: stems.lists.count, words: words.lists.count, blocks: postings.blocks.count,
      stemBytes: stems.bytes.count, wordBytes: words.bytes.count,
      postingsBytes: postings.bytes.count + Int(POSTINGS_SLACK))
    let layout = SegmentLayout(shape)
    let memory = BodyMemory(size: layout.bodySize)
    func put<Element>(_ elements: [Element], _ section: KeywordSection) {
      elements.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        (memory.base + layout.offset(section)).copyMemory(from: base, byteCount: bytes.count)
      }
    }
    put(columns.keys, .keys)
    put(columns.timestamps, .timestamps)
    put(columns.lengths, .lengths)
    put(columns.sessions, .sessions)
    put(columns.channels, .channels)
    put(columns.authors, .authors)
    put(columns.roles, .roles)
    put(columns.zones, .zones)
    put(stems.offsets, .stemOffsets)
    put(stems.bytes, .stemBytes)
    put(stems.lists, .stemLists)
    put(words.offsets, .wordOffsets)
    put(words.bytes, .wordBytes)
    put(words.lists, .wordLists)
    put(wordStems, .wordStems)
    put(postings.blocks, .blocks)
    put(postings.bytes, .postings)
    let total = columns.lengths.reduce(UInt64(0)) { $0 + UInt64($1) }
    return KeywordSegment(
      header: SegmentHeader(identifier: 0, shape: shape, totalLength: total, checksChecksum: 0), memory: memory)
  }
}

extension KeywordSegment {
  /// Writes the segment into a file of its own, which is on the disk at return.
  func write(identifier: UInt32, in folder: IndexFolder) throws -> KeywordManifest.Segment {
    let name = KeywordFormat.segmentName(identifier: identifier)
    var checks = [UInt8](repeating: 0, count: layout.checksSize)
    for chunk in 0..<layout.chunkCount {
      let start = chunk * KeywordFormat.chunkSize
      let size = min(KeywordFormat.chunkSize, layout.bodySize - start)
      checks.put(row_crc32c(cpu_level(), 0, body + start, size), at: chunk * 4)
    }
    var header = header
    header.identifier = identifier
    header.checksChecksum = checks.checksum(0..<checks.count)
    let file = try folder.createFile(name, size: layout.fileSize)
    try folder.write(header.page + checks, to: file, at: 0)
    try folder.write(
      UnsafeRawBufferPointer(start: body, count: layout.bodySize), to: file, at: layout.bodyOffset)
    try folder.synchronize(file)
    return KeywordManifest.Segment(
      identifier: identifier, documents: UInt32(documents), fileSize: UInt64(layout.fileSize),
      lowestKey: try key(of: 0), highestKey: try key(of: documents - 1))
  }
}
