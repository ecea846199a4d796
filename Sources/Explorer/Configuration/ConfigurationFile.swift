// Reads a configuration file, and finds all that is wrong with it.

import Foundation
public import Terminal

/// A person's configuration in TOML; `ConfigurationTemplate` explains every setting.
public struct ConfigurationFile: Sendable {
  public let path: String
  private let themes: ThemeLibrary

  public init(path: String, themes: ThemeLibrary) {
    self.path = path
    self.themes = themes
  }

  /// What the file sets; the defaults where there is no file.
  ///
  /// - Throws: all that is wrong with it: a file that is partly wrong is not used in part.
  public func read() throws(ConfigurationError) -> ExplorerPreferences {
    guard FileManager.default.fileExists(atPath: path) else { return ExplorerPreferences() }
    return try read(try source())
  }

  private func source() throws(ConfigurationError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw error("the file cannot be read", "check that it is a file, and its permissions")
    }
    guard let source = String(validating: data, as: UTF8.self) else {
      throw error("the file is not UTF-8", "save it as UTF-8")
    }
    return source
  }

  private func values(of source: String) throws(ConfigurationError) -> [String: ConfigurationValue] {
    do {
      return try ConfigurationValue.parse(source)
    } catch {
      throw ConfigurationError(problems: [
        ConfigurationProblem(
          file: path, line: error.line, message: error.message, remedy: "write it as TOML: name = value")
      ])
    }
  }

  /// What the file says by some settings at its top; all others are passed over.
  ///
  /// - Throws: what is wrong with those, or with the file as a whole.
  func readSettings(of settings: [ConfigurationSetting]) throws(ConfigurationError) -> ExplorerPreferences {
    guard FileManager.default.fileExists(atPath: path) else { return ExplorerPreferences() }
    let source = try source()
    let root = try values(of: source)
    let lines = ConfigurationLines(source)
    var preferences = ExplorerPreferences()
    var problems: [ConfigurationProblem] = []
    for setting in settings {
      guard let value = root[setting.name] else { continue }
      do throws(ConfigurationMistake) {
        try setting.take(value, themes, &preferences)
      } catch {
        problems.append(
          ConfigurationProblem(
            file: path, line: lines.line(of: [setting.name], word: error.word), message: error.message,
            remedy: error.remedy))
      }
    }
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    return preferences
  }

  func read(_ source: String) throws(ConfigurationError) -> ExplorerPreferences {
    let root = try values(of: source)
    let lines = ConfigurationLines(source)
    var preferences = ExplorerPreferences()
    var problems: [ConfigurationProblem] = []
    func report(_ mistake: ConfigurationMistake, at path: [String]) {
      problems.append(
        ConfigurationProblem(
          file: self.path, line: lines.line(of: path, word: mistake.word), message: mistake.message,
          remedy: mistake.remedy))
    }
    for (name, value) in root {
      if name == "keys" {
        let keys = ConfigurationKeys(value) { lines.line(of: $0) }
        for (path, mistake) in keys.mistakes { report(mistake, at: path) }
        preferences.keys = keys.bindings
      } else if ConfigurationSetting.tables.contains(name) {
        guard case .table(let table) = value else {
          report(
            ConfigurationMistake(message: "\(name) is not a table", remedy: "write [\(name)] and its settings below"),
            at: [name])
          continue
        }
        for (inner, value) in table {
          do throws(ConfigurationMistake) {
            try take(inner, value, in: name, &preferences)
          } catch {
            report(error, at: [name, inner])
          }
        }
      } else {
        do throws(ConfigurationMistake) {
          try take(name, value, in: nil, &preferences)
        } catch {
          report(error, at: [name])
        }
      }
    }
    guard problems.isEmpty else {
      throw ConfigurationError(problems: problems.sorted { ($0.line, $0.message) < ($1.line, $1.message) })
    }
    return preferences
  }

  private func take(
    _ name: String, _ value: ConfigurationValue, in table: String?, _ preferences: inout ExplorerPreferences
  ) throws(ConfigurationMistake) {
    let settings = ConfigurationSetting.all.filter { $0.table == table }
    if let setting = settings.first(where: { $0.name == name }) {
      return try setting.take(value, themes, &preferences)
    }
    let place = table.map { "[\($0)]" } ?? "the file"
    var known = settings.map(\.name)
    if table == nil { known += ConfigurationSetting.tables.map { "[\($0)]" } }
    // In the wrong table it is as good as mistyped.
    let home = ConfigurationSetting.all.first { $0.name == name && $0.table != table }
    let remedy =
      home.map { "write it \($0.table.map { "below [\($0)]" } ?? "at the top, before the first [table]")" }
      ?? "use one of \(known.joined(separator: ", "))"
    throw ConfigurationMistake(
      message: "there is no setting \"\(name)\" in \(place)"
        + ConfigurationSetting.meant(name, among: settings.map(\.name)),
      remedy: remedy)
  }

  private func error(_ message: String, _ remedy: String) -> ConfigurationError {
    ConfigurationError(problems: [ConfigurationProblem(file: path, line: 0, message: message, remedy: remedy)])
  }
}
