// Why the screen could not be opened.

/// One line for people, with the remedy.
public struct ScreenError: Error, CustomStringConvertible, Sendable, Equatable {
  public enum Code: Sendable, Equatable {
    /// Input or output is no terminal.
    case noTerminal
    /// `TERM` is not set, or no description of it is installed.
    case unknownTerminal
    /// The terminal cannot place its cursor.
    case tooSimple
    case system
  }

  public let code: Code
  public let message: String
  public let remedy: String

  /// What a program that needs the screen exits with.
  public var exitCode: Int32 { 3 }

  public var description: String { SafeText.printable("\(message); \(remedy)") }
}
