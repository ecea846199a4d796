// The TOML form of a theme.

internal import TOMLKit

/// Reads a theme file:
///
/// ```toml
/// name = "Midnight"
/// kind = "dark"                  # dark, light, high-contrast
/// notice = "…"                   # whose work it is; optional
///
/// [palette]
/// ground = "#16181d"
///
/// [roles]                        # fg, bg: a palette name, #rrggbb or "default"; attrs: bold dim italic underline reverse
/// text      = { fg = "#e6e9ef", bg = "ground" }
/// selection = { fg = "#ffffff", bg = "#26344d", attrs = ["bold"], ansi = ["black", "cyan"], mono = ["reverse"] }
/// ```
///
/// `ansi` gives foreground and background on terminals of 8 or 16 colours (where left out, those of the nearest hue),
/// `mono` the attributes where there is no colour (where left out, `attrs` and what tells the role apart). Terminals of
/// 256 colours get the nearest ones that can be read. A role that is not defined looks like its parent (`Role.parent`),
/// in the end like `text`.
struct ThemeFile {
  let identifier: String
  let file: String
  let source: String
  private var palette: [String: Color] = [:]
  /// The table being read, for the place of errors.
  private var table = ""

  init(identifier: String, file: String, source: String) {
    self.identifier = identifier
    self.file = file
    self.source = source
  }

  mutating func theme() throws(ThemeError) -> Theme {
    let root = try parse()
    for key in root.keys where !["name", "kind", "notice", "palette", "roles"].contains(key) {
      throw error(
        .unknownKey, at: key, "there is no setting '\(key)'", "use name, kind, notice, [palette] or [roles]")
    }
    let name = try string(root["name"], key: "name", default: identifier)
    let kindName = try string(root["kind"], key: "kind", default: "dark")
    guard let kind = Theme.Kind(rawValue: kindName) else {
      let kinds = Theme.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(.wrongType, at: "kind", "'\(kindName)' is no kind of theme", "use one of \(kinds)")
    }
    if let value = root["palette"] {
      guard let table = value.table else {
        throw error(.wrongType, at: "palette", "palette is not a table", "write [palette] and one colour a line")
      }
      self.table = "palette"
      for key in table.keys {
        let text = try string(table[key], key: key, default: "")
        guard let color = Color(hex: text) else {
          throw error(.unknownColor, at: key, "'\(text)' is no colour", "write it as #rrggbb")
        }
        palette[key] = color
      }
    }
    guard let roles = root["roles"]?.table else {
      throw error(.missing, at: nil, "there is no [roles] table", "add [roles] with at least text = { fg = …, bg = … }")
    }
    table = "roles"
    var defined: [Role: Look] = [:]
    var derived: [Role] = []
    for key in roles.keys {
      guard let role = Role(name: key) else {
        let names = Role.allCases.map(\.name).joined(separator: ", ")
        throw error(.unknownRole, at: key, "there is no role '\(key)'", "use one of \(names)")
      }
      defined[role] = try look(roles[key], role: role)
      if roles[key]?.table?["ansi"] == nil { derived.append(role) }
    }
    if let text = defined[.text] {
      for role in derived { defined[role]?.deriveANSI(for: role, text: text) }
    }
    guard let theme = Theme(identifier: identifier, name: name, kind: kind, defined: defined) else {
      throw error(.missing, at: "roles", "the role text is not defined", "add text = { fg = …, bg = … } to [roles]")
    }
    return theme
  }

  private func parse() throws(ThemeError) -> TOMLTable {
    do {
      return try TOMLTable(string: source)
    } catch let problem as TOMLParseError {
      throw ThemeError(
        code: .syntax, file: file, line: problem.source.begin.line, column: problem.source.begin.column,
        message: problem.description, remedy: "write it as TOML 1.0")
    } catch {
      throw ThemeError(
        code: .syntax, file: file, line: 0, column: 0, message: "\(error)", remedy: "write it as TOML 1.0")
    }
  }

