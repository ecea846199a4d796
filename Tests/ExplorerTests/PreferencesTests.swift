// What the explorer does with a person's configuration.

import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Preferences")
struct PreferencesTests {
  private func driver(_ source: String, columns: Int = 120, rows: Int = 40) async throws -> Driver {
    await Driver(columns: columns, rows: rows, preferences: try ConfigurationTests.read(source))
  }

  @Test func aReboundKeyRunsItsCommandAndTheOldOneDoesNot() async throws {
    let driver = try await driver("[keys]\nsearch = [\"F\", \"f3\"]")
    await driver.press("s")
    #expect(driver.state.focus == .list)
    await driver.press("F")
    #expect(driver.state.focus == .query)
    await driver.press("escape", "f3")
    #expect(driver.state.focus == .query)
  }

  @Test func theBarTheHelpAndTheHintsShowWhatTheKeyIsNow() async throws {
    let driver = try await driver("[keys]\nsearch = [\"F\"]\nclose = [\"ctrl-g\"]\nmouse = [\"M\"]\ntheme = []")
    let entries = BarLine(driver.state, columns: 400).entries
    #expect(entries.first { $0.command.id == .search }?.key == "F")
    #expect(!entries.contains { $0.key == "s" })
    await driver.press("M")
    #expect(driver.state.notice?.text.contains("M gives it back") == true)
    await driver.press("/")
    await driver.type("nobody at all")
    await driver.press("enter")
    #expect(driver.text.contains("ctrl-g drops it; F searches"))
    await driver.press("?")
    await driver.type("tenant's conversations")
    let row = try #require(driver.rows(with: "Search all of the tenant's conversations").first)
    #expect(driver.surface.text(row: row).contains(" F "))
    #expect(driver.state.hint(.themes, in: .list) == ":theme")
  }

  @Test func oneOfTheTablesKeysKeepsItsPlacesAndAnotherWorksEverywhereButInText() throws {
    let bindings = try ConfigurationTests.read("[keys]\ndown = [\"J\", \"ctrl-n\", \"down\", \"ctrl-e\"]").keys
    #expect(bindings.command(for: .character("J"), in: .list) == .moveDown)
    #expect(bindings.command(for: .character("J"), in: .query) == nil)
    #expect(bindings.command(for: .control("n"), in: .query) == .moveDown)
    // The end of the line in a text field.
    #expect(bindings.command(for: .control("e"), in: .query) == nil)
    #expect(bindings.command(for: .control("e"), in: .transcript) == .moveDown)
    #expect(bindings.command(for: .character("j"), in: .list) == nil)
  }

  @Test func keysOfOnePlaceLeaveTheOthersAsTheyAre() async throws {
    let driver = try await driver("[keys.in.list]\nsearch = [\"/\"]\nfilter = [\"f\"]")
    await driver.press("f")
    #expect(KeyContext(driver.state) == .filter)
    await driver.press("escape", "/")
    #expect(driver.state.focus == .query)
    #expect(driver.state.settings.keys.command(for: .character("s"), in: .transcript) == .search)
    #expect(driver.state.settings.keys.command(for: .character("s"), in: .list) == nil)
  }

