// Memory for matrices that the kernels read and write.

internal import Foundation

typealias FloatBuffer = AlignedBuffer<Float>

/// A piece of aligned memory for numbers, not initialised.
///
/// `@unchecked Sendable` holds because an owner either fills it before sharing it and only reads it from then on, or
/// lets each thread write rows of its own and reads them when all are done.
final class AlignedBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<Element>
  private let memory: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    let bigPage = 2 << 20
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    memory = .allocate(byteCount: bytes, alignment: bytes >= bigPage ? bigPage : 64)
    #if os(Linux)
      // Large matrices are read from end to end: big pages save most page faults and address look-ups. Only advice.
      if bytes >= bigPage { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    start = memory.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// A copy of the values, all of which must have been written.
  func values() -> [Element] {
    withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: start, count: count)) }
  }

  deinit { memory.deallocate() }
}
