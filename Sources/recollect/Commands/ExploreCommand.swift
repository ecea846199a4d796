// `recollect` without a command: the explorer.

import ArgumentParser
import ConversationMemory
import Explorer
import Foundation

struct ExploreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Open the explorer; the same as no command at all.",
    discussion: """
        recollect
        recollect explore --tenant acme --read-only
      """)

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

  @Flag(name: .customLong("no-config"), help: "Leave the configuration file unread.")
  var ignoresConfiguration = false

  /// Opens the explorer on a folder or a cluster and returns when it is closed.
  func open(_ place: DataPlace, tenant: TenantID?) async throws {
    guard Console.output.isTerminal else {
      throw CommandFailure(
        .terminalUnusable, "the explorer needs a terminal: `recollect --help` lists the commands that do not")
    }
    let preferences = try readPreferences()
    let store = try place.open()
    if let tenant { _ = try await store.tenant(tenant) }
    let status = try await ExplorerApp.run(
      ExplorerConfiguration(
        store: store, tenant: tenant, dataDescription: place.description, isReadOnly: isReadOnly,
        zone: preferences.zone ?? .current, theme: theme ?? preferences.theme,
        themeFolder: ConfigurationFolder.themeFolder, isMouseOn: preferences.isMouseOn && !leavesMouse,
        preferences: preferences, placeFile: ConfigurationFolder.placeFile))
    if status != 0 { throw CommandFailure(ExitStatus(rawValue: status)) }
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
