// The manifest: which segments a generation of the index has (see FileFormat.swift).

/// The contents of a manifest file.
struct Manifest: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var identifier: UInt32
    var capacity: UInt32
    /// No row of the segment is earlier than this, in milliseconds.
    var earliest = Int64.min
    /// No row of the segment is later than this, in milliseconds.
    var latest = Int64.max
    /// The size of the segment file in bytes.
    var fileSize: UInt64

    var fileName: String { FileFormat.segmentName(identifier: identifier) }

    /// Notes the times of a full segment, rounded outward to about 18 hours so that no deleted row's time stays here.
    mutating func setTimes(_ times: ClosedRange<Int64>) {
      let step: Int64 = 1 << 26
      earliest = times.lowerBound & ~(step - 1)
      latest = times.upperBound | (step - 1)
    }
  }

  var configuration: VectorIndexConfiguration
  var generation: UInt64
  var nextIdentifier: UInt32
  var entries: [Entry] = []

  var fileName: String { FileFormat.manifestName(generation: generation) }

  private static let entrySize = 32
  private static func paddedFingerprint(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  var encoded: [UInt8] {
    let fingerprint = Array(configuration.modelFingerprint.utf8)
    let start = 40 + Self.paddedFingerprint(fingerprint.count)
    var bytes = [UInt8](zeros: start + entries.count * Self.entrySize + 4, magic: FileFormat.manifestMagic)
    bytes.put(UInt32(configuration.dimensions), at: 12)
    bytes.put(generation, at: 16)
    bytes.put(UInt32(entries.count), at: 24)
    bytes.put(nextIdentifier, at: 28)
    bytes.put(UInt32(fingerprint.count), at: 32)
    bytes.replaceSubrange(40..<40 + fingerprint.count, with: fingerprint)
    for (index, entry) in entries.enumerated() {
      let place = start + index * Self.entrySize
      bytes.put(entry.identifier, at: place)
      bytes.put(entry.capacity, at: place + 4)
      bytes.put(entry.earliest, at: place + 8)
      bytes.put(entry.latest, at: place + 16)
      bytes.put(entry.fileSize, at: place + 24)
    }
    bytes.seal()
    return bytes
  }

  init(configuration: VectorIndexConfiguration, generation: UInt64, nextIdentifier: UInt32, entries: [Entry] = []) {
    self.configuration = configuration
    self.generation = generation
    self.nextIdentifier = nextIdentifier
    self.entries = entries
  }

  /// Decodes a manifest. Throws for another version, and for bytes that are not what this type would encode.
  init(bytes: [UInt8], file: String) throws(VectorIndexError) {
    try bytes.checkMagicAndVersion(FileFormat.manifestMagic, file: file)
    let malformed = VectorIndexError.damaged(file, "the manifest contradicts itself")
    guard let dimensions = bytes.number(UInt32.self, at: 12), let generation = bytes.number(UInt64.self, at: 16),
      let count = bytes.number(UInt32.self, at: 24), let nextIdentifier = bytes.number(UInt32.self, at: 28),
      let length = bytes.number(UInt32.self, at: 32).map(Int.init), length <= FileFormat.fingerprintLimit,
      bytes.count == 40 + Self.paddedFingerprint(length) + Int(count) * Self.entrySize + 4,
      let fingerprint = String(validating: bytes[40..<40 + length], as: UTF8.self)
    else { throw malformed }
    self.init(
      configuration: VectorIndexConfiguration(dimensions: Int(dimensions), modelFingerprint: fingerprint),
      generation: generation, nextIdentifier: nextIdentifier)
    var place = 40 + Self.paddedFingerprint(length)
    for _ in 0..<count {
      guard let identifier = bytes.number(UInt32.self, at: place),
        let capacity = bytes.number(UInt32.self, at: place + 4), capacity > 0, capacity.isMultiple(of: 64),
        let earliest = bytes.number(Int64.self, at: place + 8), let latest = bytes.number(Int64.self, at: place + 16),
        let fileSize = bytes.number(UInt64.self, at: place + 24)
      else { throw malformed }
      entries.append(
        Entry(
          identifier: identifier, capacity: capacity, earliest: earliest, latest: latest, fileSize: fileSize))
      place += Self.entrySize
    }
    guard encoded == bytes else { throw malformed }
  }

  /// Throws unless the index was made for this configuration.
  func check(_ expected: VectorIndexConfiguration, file: String) throws(VectorIndexError) {
    if configuration.modelFingerprint != expected.modelFingerprint {
      throw VectorIndexError(
        code: .wrongModel, file: file,
        what: "the index holds vectors of \(configuration.modelFingerprint), not of \(expected.modelFingerprint)",
        remedy: "rebuild the index with the present model, or choose the model that made it")
    }
    if configuration.dimensions != expected.dimensions {
      throw VectorIndexError(
        code: .wrongDimensions, file: file,
        what: "the index holds vectors of \(configuration.dimensions) dimensions, not of \(expected.dimensions)",
        remedy: "rebuild the index with the present model")
    }
  }
}
