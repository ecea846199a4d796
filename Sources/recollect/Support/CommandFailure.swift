// How a command ends other than well: one line for people, and an exit code for programs.

import ArgumentParser
import ConversationMemory
import Foundation
import Terminal

/// Ends a command with a message `what: remedy`, or, where everything has been said, without one.
struct CommandFailure: Error, CustomStringConvertible {
  var status: ExitStatus
  var message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }

  static func usage(_ message: String) -> CommandFailure { CommandFailure(.usage, message) }

  /// A command line that cannot be understood; the parser's own words, on one line.
  static func usage(parserError: any Error, arguments: [String]) -> CommandFailure {
    let text = Recollect.message(for: parserError).split(whereSeparator: \.isNewline).joined(separator: " ")
    let known = Set(Recollect.configuration.subcommands.compactMap { $0.configuration.commandName })
    let command = arguments.first(where: known.contains).map { " \($0)" } ?? ""
    return .usage("\(text): see `recollect\(command) --help`")
  }

  /// What any error means for the exit code.
  init(describing error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as MemoryError where error.code == .invalidArgument || error.code == .invalidCursor:
      self = .usage(error.description)
    case let error as ValidationError: self = .usage(error.message)
    case let error as ScreenError: self.init(ExitStatus(rawValue: error.exitCode), error.description)
    case let error as CocoaError: self.init(.failed, Self.plain(error))
    case is CancellationError: self.init(.failed, "interrupted: run the same command again")
    default: self.init(.failed, "\(error)")
    }
  }

  /// What Foundation says about a file, without its domains and keys.
  private static func plain(_ error: CocoaError) -> String {
    let file = error.filePath ?? error.url?.path ?? "a file"
    let cause = error.underlying as? POSIXError
    let reason = cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
    return "\(file) cannot be used (\(reason)): check the path, its permissions and the free space"
  }

  var description: String { message ?? "" }
}
