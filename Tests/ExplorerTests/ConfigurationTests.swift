// The configuration file: what it sets, and how it says what is wrong with it.

import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Configuration")
struct ConfigurationTests {
  static func read(_ source: String) throws -> ExplorerPreferences {
    try ConfigurationFile(path: "config.toml", themes: ThemeLibrary()).read(source)
  }

  @Test func everySettingIsTaken() throws {
    let found = try Self.read(
      """
      theme = "daylight"
      time-zone = "America/New_York"
      dates = "iso"
      mouse = false
      restore-place = true
      [sessions]
      columns = ["deal_stage", "product_discussed"]
      [context]
      token-budget = 4000
      """)
    var expected = ExplorerPreferences()
    expected.theme = "daylight"
    expected.zone = TimeZone(identifier: "America/New_York")
    expected.dates = .iso
    expected.isMouseOn = false
    expected.restoresPlace = true
    expected.sessionColumns = ["deal_stage", "product_discussed"]
    expected.tokenBudget = 4000
    #expect(found == expected)
  }

  @Test func anEmptyFileAndNoFileChangeNothing() throws {
    #expect(try Self.read("") == ExplorerPreferences())
    #expect(try ConfigurationFile(path: "/nonexistent/x.toml", themes: ThemeLibrary()).read() == ExplorerPreferences())
  }

