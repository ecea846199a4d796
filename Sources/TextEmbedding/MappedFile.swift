// A file mapped into memory for reading.

internal import Foundation

/// A whole file as read-only bytes.
///
/// Pages are read when they are first touched. Installed models are replaced by renaming, never rewritten in place, so
/// the bytes do not change under a reader.
///
/// `@unchecked Sendable` holds because the mapping is read-only and lives exactly as long as this object.
final class MappedFile: @unchecked Sendable {
  let path: String
  /// The size in bytes.
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mapping, count: count) }

  init(path: String) throws(EmbeddingError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let missing = errno == ENOENT
      throw EmbeddingError(
        missing ? .missing : .inputOutput, "cannot open file: \(String(cString: strerror(errno)))", at: path,
        remedy: missing ? "Install the model again: recollect model install" : "Check its permissions")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw EmbeddingError(.inputOutput, "not a regular file", at: path)
    }
    let length = Int(status.st_size)
    guard length > 0 else {
      throw EmbeddingError(
        .damaged, "the file is empty", at: path, remedy: "Install the model again: recollect model install")
    }
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw EmbeddingError(
        .inputOutput, "cannot map \(length) bytes: \(String(cString: strerror(errno)))", at: path)
    }
    mapping = start
    count = length
  }

  deinit {
    munmap(mapping, count)
  }

  /// The first byte. It must not be read after this object is gone.
  var start: UnsafeRawPointer { UnsafeRawPointer(mapping) }

  /// Gives access to the bytes while the mapping surely lives.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// The bytes in `range`, which must lie in the file. They must not be used after this object is gone.
  func bytes(in range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }
}
