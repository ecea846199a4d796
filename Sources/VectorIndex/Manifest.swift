// The manifest: which files a generation of the index has (see FileFormat.swift).

/// The contents of a manifest file.
struct Manifest: Sendable, Hashable {
  /// A sealed segment.
  struct Segment: Sendable, Hashable {
    var identifier: UInt32
    var rows: UInt32
    /// The codebook that its codes are of.
    var codebook: UInt32
    var times: TimeBounds
    /// The size of the segment file in bytes.
    var fileSize: UInt64

    var fileName: String { FileFormat.segmentName(identifier: identifier) }
  }

  /// A file that rows are appended to, or were.
  struct Tail: Sendable, Hashable {
    var identifier: UInt32
    var capacity: UInt32
    /// How many rows it has for good; nil while it is the one being filled.
    var rows: UInt32?
    var times = TimeBounds.unknown
    /// The size of the tail file in bytes.
    var fileSize: UInt64

    var fileName: String { FileFormat.tailName(identifier: identifier) }
  }

  var configuration: VectorIndexConfiguration
  var generation: UInt64
  var nextIdentifier: UInt32
  /// In the order in which their rows were appended; all of them before those of the tails.
  var segments: [Segment] = []
  /// In the order in which they were filled; only the last may be open.
  var tails: [Tail] = []

  var fileName: String { FileFormat.manifestName(generation: generation) }

  /// The names of all the files of this generation but the commit file.
  var fileNames: [String] {
    [fileName] + segments.map(\.fileName) + tails.map(\.fileName)
      + Set(segments.map(\.codebook)).sorted().map(FileFormat.codebookName(identifier:))
  }

  init(configuration: VectorIndexConfiguration, generation: UInt64, nextIdentifier: UInt32) {
    self.configuration = configuration
    self.generation = generation
    self.nextIdentifier = nextIdentifier
  }

  /// A number that no file of this generation or an earlier one has.
  mutating func takeIdentifier() -> UInt32 {
    defer { nextIdentifier += 1 }
    return nextIdentifier
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

/// Between which times the rows of a file lie, in milliseconds since 1970, rounded outward to about 18 hours, so that no
/// deleted row's time stays behind.
struct TimeBounds: Sendable, Hashable {
  let earliest: Int64
  let latest: Int64

  static let unknown = TimeBounds(earliest: .min, latest: .max)

  init(earliest: Int64, latest: Int64) {
    self.earliest = earliest
    self.latest = latest
  }

  init(rounding times: ClosedRange<Int64>) {
    let step: Int64 = 1 << 26
    earliest = times.lowerBound & ~(step - 1)
    latest = times.upperBound | (step - 1)
  }

  func overlaps(_ range: Range<Int64>) -> Bool { latest >= range.lowerBound && earliest < range.upperBound }
}

extension Manifest {
  private static let entrySize = 40
  private static let open = UInt32.max
  private static func paddedFingerprint(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  var encoded: [UInt8] {
    let fingerprint = Array(configuration.modelFingerprint.utf8)
    var place = 40 + Self.paddedFingerprint(fingerprint.count)
    let size = place + (segments.count + tails.count) * Self.entrySize + 4
    var bytes = [UInt8](zeros: size, magic: FileFormat.manifestMagic)
    bytes.put(UInt32(configuration.dimensions), at: 12)
    bytes.put(generation, at: 16)
    bytes.put(UInt32(tails.count), at: 24)
    bytes.put(nextIdentifier, at: 28)
    bytes.put(UInt32(fingerprint.count), at: 32)
    bytes.put(UInt32(segments.count), at: 36)
    bytes.replaceSubrange(40..<40 + fingerprint.count, with: fingerprint)
    for segment in segments {
      bytes.put(segment.identifier, at: place)
      bytes.put(segment.rows, at: place + 4)
      bytes.put(segment.codebook, at: place + 8)
      bytes.put(segment.times, at: place + 16)
      bytes.put(segment.fileSize, at: place + 32)
      place += Self.entrySize
    }
    for tail in tails {
      bytes.put(tail.identifier, at: place)
      bytes.put(tail.capacity, at: place + 4)
      bytes.put(tail.rows ?? Self.open, at: place + 8)
      bytes.put(tail.times, at: place + 16)
      bytes.put(tail.fileSize, at: place + 32)
      place += Self.entrySize
    }
    bytes.seal()
    return bytes
  }

  /// Decodes a manifest. Throws for another version, and for bytes that are not what this type would encode.
  init(bytes: [UInt8], file: String) throws(VectorIndexError) {
    try bytes.checkMagicAndVersion(FileFormat.manifestMagic, file: file)
    let malformed = VectorIndexError.damaged(file, "the manifest contradicts itself")
    guard let dimensions = bytes.number(UInt32.self, at: 12), let generation = bytes.number(UInt64.self, at: 16),
      let tailCount = bytes.number(UInt32.self, at: 24), let nextIdentifier = bytes.number(UInt32.self, at: 28),
      let length = bytes.number(UInt32.self, at: 32).map(Int.init), length <= FileFormat.fingerprintLimit,
      let segmentCount = bytes.number(UInt32.self, at: 36),
      bytes.count == 40 + Self.paddedFingerprint(length) + (Int(segmentCount) + Int(tailCount)) * Self.entrySize + 4,
      let fingerprint = String(validating: bytes[40..<40 + length], as: UTF8.self)
    else { throw malformed }
    self.init(
      configuration: VectorIndexConfiguration(dimensions: Int(dimensions), modelFingerprint: fingerprint),
      generation: generation, nextIdentifier: nextIdentifier)
    var place = 40 + Self.paddedFingerprint(length)
    for index in 0..<Int(segmentCount) + Int(tailCount) {
      guard let identifier = bytes.number(UInt32.self, at: place), let size = bytes.number(UInt32.self, at: place + 4),
        size > 0, let third = bytes.number(UInt32.self, at: place + 8), let times = bytes.times(at: place + 16),
        let fileSize = bytes.number(UInt64.self, at: place + 32)
      else { throw malformed }
      if index < Int(segmentCount) {
        segments.append(
          Segment(identifier: identifier, rows: size, codebook: third, times: times, fileSize: fileSize))
      } else {
        let isLast = index == Int(segmentCount) + Int(tailCount) - 1
        guard size.isMultiple(of: 64), third <= size || (third == Self.open && isLast) else { throw malformed }
        tails.append(
          Tail(
            identifier: identifier, capacity: size, rows: third == Self.open ? nil : third, times: times,
            fileSize: fileSize))
      }
      place += Self.entrySize
    }
    guard encoded == bytes else { throw malformed }
  }
}

extension [UInt8] {
  fileprivate mutating func put(_ times: TimeBounds, at offset: Int) {
    put(times.earliest, at: offset)
    put(times.latest, at: offset + 8)
  }

  fileprivate func times(at offset: Int) -> TimeBounds? {
    guard let earliest = number(Int64.self, at: offset), let latest = number(Int64.self, at: offset + 8) else {
      return nil
    }
    return TimeBounds(earliest: earliest, latest: latest)
  }
}
