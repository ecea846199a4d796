// Keys to state, without a terminal: the timeline.

import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: timeline")
struct TimelineUpdateTests {
  /// Wednesday, 18 November 2026, in days since 1970-01-01.
  private static let wednesday = CivilDay(year: 2026, month: 11, day: 18).daysSinceEpoch

  /// Messages on the 18th (web 3, email 1), the 17th (web 1), the 9th (email 2) and the 3rd of October (web 1).
  private static func tenant() -> InMemoryTenant {
    let tenant = InMemoryTenant("lumenworks")
    let said: [(String, Int64, Int64, Int)] = [
      ("web", 11, 18, 3), ("email", 11, 18, 1), ("web", 11, 17, 1), ("email", 11, 9, 2), ("web", 10, 3, 1),
    ]
    for (channel, month, day, count) in said {
      let midnight = CivilDay(year: 2026, month: month, day: day).daysSinceEpoch * 86_400_000
      for index in 0..<count {
        tenant.say(
          "\(channel)-\(month)-\(day)", on: channel, .user, "Nia",
          at: Timestamp(milliseconds: midnight + Int64(index) * 60_000), "Price number \(index)?")
      }
    }
    return tenant
  }

  private func driver(
    _ tenant: InMemoryTenant = TimelineUpdateTests.tenant(), columns: Int = 120, rows: Int = 40
  ) async -> Driver {
    let driver = await Driver(InMemoryStore([tenant]), columns: columns, rows: rows)
    await driver.press("t")
    return driver
  }

