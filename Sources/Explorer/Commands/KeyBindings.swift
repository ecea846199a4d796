// Which key runs what where: the command table's keys, and in their place those a person has chosen. What the chosen ones
// are written like is in Configuration/.

import Terminal

struct KeyBindings: Sendable, Equatable {
  typealias Keys = [ExplorerCommand.Identifier: [Key]]

  /// One key that runs two commands.
  struct Collision: Equatable {
    var key: Key
    var first: ExplorerCommand.Identifier
    var second: ExplorerCommand.Identifier
    var contexts: [KeyContext]
  }

  /// The keys of commands that have others than the table gives them.
  private var chosen: [KeyContext: Keys] = [:]
  private var byContext: [KeyContext: [Key: ExplorerCommand.Identifier]] = [:]

  static let standard = KeyBindings()

  /// - Parameters:
  ///   - everywhere: all keys of a command. One of the table's keeps its places; another works wherever the command has
  ///     a key, except that a text field keeps what it types or edits with.
  ///   - contexts: the keys in one place, which `everywhere` says nothing about then.
  init(everywhere: Keys = [:], in contexts: [KeyContext: Keys] = [:]) {
    for context in KeyContext.allCases {
      for command in CommandTable.all {
        if let keys = contexts[context]?[command.id] {
          chosen[context, default: [:]][command.id] = keys
        } else if let keys = everywhere[command.id] {
          chosen[context, default: [:]][command.id] = keys.filter { Self.works($0, for: command, in: context) }
        }
        for key in keys(of: command, in: context) where byContext[context]?[key] == nil {
          byContext[context, default: [:]][key] = command.id
        }
      }
    }
  }

  func command(for key: Key, in context: KeyContext) -> ExplorerCommand.Identifier? { byContext[context]?[key] }

  /// In the order in which they were chosen: the bar shows the first.
  func keys(of command: ExplorerCommand, in context: KeyContext) -> [Key] {
    chosen[context]?[command.id] ?? command.keys(in: context)
  }

  /// All keys of a command, each once.
  func keys(of command: ExplorerCommand) -> [Key] {
    guard !chosen.isEmpty else { return command.keys }
    var seen: Set<Key> = []
    return KeyContext.allCases.flatMap { keys(of: command, in: $0) }.filter { seen.insert($0).inserted }
  }

  /// Keys that run two commands in the same place.
  var collisions: [Collision] {
    var found: [Collision] = []
    for context in KeyContext.allCases {
      var owners: [Key: ExplorerCommand.Identifier] = [:]
      for command in CommandTable.all {
        for key in Set(keys(of: command, in: context)) {
          guard let owner = owners.updateValue(command.id, forKey: key) else { continue }
          let index = found.firstIndex { $0.key == key && $0.first == owner && $0.second == command.id }
          if let index {
            found[index].contexts.append(context)
          } else {
            found.append(Collision(key: key, first: owner, second: command.id, contexts: [context]))
          }
        }
      }
    }
    return found
  }

  /// Where a command would have no key although one could not get on without it: what lies over a view must be confirmed
  /// and left, and the program be left from every view.
  var strandings: [(command: ExplorerCommand, contexts: [KeyContext])] {
    [ExplorerCommand.Identifier.open, .close, .quit].compactMap { id in
      guard let command = CommandTable.command(id) else { return nil }
      let contexts = KeyContext.allCases.filter { context in
        CommandTable.panes.contains(context) == (id == .quit) && !command.keys(in: context).isEmpty
          && keys(of: command, in: context).isEmpty
      }
      return contexts.isEmpty ? nil : (command, contexts)
    }
  }

  /// Where a command may be given keys: where the table gives it some, and in every view.
  static func places(of command: ExplorerCommand) -> [KeyContext] {
    KeyContext.allCases.filter { CommandTable.panes.contains($0) || !command.keys(in: $0).isEmpty }
  }

  private static func works(_ key: Key, for command: ExplorerCommand, in context: KeyContext) -> Bool {
    if command.keys.contains(key) { return command.keys(in: context).contains(key) }
    let isPlace =
      command.keys.isEmpty ? CommandTable.panes.contains(context) : !command.keys(in: context).isEmpty
    return isPlace && !(context.isTyping && TextField.uses(key))
  }
}

extension KeyContext {
  /// As the configuration writes it: `command-line`.
  var name: String {
    var result = ""
    for character in String(describing: self) {
      if character.isUppercase { result.append("-") }
      result += character.lowercased()
    }
    return result
  }
}

extension TextField {
  /// Whether a key types something or edits.
  static func uses(_ key: Key) -> Bool {
    var field = TextField()
    return field.edit(key) != nil
  }
}

extension ExplorerState {
  /// The key that runs a command here, for a hint; its `:` line where it has none.
  func hint(_ id: ExplorerCommand.Identifier, in context: KeyContext? = nil) -> String {
    guard let command = CommandTable.command(id) else { return "" }
    let key = settings.keys.keys(of: command, in: context ?? KeyContext(self)).first
    return key.map(Keymap.label) ?? ":\(command.name)"
  }
}
