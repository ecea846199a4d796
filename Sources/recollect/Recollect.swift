// The program: which commands there are, and how each ends.

import ArgumentParser
import Foundation

@main
struct Recollect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recollect",
    abstract: "Conversation memory for agents, and an explorer for the people who work with them.",
    usage: "recollect [--data <folder> | --qdrant <url>] [<command>] …",
    discussion: """
      Without a command the explorer opens. New here?

        recollect demo                               look at samples
        recollect import --tenant acme chats.jsonl   bring your own
        recollect search --tenant acme "what did we promise about the price?"

      Exit codes: 0 done, 1 failed, 2 done in part, 3 no usable terminal, 64 wrong usage.
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Look around", subcommands: [ExploreCommand.self, DemoCommand.self]),
      CommandGroup(
        name: "Read",
        subcommands: [
          SearchCommand.self, HistoryCommand.self, RecentCommand.self, ContextCommand.self, SummarizeCommand.self,
          TenantsCommand.self, SessionsCommand.self, ChannelsCommand.self,
        ]),
      CommandGroup(
        name: "Write",
        subcommands: [
          AddCommand.self, ImportCommand.self, TagCommand.self, NoteCommand.self, DeleteSessionCommand.self,
          DeleteTenantCommand.self,
        ]),
      CommandGroup(
        name: "Keep",
        subcommands: [
          ExportCommand.self, MigrateCommand.self, VerifyCommand.self, ModelCommand.self, EvaluateCommand.self,
          ConfigCommand.self,
        ]),
    ],
    defaultSubcommand: ExploreCommand.self)

  static func main() async {
    let status = await run(Array(CommandLine.arguments.dropFirst()))
    Foundation.exit(status.rawValue)
  }

  /// Runs a command line, and says on standard error what went wrong with it.
  static func run(_ arguments: [String]) async -> ExitStatus {
    let arguments = commandFirst(arguments)
    do {
      var command = try parse(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return .done
    } catch {
      // Help and version are errors to the parser, and print themselves.
      if exitCode(for: error).isSuccess { exit(withError: error) }
      let failure = CommandFailure(describing: error)
      if let message = failure.message { Console.fail(message) }
      return failure.status
    }
  }

  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    try requireCommand(arguments)
    do {
      return try parseAsRoot(arguments)
    } catch {
      if exitCode(for: error).isSuccess { exit(withError: error) }
      throw CommandFailure.usage(parserError: error, arguments: arguments)
    }
  }

  /// The first word is a command: the parser would take a mistyped one for something that the explorer does not know.
  private static func requireCommand(_ arguments: [String]) throws(CommandFailure) {
    let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
    guard let word = words.first, !word.hasPrefix("-") else { return }
    let known =
      configuration.subcommands.flatMap { [$0.configuration.commandName].compactMap(\.self) + $0.configuration.aliases }
      + ["help"]
    guard !known.contains(word) else { return }
    let meant = known.filter { $0.difference(from: word).count <= 2 || (!word.isEmpty && $0.hasPrefix(word)) }
    let hint = meant.isEmpty ? "" : " (did you mean \(meant.sorted().joined(separator: " or "))?)"
    throw CommandFailure.usage("there is no command \"\(word)\"\(hint): see `recollect --help`")
  }

  /// Lets the place of the data stand before the command too.
  private static func commandFirst(_ arguments: [String]) -> [String] {
    var count = 0
    while count < arguments.count {
      let word = arguments[count]
      guard let name = ["--data", "--qdrant", "--collection"].first(where: { word == $0 || word.hasPrefix("\($0)=") })
      else { break }
      count += word == name ? 2 : 1
    }
    guard count > 0, arguments.count > count, !arguments[count].hasPrefix("-") else { return arguments }
    return [arguments[count]] + arguments.prefix(count) + arguments.dropFirst(count + 1)
  }
}