  private func look(_ value: (any TOMLValueConvertible)?, role identity: Role) throws(ThemeError) -> Look {
    let role = identity.name
    guard let table = value?.table else {
      throw error(.wrongType, at: role, "role '\(role)' is not a table", "write \(role) = { fg = … }")
    }
    for key in table.keys where !["fg", "bg", "attrs", "ansi", "mono"].contains(key) {
      throw error(
        .unknownKey, at: role, "role '\(role)' has an unknown setting '\(key)'", "use fg, bg, attrs, ansi or mono")
    }
    var look = Look()
    look.foreground = try color(table["fg"], role: role)
    look.background = try color(table["bg"], role: role)
    look.attributes = try attributes(table["attrs"], role: role)
    look.mono =
      table["mono"] == nil
      ? look.attributes.union(identity.monoAttributes) : try attributes(table["mono"], role: role)
    let names = try strings(table["ansi"], role: role)
    guard names.count <= 2 else {
      throw error(
        .wrongType, at: role, "ansi of role '\(role)' has \(names.count) values",
        "give a foreground and a background")
    }
    let colors = try names.map { name throws(ThemeError) in try ansi(name, role: role) }
    look.ansiForeground = colors.first ?? .default
    look.ansiBackground = colors.count > 1 ? colors[1] : .default
    // Two colours are meant as they are, be they the terminal's own.
    let hasColor = look.ansiForeground != .default || look.ansiBackground != .default || colors.count == 2
    look.ansiAttributes = hasColor ? look.attributes : look.attributes.union(look.mono)
    return look
  }

  private func color(_ value: (any TOMLValueConvertible)?, role: String) throws(ThemeError) -> Color? {
    guard value != nil else { return nil }
    let text = try string(value, key: role, default: "default")
    if text == "default" { return nil }
    if let color = palette[text] ?? Color(hex: text) { return color }
    throw error(
      .unknownColor, at: role, "role '\(role)' uses an unknown colour '\(text)'",
      "define it in [palette], or write #rrggbb or \"default\"")
  }

  private func ansi(_ name: String, role: String) throws(ThemeError) -> ANSIColor {
    if let color = ANSIColor(name: name) { return color }
    let names = ANSIColor.allCases.map(\.name).joined(separator: ", ")
    throw error(
      .unknownColor, at: role, "role '\(role)' uses an unknown ANSI colour '\(name)'", "use one of \(names)")
  }

  private func attributes(_ value: (any TOMLValueConvertible)?, role: String) throws(ThemeError) -> Attributes {
    var result: Attributes = []
    for name in try strings(value, role: role) {
      guard let bit = Attributes.names.firstIndex(of: name) else {
        throw error(
          .unknownAttribute, at: role, "role '\(role)' uses an unknown attribute '\(name)'",
          "use one of \(Attributes.names.joined(separator: ", "))")
      }
      result.insert(Attributes(rawValue: 1 << UInt8(bit)))
    }
    return result
  }

  private func strings(_ value: (any TOMLValueConvertible)?, role: String) throws(ThemeError) -> [String] {
    guard let value else { return [] }
    guard let array = value.array else {
      throw error(.wrongType, at: role, "a list was expected in role '\(role)'", "write it as [\"…\"]")
    }
    var result: [String] = []
    for element in array { result.append(try string(element, key: role, default: "")) }
    return result
  }

  private func string(
    _ value: (any TOMLValueConvertible)?, key: String, default fallback: String
  ) throws(ThemeError) -> String {
    guard let value else { return fallback }
    guard let text = value.string else {
      throw error(.wrongType, at: key, "'\(key)' is not a string here", "write it in quotes")
    }
    return text
  }

  /// The parser gives no places for values: the place is where the key is written at the start of a line.
  private func error(
    _ code: ThemeError.Code, at key: String?, _ message: String, _ remedy: String
  ) -> ThemeError {
    let place = key.flatMap(place(of:)) ?? (line: key == nil ? 0 : 1, column: key == nil ? 0 : 1)
    return ThemeError(
      code: code, file: file, line: place.line, column: place.column, message: message, remedy: remedy)
  }

  /// In the table being read if it is there: the same word may name a colour and a role.
  private func place(of key: String) -> (line: Int, column: Int)? {
    var elsewhere: (line: Int, column: Int)?
    var section = ""
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let indent = line.prefix { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "\"" }
      let rest = line.dropFirst(indent.count)
      let isHeading = indent.contains("[")
      if isHeading { section = String(rest.prefix { $0 != "]" && $0 != "." }) }
      let isDotted = rest.hasPrefix("\(section).")
      let name = isDotted ? rest.dropFirst(section.count + 1) : rest
      guard name.hasPrefix(key) else { continue }
      let next = name.dropFirst(key.count).first
      guard next == nil || next.map({ " =]\".\t\r".contains($0) }) == true else { continue }
      let place = (line: index + 1, column: line.count - name.count + 1)
      if section == table || isHeading { return place }
      elsewhere = elsewhere ?? place
    }
    return elsewhere
  }
}
