// What can be wrong with a theme.

/// A theme that cannot be used: where, what, and what to do about it.
public struct ThemeError: Error, CustomStringConvertible, Sendable, Equatable {
  public enum Code: Sendable, Equatable {
    case unknownTheme, unreadable, syntax, unknownKey, unknownRole, unknownColor, unknownAttribute, wrongType, missing
  }

  public let code: Code
  /// The file, or `built-in theme NAME`.
  public let file: String
  /// Both from 1; 0 where the problem has no place.
  public let line: Int
  public let column: Int
  public let message: String
  public let remedy: String

  /// `file:line:column: message; remedy`.
  public var description: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    return SafeText.printable("\(place): \(message); \(remedy)")
  }
}
