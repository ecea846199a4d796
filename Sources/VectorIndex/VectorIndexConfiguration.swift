// What an index is made for, and how a process may use it.

/// The shape and the model of the vectors in an index. An index is opened with the configuration it was
/// made with, and with no other.
public struct VectorIndexConfiguration: Sendable, Hashable {
  /// Components of a vector: a multiple of 32, from 32 to 4096.
  public var dimensions: Int

  /// Names the model (and its version, and the way text is cut into passages) that made the vectors; at most
  /// 1024 bytes of UTF-8. Vectors of two fingerprints cannot be compared.
  public var modelFingerprint: String

  /// Describes the vectors of an index.
  public init(dimensions: Int, modelFingerprint: String) {
    self.dimensions = dimensions
    self.modelFingerprint = modelFingerprint
  }

  func validate(file: String) throws(VectorIndexError) {
    guard (32...4096).contains(dimensions), dimensions.isMultiple(of: 32) else {
      throw VectorIndexError(
        code: .invalidArgument, file: file, what: "vectors of \(dimensions) dimensions cannot be indexed",
        remedy: "use a model whose dimensions are a multiple of 32 between 32 and 4096")
    }
    guard modelFingerprint.utf8.count <= FileFormat.fingerprintLimit else {
      throw VectorIndexError(
        code: .invalidArgument, file: file,
        what: "the model fingerprint has \(modelFingerprint.utf8.count) bytes",
        remedy: "use a fingerprint of at most \(FileFormat.fingerprintLimit) bytes, such as a digest")
    }
  }
}

/// How an index is opened.
public enum VectorIndexAccess: Sendable, Hashable {
  /// Any number of processes at once; never changes a file.
  case reading

  /// One process at a time: the caller holds the lock. Opening finishes what a killed writer left undone.
  case writing
}
