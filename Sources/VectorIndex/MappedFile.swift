// A file of the index, mapped read-only.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file mapped read-only and shared: it shows what the writing process writes. Unmapped with its last reference.
///
/// Unchecked: the two stored properties never change, and the memory cannot be written through this mapping. Another
/// process does change it; what may be read when is the format's business (see FileFormat.swift).
package final class MappedFile: @unchecked Sendable {
  package let base: UnsafeRawPointer
  package let size: Int
  package let identity: FileIdentity

  /// Maps a file of exactly `size` bytes. Nil when there is none; throws `.damaged` when its size differs.
  package init?(_ name: String, size: Int, in folder: IndexFolder) throws {
    guard let file = try folder.openForReading(name) else { return nil }
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw folder.failure("look at the file", name) }
    guard Int(status.st_size) == size else {
      throw VectorIndexError.damaged(
        folder.path(of: name), "the file has \(status.st_size) bytes instead of \(size)")
    }
    guard let memory = mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0), memory != MAP_FAILED else {
      throw folder.failure("map the file", name)
    }
    base = UnsafeRawPointer(memory)
    self.size = size
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), size) }

  /// Gives back the memory of the pages that were touched; they come again when they are touched again, from the system's
  /// cache as long as it holds them. What may be read meanwhile, may be.
  package func rest() { madvise(UnsafeMutableRawPointer(mutating: base), size, MADV_DONTNEED) }

  /// A copy of some bytes within bounds.
  package func bytes(_ range: Range<Int>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}
