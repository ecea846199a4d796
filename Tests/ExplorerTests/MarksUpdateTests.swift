// Keys to state and effects, without a terminal: bookmarks, saved searches, unread and live sessions.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: marks")
struct MarksUpdateTests {
  private func ready(
    _ tenant: InMemoryTenant = SampleConversations.lumenworks(), columns: Int = 80, rows: Int = 24,
    marks: Marks = Marks()
  ) async -> Driver {
    let driver = await Driver(
      InMemoryStore([tenant]), tenant: nil, columns: columns, rows: rows, keepsMarks: true)
    await driver.send(.message(.marks(MarksNews(marks: marks))))
    return driver
  }

  private func kept(_ driver: Driver) -> [Marks.Change] {
    driver.effects.compactMap { if case .keep(_, let change) = $0 { change } else { nil } }
  }

  private func say(_ tenant: InMemoryTenant, _ session: String, at time: Timestamp = SampleConversations.now) {
    tenant.say(session, on: "email", .user, "Nia", at: time, "And another thing.")
  }

  // MARK: Bookmarks

  @Test func aBookmarkedMessageIsMarkedAndLeadsBackToItself() async throws {
    let driver = await ready()
    await driver.run("filter importer")
    await driver.press("enter", "g", "j", "b")
    let message = try #require(driver.state[transcript: .transcript]?.selected)
    #expect(driver.text.contains("Kim Osei ★"))
    await driver.press("escape", "escape", "B")
    #expect(driver.text.contains("Kim Osei: Thanks, row 100"))
    await driver.press("enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.state[transcript: .transcript]?.selected?.id == message.id)
    await driver.press("escape")
    #expect(driver.state.focus == .list)
    #expect(kept(driver).contains { if case .bookmark(let mark) = $0 { mark.message == message.id } else { false } })
  }

  @Test func aBookmarkInTheListIsOfTheSessionAndGoesAwayTheSameWay() async {
    let driver = await ready()
    await driver.press("b")
    #expect(driver.text.contains("★ Renewal"))
    #expect(driver.state.marks.marks.bookmarks.first?.message == nil)
    await driver.press("b")
    #expect(driver.state.marks.marks.bookmarks.isEmpty)
    #expect(!driver.text.contains("★"))
    await driver.press("enter")
    await driver.run("bookmark session")
    #expect(driver.state.marks.marks.bookmarks.first?.message == nil)
    await driver.run("bookmark everything")
    #expect(driver.state.notice?.kind == .error)
  }

  @Test func aBookmarkOfAnotherTenantGoesThereAndBack() async {
    let driver = await Driver(tenant: "lumenworks", columns: 120, rows: 40)
    await driver.press("b", "escape", "j")
    #expect(driver.state.place.tenant?.rawValue == "northwind")
    await driver.press("B")
    #expect(driver.text.contains("lumenworks · "))
    await driver.press("enter")
    #expect(driver.state.place.tenant?.rawValue == "lumenworks")
    #expect(driver.state[transcript: .transcript]?.session?.rawValue == "renewal-2026")
    #expect(driver.effects.contains(.watch(TenantID(unchecked: "lumenworks"))))
    await driver.press("escape")
    #expect(driver.state.place.tenant?.rawValue == "northwind")
  }

  @Test func aBookmarkOfWhatIsGoneIsSaidAndCanBeRemoved() async throws {
    let tenant = SampleConversations.lumenworks()
    let driver = await ready(tenant)
    await driver.press("b")
    _ = try await tenant.deleteSession(SessionID(unchecked: "renewal-2026"))
    await driver.press("B", "enter")
    #expect(driver.state.notice?.text.contains("renewal-2026") == true)
    #expect(driver.state.overlay != nil)
    await driver.press("d")
    #expect(driver.state.marks.marks.bookmarks.count == 1, "it asks first")
    #expect(driver.state.notice?.text.contains("d once more removes") == true)
    await driver.press("d")
    #expect(driver.state.marks.marks.bookmarks.isEmpty)
    #expect(driver.text.contains("No bookmarks yet."))
  }

  @Test func bookmarksGoWithTheirSession() async {
    let driver = await ready()
    await driver.press("b", "j", "b", "k", "enter", "g", "b", "escape")
    #expect(driver.state.marks.marks.bookmarks.count == 3)
    await driver.run("delete-session")
    await driver.type("renewal-2026")
    await driver.press("enter")
    #expect(driver.state.marks.marks.bookmarks.map(\.session.rawValue).contains("renewal-2026") == false)
    #expect(driver.state.marks.marks.bookmarks.count == 1)
  }

  @Test func withoutAFileABookmarkSaysHowLongItLasts() async {
    let driver = await Driver()
    await driver.press("b")
    #expect(driver.state.notice?.text.contains("until the explorer is left") == true)
    #expect(kept(driver).isEmpty)
  }

  // MARK: Saved searches

  @Test func aSearchIsSavedUnderANameAndRunFromTheListAndByItsName() async {
    let driver = await ready()
    await driver.press("s")
    await driver.type("enterprise price since:2026-10-01")
    await driver.press("ctrl-s")
    #expect(driver.text.contains("enterprise price since:2026-10-01"))
    await driver.press("ctrl-u")
    await driver.type("Prices")
    await driver.press("enter")
    #expect(driver.state.notice?.kind == .success)
    #expect(kept(driver).contains(.saveSearch(SavedSearch(name: "Prices", line: "enterprise price since:2026-10-01"))))
    await driver.press("escape")
    await driver.press("Q", "enter")
    #expect(driver.state.focus == .results)
    #expect(driver.state.place.search.field.text == "enterprise price since:2026-10-01")
    #expect(!driver.state.place.search.hits.isEmpty)
    await driver.press("escape")
    await driver.run("saved pri")
    #expect(driver.state.focus == .results)
    await driver.run("saved nothing")
    #expect(driver.state.notice?.text.contains("known are Prices") == true)
  }

  @Test func aNameThatIsTakenIsAskedAbout() async {
    let driver = await ready()
    await driver.press("s")
    await driver.type("price")
    await driver.press("enter")
    await driver.run("save-search x")
    await driver.press("s", "ctrl-u")
    await driver.type("quote")
    await driver.press("enter", "w", "ctrl-u")
    await driver.type("X")
    await driver.press("enter")
    #expect(driver.state.marks.marks.search(named: "x")?.line == "price")
    await driver.press("enter")
    #expect(driver.state.marks.marks.searches == [SavedSearch(name: "X", line: "quote")])
  }

  @Test func aSavedSearchIsRenamedAndRemoved() async {
    var marks = Marks()
    for name in ["one", "two"] { marks.apply(.saveSearch(SavedSearch(name: name, line: "price \(name)"))) }
    let driver = await ready(marks: marks)
    await driver.press("Q", "j", "r", "ctrl-u")
    await driver.type("A new name")
    await driver.press("enter")
    #expect(driver.state.marks.marks.searches.map(\.name) == ["A new name", "one"])
    await driver.press("d", "d")
    #expect(driver.state.marks.marks.searches.map(\.name) == ["one"])
  }

  @Test func aSearchNeedsALineAndANameToBeSaved() async {
    let driver = await ready()
    await driver.press("s", "ctrl-s")
    #expect(driver.state.notice?.text == "the search line is empty")
    await driver.type("price")
    await driver.press("ctrl-s", "ctrl-u", "enter")
    #expect(driver.state.notice?.kind == .error)
    #expect(driver.state.marks.marks.searches.isEmpty)
  }

  // MARK: Unread and live

  @Test func whatIsThereAtFirstIsReadAndWhatComesIsUnreadUntilOneLooks() async {
    let tenant = SampleConversations.lumenworks()
    let driver = await ready(tenant)
    #expect(!driver.text.contains("●"))
    say(tenant, "tender", at: SampleConversations.now.adding(milliseconds: 600_000))
    await driver.send(.message(.clock(SampleConversations.now.adding(milliseconds: 900_000))))
    await driver.send(.message(.changed(tenant.id)))
    // It came just now, and a minute later it is merely unread.
    #expect(driver.text.contains("◉ Tender"))
    #expect(driver.effects.contains(.alarm(after: .seconds(60))))
    await driver.send(.message(.alarm(SampleConversations.now.adding(milliseconds: 960_000))))
    #expect(driver.text.contains("● Tender"))
    await driver.press("g")
    #expect(driver.text.contains("● Tender"), "passing over it is not looking")
    await driver.press("enter", "escape")
    #expect(!driver.text.contains("●"))
    #expect(kept(driver).contains { if case .look(_, let id, _) = $0 { id.rawValue == "tender" } else { false } })
  }

  @Test func whatComesIntoTheOpenConversationIsRead() async {
    let tenant = SampleConversations.lumenworks()
    let driver = await ready(tenant)
    await driver.press("enter")
    say(tenant, "renewal-2026", at: SampleConversations.now.adding(milliseconds: 600_000))
    await driver.send(.message(.clock(SampleConversations.now.adding(milliseconds: 800_000))))
    await driver.send(.message(.changed(tenant.id)))
    await driver.press("escape")
    #expect(!driver.state.isSelectedUnread)
  }

  @Test func aSessionIsMarkedUnreadAndReadAgainAndAllAtOnce() async {
    let driver = await ready()
    await driver.press("r")
    #expect(driver.text.contains("● Renewal"))
    #expect(BarLine(driver.state, columns: 400).entries.contains { $0.label == "mark read" })
    await driver.press("r")
    #expect(!driver.text.contains("●"))
    await driver.press("r", "j", "r", "R")
    #expect(!driver.text.contains("●"))
    await driver.press("j")
    #expect(!driver.state.isSelectedUnread)
  }

  @Test func marksOfADamagedFileAreSaid() async {
    let driver = await Driver(keepsMarks: true)
    await driver.send(.message(.marks(MarksNews(marks: Marks(), problem: "the marks are damaged"))))
    #expect(driver.text.contains("the marks are damaged"))
  }

  @Test func howResultsStandIsRemembered() async {
    let driver = await ready()
    await driver.press("s")
    await driver.type("stopped at row")
    await driver.press("enter", "f")
    #expect(kept(driver).contains(.showFlatHits(true)))
    let next = await ready(marks: driver.state.marks.marks)
    await next.press("s")
    await next.type("stopped at row")
    #expect(next.state.place.search.rows.count == next.state.place.search.hits.count)
  }
}
