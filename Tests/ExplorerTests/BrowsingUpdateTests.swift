// Keys to state and effects, without a terminal: starting and browsing.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: browsing")
struct BrowsingUpdateTests {
  // MARK: Start

  @Test func theFirstSizeAsksTheStoreAndDrawsAtOnce() async {
    let driver = await Driver(tenant: nil)
    var state = ExplorerState(settings: Settings(), now: SampleConversations.now, theme: "midnight")
    let effects = Explorer.update(&state, .resized(Size(columns: 80, rows: 24)))
    #expect(
      effects.contains { if case .ask(let question) = $0 { question.operation == .tenants(after: nil) } else { false } }
    )
    var surface = Surface(size: Size(columns: 80, rows: 24))
    ExplorerView.draw(state, into: &surface)
    #expect(surface.text.contains("recollect"))
    #expect(driver.state.focus == .tenants)
  }

  @Test func oneTenantAloneStartsInItsSessions() async {
    let driver = await Driver(InMemoryStore([SampleConversations.lumenworks()]), tenant: nil)
    #expect(driver.state.focus == .list)
    #expect(driver.state.place.tenant?.rawValue == "lumenworks")
    #expect(!driver.text.contains("Tenants"))
  }

  @Test func anUnknownTenantIsSaidWithItsRemedy() async {
    let driver = await Driver(tenant: "nobody", columns: 120)
    #expect(driver.state.notice?.kind == .error)
    #expect(driver.text.contains("there is no tenant \"nobody\""))
    #expect(driver.text.contains("recollect tenants"))
  }

  @Test func anEmptyStoreSaysWhatToDoAndLooksAgain() async {
    let tenant = InMemoryTenant("late")
    let driver = await Driver(InMemoryStore([]), tenant: nil)
    #expect(driver.text.contains("recollect import"))
    tenant.say("s", on: "web", .user, "Nia", at: SampleConversations.now, "Is anybody there?")
    let page = Page(items: [tenant.summary], next: nil)
    driver.holdsAnswers = true
    await driver.press("ctrl-r")
    let generation = driver.held.first?.generation ?? 0
    await driver.send(.message(.answer(.tenants, generation: generation, .success(.tenants(page)))))
    #expect(driver.state.place.tenant == tenant.id)
    #expect(driver.state.focus == .list)
  }

  @Test func theWatchFollowsTheTenant() async {
    let driver = await Driver(tenant: nil)
    driver.forgetEffects()
    await driver.press("j")
    #expect(driver.effects.contains(.watch(TenantID(unchecked: "northwind"))))
    #expect(driver.text.contains("Where is my order 0?"))
    #expect(!driver.text.contains("Renewal"))
  }

  // MARK: Browsing

  @Test func movingInTheListPreviewsTheSelectedSession() async {
    let driver = await Driver()
    await driver.press("j")
    #expect(driver.state.place.browse.transcript?.source == .session(SessionID(unchecked: "globex-gmbh")))
    #expect(driver.text.contains("Globex GmbH here"))
  }

  @Test func theOldPreviewStaysUntilTheNewOneIsThereAndStaleOnesAreDropped() async {
    let driver = await Driver()
    driver.holdsAnswers = true
    await driver.press("j")
    #expect(driver.text.contains("Hi Kim,"))
    let stale = driver.held
    await driver.press("j")
    #expect(driver.held.count == 1)
    guard case .history(_, let source, _, _)? = driver.held.first?.operation else {
      Issue.record("nothing was asked")
      return
    }
    #expect(source == .session(SessionID(unchecked: "tender")))
    // The first answer comes after all: it is about a place that was left.
    let before = driver.state
    for question in stale {
      let answer = Result<Answer, Delivery.Failure>.success(.messages(Page(items: [], next: nil)))
      await driver.send(.message(.answer(question.slot, generation: question.generation, answer)))
    }
    #expect(driver.state == before)
    driver.holdsAnswers = false
    await driver.answerHeld()
    #expect(driver.text.contains("Dear all,"))
  }

  @Test func aLongListIsReadPageByPageAsOneScrolls() async {
    let driver = await Driver()
    #expect(driver.state.place.browse.sessions.items.count == ExplorerState.pageSize)
    for _ in 0..<4 { await driver.press("page-down") }
    #expect(driver.state.place.browse.sessions.items.count > ExplorerState.pageSize)
    let ids = driver.state.place.browse.sessions.items.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func theListsEndIsReadFromTheEndAndLeadsBackToTheStart() async {
    let driver = await Driver()
    await driver.press("G")
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "s-1139")
    #expect(driver.state.place.browse.sessions.next == nil)
    // A page lies before it, and is read on the way up.
    for _ in 0..<7 { await driver.press("page-up") }
    #expect(driver.state.place.browse.sessions.previous == nil)
    #expect(driver.state.place.browse.sessions.items.count == 149)
    await driver.press("G", "g")
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "renewal-2026")
  }

  @Test func sessionsAreSortedEachWay() async {
    let driver = await Driver()
    await driver.run("sort size")
    #expect(driver.state.place.browse.sessions.items.first?.id.rawValue == "migration")
    await driver.press("O")
    #expect(driver.state.place.browse.sessions.items.first?.messageCount == 1)
    await driver.run("sort title")
    #expect(driver.text.contains("by title"))
    await driver.run("sort colour")
    #expect(driver.state.notice?.kind == .error)
  }

  @Test func theFilterNarrowsAsOneTypesAndEscapeDropsIt() async {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("globex")
    #expect(driver.state.place.browse.sessions.items.count == 3)
    await driver.press("enter")
    #expect(KeyContext(driver.state) == .list)
    #expect(driver.text.contains("/globex"))
    await driver.press("escape")
    #expect(driver.state.place.browse.sessions.items.count == ExplorerState.pageSize)
  }

  @Test func aFilterWithoutMatchesSaysWhatToDo() async {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("zzzz")
    #expect(driver.text.contains("No session fits the filter"))
    #expect(driver.state.place.browse.transcript == nil)
  }

  @Test func theFilterTakesAChannelAndADay() async {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("channel:email since:yesterday until:yesterday")
    #expect(driver.state.place.browse.sessions.items.map(\.id.rawValue) == ["renewal-2026"])
    await driver.press("ctrl-u")
    await driver.type("channel:web since:1w")
    let sessions = driver.state.place.browse.sessions.items
    #expect(!sessions.isEmpty && sessions.allSatisfy { $0.channel.rawValue == "web" })
    #expect(sessions.allSatisfy { $0.lastActivity >= SampleConversations.ago(days: 8) })
  }

  @Test func theFilterTakesTimeWordsAndMetadata() async {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("yesterday")
    let recent = driver.state.place.browse.sessions.items
    #expect(recent.contains { $0.id.rawValue == "renewal-2026" })
    #expect(recent.allSatisfy { $0.lastActivity >= SampleConversations.ago(days: 2) })
    await driver.press("ctrl-u")
    await driver.type("prospect_name:\"Globex GmbH\"")
    #expect(driver.state.place.browse.sessions.items.map(\.id.rawValue) == ["globex-gmbh"])
  }

  @Test func aFilterThatNoSessionHasIsRefusedAndLeavesTheListAsItIs() async {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("globex")
    let before = driver.state.place.browse.sessions
    await driver.type(" role:user")
    #expect(driver.text.contains("sessions cannot be filtered by role: use words"))
    await driver.press("enter")
    #expect(KeyContext(driver.state) == .filter, "it is still to be mended")
    await driver.send(.message(.changed(TenantID(unchecked: "lumenworks"))))
    #expect(driver.state.place.browse.sessions.items == before.items)
  }

  @Test func aTranscriptIsReadBothWays() async {
    let driver = await Driver()
    await driver.run("filter importer")
    await driver.press("enter")
    #expect(driver.text.contains("row 14900"))
    await driver.press("g")
    #expect(driver.text.contains("Step 1: the importer stopped at row 0."))
    #expect(!driver.text.contains("row 14900"))
    for _ in 0..<40 { await driver.press("page-down") }
    #expect(driver.text.contains("row 14900"))
    #expect(driver.state[transcript: .transcript]?.messages.count == 150)
    for _ in 0..<60 { await driver.press("page-up") }
    #expect(driver.state[transcript: .transcript]?.scroll.selected == 0)
    await driver.press("G")
    #expect(driver.state[transcript: .transcript]?.selected?.content.contains("14900") == true)
  }

  @Test func scrollingUpFromTheEndReadsOlderPagesWithoutAJump() async {
    let driver = await Driver()
    await driver.run("filter importer")
    await driver.press("enter")
    let loaded = driver.state[transcript: .transcript]?.messages.count ?? 0
    #expect(loaded < 150)
    var seen: [String] = []
    for _ in 0..<149 {
      seen.append(driver.state[transcript: .transcript]?.selected?.id.rawValue ?? "")
      await driver.press("k")
    }
    #expect(Set(seen).count == 149)
    #expect(driver.state[transcript: .transcript]?.scroll.selected == 0)
  }

  @Test func aLongMessageIsFoldedUntilUnfolded() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("j", "j", "enter")
    #expect(driver.text.contains("more lines"))
    await driver.press("z", "G", "page-down", "page-down", "page-down", "page-down", "page-down")
    #expect(driver.text.contains("Regards"))
    await driver.press("enter", "g")
    #expect(driver.text.contains("more lines"))
  }

  @Test func anUnfoldedMessageIsWrappedAnewForAnotherWidth() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("j", "j", "enter", "z")
    await driver.send(.resized(Size(columns: 60, rows: 20)))
    let layout = ScreenLayout(driver.state)
    let texts = driver.state[transcript: .transcript]?.unfolded.values.map(\.text.columns)
    #expect(texts == [TranscriptMeasure.columns(paneColumns: layout.columns(of: .transcript))])
  }

  @Test func tallMessagesAreScrolledThroughLineByLine() async {
    let driver = await Driver()
    await driver.press("j", "j", "enter", "z")
    for _ in 0..<80 { await driver.press("j") }
    #expect(driver.text.contains("Regards"))
    for _ in 0..<80 { await driver.press("k") }
    #expect(driver.text.contains("Dear all,"))
  }

  @Test func aChannelShowsItsMessagesAcrossSessions() async {
    let driver = await Driver(columns: 120)
    await driver.press("v", "j")
    #expect(driver.state.place.browse.transcript?.source == .channel(Channel(unchecked: "slack")))
    await driver.press("enter", "G")
    #expect(driver.text.contains("row 14900"))
    await driver.press("v")
    #expect(driver.text.contains("Sessions"))
  }
}
