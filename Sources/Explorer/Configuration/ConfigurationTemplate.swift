// The file that `recollect config init` writes: every setting with its default, explained and commented out.

import Terminal

public enum ConfigurationTemplate {
  /// The text of the file. Its lines `#name = value` are settings; those that begin with `# ` are for people.
  public static var text: String {
    var lines = [
      "# The configuration of recollect's explorer, in TOML.",
      "#",
      "# Every setting is shown with its default: to change one, take the # before its name away. `recollect config check`",
      "# says what is wrong with the file; the explorer does not start with a file that is, except with --no-config.",
      "",
    ]
    for setting in ConfigurationSetting.all where setting.table == nil { lines += describe(setting) }
    for table in ConfigurationSetting.tables where table != "keys" {
      lines += ["[\(table)]", ""]
      for setting in ConfigurationSetting.all where setting.table == table { lines += describe(setting) }
    }
    return (lines + keys).joined(separator: "\n") + "\n"
  }

  private static func describe(_ setting: ConfigurationSetting) -> [String] {
    setting.explanation.map { "# \($0)" } + ["#\(setting.name) = \(setting.standard)", ""]
  }

  private static var keys: [String] {
    var lines = [
      "[keys]",
      "",
      "# All keys of a command; [] takes them all away, and the command is still there as `:name`. The bar shows the first.",
      "# Keys are written j, G, ?, space, enter, escape, tab, shift-tab, backspace, up, page-down, home, insert, delete, f5,",
      "# ctrl-r, alt-left. A key from the list shown works where it does now; any other works wherever the command has a key.",
      "# No key may run two commands in the same place. To set the keys of one place only:",
      "#",
      "#   [keys.in.list]",
      "#   search = [\"s\", \"/\"]",
      "#   filter = [\"f\"]",
      "#",
    ]
    lines += wrapped("Places are ", KeyContext.allCases.map(\.name))
    for group in ExplorerCommand.Group.allCases {
      lines += ["", "# \(group.rawValue)"]
      for command in CommandTable.all where command.group == group {
        let list = command.keys.map { quoted($0.description) }.joined(separator: ", ")
        lines += ["# \(command.description)", "#\(command.name) = [\(list)]"]
      }
    }
    return lines
  }

  /// Names in a sentence, on lines of a file.
  private static func wrapped(_ start: String, _ names: [String]) -> [String] {
    let text = start + names.joined(separator: ", ") + "."
    return TextLayout.wrap(text, columns: 116).map { "# \($0)" }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
