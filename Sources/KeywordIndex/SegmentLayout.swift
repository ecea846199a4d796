// The sections of a segment's body, and the header page that says where they lie (see KeywordFormat.swift).

internal import VectorIndex

/// The sections of a body, in its order.
enum KeywordSection: Int, CaseIterable, Sendable {
  case keys, timestamps, lengths, sessions, channels, authors, roles, zones
  case stemOffsets, stemBytes, stemLists, wordOffsets, wordBytes, wordLists, wordStems, blocks, postings

  var name: String {
    switch self {
    case .stemOffsets: "stem-offsets"
    case .stemBytes: "stem-bytes"
    case .stemLists: "stem-lists"
    case .wordOffsets: "word-offsets"
    case .wordBytes: "word-bytes"
    case .wordLists: "word-lists"
    case .wordStems: "word-stems"
    default: String(describing: self)
    }
  }
}

/// Between which times and sessions the documents of one window lie.
struct DocumentZone: Sendable, Hashable {
  var earliest = Int64.max
  var latest = Int64.min
  var lowestSession = UInt32.max
  var highestSession = UInt32.min

  static let size = 24

  mutating func note(time: Int64, session: UInt32) {
    earliest = min(earliest, time)
    latest = max(latest, time)
    lowestSession = min(lowestSession, session)
    highestSession = max(highestSession, session)
  }
}

/// How much of everything a segment has: with the format, that says where each section lies.
struct SegmentShape: Sendable, Hashable {
  var documents = 0
  var stems = 0
  var words = 0
  var blocks = 0
  var stemBytes = 0
  var wordBytes = 0
  var postingsBytes = 0

  var windows: Int { (documents + KeywordFormat.windowSize - 1) / KeywordFormat.windowSize }

  func size(_ section: KeywordSection) -> Int {
    switch section {
    case .keys, .timestamps: documents * 8
    case .lengths, .sessions, .channels, .authors: documents * 4
    case .roles: documents
    case .zones: windows * DocumentZone.size
    case .stemOffsets: (stems + 1) * 4
    case .stemBytes: stemBytes
    case .stemLists: stems * PostingsList.size
    case .wordOffsets: (words + 1) * 4
    case .wordBytes: wordBytes
    case .wordLists: words * PostingsList.size
    case .wordStems: words * 4
    case .blocks: blocks * PostingsBlock.size
    case .postings: postingsBytes
    }
  }
}

/// Offsets in bytes from the body's beginning.
struct SegmentLayout: Sendable, Hashable {
  let shape: SegmentShape
  private let offsets: [Int]
  let bodySize: Int

  init(_ shape: SegmentShape) {
    self.shape = shape
    var offsets: [Int] = []
    var end = 0
    for section in KeywordSection.allCases {
      offsets.append(end)
      end = KeywordFormat.padded(end + shape.size(section), to: KeywordFormat.sectionAlignment)
    }
    self.offsets = offsets
    bodySize = end
  }

  func offset(_ section: KeywordSection) -> Int { offsets[section.rawValue] }
  func size(_ section: KeywordSection) -> Int { shape.size(section) }

  var chunkCount: Int { (bodySize + KeywordFormat.chunkSize - 1) / KeywordFormat.chunkSize }
  var checksSize: Int { KeywordFormat.padded(chunkCount * 4, to: KeywordFormat.sectionAlignment) }
  var bodyOffset: Int { KeywordFormat.pageSize + checksSize }
  var fileSize: Int { bodyOffset + bodySize }

  /// The section that an offset in the body lies in or after, for messages.
  func section(at offset: Int) -> KeywordSection {
    KeywordSection.allCases.last { self.offset($0) <= offset } ?? .keys
  }
}

/// What a segment's header page says.
struct SegmentHeader: Sendable, Hashable {
  var identifier: UInt32
  var shape: SegmentShape
  /// The lengths of all documents, added up.
  var totalLength: UInt64
  var checksChecksum: UInt32

  var page: [UInt8] {
    let layout = SegmentLayout(shape)
    var page = [UInt8](zeros: KeywordFormat.pageSize, magic: KeywordFormat.segmentMagic, version: KeywordFormat.version)
    page.put(identifier, at: 12)
    page.put(UInt32(shape.documents), at: 16)
    page.put(UInt32(shape.stems), at: 20)
    page.put(UInt32(shape.words), at: 24)
    page.put(UInt32(shape.blocks), at: 28)
    page.put(UInt64(layout.fileSize), at: 32)
    page.put(totalLength, at: 40)
    page.put(checksChecksum, at: 48)
    page.put(UInt32(KeywordSection.allCases.count), at: 52)
    page.put(UInt64(layout.bodySize), at: 56)
    for section in KeywordSection.allCases {
      let place = 64 + section.rawValue * 32
      page.replaceSubrange(place..<place + section.name.utf8.count, with: section.name.utf8)
      page.put(UInt64(layout.offset(section)), at: place + 16)
      page.put(UInt64(layout.size(section)), at: place + 24)
    }
    page.seal()
    return page
  }

  init(identifier: UInt32, shape: SegmentShape, totalLength: UInt64, checksChecksum: UInt32) {
    self.identifier = identifier
    self.shape = shape
    self.totalLength = totalLength
    self.checksChecksum = checksChecksum
  }

  /// Decodes the page of a segment. Throws for another version, and for bytes that are not what this type would encode.
  init(page: [UInt8], file: String) throws(VectorIndexError) {
    try page.checkMagicAndVersion(KeywordFormat.segmentMagic, version: KeywordFormat.version, file: file)
    func number(_ offset: Int) -> UInt32 { page.number(UInt32.self, at: offset) ?? 0 }
    // Sizes that no file can have are cut, so that adding them up cannot overflow; the page then differs.
    func size(of section: KeywordSection) -> Int {
      Int(clamping: min(page.number(UInt64.self, at: 64 + section.rawValue * 32 + 24) ?? 0, 1 << 48))
    }
    self.init(
      identifier: number(12),
      shape: SegmentShape(
        documents: Int(number(16)), stems: Int(number(20)), words: Int(number(24)), blocks: Int(number(28)),
        stemBytes: size(of: .stemBytes), wordBytes: size(of: .wordBytes), postingsBytes: size(of: .postings)),
      totalLength: page.number(UInt64.self, at: 40) ?? 0, checksChecksum: number(48))
    guard shape.documents > 0, self.page == page else {
      throw .damaged(file, "the segment's header contradicts itself")
    }
  }
}
