// Where the sections of a segment file lie, and the header page that says so (see FileFormat.swift).

internal import CVectorKernels

/// The sections of a segment, in the order of the file.
enum SegmentSection: Int, CaseIterable, Sendable {
  case groupCentroids, groupScales, groupSums, groupLists, centroids, centroidScales, centroidSums, lists, zones
  case slots, codes, codeGuards
  case sketches, vectors, residuals, scales, keys, timestamps, sessions, channels, authors, starts, ends, attributes
  case tokenStarts, tokens, tombstones, guards

  var name: String {
    switch self {
    case .groupCentroids: "group-centroids"
    case .groupScales: "group-scales"
    case .groupSums: "group-sums"
    case .groupLists: "group-lists"
    case .centroidScales: "centroid-scales"
    case .centroidSums: "centroid-sums"
    case .codeGuards: "code-guards"
    case .tokenStarts: "token-starts"
    default: String(describing: self)
    }
  }

  /// Sections that one checksum covers.
  static let whole: [SegmentSection] = [
    .groupCentroids, .groupScales, .groupSums, .groupLists, .centroids, .centroidScales, .centroidSums, .lists, .zones,
  ]

  /// Sections with an element of one size for each row, which a deletion zeroes; a block's guard covers them.
  static let ofRows: [SegmentSection] = [
    .sketches, .vectors, .residuals, .scales, .keys, .timestamps, .sessions, .channels, .authors, .starts, .ends,
    .attributes,
  ]

  /// The columns, in the order in which a guard's checksum continues over them.
  static let columns: [SegmentSection] = [
    .keys, .timestamps, .sessions, .channels, .authors, .starts, .ends, .attributes,
  ]
}

/// What the layout of a segment depends on.
struct SegmentShape: Sendable, Hashable {
  var dimensions: Int
  var rows: Int
  var groups: Int
  var lists: Int
  /// Tokens of all rows.
  var tokens: Int

  /// Whether the rows' codes are stored by row too, for searches under filters.
  var hasSketches: Bool

  var subquantizers: Int { dimensions / FileFormat.subvectorWidth }
  var blocks: Int { blockCount(rows: rows) }
}

/// Offsets and sizes, in bytes, of a segment's sections.
struct SegmentLayout: Sendable, Hashable {
  let shape: SegmentShape
  let offsets: [Int]
  let sizes: [Int]
  let fileSize: Int

  init(_ shape: SegmentShape) {
    self.shape = shape
    var offsets: [Int] = []
    var sizes: [Int] = []
    var end = FileFormat.pageSize
    for section in SegmentSection.allCases {
      let size = Self.size(section, shape)
      offsets.append(end)
      sizes.append(size)
      end += (size + FileFormat.pageSize - 1) / FileFormat.pageSize * FileFormat.pageSize
    }
    self.offsets = offsets
    self.sizes = sizes
    fileSize = end
  }

  func offset(_ section: SegmentSection) -> Int { offsets[section.rawValue] }

  func size(_ section: SegmentSection) -> Int { sizes[section.rawValue] }

  /// Bytes of one element of a section of rows.
  func stride(_ section: SegmentSection) -> Int { Self.stride(section, shape) }

  /// The offset of a row in a section of rows.
  func offset(_ section: SegmentSection, row: Int) -> Int { offset(section) + row * stride(section) }

  /// Bytes of a token's signs.
  var tokenBytes: Int { FileFormat.tokenBytes(dimensions: shape.dimensions) }

  /// The offset of a token, counted through all rows.
  func offset(token: Int) -> Int { offset(.tokens) + token * tokenBytes }

  /// Bytes of a block of codes.
  var codeBlockBytes: Int { shape.subquantizers / 2 * blockRows }

  private static func stride(_ section: SegmentSection, _ shape: SegmentShape) -> Int {
    switch section {
    case .sketches: shape.hasSketches ? shape.subquantizers / 2 : 0
    case .vectors: shape.dimensions
    case .residuals: Int(row_residual_bytes(UInt32(shape.dimensions)))
    case .keys, .timestamps: 8
    default: 4
    }
  }

  private static func size(_ section: SegmentSection, _ shape: SegmentShape) -> Int {
    switch section {
    case .groupCentroids: shape.groups * shape.dimensions
    case .groupScales, .groupSums: shape.groups * 4
    case .groupLists: (shape.groups + 1) * 4
    case .centroids: shape.lists * shape.dimensions
    case .centroidScales, .centroidSums: shape.lists * 4
    case .lists: (shape.lists + 1) * 4
    case .zones: shape.blocks * MemoryLayout<RowBlockSummary>.stride
    case .slots: shape.blocks * blockRows * 4
    case .codes: shape.blocks * blockRows * shape.subquantizers / 2
    case .codeGuards, .guards: shape.blocks * BlockGuard.size
    case .tombstones: shape.blocks * 8
    case .tokenStarts: (shape.blocks * blockRows + 1) * 4
    case .tokens: shape.tokens * FileFormat.tokenBytes(dimensions: shape.dimensions)
    default: shape.blocks * blockRows * stride(section, shape)
    }
  }
}

