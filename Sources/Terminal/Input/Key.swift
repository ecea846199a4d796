// Keys with their names, as a keymap file, the help and tests write them.

/// A key press.
public struct Key: Hashable, Sendable {
  public enum Code: Hashable, Sendable {
    /// A printable character as typed: shift is in the character, not in the modifiers.
    case character(Character)
    case enter, tab, backspace, escape
    case up, down, left, right
    case home, end, pageUp, pageDown, insert, delete
    /// F1 is `function(1)`.
    case function(Int)
  }

  public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
  }

  public var code: Code
  public var modifiers: Modifiers

  public init(_ code: Code, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  public static func character(_ character: Character) -> Key { Key(.character(character)) }
  public static func control(_ character: Character) -> Key { Key(.character(character), .control) }
  public static func alt(_ character: Character) -> Key { Key(.character(character), .alt) }

  /// What the key types into a text field; nil for commands.
  public var typed: Character? {
    guard case .character(let character) = code, modifiers.isEmpty else { return nil }
    return character
  }
}

extension Key: CustomStringConvertible {
  private static let names: [(name: String, code: Code)] = [
    ("enter", .enter), ("tab", .tab), ("backspace", .backspace), ("escape", .escape), ("up", .up), ("down", .down),
    ("left", .left), ("right", .right), ("home", .home), ("end", .end), ("page-up", .pageUp),
    ("page-down", .pageDown), ("insert", .insert), ("delete", .delete), ("space", .character(" ")),
  ]

  /// `j`, `ctrl-r`, `shift-tab`, `alt-enter`, `f5`, `space`, `page-down`.
  public var description: String {
    var prefix = ""
    if modifiers.contains(.control) { prefix += "ctrl-" }
    if modifiers.contains(.alt) { prefix += "alt-" }
    if modifiers.contains(.shift) { prefix += "shift-" }
    if let named = Self.names.first(where: { $0.code == code }) { return prefix + named.name }
    return switch code {
    case .character(let character): prefix + String(character)
    case .function(let number): prefix + "f\(number)"
    default: prefix
    }
  }

  /// The key of that name, as `description` writes it; nil where there is none. `esc`, `return`, `pgup`, `pgdn` and `del`
  /// are understood too.
  public init?(name: String) {
    var rest = Substring(name)
    var modifiers: Modifiers = []
    let prefixes: [(String, Modifiers)] = [("ctrl-", .control), ("alt-", .alt), ("shift-", .shift)]
    while let (prefix, modifier) = prefixes.first(where: { rest.hasPrefix($0.0) && rest.count > $0.0.count }) {
      modifiers.insert(modifier)
      rest.removeFirst(prefix.count)
    }
    let aliases = ["esc": "escape", "return": "enter", "pgup": "page-up", "pgdn": "page-down", "del": "delete"]
    let plain = aliases[String(rest)] ?? String(rest)
    if let named = Self.names.first(where: { $0.name == plain }) {
      self.init(named.code, modifiers)
    } else if plain.count == 1, let character = plain.first {
      self.init(.character(character), modifiers)
    } else if plain.first == "f", let number = Int(plain.dropFirst()), (1...24).contains(number) {
      self.init(.function(number), modifiers)
    } else {
      return nil
    }
  }
}
