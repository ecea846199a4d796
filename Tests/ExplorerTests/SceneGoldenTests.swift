// Scenes of the newer views in four sizes, and at 80x24 as a terminal without colours and without Unicode shows them.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Golden surfaces: scenes")
struct SceneGoldenTests {
  enum Scene: String, CaseIterable {
    case inspectorOfAHit = "inspector-hit"
    case inspectorOfARecalledMessage = "inspector-recalled"
    case neighboursUnfolded = "results-unfolded"
    case resultsOneByOne = "results-flat"
    case sessionsWithMarks = "sessions-marked"
    case bookmarks
    case noBookmarks = "bookmarks-empty"
    case savedSearches = "saved-searches"
    case namingASearch = "naming"
    case person
    case sheetWithAPersonSelected = "sheet-person"
    case chips
    case unknownField = "unknown-field"
    case invertedFilter = "filter-inverted"
  }

  @Test(arguments: Scene.allCases, GoldenTests.sizes)
  func scene(_ scene: Scene, _ size: (Int, Int)) async throws {
    let surface = await play(scene, size).surface
    try Golden.expect(
      size.0 == 80 ? surface.golden : surface.text, named: "\(scene.rawValue)-\(size.0)x\(size.1)")
  }

  @Test(arguments: Scene.allCases)
  func withoutColoursAndUnicode(_ scene: Scene) async throws {
    let surface = await play(scene, (80, 24), glyphs: .ascii).surface
    let theme = try ThemeLibrary().theme(ThemeLibrary.defaultIdentifier)
    try Golden.expect(Self.mono(surface, theme), named: "\(scene.rawValue)-mono-80x24")
  }

  private func play(_ scene: Scene, _ size: (Int, Int), glyphs: Glyphs = .unicode) async -> Driver {
    let tenant = SampleConversations.lumenworks(scripts: false)
    let driver = await Driver(
      InMemoryStore([tenant]), tenant: nil, columns: size.0, rows: size.1, glyphs: glyphs)
    await driver.send(.message(.marks(MarksNews(marks: Marks()))))
    switch scene {
    case .inspectorOfAHit:
      await search("enterprise price since:2026-10-01 ", driver)
      await driver.press("enter", "j", "I")
    case .inspectorOfARecalledMessage: await driver.press("c", "I")
    case .neighboursUnfolded:
      await search("stopped at row 7400", driver)
      await driver.press("enter", "z", "j")
    case .resultsOneByOne:
      await search("enterprise price since:2026-10-01 ", driver)
      await driver.press("enter", "f")
    case .sessionsWithMarks: await mark(driver, tenant)
    case .bookmarks:
      await mark(driver, tenant)
      await driver.press("B", "j")
    case .noBookmarks: await driver.press("B")
    case .savedSearches:
      await search("enterprise price since:2026-10-01", driver)
      await driver.press("enter")
      await driver.run("save-search Prices we promised")
      await driver.run("save-search Everything about the price of the enterprise tier, whoever asked")
      await driver.press("Q")
    case .namingASearch:
      await search("enterprise price since:2026-10-01", driver)
      await driver.press("ctrl-s")
    case .person: await driver.run("person Dana Whitfield")
    case .sheetWithAPersonSelected: await driver.press("i", "tab", "tab")
    case .chips:
      await search("price last month -refund prospect_name:Globex role:user has:question", driver)
      await driver.press("shift-left", "shift-left")
    case .unknownField: await search("price colour:red since:yesterday", driver)
    case .invertedFilter: await driver.run("filter globex !channel:web !gmbh")
    }
    return driver
  }

  private func search(_ line: String, _ driver: Driver) async {
    await driver.press("s")
    await driver.type(line)
  }

  /// Bookmarks a session and a message, marks a session as unread, and has something come into another.
  private func mark(_ driver: Driver, _ tenant: InMemoryTenant) async {
    await driver.press("j", "b", "j", "r", "j", "enter", "b", "escape", "g")
    tenant.say(
      "renewal-2026", on: "email", .user, "Dana Whitfield", at: SampleConversations.now, "Thank you!",
      metadata: ["subject": "Renewal and the October quote"])
    await driver.send(.message(.changed(tenant.id)))
  }

  /// The text of each row, and below it where it has attributes.
  private static func mono(_ surface: Surface, _ theme: Theme) -> String {
    var lines: [String] = []
    for y in 0..<surface.size.rows {
      var text = surface.text(row: y)
      while text.last == " " { text.removeLast() }
      lines.append("|" + text)
      let looks = (0..<surface.size.columns).map { x in surface[x, y].map { theme.look(for: $0.style).mono } ?? [] }
      var runs: [String] = []
      var start = 0
      for x in 1...looks.count where x == looks.count || looks[x] != looks[start] {
        if !looks[start].isEmpty { runs.append("\(start)-\(x - 1) \(names(looks[start]))") }
        start = x
      }
      if !runs.isEmpty { lines.append("  " + runs.joined(separator: ", ")) }
    }
    return lines.joined(separator: "\n")
  }

  private static func names(_ attributes: Attributes) -> String {
    let all: [(Attributes, String)] = [
      (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
    ]
    return all.filter { attributes.contains($0.0) }.map(\.1).joined(separator: "+")
  }
}