/// What a segment's header page says besides its layout.
struct SegmentHeader: Sendable, Hashable {
  var identifier: UInt32
  var shape: SegmentShape
  var codebook: UInt32
  var codebookChecksum: UInt32
  /// The checksums of the whole sections, in their order.
  var wholeChecksums: [UInt32]
  var calibration: Calibration

  static let tokensOffset = 2040
  static let calibrationOffset = 2048

  func page(fingerprint: String) -> [UInt8] {
    let layout = SegmentLayout(shape)
    let fingerprintBytes = Array(fingerprint.utf8)
    var page = [UInt8](zeros: FileFormat.pageSize, magic: FileFormat.segmentMagic)
    page.put(UInt32(shape.dimensions), at: 12)
    page.put(identifier, at: 16)
    page.put(UInt32(shape.rows), at: 20)
    page.put(UInt32(shape.lists), at: 24)
    page.put(UInt32(shape.subquantizers), at: 28)
    page.put(UInt64(layout.fileSize), at: 32)
    page.put(fingerprintBytes.checksum(0..<fingerprintBytes.count), at: 40)
    page.put(codebook, at: 44)
    page.put(codebookChecksum, at: 48)
    page.put(UInt32(SegmentSection.allCases.count), at: 52)
    page.put(UInt32(shape.hasSketches ? 1 : 0), at: 56)
    page.put(UInt32(shape.groups), at: 60)
    for section in SegmentSection.allCases {
      let place = 64 + section.rawValue * 40
      page.replaceSubrange(place..<place + section.name.utf8.count, with: section.name.utf8)
      page.put(UInt64(layout.offset(section)), at: place + 16)
      page.put(UInt64(layout.size(section)), at: place + 24)
      if let index = SegmentSection.whole.firstIndex(of: section) { page.put(wholeChecksums[index], at: place + 32) }
    }
    page.put(UInt64(shape.tokens), at: Self.tokensOffset)
    let measured = calibration.encoded
    page.replaceSubrange(Self.calibrationOffset..<Self.calibrationOffset + measured.count, with: measured)
    page.seal()
    return page
  }

  /// Decodes the page of a segment. Throws for another version, and for bytes that are not what this type would encode.
  init(page: [UInt8], fingerprint: String, file: String) throws(VectorIndexError) {
    try page.checkMagicAndVersion(FileFormat.segmentMagic, file: file)
    let malformed = VectorIndexError.damaged(file, "the file is not the one that the manifest names")
    guard let dimensions = page.number(UInt32.self, at: 12), dimensions > 0, dimensions <= 4096,
      let identifier = page.number(UInt32.self, at: 16), let rows = page.number(UInt32.self, at: 20), rows > 0,
      let lists = page.number(UInt32.self, at: 24), lists > 0, lists <= rows,
      let codebook = page.number(UInt32.self, at: 44), let codebookChecksum = page.number(UInt32.self, at: 48),
      let flags = page.number(UInt32.self, at: 56), let groups = page.number(UInt32.self, at: 60), groups > 0,
      groups <= lists,
      let tokens = page.number(UInt64.self, at: Self.tokensOffset),
      tokens <= UInt64(rows) * UInt64(FileFormat.mostTokens), tokens <= UInt64(UInt32.max),
      let calibration = Calibration(page, at: Self.calibrationOffset)
    else { throw malformed }
    self.init(
      identifier: identifier,
      shape: SegmentShape(
        dimensions: Int(dimensions), rows: Int(rows), groups: Int(groups), lists: Int(lists), tokens: Int(tokens),
        hasSketches: flags == 1),
      codebook: codebook, codebookChecksum: codebookChecksum,
      wholeChecksums: SegmentSection.whole.map { page.number(UInt32.self, at: 64 + $0.rawValue * 40 + 32) ?? 0 },
      calibration: calibration)
    guard self.page(fingerprint: fingerprint) == page else { throw malformed }
  }

  init(
    identifier: UInt32, shape: SegmentShape, codebook: UInt32, codebookChecksum: UInt32, wholeChecksums: [UInt32],
    calibration: Calibration
  ) {
    self.identifier = identifier
    self.shape = shape
    self.codebook = codebook
    self.codebookChecksum = codebookChecksum
    self.wholeChecksums = wholeChecksums
    self.calibration = calibration
  }
}
