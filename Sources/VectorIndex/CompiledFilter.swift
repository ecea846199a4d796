// A filter in the form that the kernels take.

internal import CVectorKernels

/// A filter's sets as sorted arrays and bit maps, in memory of its own.
///
/// Unchecked: everything is built in `init` and only read afterwards.
final class CompiledFilter: @unchecked Sendable {
  /// Whether no row can pass.
  let isImpossible: Bool
  /// Whether every row passes.
  let isOpen: Bool
  /// The times that pass, for comparing with the manifest's.
  let timeRange: Range<Int64>?
  let pointer: UnsafePointer<RowFilter>

  private let storage: UnsafeMutablePointer<RowFilter>
  private var memory: [UnsafeMutableRawPointer] = []

  init(_ filter: VectorFilter) {
    isImpossible =
      filter.sessions?.isEmpty == true || filter.channels?.isEmpty == true || filter.authors?.isEmpty == true
      || filter.allowedKeys?.isEmpty == true || filter.timeRange?.isEmpty == true
    isOpen = filter == .everything
    timeRange = filter.timeRange
    storage = .allocate(capacity: 1)
    storage.initialize(to: RowFilter())
    pointer = UnsafePointer(storage)
    if let sessions = filter.sessions {
      storage.pointee.has_sessions = true
      storage.pointee.sessions = compile(sessions)
    }
    if let channels = filter.channels {
      storage.pointee.has_channels = true
      storage.pointee.channels = compile(channels)
    }
    if let authors = filter.authors {
      storage.pointee.has_authors = true
      storage.pointee.authors = compile(authors)
    }
    if let excluded = filter.excludedSession {
      storage.pointee.has_excluded_session = true
      storage.pointee.excluded_session = excluded
    }
    if let role = filter.role {
      storage.pointee.has_role = true
      storage.pointee.role = role
    }
    if let range = filter.timeRange {
      storage.pointee.has_times = true
      storage.pointee.earliest = range.lowerBound
      storage.pointee.before = range.upperBound
    }
    if let keys = filter.allowedKeys {
      storage.pointee.has_keys = true
      storage.pointee.keys = UnsafePointer(copy(keys.sorted()))
      storage.pointee.key_count = keys.count
    }
  }

  deinit {
    storage.deallocate()
    for piece in memory { piece.deallocate() }
  }

  private func copy<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let place = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(1, elements.count))
    place.initialize(from: elements, count: elements.count)
    memory.append(UnsafeMutableRawPointer(place))
    return place
  }

  private func compile(_ values: Set<UInt32>) -> RowValueSet {
    let sorted = values.sorted()
    var set = RowValueSet()
    set.values = UnsafePointer(copy(sorted))
    set.count = sorted.count
    guard let first = sorted.first, let last = sorted.last, sorted.count > 4 else { return set }
    // A bit map where it is small enough to be made faster than it saves.
    let span = UInt64(last - first) + 1
    if span <= Swift.max(1 << 16, UInt64(sorted.count) * 64), span < 1 << 31 {
      var bits = [UInt64](repeating: 0, count: Int(span + 63) / 64)
      for value in sorted { bits[Int(value - first) / 64] |= 1 << UInt64((value - first) % 64) }
      set.bits = UnsafePointer(copy(bits))
      set.first = first
      set.bit_count = UInt32(span)
    }
    return set
  }
}
