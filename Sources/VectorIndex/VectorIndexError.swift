// The errors of this module.

/// What went wrong, with which file, and what to do about it.
public struct VectorIndexError: Error, CustomStringConvertible, Sendable, Hashable {
  /// The kinds of failure a caller may want to tell apart.
  public enum Code: String, Sendable, Hashable {
    /// The vectors were made by another model. Rebuild.
    case wrongModel
    /// The vectors have another number of dimensions. Rebuild.
    case wrongDimensions
    /// The files were written by an older version of this format. Rebuild.
    case olderVersion
    /// The files were written by a newer version of this format. Update the program.
    case newerVersion
    /// A file is missing, cut short, or differs from its checksum. Rebuild.
    case damaged
    /// The index was opened for reading.
    case readOnly
    /// A vector is not finite, has the wrong length, or, for a query, has no direction.
    case invalidVector
    /// Another argument lies outside its limits.
    case invalidArgument
    /// The operating system refused an operation (no space, no permission, an input or output error).
    case system
    /// An earlier write failed midway; the index must be opened again before it is written to.
    case reopenRequired
  }

  /// The kind of failure.
  public var code: Code
  /// The file or folder concerned.
  public var file: String
  /// What happened.
  public var what: String
  /// What to do about it.
  public var remedy: String

  /// Whether the owner should rebuild the index from its store: ``VectorIndex/reset(folder:configuration:)`` and
  /// append everything again.
  public var asksForRebuild: Bool {
    switch code {
    case .wrongModel, .wrongDimensions, .olderVersion, .damaged: true
    default: false
    }
  }

  public var description: String { "\(what) (\(file)): \(remedy)" }

  package init(code: Code, file: String, what: String, remedy: String) {
    self.code = code
    self.file = file
    self.what = what
    self.remedy = remedy
  }

  package static func damaged(_ file: String, _ what: String) -> VectorIndexError {
    VectorIndexError(
      code: .damaged, file: file, what: what,
      remedy: "rebuild the index: it is derived from the messages and loses nothing")
  }
}

/// One thing ``VectorIndex/verify()`` found wrong.
public struct VectorIndexDamage: Sendable, Hashable, CustomStringConvertible {
  /// The file's name within the index's folder.
  public var file: String
  /// What is wrong, and where in the file.
  public var what: String

  public var description: String { "\(file): \(what)" }

  package init(file: String, what: String) {
    self.file = file
    self.what = what
  }
}
