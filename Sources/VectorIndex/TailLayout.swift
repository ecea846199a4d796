// Where the sections of a tail file lie, and the header page that says so (see FileFormat.swift).

internal import CVectorKernels

/// The sections of a tail, in the order of the file.
enum TailSection: Int, CaseIterable, Sendable {
  case vectors, residuals, scales, keys, timestamps, sessions, channels, authors, starts, ends, attributes, columnChecks
  case vectorChecks, tokenChecks, tombstones, tokenEnds, tokens

  var name: String {
    switch self {
    case .columnChecks: "column-checks"
    case .vectorChecks: "vector-checks"
    case .tokenChecks: "token-checks"
    case .tokenEnds: "token-ends"
    default: String(describing: self)
    }
  }

  /// The sections that hold as many bytes for each row, which a deletion zeroes.
  static let ofRows = allCases.filter { ![.tombstones, .tokenEnds, .tokens].contains($0) }

  /// Bytes a row takes in this section; 0 for tombstones, which take one bit, and for tokens, of which a row has as many
  /// as it has.
  func stride(dimensions: Int) -> Int {
    switch self {
    case .vectors: dimensions
    case .residuals: Int(row_residual_bytes(UInt32(dimensions)))
    case .keys, .timestamps, .tokenEnds: 8
    case .tombstones, .tokens: 0
    default: 4
    }
  }
}

/// Offsets and sizes, in bytes, of a tail's sections.
struct TailLayout: Sendable, Hashable {
  let dimensions: Int
  let capacity: Int
  let offsets: [Int]
  let sizes: [Int]
  let fileSize: Int

  init(dimensions: Int, capacity: Int) {
    self.dimensions = dimensions
    self.capacity = capacity
    var offsets: [Int] = []
    var sizes: [Int] = []
    var end = FileFormat.pageSize
    for section in TailSection.allCases {
      let size =
        switch section {
        case .tombstones: capacity / 8
        case .tokens: capacity * FileFormat.mostTokens * FileFormat.tokenBytes(dimensions: dimensions)
        default: capacity * section.stride(dimensions: dimensions)
        }
      offsets.append(end)
      sizes.append(size)
      end += (size + FileFormat.pageSize - 1) / FileFormat.pageSize * FileFormat.pageSize
    }
    self.offsets = offsets
    self.sizes = sizes
    fileSize = end
  }

  func offset(_ section: TailSection) -> Int { offsets[section.rawValue] }

  func size(_ section: TailSection) -> Int { sizes[section.rawValue] }

  /// The offset of a row in a section of rows.
  func offset(_ section: TailSection, row: Int) -> Int {
    offset(section) + row * section.stride(dimensions: dimensions)
  }

  var tokenBytes: Int { FileFormat.tokenBytes(dimensions: dimensions) }

  /// The offset of a token, counted through all rows.
  func offset(token: Int) -> Int { offset(.tokens) + token * tokenBytes }

  /// The header page of the tail with this identifier. A file's header is right when it equals this.
  func headerPage(identifier: UInt32, fingerprint: String) -> [UInt8] {
    let fingerprintBytes = Array(fingerprint.utf8)
    var page = [UInt8](zeros: FileFormat.pageSize, magic: FileFormat.tailMagic)
    page.put(UInt32(dimensions), at: 12)
    page.put(identifier, at: 16)
    page.put(UInt32(capacity), at: 20)
    page.put(UInt32(TailSection.allCases.count), at: 24)
    page.put(UInt64(fileSize), at: 32)
    page.put(fingerprintBytes.checksum(0..<fingerprintBytes.count), at: 40)
    for section in TailSection.allCases {
      let place = 64 + section.rawValue * 32
      page.replaceSubrange(place..<place + section.name.utf8.count, with: section.name.utf8)
      page.put(UInt64(offset(section)), at: place + 16)
      page.put(UInt64(size(section)), at: place + 24)
    }
    page.seal()
    return page
  }
}
