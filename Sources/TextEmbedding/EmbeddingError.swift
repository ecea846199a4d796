// The one error type of this module.

/// What went wrong with a model, where, and what to do about it.
public struct EmbeddingError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The kind of failure, for code that has to tell them apart.
  public enum Code: String, Sendable {
    /// No model is installed, or a file that a model needs is missing.
    case missing
    /// A file could not be opened, read, written or moved.
    case inputOutput
    /// A file is not what it should be: truncated, malformed, wrong shape or wrong hash.
    case damaged
    /// The model is sound, but of a kind that this encoder does not run.
    case unsupported
    /// A model could not be fetched.
    case fetch
    /// Another model is installed under that name, or the name cannot be used.
    case nameConflict
  }

  public let code: Code
  /// What happened, and to what.
  public let message: String
  /// The file or folder it happened at.
  public let place: String?
  /// What the user can do.
  public let remedy: String?

  public init(_ code: Code, _ message: String, at place: String? = nil, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.place = place
    self.remedy = remedy
  }

  public var description: String {
    var text = message
    if let place { text += " (\(place))" }
    if let remedy { text += ". \(remedy)" }
    return text
  }
}
