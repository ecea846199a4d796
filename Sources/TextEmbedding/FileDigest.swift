// Sizes and hashes of files.

internal import Crypto
internal import Foundation

enum FileDigest {
  /// The size of a regular file in bytes; nil where there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// SHA-256 in lower-case hexadecimal digits.
  static func sha256(of path: String) throws(EmbeddingError) -> String {
    if size(of: path) == 0 { return SHA256.hash(data: Data()).hexadecimal }
    var hash = SHA256()
    try MappedFile(path: path).withBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().hexadecimal
  }
}
