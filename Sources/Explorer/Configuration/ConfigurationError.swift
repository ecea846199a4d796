// What can be wrong with a configuration file.

import Terminal

/// One thing that is wrong: where, what, and what to do about it.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  public var file: String
  /// From 1; 0 where the problem has no place.
  public var line: Int
  public var message: String
  public var remedy: String

  /// `file:line: message; remedy`.
  public var description: String {
    SafeText.printable("\(line > 0 ? "\(file):\(line)" : file): \(message); \(remedy)")
  }
}

/// A file that cannot be used as it is: all that is wrong with it, in the order of its lines.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable, Equatable {
  public let problems: [ConfigurationProblem]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// What is wrong with one value, before it is known where it stands.
struct ConfigurationMistake: Error, Equatable {
  var message: String
  var remedy: String
  /// The part of a list that is meant.
  var word: String?
}
