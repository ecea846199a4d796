// The file MANIFEST: which segments there are, and how far they reach (see KeywordFormat.swift).

internal import VectorIndex

struct KeywordManifest: Sendable, Hashable {
  struct Segment: Sendable, Hashable {
    var identifier: UInt32
    var documents: UInt32
    /// In bytes.
    var fileSize: UInt64
    var lowestKey: Int64
    var highestKey: Int64

    var fileName: String { KeywordFormat.segmentName(identifier: identifier) }
  }

  var generation: UInt64 = 0
  /// Messages up to this one are covered, whether or not they are there any more.
  var highWater: Int64 = 0
  var nextIdentifier: UInt32 = 1
  /// The owner's number for how words are cut and stemmed.
  var analyzer: UInt32
  /// In the order of their keys.
  var segments: [Segment] = []

  /// A number that no file of this generation or an earlier one has.
  mutating func takeIdentifier() -> UInt32 {
    defer { nextIdentifier &+= 1 }
    return nextIdentifier
  }

  private static let entrySize = 32
  private static let headerSize = 40

  init(analyzer: UInt32) { self.analyzer = analyzer }

  var encoded: [UInt8] {
    var bytes = [UInt8](
      zeros: Self.headerSize + segments.count * Self.entrySize + 4, magic: KeywordFormat.manifestMagic,
      version: KeywordFormat.version)
    bytes.put(UInt32(segments.count), at: 12)
    bytes.put(generation, at: 16)
    bytes.put(highWater, at: 24)
    bytes.put(nextIdentifier, at: 32)
    bytes.put(analyzer, at: 36)
    for (index, segment) in segments.enumerated() {
      let place = Self.headerSize + index * Self.entrySize
      bytes.put(segment.identifier, at: place)
      bytes.put(segment.documents, at: place + 4)
      bytes.put(segment.fileSize, at: place + 8)
      bytes.put(segment.lowestKey, at: place + 16)
      bytes.put(segment.highestKey, at: place + 24)
    }
    bytes.seal()
    return bytes
  }

  /// Decodes a manifest. Throws for another version, and for bytes that are not what this type would encode.
  init(bytes: [UInt8], file: String) throws(VectorIndexError) {
    try bytes.checkMagicAndVersion(KeywordFormat.manifestMagic, version: KeywordFormat.version, file: file)
    let malformed = VectorIndexError.damaged(file, "the manifest contradicts itself")
    guard let count = bytes.number(UInt32.self, at: 12).map(Int.init),
      bytes.count == Self.headerSize + count * Self.entrySize + 4,
      let generation = bytes.number(UInt64.self, at: 16), let highWater = bytes.number(Int64.self, at: 24),
      let nextIdentifier = bytes.number(UInt32.self, at: 32), let analyzer = bytes.number(UInt32.self, at: 36)
    else { throw malformed }
    self.generation = generation
    self.highWater = highWater
    self.nextIdentifier = nextIdentifier
    self.analyzer = analyzer
    for index in 0..<count {
      let place = Self.headerSize + index * Self.entrySize
      guard let identifier = bytes.number(UInt32.self, at: place),
        let documents = bytes.number(UInt32.self, at: place + 4),
        documents > 0, let size = bytes.number(UInt64.self, at: place + 8),
        let lowest = bytes.number(Int64.self, at: place + 16), let highest = bytes.number(Int64.self, at: place + 24),
        lowest <= highest, highest <= highWater, segments.last.map({ $0.highestKey < lowest }) ?? true
      else { throw malformed }
      segments.append(
        Segment(
          identifier: identifier, documents: documents, fileSize: size, lowestKey: lowest, highestKey: highest))
    }
    guard encoded == bytes else { throw malformed }
  }
}
