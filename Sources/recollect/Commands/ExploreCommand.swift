// `recollect` without a command: the explorer.

import ArgumentParser
import ConversationMemory
import Explorer
import Foundation
import Terminal

struct ExploreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Open the explorer; the same as no command at all.",
    discussion: """
      With --plain it goes line by line: for people who use a screen reader, for \
      terminals that cannot place a cursor, and for scripts.

        recollect
        recollect explore --tenant acme --read-only
        recollect browse --plain
        printf 'search enterprise price\\n1\\n' | recollect browse --plain --tenant acme
      """,
    aliases: ["browse"])

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The tenant to open.", valueName: "tenant"), transform: { try TenantID($0) })
  var tenant: TenantID?

  @OptionGroup var explorer: ExplorerOptions

  func run() async throws { try await explorer.open(try data.place(), tenant: tenant) }
}

/// How the explorer looks and behaves.
struct ExplorerOptions: ParsableArguments {
  @Flag(name: .customLong("read-only"), help: "Nothing can be changed.")
  var isReadOnly = false

  @Option(help: ArgumentHelp("The colours.", valueName: "name"))
  var theme: String?

  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var leavesMouse = false

  @Flag(name: .customLong("no-config"), help: "Leave the configuration file and the bookmarks unread.")
  var ignoresConfiguration = false

  @Flag(
    name: .customLong("plain"), help: "Go line by line, without colours: for screen readers and simple terminals.")
  var isPlain = false

  /// Opens the explorer on a folder or a cluster and returns when it is closed.
  func open(_ place: DataPlace, tenant: TenantID?) async throws {
    guard isPlain || Console.output.isTerminal else {
      throw CommandFailure(
        .terminalUnusable,
        "the explorer needs a terminal: `recollect browse --plain` and the commands that `recollect --help` lists do not"
      )
    }
    let preferences = try readPreferences()
    let store = try place.open()
    if let tenant { _ = try await store.tenant(tenant) }
    let configuration = ExplorerConfiguration(
      store: store, tenant: tenant, dataDescription: place.description, isReadOnly: isReadOnly,
      zone: preferences.zone ?? .current, theme: theme ?? preferences.theme,
      themeFolder: ConfigurationFolder.themeFolder, isMouseOn: preferences.isMouseOn && !leavesMouse,
      preferences: preferences, placeFile: ConfigurationFolder.placeFile,
      marksFile: ignoresConfiguration ? nil : ConfigurationFolder.marksFile)
    if isPlain { return try await openPlain(configuration) }
    do {
      let status = try await ExplorerApp.run(configuration)
      if status != 0 { throw CommandFailure(ExitStatus(rawValue: status)) }
    } catch let error as ScreenError where error.code != .system {
      throw CommandFailure(
        ExitStatus(rawValue: error.exitCode), "\(error); `recollect browse --plain` needs nothing of the terminal")
    }
  }

  /// In a script, what could not be followed shows in the exit code too.
  private func openPlain(_ configuration: ExplorerConfiguration) async throws {
    let isInteractive = isatty(STDIN_FILENO) == 1 && Console.output.isTerminal
    let mistakes = try await PlainExplorer.run(
      configuration, terms: .init(isInteractive: isInteractive, columns: Console.output.columns),
      lines: StandardLines(), write: Console.output.write)
    if mistakes > 0, !isInteractive { throw CommandFailure(.partly) }
  }

  /// - Throws: wrong usage, where the file has mistakes: half a configuration would be a riddle.
  private func readPreferences() throws -> ExplorerPreferences {
    guard !ignoresConfiguration else { return ExplorerPreferences() }
    do throws(ConfigurationError) {
      return try ConfigurationFolder.file.read()
    } catch {
      for problem in error.problems { Console.note(problem.description) }
      throw CommandFailure.usage(
        "the configuration file has \(Figures.count(error.problems.count, "mistake")): correct it, or start with --no-config"
      )
    }
  }
}
