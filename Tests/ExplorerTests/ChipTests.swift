// The search line's filters as chips: any of them can be marked and taken out.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Chips")
struct ChipTests {
  private func searching(_ line: String, columns: Int = 120) async -> Driver {
    let driver = await Driver(columns: columns, rows: 40)
    await driver.press("s")
    await driver.type(line)
    return driver
  }

  private func line(_ driver: Driver) -> String { driver.state.place.search.field.text }

  @Test func anyFilterIsMarkedAndTakenOutWhileTyping() async {
    let driver = await searching("price channel:email role:user since:2026-10-01")
    await driver.press("shift-left", "shift-left")
    #expect(driver.text.contains("▌role user ×"))
    await driver.press("ctrl-x")
    #expect(line(driver) == "price channel:email since:2026-10-01")
    #expect(driver.text.contains("▌since 1 Oct 2026 ×"), "the mark goes on to the next one")
    await driver.press("shift-left", "ctrl-x")
    #expect(line(driver) == "price since:2026-10-01")
    #expect(driver.state.place.search.answered?.filter.channel == nil)
    await driver.press("ctrl-x")
    #expect(line(driver) == "price")
    await driver.press("shift-left")
    #expect(driver.state.notice?.text == "the search has no filter")
  }

  @Test func filtersAreTakenOutAmongTheResultsToo() async {
    let driver = await searching("price channel:email role:user")
    await driver.press("enter", "shift-left", "shift-left", "shift-left", "x")
    #expect(line(driver) == "price role:user")
    #expect(driver.state.focus == .results)
    await driver.run("remove-filter 2")
    #expect(driver.state.notice?.text == "there is no filter \"2\": there is one")
    await driver.run("remove-filter 1")
    #expect(line(driver) == "price")
  }

  @Test func whatIsTypedDropsTheMark() async {
    let driver = await searching("price channel:email role:user ")
    await driver.press("shift-left", "shift-left")
    #expect(driver.state.place.search.marked == 0)
    await driver.type("x")
    #expect(driver.state.place.search.marked == nil)
    await driver.press("ctrl-x")
    #expect(line(driver) == "price channel:email x")
  }

  @Test func aMarkedChipIsBroughtIntoSightAndClicksHitWhatIsSeen() async throws {
    let driver = await searching(
      "price channel:email role:user since:2026-10-01 until:2026-11-20 \"october quote\"", columns: 60)
    #expect(!driver.text.contains("\"october quote\" ×"))
    await driver.press("shift-left")
    let row = try #require(driver.rows(with: "▌\"october quote\" ×").first)
    let text = driver.surface.text(row: row)
    let found = try #require(text.firstRange(of: "before"))
    let x = text.distance(from: text.startIndex, to: found.lowerBound)
    await driver.send(.input(.mouse(Mouse(.press(.left), x: x, y: row))))
    #expect(line(driver) == "price channel:email role:user since:2026-10-01 \"october quote\"")
  }

  @Test func whatIsExcludedLooksAnotherWay() async throws {
    let driver = await searching("price -refund channel:email")
    let row = try #require(driver.rows(with: "not refund ×").first)
    let roles = Set((0..<120).compactMap { driver.surface[$0, row]?.style.role })
    #expect(roles.contains(.chip) && roles.contains(.chipExcluded))
  }
}
