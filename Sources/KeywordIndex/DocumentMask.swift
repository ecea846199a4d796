// Which documents of a window pass a filter: a bit each.

internal import CVectorKernels
internal import VectorIndex

/// A filter, made ready for looking at many windows.
struct CompiledFilter {
  let filter: KeywordFilter
  private let allowedKeys: [Int64]?
  private let excludedKeys: [Int64]
  /// Every document passes.
  let isOpen: Bool

  static let words = KeywordFormat.windowSize / 64
  /// Sets of ordinals up to this size are compared one by one.
  private static let smallSet = 8

  init(_ filter: KeywordFilter) {
    self.filter = filter
    allowedKeys = filter.allowedKeys?.sorted()
    excludedKeys = filter.excludedKeys.sorted()
    isOpen = filter == .everything
  }

  /// Whether no document of a zone can pass.
  func excludes(_ zone: DocumentZone) -> Bool {
    if let range = filter.timeRange, zone.latest < range.lowerBound || zone.earliest >= range.upperBound { return true }
    if let sessions = filter.sessions, sessions.count <= Self.smallSet {
      return !sessions.contains { zone.lowestSession <= $0 && $0 <= zone.highestSession }
    }
    return false
  }

  /// Sets the bits of a window's documents that pass. Returns whether there are any.
  func fill(_ mask: UnsafeMutablePointer<UInt64>, _ segment: KeywordSegment, _ window: Range<Int>) throws -> Bool {
    let count = UInt32(window.count)
    for word in 0..<Self.words {
      let present = window.count - word * 64
      mask[word] = present >= 64 ? .max : present > 0 ? (1 << UInt64(present)) - 1 : 0
    }
    guard !isOpen else { return true }
    let level = cpu_level()
    func column(_ section: KeywordSection) throws -> UnsafePointer<UInt32>? {
      try segment.elements(section, window, as: UInt32.self).baseAddress
    }
    if let sessions = filter.sessions { keep(sessions, try column(.sessions), count, mask) }
    if let excluded = filter.excludedSession {
      postings_keep_equal(level, try column(.sessions), count, excluded, true, mask)
    }
    if let channels = filter.channels { keep(channels, try column(.channels), count, mask) }
    if let authors = filter.authors { keep(authors, try column(.authors), count, mask) }
    if let role = filter.role {
      postings_keep_role(try segment.elements(.roles, window, as: UInt8.self).baseAddress, count, role, mask)
    }
    if let times = filter.timeRange {
      let column = try segment.elements(.timestamps, window, as: Int64.self).baseAddress
      postings_keep_times(level, column, count, times.lowerBound, times.upperBound, mask)
    }
    if let allowedKeys {
      try keepKeys(allowedKeys, segment, window, mask, isAllowed: true)
    }
    if !excludedKeys.isEmpty { try keepKeys(excludedKeys, segment, window, mask, isAllowed: false) }
    return (0..<Self.words).contains { mask[$0] != 0 }
  }

  private func keep(
    _ values: Set<UInt32>, _ column: UnsafePointer<UInt32>?, _ count: UInt32, _ mask: UnsafeMutablePointer<UInt64>
  ) {
    guard let column else { return }
    if values.count == 1, let value = values.first {
      postings_keep_equal(cpu_level(), column, count, value, false, mask)
      return
    }
    for word in 0..<(Int(count) + 63) / 64 {
      var rest = mask[word]
      while rest != 0 {
        let bit = rest.trailingZeroBitCount
        rest &= rest - 1
        if !values.contains(column[word * 64 + bit]) { mask[word] &= ~(1 << UInt64(bit)) }
      }
    }
  }

  /// Keeps the bits of these keys only, or clears them.
  private func keepKeys(
    _ keys: [Int64], _ segment: KeywordSegment, _ window: Range<Int>, _ mask: UnsafeMutablePointer<UInt64>,
    isAllowed: Bool
  ) throws {
    let column = try segment.elements(.keys, window, as: Int64.self)
    var chosen = [UInt64](repeating: 0, count: Self.words)
    var place = 0
    var index = Self.lowerBound(keys, column[0])
    while index < keys.count, place < column.count {
      if column[place] < keys[index] {
        // Few of many keys: leap to the next one.
        place = keys.count * 16 < column.count ? Self.lowerBound(column, keys[index], from: place) : place + 1
      } else {
        if column[place] == keys[index] { chosen[place / 64] |= 1 << UInt64(place % 64) }
        index += 1
      }
    }
    for word in 0..<Self.words { mask[word] &= isAllowed ? chosen[word] : ~chosen[word] }
  }

  private static func lowerBound(_ values: some RandomAccessCollection<Int64>, _ value: Int64, from first: Int = 0)
    -> Int
  {
    var low = first
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[values.index(values.startIndex, offsetBy: middle)] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
