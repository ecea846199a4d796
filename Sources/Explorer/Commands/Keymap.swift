// From keys to commands and back, for input, bar and help.

import Terminal

enum Keymap {
  static func command(
    for key: Key, in context: KeyContext, of bindings: KeyBindings = .standard
  ) -> ExplorerCommand.Identifier? {
    bindings.command(for: key, in: context)
  }

  /// What the bar shows: the commands that apply here and now, each with its first key.
  static func bar(_ state: ExplorerState) -> [(command: ExplorerCommand, key: Key)] {
    let context = KeyContext(state)
    return CommandTable.all
      .filter { $0.barRank != nil && $0.barContexts?.contains(context) != false && $0.whyNot(state) == nil }
      .compactMap { command in state.settings.keys.keys(of: command, in: context).first.map { (command, $0) } }
      .sorted { ($0.command.barRank ?? 0) < ($1.command.barRank ?? 0) }
  }

  /// A key as the bar and the help write it.
  static func label(_ key: Key) -> String {
    switch key.description {
    case "escape": "esc"
    case "page-down": "pgdn"
    case "page-up": "pgup"
    case "backspace": "bsp"
    case let name: name
    }
  }
}

extension ExplorerState {
  /// The commands the help lists for what is typed into it: by name, description or key.
  func helpCommands(_ filter: String) -> [ExplorerCommand] {
    let words = filter.lowercased().split(separator: " ")
    return ExplorerCommand.Group.allCases.flatMap { group in
      CommandTable.all.filter { command in
        guard command.group == group else { return false }
        let text = "\(command.name) \(command.description)".lowercased()
        let keys = settings.keys.keys(of: command).map { Keymap.label($0) }
        return words.allSatisfy { word in text.contains(word) || keys.contains(String(word)) }
      }
    }
  }
}
