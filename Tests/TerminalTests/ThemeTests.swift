// Theme files: what they may say, how errors read, and whether the built-in ones can be read by people.

import Foundation
import Testing

@testable import Terminal

@Suite struct ThemeTests {
  private func theme(_ source: String) throws(ThemeError) -> Theme {
    var file = ThemeFile(identifier: "test", file: "test.toml", source: source)
    return try file.theme()
  }

  private static let text = "[roles]\ntext = { fg = \"#ffffff\", bg = \"#000000\" }\n"

  @Test func `Every theme in the Themes folder is built in, and the other way round`() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../Themes").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".toml") }
    #expect(ThemeLibrary().identifiers == files.map { String($0.dropLast(5)) }.sorted())
    #expect(ThemeLibrary().identifiers.contains(ThemeLibrary.defaultIdentifier))
    #expect(ThemeLibrary().identifiers.contains(ThemeLibrary.defaultLightIdentifier))
  }

  @Test(arguments: ThemeLibrary().identifiers)
  func `With eight colours a coloured ground brings its own foreground, and the header is not reversed`(
    identifier: String
  ) throws {
    let theme = try ThemeLibrary().theme(identifier)
    for role in Role.allCases {
      let selected = theme.look(for: Style(role, on: .selection))
      #expect(selected.ansiForeground == theme[.selection].ansiForeground, "\(role.name)")
      let header = theme.look(for: Style(role, on: .header))
      if !theme[role].ansiAttributes.contains(.reverse) { #expect(!header.ansiAttributes.contains(.reverse)) }
    }
    #expect(
      theme.look(for: Style(.match, on: .selection)).ansiAttributes.contains(.underline), "found words still show")
    #expect(theme.look(for: Style(.accent, on: .header)).ansiForeground == theme[.accent].ansiForeground)
  }

  @Test func `A role that is not defined looks like its parent, in the end like text`() throws {
    let theme = try theme(Self.text + "accent = { fg = \"#0000ff\", attrs = [\"bold\"] }\n")
    #expect(theme[.spinner] == theme[.accent])
    #expect(theme[.timestamp] == theme[.text])
    #expect(theme[.timestamp].foreground == Color(red: 255, green: 255, blue: 255))
    #expect(theme.look(for: Style(.spinner)).background == Color(red: 0, green: 0, blue: 0))
    for role in Role.allCases {
      var seen: Set<Role> = []
      var current: Role? = role
      while let next = current {
        #expect(seen.insert(next).inserted, "\(role.name) is its own ancestor")
        current = next.parent
      }
      #expect(seen.contains(.text))
      #expect(Role(name: role.name) == role)
    }
  }

  @Test(arguments: [
    ("name = ", ThemeError.Code.syntax, 1, "TOML"),
    ("[roles]\nuser = { fg = \"#ffffff\" }", .missing, 1, "text"),
    ("name = \"x\"", .missing, 0, "[roles]"),
    (text + "usr = { fg = \"#ffffff\" }", .unknownRole, 3, "usr"),
    (text + "user = { fg = \"grene\" }", .unknownColor, 3, "grene"),
    (text + "user = { fg = \"#12\" }", .unknownColor, 3, "#12"),
    (text + "user = { ansi = [\"pinkish\"] }", .unknownColor, 3, "pinkish"),
    (text + "user = { attrs = [\"blinking\"] }", .unknownAttribute, 3, "blinking"),
    (text + "user = { color = \"#ffffff\" }", .unknownKey, 3, "color"),
    (text + "user = \"#ffffff\"", .wrongType, 3, "user"),
    (text + "user = { attrs = \"bold\" }", .wrongType, 3, "user"),
    (text + "user = { fg = 7 }", .wrongType, 3, "user"),
    (text + "user = { ansi = [\"red\", \"blue\", \"green\"] }", .wrongType, 3, "ansi"),
    ("colour = 1\n" + text, .unknownKey, 1, "colour"),
    ("kind = \"dim\"\n" + text, .wrongType, 1, "dim"),
    (text + "[palette]\n  sky = \"blue\"", .unknownColor, 4, "blue"),
    ("[palette]\nuser = \"#ffffff\"\n" + text + "user = { fg = \"grene\" }", .unknownColor, 5, "grene"),
    (text + "user = { fg = \"text\" }\n[palette]\nuser = \"green\"", .unknownColor, 5, "green"),
    (text + "[roles.user]\nfg = \"grene\"", .unknownColor, 3, "grene"),
  ])
  func `A mistake is named with its file, line and remedy`(
    source: String, code: ThemeError.Code, line: Int, word: String
  ) throws {
    let error = try #require(throws: ThemeError.self) { try theme(source) }
    #expect(error.code == code)
    #expect(error.line == line)
    #expect(error.description.contains(word))
    #expect(error.description.hasPrefix(line > 0 ? "test.toml:\(line):" : "test.toml: "))
    #expect(!error.remedy.isEmpty)
  }

  @Test func `A user's theme hides a built-in one of the same name, and an unknown name lists what there is`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try ("name = \"Mine\"\n" + Self.text).write(
      to: folder.appending(path: "midnight.toml"), atomically: true, encoding: .utf8)
    try "[roles".write(to: folder.appending(path: "broken.toml"), atomically: true, encoding: .utf8)
    let library = ThemeLibrary(userFolder: folder.path)
    #expect(library.identifiers == (ThemeLibrary().identifiers + ["broken"]).sorted())
    #expect(try library.theme("midnight").name == "Mine")
    let broken = try #require(throws: ThemeError.self) { try library.theme("broken") }
    #expect(broken.file == folder.path + "/broken.toml")
    let unknown = try #require(throws: ThemeError.self) { try library.theme("missing") }
    #expect(unknown.code == .unknownTheme)
    #expect(unknown.remedy.contains("daylight"))
    #expect(ThemeLibrary(userFolder: "/nonexistent").identifiers == ThemeLibrary().identifiers)
  }

  @Test func `The nearest of the 256 colours is the nearest`() {
    for value in stride(from: UInt32(0), to: 0x100_0000, by: 70_001) {
      let color = Color(red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
      func distance(_ index: Int) -> Int {
        let other = Color.indexed(index)
        let parts = [(color.red, other.red), (color.green, other.green), (color.blue, other.blue)]
        return parts.reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
      }
      #expect(distance(Int(color.nearestIndexed)) == (16..<256).map(distance).min())
    }
  }

  @Test(arguments: [
    ("xterm-256color", "truecolor", "", false, 256, ColorDepth.trueColor),
    ("xterm-256color", "", "", false, 256, .indexed256),
    ("xterm-256color", "truecolor", "1", false, 256, .mono),
    ("screen-256color", "truecolor", "", false, 256, .indexed256),
    ("screen-256color", "24bit", "", true, 256, .trueColor), ("linux", "truecolor", "", false, 8, .ansi8),
    ("xterm-16color", "", "", false, 16, .ansi16), ("vt100", "", "", false, -1, .mono),
  ])
  func `Colour depth follows the environment`(
    term: String, colorTerm: String, noColor: String, tmux: Bool, colors: Int, depth: ColorDepth
  ) {
    let environment = TerminalEnvironment(term: term, colorTerm: colorTerm, noColor: noColor, isInsideTmux: tmux)
    #expect(environment.depth(colors: colors) == depth)
  }
}