  private func timeline(_ driver: Driver) throws -> TimelineState { try #require(driver.state.place.timeline) }

  private func days(_ driver: Driver) throws -> String {
    let days = try timeline(driver).selection
    return "\(CivilDay(daysSinceEpoch: days.lowerBound)) \(CivilDay(daysSinceEpoch: days.upperBound - 1))"
  }

  // MARK: What is shown

  @Test func itOpensOnTheLastDayWithMessagesAndCountsEveryChannel() async throws {
    let driver = await driver()
    #expect(driver.state.focus == .timeline)
    let timeline = try timeline(driver)
    #expect(timeline.series.map(\.channel?.rawValue) == [nil, "web", "email"])
    #expect(timeline.series.map(\.total) == [8, 5, 3])
    #expect(try days(driver) == "2026-11-18 2026-11-18")
    #expect(driver.text.contains("4 messages"))
    #expect(driver.text.contains("web 3"))
  }

  @Test func theQuietDaysUpToTodayAreThereButOldDataEndWithTheirLastMessage() async throws {
    let recent = await driver()
    // Today is the 21st.
    await recent.press("G")
    #expect(try days(recent) == "2026-11-21 2026-11-21")
    let old = InMemoryTenant("lumenworks")
    old.say("s", on: "web", .user, "Nia", at: SampleConversations.ago(days: 400), "Hello.")
    let driver = await driver(old)
    await driver.press("G")
    #expect(try days(driver) == "2025-10-17 2025-10-17")
  }

  @Test func theFirstLookIsAsCloseAsShowsEverything() async throws {
    let wide = await driver(columns: 120)
    #expect(try timeline(wide).zoom == .day)
    let narrow = await driver(columns: 60)
    #expect(try timeline(narrow).zoom == .week)
  }

  @Test func withoutMessagesItSaysHowTheyCome() async {
    let driver = await Driver(InMemoryStore([InMemoryTenant("new")]), tenant: "new")
    await driver.press("t")
    #expect(driver.text.contains("There are no messages yet."))
    #expect(driver.text.contains("recollect import --tenant new"))
    await driver.press("enter", "l", "space")
    #expect(driver.state.focus == .timeline)
  }

  @Test func whatTheStoreIsSlowWithShowsASpinner() async {
    let driver = await Driver(InMemoryStore([Self.tenant()]))
    driver.holdsAnswers = true
    await driver.press("t")
    await driver.send(.message(.tick(upTo: .max)))
    #expect(driver.text.contains("reading…"))
    await driver.answerHeld()
    #expect(driver.text.contains("All channels"))
  }

  @Test func newMessagesAppearAndNothingMoves() async throws {
    let tenant = Self.tenant()
    let driver = await driver(tenant)
    await driver.press("h", "j")
    let before = try days(driver)
    tenant.say("web-new", on: "web", .user, "Nia", at: SampleConversations.now, "Is this new?")
    tenant.say("chat-new", on: "slack", .user, "Nia", at: SampleConversations.now, "Is this new too?")
    await driver.send(.message(.changed(tenant.id)))
    let timeline = try timeline(driver)
    #expect(timeline.series.first?.total == 10)
    #expect(timeline.series.map(\.channel?.rawValue).contains("slack"))
    #expect(timeline.channel?.rawValue == "web")
    #expect(try days(driver) == before)
  }

  // MARK: Moving

  @Test func arrowsJumpsAndPagesGoByDayWeekAndMonth() async throws {
    let driver = await driver()
    await driver.press("left")
    #expect(try days(driver) == "2026-11-17 2026-11-17")
    await driver.press("H")
    #expect(try days(driver) == "2026-11-10 2026-11-10")
    await driver.press("page-up")
    #expect(try days(driver) == "2026-10-10 2026-10-10")
    await driver.press("page-down", "L", "l")
    #expect(try days(driver) == "2026-11-18 2026-11-18")
    await driver.press("g", "h")
    #expect(try days(driver) == "2026-10-03 2026-10-03")
  }

  @Test func zoomingGoesFromDaysToWeeksFromMondayToMonthsAndBack() async throws {
    let driver = await driver()
    await driver.press("-")
    #expect(try days(driver) == "2026-11-16 2026-11-22")
    await driver.press("-")
    #expect(try days(driver) == "2026-11-01 2026-11-30")
    await driver.press("-")
    #expect(driver.state.notice?.text == "months are the widest look")
    await driver.press("+", "+")
    #expect(try days(driver) == "2026-11-18 2026-11-18")
  }

  @Test func aMonthAwayFromTheLastDayOfALongMonthIsTheLastDayOfAShortOne() {
    let day = CivilDay(year: 2026, month: 3, day: 31).daysSinceEpoch
    let moved = TimelineZoom.day.moved(day, by: -1, .page)
    #expect(CivilDay(daysSinceEpoch: moved).description == "2026-02-28")
    let leap = TimelineZoom.month.moved(CivilDay(year: 2024, month: 2, day: 29).daysSinceEpoch, by: 1, .page)
    #expect(CivilDay(daysSinceEpoch: leap).description == "2025-02-28")
  }

  @Test func everyDayIsInExactlyOneBucketOfEveryZoom() {
    for zoom in TimelineZoom.allCases {
      for day in Int64(-800)...800 {
        #expect(zoom.days(of: zoom.bucket(of: day)).contains(day))
        #expect(zoom.days(of: zoom.bucket(of: day)).upperBound == zoom.days(of: zoom.bucket(of: day) + 1).lowerBound)
      }
    }
  }

  @Test func theBucketOneStandsOnStaysInSightAtAnySize() async throws {
    let driver = await driver(columns: 40, rows: 12)
    while try timeline(driver).zoom != .day { await driver.press("+") }
    for keys in [["g"], ["G"], ["page-up"], ["h", "h"]] {
      for key in keys { await driver.press(key) }
      for size in [(40, 12), (20, 6), (200, 60), (30, 3), (1, 1), (40, 12)] {
        await driver.send(.resized(Size(columns: size.0, rows: size.1)))
        let timeline = try timeline(driver)
        guard let content = ScreenLayout(driver.state)[.timeline]?.content, content.height > 0 else { continue }
        #expect(TimelineLayout(timeline, content).buckets.contains(timeline.bucket), "\(size)")
      }
    }
  }

  // MARK: Marking

  @Test func aMarkedRangeGrowsAndShrinksWithTheCursorOnBothSides() async throws {
    let driver = await driver()
    await driver.press("h", "h", "space", "l")
    #expect(try days(driver) == "2026-11-16 2026-11-17")
    await driver.press("h", "h")
    #expect(try days(driver) == "2026-11-15 2026-11-16")
    await driver.press("escape")
    #expect(driver.state.focus == .timeline)
    #expect(try days(driver) == "2026-11-15 2026-11-15")
    await driver.press("shift-left", "shift-left")
    #expect(try days(driver) == "2026-11-13 2026-11-15")
  }

  @Test func zoomingKeepsTheMarkedDays() async throws {
    let driver = await driver()
    await driver.press("-", "h", "space", "l")
    #expect(try days(driver) == "2026-11-09 2026-11-22")
    await driver.press("+")
    // Beyond the last day there is nothing to mark.
    #expect(try days(driver) == "2026-11-09 2026-11-21")
    await driver.press("escape", "H", "-", "space", "h", "+")
    #expect(try days(driver) == "2026-11-02 2026-11-15")
  }

  @Test func draggingWithTheMouseMarksARange() async throws {
    let driver = await driver()
    let content = try #require(ScreenLayout(driver.state)[.timeline]?.content)
    let drawn = TimelineLayout(try timeline(driver), content)
    let first = drawn.columns(of: Self.wednesday - 3).lowerBound
    let last = drawn.columns(of: Self.wednesday).lowerBound
    let y = drawn.groups[1].rows.lowerBound
    await driver.send(.input(.mouse(Mouse(.press(.left), x: first, y: y))))
    await driver.send(.input(.mouse(Mouse(.drag(.left), x: last - 1, y: y))))
    await driver.send(.input(.mouse(Mouse(.drag(.left), x: last, y: y))))
    await driver.send(.input(.mouse(Mouse(.release(.left), x: last, y: y))))
    #expect(try days(driver) == "2026-11-15 2026-11-18")
    #expect(try timeline(driver).channel?.rawValue == "web")
    // Moving afterwards with no button down marks nothing more.
    await driver.send(.input(.mouse(Mouse(.drag(.left), x: first, y: y))))
    #expect(try days(driver) == "2026-11-15 2026-11-18")
  }

  // MARK: From days to messages

  @Test func enterOpensTheSearchLineWithTheRangeAsConditions() async throws {
    let driver = await driver()
    await driver.press("h", "space", "l", "enter")
    #expect(driver.state.focus == .query)
    #expect(driver.state.place.search.field.text == "since:2026-11-17 until:2026-11-18 ")
    await driver.type("price")
    let range = try #require(driver.state.place.search.answered?.filter.timeRange)
    // Half-open: up to the midnight that ends the last day.
    #expect(range.since?.iso8601 == "2026-11-17T00:00:00Z")
    #expect(range.until?.iso8601 == "2026-11-19T00:00:00Z")
    #expect(driver.state.place.search.hits.count == 5)
    await driver.press("escape")
    #expect(driver.state.focus == .timeline)
    await driver.press("escape", "escape")
    #expect(driver.state.focus == .list)
  }

  @Test func theChannelOfTheRowComesAlongAndTheWordsOfTheLineStay() async {
    let driver = await driver()
    await driver.press("s")
    await driver.type("price last week channel:slack")
    await driver.press("escape", "j", "j", "s")
    #expect(driver.state.place.search.field.text.hasPrefix("since:2026-11-18 until:2026-11-18 channel:email price"))
    #expect(!driver.state.place.search.field.text.contains("slack"))
    #expect(!driver.state.place.search.field.text.contains("last week"))
    #expect(driver.state.place.search.hits.map(\.message.channel.rawValue) == ["email"])
  }

  @Test func theSessionsOfTheChosenDaysCanBeListed() async {
    let driver = await driver()
    await driver.press("H", "h", "h", "space", "L", "h", "b")
    #expect(driver.state.focus == .list)
    #expect(driver.state.place.browse.sessions.items.map(\.id.rawValue) == ["email-11-9"])
    await driver.press("escape")
    #expect(driver.state.place.browse.sessions.items.count == 5)
  }

  @Test func escapeAlwaysFindsTheWayOutWhateverWasOpenedFromWhere() async {
    for route in [["t", "s", "escape"], ["s", "t", "c"], ["c", "t", "s", "t"], ["c", "s", "t", "enter"]] {
      let driver = await Driver(InMemoryStore([Self.tenant()]), columns: 120, rows: 40)
      for key in route {
        if driver.state.focus == .query { await driver.press("tab") }
        await driver.press(key)
      }
      for _ in 0..<8 { await driver.press("escape") }
      #expect(driver.state.focus.view == .browse, "\(route)")
    }
  }

  @Test func aCommandOfTheTimelineSaysElsewhereThatItIsForTheTimeline() async {
    let driver = await Driver()
    await driver.run("zoom-in")
    #expect(driver.state.notice?.text == "this is for the timeline")
  }

  // MARK: Bars

  @Test func aSingleMessageShowsBesideThousandsAndThePeakFillsItsRows() {
    #expect(TimelineView.eighths(0, of: 10_000, rows: 4) == 0)
    #expect(TimelineView.eighths(1, of: 10_000, rows: 4) == 1)
    #expect(TimelineView.eighths(5000, of: 10_000, rows: 4) == 16)
    #expect(TimelineView.eighths(10_000, of: 10_000, rows: 4) == 32)
  }

  @Test func withoutUnicodeNoCellNeedsIt() async {
    let driver = await Driver(InMemoryStore([Self.tenant()]), glyphs: .ascii)
    await driver.press("t")
    let block = Set("▁▂▃▄▅▆▇█▌")
    #expect(!driver.text.contains { block.contains($0) })
    #expect(driver.text.contains("#"))
  }
}
