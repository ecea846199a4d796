// What the program tells the shell.

/// The exit codes that scripts may rely on.
struct ExitStatus: Equatable {
  let rawValue: Int32

  static let done = ExitStatus(rawValue: 0)
  static let failed = ExitStatus(rawValue: 1)
  /// Something was done, something was not.
  static let partly = ExitStatus(rawValue: 2)
  static let terminalUnusable = ExitStatus(rawValue: 3)
  static let usage = ExitStatus(rawValue: 64)
}