  @Test func aCommandWithoutAKeyCanBeGivenOneInEveryView() throws {
    let bindings = try ConfigurationTests.read("[keys]\ndelete-session = [\"D\"]").keys
    for context in CommandTable.panes { #expect(bindings.command(for: .character("D"), in: context) == .deleteSession) }
    #expect(bindings.command(for: .character("D"), in: .query) == nil)
  }

  @Test(arguments: [
    (DateStyle.dayMonth, "20 Nov", "20 Nov 14:10", "20 Nov 2026 14:10", "20 Nov 2026 14:10"),
    (.monthDay, "Nov 20", "Nov 20 14:10", "Nov 20, 2026 14:10", "Nov 20, 2026 14:10"),
    (.iso, "11-20", "11-20 14:10", "2026-11-20 14:10", "2026-11-20 14:10"),
  ])
  func datesAreWrittenInTheStyleThatIsSet(
    style: DateStyle, short: String, long: String, full: String, edge: String
  ) {
    let dates = DateText(zone: .gmt, now: SampleConversations.now, style: style)
    let moment = SampleConversations.ago(days: 1)
    #expect(dates.short(moment) == short)
    #expect(dates.long(moment) == long)
    #expect(dates.full(moment) == full)
    #expect(dates.edge(moment) == edge)
    for days in [Int64(0), 1, 12, 400, 4000] {
      let moment = SampleConversations.ago(days: days)
      #expect(dates.short(moment).count <= DateText.shortColumns)
      #expect(dates.long(moment).count <= DateText.longColumns)
    }
    let second = SampleConversations.ago(days: 14).adding(milliseconds: 5_006)
    let exact = [
      DateStyle.dayMonth: "7 Nov 2026 14:10:05.006", .monthDay: "Nov 7, 2026 14:10:05.006",
      .iso: "2026-11-07 14:10:05.006",
    ]
    #expect(dates.exact(second) == exact[style])
    let day = dates.day(of: SampleConversations.ago(days: 400))
    let heading = [
      DateStyle.dayMonth: "Friday 17 October 2025", .monthDay: "Friday, October 17, 2025", .iso: "Friday 2025-10-17",
    ]
    #expect(dates.heading(day) == heading[style])
  }

  @Test func aContextOverItsBudgetIsAWarning() async throws {
    let within = try await driver("[context]\ntoken-budget = 4000")
    await within.press("c")
    #expect(within.text.contains("of 4,000 tokens"))
    #expect(within.text.contains("budget 4,000: "))
    let over = try await driver("[context]\ntoken-budget = 10")
    await over.press("c")
    #expect(over.text.contains("budget 10: exceeded by "))
    let none = try await driver("")
    await none.press("c")
    #expect(!none.text.contains("budget"))
  }

  @Test func metadataColumnsGiveWayToTheTitle() async throws {
    let source = "[sessions]\ncolumns = [\"deal_stage\", \"product_discussed\"]"
    let wide = try await driver(source, columns: 200, rows: 60)
    #expect(
      wide.rows(with: "Renewal and the October").contains { row in
        let line = wide.surface.text(row: row)
        return line.contains("negotiation") && line.contains("enterprise ti…")
      })
    let narrow = try await driver(source, columns: 40, rows: 20)
    #expect(narrow.text.contains("Renewal and the"))
    #expect(!narrow.text.contains("negotiation"))
  }

  @Test func theNextStartIsWhereOneLeft() async throws {
    let first = try await driver("")
    await first.run("sort title")
    await first.press("j", "j", "j")
    let place = try #require(StartPlace(first.state.place))
    let file = FileManager.default.temporaryDirectory.appending(path: "places-\(UUID().uuidString)/places.json")
    defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
    let memory = PlaceMemory(file.path)
    #expect(memory.place(for: "/data") == nil)
    try memory.save(place, for: "/data")
    try memory.save(place, for: "/other")
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(memory.place(for: "/data") == place)

    let second = await Driver(tenant: nil, columns: 120, rows: 40, start: memory.place(for: "/data"))
    #expect(second.state.focus == .list)
    #expect(second.state.place.browse.order == .title)
    #expect(second.state.place.browse.sessions.selected?.id == first.state.place.browse.sessions.selected?.id)
    #expect(second.state.place.browse.transcript?.session == first.state.place.browse.transcript?.session)
    #expect(second.state.tenants.selected?.id == place.tenant)

    try Data("{".utf8).write(to: file)
    #expect(memory.place(for: "/data") == nil)
  }

  @Test(arguments: GoldenTests.sizes)
  func sessionsWithColumnsInISODates(_ size: (Int, Int)) async throws {
    let preferences = try ConfigurationTests.read(
      "dates = \"iso\"\n[sessions]\ncolumns = [\"deal_stage\", \"product_discussed\"]\n[keys]\nsearch = [\"F\"]")
    let driver = await Driver(
      SampleConversations.store(scripts: false), columns: size.0, rows: size.1, preferences: preferences)
    let surface = driver.surface
    try Golden.expect(
      size.0 == 80 ? surface.golden : surface.text, named: "sessions-configured-\(size.0)x\(size.1)")
  }

  @Test(arguments: GoldenTests.sizes)
  func contextWithABudget(_ size: (Int, Int)) async throws {
    let preferences = try ConfigurationTests.read("[context]\ntoken-budget = 100")
    let driver = await Driver(
      SampleConversations.store(scripts: false), columns: size.0, rows: size.1, preferences: preferences)
    await driver.press("c")
    let surface = driver.surface
    try Golden.expect(size.0 == 80 ? surface.golden : surface.text, named: "context-budget-\(size.0)x\(size.1)")
  }
}
