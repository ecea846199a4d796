// Where the sections of a segment file lie, and the header page that says so (see FileFormat.swift).

/// The sections of a segment, in the order of the file.
enum SegmentSection: Int, CaseIterable, Sendable {
  case vectors, scales, keys, timestamps, sessions, channels, authors, starts, ends, attributes, columnChecks
  case vectorChecks, tombstones

  var name: String {
    switch self {
    case .columnChecks: "column-checks"
    case .vectorChecks: "vector-checks"
    default: String(describing: self)
    }
  }

  /// The sections that hold whole bytes for each row; all but the tombstones.
  static let ofRows = allCases.filter { $0 != .tombstones }

  /// Bytes a row takes in this section; 0 for tombstones, which take one bit.
  func stride(dimensions: Int) -> Int {
    switch self {
    case .vectors: dimensions
    case .keys, .timestamps: 8
    case .tombstones: 0
    default: 4
    }
  }
}

/// Offsets and sizes, in bytes, of a segment's sections.
struct SegmentLayout: Sendable, Hashable {
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
    for section in SegmentSection.allCases {
      let size = section == .tombstones ? capacity / 8 : capacity * section.stride(dimensions: dimensions)
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

  /// The offset of a row in a section of rows.
  func offset(_ section: SegmentSection, row: Int) -> Int {
    offset(section) + row * section.stride(dimensions: dimensions)
  }

  /// The header page of the segment with this identifier. A file's header is right when it equals this.
  func headerPage(identifier: UInt32, fingerprint: String) -> [UInt8] {
    let fingerprintBytes = Array(fingerprint.utf8)
    var page = [UInt8](zeros: FileFormat.pageSize, magic: FileFormat.segmentMagic)
    page.put(UInt32(dimensions), at: 12)
    page.put(identifier, at: 16)
    page.put(UInt32(capacity), at: 20)
    page.put(UInt32(SegmentSection.allCases.count), at: 24)
    page.put(UInt64(fileSize), at: 32)
    page.put(fingerprintBytes.checksum(0..<fingerprintBytes.count), at: 40)
    for section in SegmentSection.allCases {
      let place = 64 + section.rawValue * 32
      page.replaceSubrange(place..<place + section.name.utf8.count, with: section.name.utf8)
      page.put(UInt64(offset(section)), at: place + 16)
      page.put(UInt64(size(section)), at: place + 24)
    }
    page.seal()
    return page
  }
}
