// The one error type of this module: what keeps a whole file from being read or written. A single bad line is an
// `ImportRejection` instead.

/// What happened, to which file, and the remedy.
public struct ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, for code that has to tell them apart.
  public enum Code: String, Sendable {
    /// The file is not there, is a folder, or may not be read.
    case unreadable
    /// It ends early or its compression is broken; what came before has been read.
    case damaged
    /// It is something else than conversations in a known format.
    case wrongFormat
    /// The output cannot be written.
    case unwritable
    /// The output exists already.
    case exists
  }

  public var code: Code
  /// What happened.
  public var message: String
  /// As the user named it; `-` is standard input or output.
  public var file: String
  public var remedy: String

  public init(_ code: Code, _ message: String, file: String, remedy: String) {
    self.code = code
    self.message = message
    self.file = file
    self.remedy = remedy
  }

  public var description: String { "\(file): \(message): \(remedy)" }
}
