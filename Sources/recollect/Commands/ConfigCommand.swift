// `recollect config`: the file that sets how the explorer looks and behaves.

import ArgumentParser
import Explorer
import Foundation

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Write, find and check the explorer's configuration file.",
    discussion: """
      The file is $XDG_CONFIG_HOME/recollect/config.toml, else ~/.config/recollect/config.toml.

        recollect config init
        $EDITOR "$(recollect config path)"
        recollect config check
      """,
    subcommands: [ConfigInitCommand.self, ConfigPathCommand.self, ConfigCheckCommand.self])
}

struct ConfigInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write the file with every setting explained, and commented out.")

  @Flag(name: .customLong("force"), help: "Write over a file that is there.")
  var overwrites = false

  func run() throws {
    let path = ConfigurationFolder.file.path
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    do {
      // Through a link, if the file is one: it may live with a person's other settings.
      try Data(ConfigurationTemplate.text.utf8).write(
        to: url.resolvingSymlinksInPath(), options: overwrites ? .atomic : .withoutOverwriting)
    } catch let error as CocoaError where error.code == .fileWriteFileExists {
      throw CommandFailure(.failed, "\(path) is there already: edit it, or write over it with --force")
    }
    try Console.print(StyledText("wrote \(path)"))
  }
}

struct ConfigPathCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print where the file is looked for.")

  func run() throws { try Console.output.write(ConfigurationFolder.file.path + "\n") }
}

struct ConfigCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "List what is wrong with the file, a line each; exit code 1 if anything is.")

  func run() throws {
    let file = ConfigurationFolder.file
    do {
      _ = try file.read()
    } catch {
      try Console.print(error.problems.map { StyledText($0.description) })
      throw CommandFailure(.failed)
    }
    let isThere = FileManager.default.fileExists(atPath: file.path)
    try Console.print(
      StyledText(isThere ? "\(file.path) is in order" : "\(file.path) is not there: `recollect config init` writes it"))
  }
}
