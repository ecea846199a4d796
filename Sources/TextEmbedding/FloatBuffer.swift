// Memory for matrices that the kernels read and write.

internal import Foundation

/// A piece of aligned memory for floats, not initialised.
///
/// `@unchecked Sendable` holds because an owner either fills it before sharing it and only reads it from then on, or
/// lets each thread write rows of its own and reads them when all are done.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableRawPointer

  private static let bigPage = 2 << 20

  init(count: Int) {
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    memory = .allocate(byteCount: bytes, alignment: bytes >= Self.bigPage ? Self.bigPage : 64)
    #if os(Linux)
      // Large matrices are read from end to end: big pages save most page faults and address look-ups. Only advice.
      if bytes >= Self.bigPage { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    start = memory.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// A copy of the values, all of which must have been written.
  func values() -> [Float] {
    withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: start, count: count)) }
  }

  deinit { memory.deallocate() }
}