  @Test func theFileThatIsWrittenChangesNothingEvenWithEverySettingTurnedOn() throws {
    let template = ConfigurationTemplate.text
    #expect(try Self.read(template) == ExplorerPreferences())
    let lines = template.split(separator: "\n", omittingEmptySubsequences: false)
    let turnedOn = lines.map { $0.hasPrefix("#") && !$0.hasPrefix("# ") && $0 != "#" ? $0.dropFirst() : $0 }
    #expect(turnedOn.count { $0.contains(" = ") } >= CommandTable.all.count + ConfigurationSetting.all.count)
    var found = try Self.read(turnedOn.joined(separator: "\n"))
    #expect(found.theme == ThemeLibrary.defaultIdentifier)
    for context in KeyContext.allCases {
      for command in CommandTable.all {
        #expect(Set(found.keys.keys(of: command, in: context)) == Set(command.keys(in: context)), "\(command.name)")
      }
    }
    found.theme = nil
    found.keys = .standard
    #expect(found == ExplorerPreferences())
    for command in CommandTable.all { #expect(template.contains("\n#\(command.name) = [")) }
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  /// The file, the line that is named, and words of what is said.
  static let mistakes: [(source: String, line: Int, words: [String])] = [
    ("theme = ", 1, ["TOML"]),
    ("mouse = true\nmouse = true", 2, ["mouse"]),
    ("\ncolour = 1", 2, ["no setting \"colour\"", "theme, time-zone"]),
    ("tehme = \"midnight\"", 1, ["did you mean \"theme\"?"]),
    ("theme = 3", 1, ["a number, not a text", "theme = \"midnight\""]),
    ("theme = \"midnigth\"", 1, ["no theme", "did you mean \"midnight\"?", "daylight"]),
    ("time-zone = \"Europe/Berln\"", 1, ["no time zone", "did you mean \"Europe/Berlin\"?"]),
    ("dates = \"us\"", 1, ["no way to write dates", "month-day"]),
    ("mouse = \"no\"", 1, ["a text, not true or false"]),
    ("restore-place = 1", 1, ["true or false"]),
    ("sessions = 3", 1, ["not a table", "[sessions]"]),
    ("[sessions]\n\ncolumns = [\n  \"a\",\n  7,\n]", 3, ["a number, not a text in a list"]),
    ("[sessions]\ncolumns = [\n  \"a\",\n  \"b\", \"a\",\n]", 3, ["\"a\" is there twice"]),
    ("[sessions]\ncolumns = [\"\"]", 2, ["no name"]),
    ("[sessions]\nmouse = true", 2, ["at the top"]),
    ("token-budget = 5", 1, ["below [context]"]),
    ("[context]\ntoken-budget = -1", 2, ["no number of tokens"]),
    ("[context]\ntoken-budget = 1.5", 2, ["floating-point number, not a number"]),
    ("keys = 1", 1, ["[keys]"]),
    ("[keys]\n\nserch = [\"x\"]", 3, ["no command \"serch\"", "did you mean \"search\"?"]),
    ("[keys]\nsearch = [\n  \"s\",\n  \"ctl-f\",\n]", 4, ["no key \"ctl-f\"", "ctrl-r"]),
    ("[keys]\nsearch = 4", 2, ["a list of texts"]),
    ("[keys]\nsearch = [\"ctrl-i\"]", 2, ["write tab"]),
    ("[keys]\nsearch = [\"shift-s\"]", 2, ["write S"]),
    ("[keys]\nsearch = [\"ctrl-S\"]", 2, ["write ctrl-s"]),
    // Twice in the file; once there and once as it is anyway.
    ("[keys]\nsearch = [\"Z\"]\nrefresh = [\"Z\"]", 3, ["\"Z\"", "search (line 2)", "refresh (line 3)", "list"]),
    ("[keys]\nsearch = [\"o\"]", 2, ["\"o\"", "search (line 2)", "sort", "list"]),
    ("[keys.in.list]\nsearch = [\"/\"]", 2, ["search (line 2)", "filter", "in list"]),
    ("[keys]\nclose = [\"X\"]", 2, ["close has no key left in", "query", "escape"]),
    ("[keys]\nquit = []", 2, ["quit has no key left", "list"]),
    ("[keys.in.query]\nsearch = [\"ctrl-g\"]", 2, ["search does nothing in query"]),
    ("[keys.in.query]\nclose = [\"x\"]", 2, ["text in query"]),
    ("[keys.in.lst]\nsearch = [\"x\"]", 1, ["no place \"lst\"", "did you mean \"list\"?"]),
    ("keys = { serch = [\"x\"] }", 1, ["serch"]),
    ("\nkeys.in.list.serch = [\"x\"]", 2, ["serch"]),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsNamedWithItsFileItsLineAndARemedy(_ index: Int) throws {
    let (source, line, words) = Self.mistakes[index]
    let error = try #require(throws: ConfigurationError.self) { try Self.read(source) }
    let problem = try #require(error.problems.first)
    #expect(error.problems.count == 1, "\(error)")
    #expect(problem.line == line, "\(source): \(problem)")
    #expect(problem.description.hasPrefix("config.toml:\(line): "))
    #expect(!problem.remedy.isEmpty)
    for word in words { #expect(problem.description.contains(word), "\(problem)") }
  }

  @Test func allMistakesAreListedInTheOrderOfTheirLines() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try Self.read("mouse = 1\ndates = \"us\"\n[keys]\nserch = []\n[context]\nbudget = 3\n")
    }
    #expect(error.problems.map(\.line) == [1, 2, 4, 6])
    #expect(error.description.split(separator: "\n").count == 4)
  }

  @Test func aFileThatCannotBeReadIsNamed() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let directory = ConfigurationFile(path: folder.path, themes: ThemeLibrary())
    #expect(throws: ConfigurationError.self) { try directory.read() }
    let file = folder.appending(path: "config.toml")
    try Data([0x61, 0xFF]).write(to: file)
    let error = try #require(throws: ConfigurationError.self) {
      try ConfigurationFile(path: file.path, themes: ThemeLibrary()).read()
    }
    #expect(error.description == "\(file.path): the file is not UTF-8; save it as UTF-8")
  }

  @Test func aThemeOfOnesOwnThatIsBrokenIsNamedWithItsOwnPlace() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("[roles".utf8).write(to: folder.appending(path: "mine.toml"))
    let file = ConfigurationFile(path: "config.toml", themes: ThemeLibrary(userFolder: folder.path))
    let error = try #require(throws: ConfigurationError.self) { try file.read("theme = \"mine\"") }
    #expect(error.description.contains("config.toml:1: theme \"mine\" cannot be used; \(folder.path)/mine.toml:1:"))
  }
}
