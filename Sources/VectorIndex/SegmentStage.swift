// A chunk of rows in memory, laid out as a segment's sections of rows, before they are written.

internal import CVectorKernels

/// Some rows as they will stand in a segment, in whole blocks.
///
/// The memory is filled by one thread and only read afterwards.
final class SegmentStage {
  let blocks: Int

  private let layout: SegmentLayout
  private let count: Int
  private let memory: UnsafeMutableRawPointer
  /// Only the offsets of sections of rows are used.
  private let offsets: [Int]

  init(shape: SegmentShape, count: Int) {
    self.count = count
    blocks = blockCount(rows: count)
    layout = SegmentLayout(shape)
    var offsets = [Int](repeating: 0, count: SegmentSection.allCases.count)
    var size = 0
    for section in SegmentSection.ofRows {
      offsets[section.rawValue] = size
      size += (blocks * blockRows * layout.stride(section) + 63) / 64 * 64
    }
    self.offsets = offsets
    memory = .allocate(byteCount: Swift.max(64, size), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { memory.deallocate() }

  func pointer<Element>(_ section: SegmentSection, as _: Element.Type) -> UnsafeMutablePointer<Element> {
    (memory + offsets[section.rawValue]).assumingMemoryBound(to: Element.self)
  }

  /// The bytes of a section, whole blocks.
  func bytes(_ section: SegmentSection) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: memory + offsets[section.rawValue], count: blocks * blockRows * layout.stride(section))
  }

  /// Copies a row, but for its sketch.
  func copy(_ row: Int, of file: any RowFile, to position: Int) {
    let columns = file.columns.pointee
    func put<Element>(_ section: SegmentSection, _ source: UnsafePointer<Element>, _ width: Int = 1) {
      (pointer(section, as: Element.self) + position * width).update(from: source + row * width, count: width)
    }
    put(.vectors, columns.vectors, layout.stride(.vectors))
    put(.residuals, columns.residuals, layout.stride(.residuals))
    put(.scales, columns.scales)
    put(.keys, columns.keys)
    put(.timestamps, columns.timestamps)
    put(.sessions, columns.sessions)
    put(.channels, columns.channels)
    put(.authors, columns.authors)
    put(.starts, columns.starts)
    put(.ends, columns.ends)
    put(.attributes, columns.attributes)
  }

  func guardOfRows(block: Int, tokenChecksum: UInt32) -> BlockGuard {
    let level = cpu_level()
    func over(_ section: SegmentSection, _ checksum: UInt32) -> UInt32 {
      let stride = layout.stride(section)
      return row_block_checksum(
        level, checksum, memory + offsets[section.rawValue] + block * blockRows * stride, stride, 0)
    }
    var result = BlockGuard()
    result.checksums = (
      over(.scales, over(.vectors, 0)), over(.residuals, 0), SegmentSection.columns.reduce(0) { over($1, $0) },
      layout.shape.hasSketches ? over(.sketches, 0) : 0, tokenChecksum
    )
    return result
  }

  private func rows(ofBlock block: Int) -> Range<Int> {
    block * blockRows..<Swift.min(count, (block + 1) * blockRows)
  }

  /// Bounds of a block's times and keys, rounded outward (times to about a minute, keys to multiples of 64), so that
  /// nothing of a deleted row stays behind.
  func zone(block: Int) -> RowBlockSummary {
    let times = pointer(.timestamps, as: Int64.self)
    let keys = pointer(.keys, as: Int64.self)
    let step: Int64 = 1 << 16
    var zone = RowBlockSummary(lowest_time: .max, highest_time: .min, lowest_key: .max, highest_key: .min)
    for row in rows(ofBlock: block) {
      zone.lowest_time = Swift.min(zone.lowest_time, times[row])
      zone.highest_time = Swift.max(zone.highest_time, times[row])
      zone.lowest_key = Swift.min(zone.lowest_key, keys[row])
      zone.highest_key = Swift.max(zone.highest_key, keys[row])
    }
    zone.lowest_time &= ~(step - 1)
    zone.highest_time |= step - 1
    zone.lowest_key &= ~Int64(blockRows - 1)
    zone.highest_key |= Int64(blockRows - 1)
    return zone
  }

  var times: ClosedRange<Int64> {
    let times = pointer(.timestamps, as: Int64.self)
    var lowest = Int64.max
    var highest = Int64.min
    for row in 0..<count {
      lowest = Swift.min(lowest, times[row])
      highest = Swift.max(highest, times[row])
    }
    return lowest...Swift.max(lowest, highest)
  }
}
