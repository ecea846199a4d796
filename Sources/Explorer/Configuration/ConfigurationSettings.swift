// Every setting of the configuration file apart from keys: reading it, checking it and explaining it come from here.

import ConversationMemory
import Foundation
import Terminal

struct ConfigurationSetting: Sendable {
  /// The table it stands in; nil at the top.
  var table: String?
  var name: String
  /// Lines of explanation for the file that `config init` writes.
  var explanation: [String]
  /// The default, as TOML.
  var standard: String
  var take: @Sendable (ConfigurationValue, ThemeLibrary, inout ExplorerPreferences) throws(ConfigurationMistake) -> Void

  static let tables: [String] = ["sessions", "context", "keys"]

  static let all: [ConfigurationSetting] =
    [theme, zone, dates, mouse, markdown, restoring, columns, budget] + cluster

  private static let theme = ConfigurationSetting(
    name: "theme",
    explanation: [
      "The colours: a built-in theme, or the name of a file in the folder themes beside this one,",
      "without its .toml. `:theme` in the explorer goes through them.",
    ],
    standard: "\"\(ThemeLibrary.defaultIdentifier)\""
  ) { value, themes, preferences throws(ConfigurationMistake) in
    let name = try value.text(example: "theme = \"\(ThemeLibrary.defaultIdentifier)\"")
    do throws(ThemeError) {
      _ = try themes.theme(name)
    } catch {
      guard error.code == .unknownTheme else {
        throw ConfigurationMistake(message: "theme \"\(name)\" cannot be used", remedy: error.description)
      }
      throw ConfigurationMistake(
        message: "there is no theme \"\(name)\"\(meant(name, among: themes.identifiers))",
        remedy: "use one of \(themes.identifiers.joined(separator: ", "))")
    }
    preferences.theme = name
  }

  private static let zone = ConfigurationSetting(
    name: "time-zone",
    explanation: [
      "The zone times are shown in, and in which \"yesterday\" and \"since:2026-10-01\" are meant:",
      "\"local\", \"UTC\", or a name such as \"Europe/Berlin\".",
    ],
    standard: "\"local\""
  ) { value, _, preferences throws(ConfigurationMistake) in
    let name = try value.text(example: "time-zone = \"Europe/Berlin\"")
    if name == "local" {
      preferences.zone = nil
      return
    }
    guard let zone = TimeZone(identifier: name) else {
      throw ConfigurationMistake(
        message: "there is no time zone \"\(name)\"\(meant(name, among: TimeZone.knownTimeZoneIdentifiers))",
        remedy: "use \"local\", \"UTC\" or a name such as \"Europe/Berlin\"")
    }
    preferences.zone = zone
  }

  private static let dates = ConfigurationSetting(
    name: "dates",
    explanation: [
      "How days are written: \"day-month\" (21 Nov 2026), \"month-day\" (Nov 21, 2026), \"iso\" (2026-11-21)."
    ],
    standard: "\"\(DateStyle.dayMonth.rawValue)\""
  ) { value, _, preferences throws(ConfigurationMistake) in
    let name = try value.text(example: "dates = \"iso\"")
    guard let style = DateStyle(rawValue: name) else {
      let names = DateStyle.allCases.map(\.rawValue)
      throw ConfigurationMistake(
        message: "\"\(name)\" is no way to write dates\(meant(name, among: names))",
        remedy: "use one of \(names.joined(separator: ", "))")
    }
    preferences.dates = style
  }

  private static let mouse = ConfigurationSetting(
    name: "mouse",
    explanation: ["Whether the mouse belongs to the explorer; false leaves it to the terminal, to select text."],
    standard: "true"
  ) { value, _, preferences throws(ConfigurationMistake) in preferences.isMouseOn = try value.truth() }

  private static let markdown = ConfigurationSetting(
    name: "markdown",
    explanation: [
      "Whether Markdown in messages is drawn: headings, lists, tables, code; false shows them as they were",
      "written. `:markdown` in the explorer changes over.",
    ],
    standard: "true"
  ) { value, _, preferences throws(ConfigurationMistake) in preferences.rendersMarkdown = try value.truth() }

  private static let restoring = ConfigurationSetting(
    name: "restore-place",
    explanation: [
      "Whether to start at the tenant, list, order and session one was at the last time. The place is",
      "kept in $XDG_STATE_HOME/recollect/places.json.",
    ],
    standard: "false"
  ) { value, _, preferences throws(ConfigurationMistake) in preferences.restoresPlace = try value.truth() }

  private static let columns = ConfigurationSetting(
    table: "sessions", name: "columns",
    explanation: [
      "Metadata to show beside each session's title, in this order, where the list is wide enough:",
      "[\"deal_stage\", \"product_discussed\"].",
    ],
    standard: "[]"
  ) { value, _, preferences throws(ConfigurationMistake) in
    let names = try value.texts(example: "columns = [\"deal_stage\"]")
    if let name = names.first(where: { $0.isEmpty }) {
      throw ConfigurationMistake(
        message: "a column has no name", remedy: "name metadata, such as \"deal_stage\"", word: name)
    }
    if let name = names.indices.first(where: { names[..<$0].contains(names[$0]) }).map({ names[$0] }) {
      throw ConfigurationMistake(
        message: "the column \"\(name)\" is there twice", remedy: "take one of them out", word: name)
    }
    preferences.sessionColumns = names
  }

  private static let budget = ConfigurationSetting(
    table: "context", name: "token-budget",
    explanation: [
      "Tokens an agent's context may have: the context view shows how much of them is used, and warns",
      "where there are more. 0 sets none.",
    ],
    standard: "0"
  ) { value, _, preferences throws(ConfigurationMistake) in
    let budget = try value.integer(example: "token-budget = 4000")
    guard (0...10_000_000).contains(budget) else {
      throw ConfigurationMistake(
        message: "\(budget) is no number of tokens", remedy: "use a number from 0 (none) to 10000000")
    }
    preferences.tokenBudget = budget == 0 ? nil : budget
  }

  /// ` (did you mean "…"?)` where a known name is near.
  static func meant(_ name: String, among known: [String]) -> String {
    NameSuggestion.nearest(to: name, among: known).map { " (did you mean \"\($0)\"?)" } ?? ""
  }
}
