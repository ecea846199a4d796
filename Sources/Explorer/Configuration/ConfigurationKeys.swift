// The tables [keys] and [keys.in.PLACE]: a command's name, and the keys that run it.

import Terminal

/// Reads the keys; what is wrong is collected, each with its path in the file.
struct ConfigurationKeys {
  private(set) var mistakes: [(path: [String], mistake: ConfigurationMistake)] = []
  private var everywhere: KeyBindings.Keys = [:]
  private var contexts: [KeyContext: KeyBindings.Keys] = [:]
  private var line: ([String]) -> Int

  /// Of the command table, with what was read in its place.
  private(set) var bindings = KeyBindings.standard

  /// - Parameter line: of a path, for messages that name two places.
  init(_ value: ConfigurationValue, line: @escaping ([String]) -> Int) {
    self.line = line
    guard case .table(let table) = value else {
      mistakes.append(
        (["keys"], ConfigurationMistake(message: "keys is not a table", remedy: "write [keys] and a command a line")))
      return
    }
    for (name, value) in table where name != "in" { read(name, value, in: nil) }
    if let value = table["in"] { readPlaces(value) }
    bindings = KeyBindings(everywhere: everywhere, in: contexts)
    if mistakes.isEmpty { check() }
  }

  private mutating func readPlaces(_ value: ConfigurationValue) {
    let names = KeyContext.allCases.map(\.name)
    guard case .table(let places) = value else {
      mistakes.append(
        (
          ["keys", "in"],
          ConfigurationMistake(
            message: "keys.in is not a table",
            remedy: "write [keys.in.PLACE] with one of \(names.joined(separator: ", "))")
        ))
      return
    }
    for (name, value) in places {
      guard let context = KeyContext.allCases.first(where: { $0.name == name }), case .table(let table) = value else {
        mistakes.append(
          (
            ["keys", "in", name],
            ConfigurationMistake(
              message: "there is no place \"\(name)\" with keys of its own"
                + ConfigurationSetting.meant(name, among: names),
              remedy: "write [keys.in.PLACE] with one of \(names.joined(separator: ", "))")
          ))
        continue
      }
      for (name, value) in table { read(name, value, in: context) }
    }
  }

  private mutating func read(_ name: String, _ value: ConfigurationValue, in context: KeyContext?) {
    let path = Self.path(name, in: context)
    do throws(ConfigurationMistake) {
      let command = try Self.command(name, in: context)
      var keys: [Key] = []
      for text in try value.texts(example: "\(name) = [\"j\", \"ctrl-n\"]") {
        let key = try Self.key(text)
        if let context, context.isTyping, key.typed != nil {
          throw ConfigurationMistake(
            message: "\"\(text)\" is text in \(context.name)", remedy: "take a key with ctrl or alt, or f1 to f12",
            word: text)
        }
        if !keys.contains(key) { keys.append(key) }
      }
      if let context {
        contexts[context, default: [:]][command.id] = keys
      } else {
        everywhere[command.id] = keys
      }
    } catch {
      mistakes.append((path, error))
    }
  }

  private static func command(
    _ name: String, in context: KeyContext?
  ) throws(ConfigurationMistake) -> ExplorerCommand {
    guard let command = CommandTable.command(named: name) else {
      let names = CommandTable.all.map(\.name)
      throw ConfigurationMistake(
        message: "there is no command \"\(name)\"\(ConfigurationSetting.meant(name, among: names))",
        remedy: "use one of \(names.sorted().joined(separator: ", "))")
    }
    if let context, !KeyBindings.places(of: command).contains(context) {
      throw ConfigurationMistake(
        message: "\(name) does nothing in \(context.name)", remedy: "take it out of [keys.in.\(context.name)]")
    }
    return command
  }

  /// The key of a name, if terminals can tell it from others.
  static func key(_ name: String) throws(ConfigurationMistake) -> Key {
    guard let key = Key(name: name) else {
      throw ConfigurationMistake(
        message: "there is no key \"\(name)\"",
        remedy: "write j, G, ctrl-r, alt-left, shift-tab, f5, space, enter, escape or page-down", word: name)
    }
    guard case .character(let character) = key.code else { return key }
    let instead: String? =
      if key.modifiers.contains(.control) {
        switch character {
        case "i": "tab"
        case "m", "j": "enter"
        case "[": "escape"
        case "h": "backspace"
        case "a"..."z", " ", "\\", "]", "^", "_": nil
        case "A"..."Z": "ctrl-\(character.lowercased())"
        default: "another key: ctrl goes with letters"
        }
      } else if key.modifiers.contains(.shift) {
        character.isLetter ? character.uppercased() : "the character itself, without shift-"
      } else {
        nil
      }
    guard let instead else { return key }
    throw ConfigurationMistake(
      message: "terminals do not tell \"\(name)\" from another key", remedy: "write \(instead)", word: name)
  }

  // MARK: All keys together

  private mutating func check() {
    for collision in bindings.collisions { report(collision) }
    for (command, contexts) in bindings.strandings {
      let places = contexts.map(\.name).joined(separator: ", ")
      mistakes.append(
        (
          place(of: command, in: contexts),
          ConfigurationMistake(
            message: "\(command.name) has no key left in \(places)",
            remedy: "add one that is no text there, such as \(command.keys.first.map(\.description) ?? "f10")")
        ))
    }
  }

  /// Names both commands, each with its line where the file says it.
  private mutating func report(_ collision: KeyBindings.Collision) {
    let commands: [ExplorerCommand] = [collision.first, collision.second].compactMap(CommandTable.command)
    var names: [String] = []
    // The later line is the one to look at.
    var latest: (line: Int, path: [String])?
    for command in commands {
      guard isChosen(command, in: collision.contexts) else {
        names.append("\(command.name) (which has it unless told otherwise)")
        continue
      }
      let path = place(of: command, in: collision.contexts)
      let line = line(path)
      names.append("\(command.name) (line \(line))")
      if line >= latest?.line ?? 0 { latest = (line, path) }
    }
    guard let path = latest?.path else { return }
    let places = collision.contexts.map(\.name).joined(separator: ", ")
    mistakes.append(
      (
        path,
        ConfigurationMistake(
          message: "\"\(collision.key)\" runs both \(names.joined(separator: " and ")) in \(places)",
          remedy: "give one of them another key, or none: []", word: collision.key.description)
      ))
  }

  private func isChosen(_ command: ExplorerCommand, in places: [KeyContext]) -> Bool {
    everywhere[command.id] != nil || places.contains { contexts[$0]?[command.id] != nil }
  }

  /// Where the file speaks of a command's keys in some places.
  private func place(of command: ExplorerCommand, in places: [KeyContext]) -> [String] {
    Self.path(command.name, in: places.first { contexts[$0]?[command.id] != nil })
  }

  private static func path(_ name: String, in context: KeyContext?) -> [String] {
    context.map { ["keys", "in", $0.name, name] } ?? ["keys", name]
  }
}
