// Keys to state and effects, without a terminal: news, sheet and deletion, commands, mouse.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: news, sessions, commands")
struct ProgramUpdateTests {
  // MARK: Live

  @Test func newMessagesAppearWithoutMovingTheSelection() async throws {
    let tenant = SampleConversations.lumenworks()
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil, columns: 120, rows: 30)
    await driver.press("j", "enter")
    let selected = driver.state[transcript: .transcript]?.selected?.id
    let at = SampleConversations.now
    tenant.say("globex-gmbh", on: "teams", .assistant, "Kim Osei", at: at, "It is the same for you, Jürgen.")
    tenant.say("brand-new", on: "web", .user, "Nia", at: at, "A conversation that nobody has seen yet.")
    await driver.send(.message(.changed(tenant.id)))
    #expect(driver.text.contains("It is the same for you"))
    #expect(driver.text.contains("A conversation that nobody"))
    #expect(driver.state[transcript: .transcript]?.selected?.id == selected)
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "globex-gmbh")
  }

  @Test func aListIsReadAgainAsFarAsOneHasScrolled() async throws {
    let tenant = SampleConversations.lumenworks()
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    for _ in 0..<6 { await driver.press("page-down") }
    let sessions = driver.state.place.browse.sessions
    let selected = try #require(sessions.selected?.id)
    #expect(sessions.scroll.selected > ExplorerState.pageSize)
    let gone = sessions.items[sessions.scroll.selected - 2].id
    _ = try await tenant.deleteSession(gone)
    await driver.send(.message(.changed(tenant.id)))
    #expect(!driver.state.place.browse.sessions.items.contains { $0.id == gone })
    #expect(driver.state.place.browse.sessions.selected?.id == selected)
  }

  @Test func theListsEndIsReadAgainToo() async throws {
    let tenant = SampleConversations.lumenworks()
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    await driver.press("G", "k", "k", "k")
    let selected = try #require(driver.state.place.browse.sessions.selected?.id)
    _ = try await tenant.deleteSession(SessionID(unchecked: "s-1139"))
    await driver.send(.message(.changed(tenant.id)))
    #expect(!driver.state.place.browse.sessions.items.contains { $0.id.rawValue == "s-1139" })
    #expect(driver.state.place.browse.sessions.selected?.id == selected)
    #expect(driver.state.place.browse.sessions.next == nil)
  }

  @Test func aTenantThatComesLaterAppears() async {
    let driver = await Driver(InMemoryStore([]), tenant: nil)
    #expect(driver.effects.contains(.watch(nil)))
    let late = SampleConversations.lumenworks()
    driver.holdsAnswers = true
    await driver.send(.message(.tenants(Page(items: [late.summary], next: nil))))
    #expect(driver.state.place.tenant == late.id)
    #expect(driver.state.focus == .list)
    #expect(driver.effects.contains(.watch(late.id)))
  }

  @Test func newsOfAnotherTenantChangesNothing() async {
    let driver = await Driver()
    let before = driver.state
    await driver.send(.message(.changed(TenantID(unchecked: "northwind"))))
    await driver.send(.message(.semantic(TenantID(unchecked: "northwind"), .loading)))
    #expect(driver.state == before)
  }

  @Test func anUnchangedStoreDrawsTheSameSurface() async {
    let driver = await Driver()
    let before = driver.surface
    await driver.send(.message(.changed(TenantID(unchecked: "lumenworks"))))
    await driver.send(.message(.clock(SampleConversations.now.adding(milliseconds: 60_000))))
    #expect(driver.surface == before)
  }

  @Test func theSpinnerShowsOnlyWhereAnAnswerIsLate() async {
    let driver = await Driver()
    driver.holdsAnswers = true
    driver.forgetEffects()
    await driver.press("j")
    #expect(driver.state.spinner == nil)
    let generation = driver.state.requests.generation
    await driver.send(.message(.tick(upTo: generation - 1)))
    #expect(driver.state.spinner == nil, "the question is younger than the tick")
    await driver.send(.message(.tick(upTo: generation)))
    #expect(driver.state.spinner != nil)
    #expect(driver.text.contains("reading…"))
    driver.holdsAnswers = false
    await driver.answerHeld()
    #expect(driver.state.spinner == nil)
  }

  // MARK: Session sheet and deletion

  @Test func theSheetTellsWhatIsKnown() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("i")
    for text in ["renewal-2026", "prospect_name", "Globex", "topics", "Dana Whitfield", "Kim Osei", "23 h"] {
      #expect(driver.text.contains(text))
    }
    await driver.press("i")
    #expect(driver.state.overlay == nil)
  }

  @Test func deletingSaysWhatGoesAndWaitsForTheName() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.run("delete-session")
    #expect(driver.text.contains("3 messages"))
    await driver.press("enter")
    await driver.type("renewal-202")
    await driver.press("enter")
    #expect(driver.state.place.browse.sessions.items.contains { $0.id.rawValue == "renewal-2026" })
    await driver.type("6")
    await driver.press("enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.text.contains("deleted renewal-2026: 3 messages"))
    #expect(!driver.state.place.browse.sessions.items.contains { $0.id.rawValue == "renewal-2026" })
  }

  @Test func readOnlyTakesDeletingAway() async {
    let driver = await Driver(isReadOnly: true)
    await driver.run("delete-session")
    #expect(driver.state.overlay == nil)
    #expect(driver.text.contains("opened read-only"))
  }

  // MARK: Commands

  @Test func theHelpRunsWhatIsFoundInIt() async {
    let driver = await Driver()
    await driver.press("?")
    await driver.type("agent would be told")
    await driver.press("enter")
    #expect(driver.state.focus == .context)
  }

  @Test func theCommandLineCompletesAndRefusesTheUnknown() async {
    let driver = await Driver()
    await driver.press(":")
    await driver.type("the")
    await driver.press("tab")
    await driver.type("daylight")
    await driver.press("enter")
    #expect(driver.effects.contains(.theme("daylight")))
    await driver.run("frobnicate")
    #expect(driver.text.contains("there is no command \"frobnicate\""))
    await driver.run("search price")
    #expect(driver.state.place.search.field.text == "price")
  }

  @Test func keysForTheProgramBecomeEffects() async {
    let driver = await Driver()
    driver.forgetEffects()
    await driver.press("m", "ctrl-l", "ctrl-z", "q")
    #expect(driver.effects == [.mouse(false), .redraw, .suspend, .quit])
  }

  @Test func aPasteIsTypedIntoOneLine() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.send(.input(.paste("enterprise\nprice\t" + String(repeating: "x", count: 1_000_000))))
    #expect(driver.state.place.search.field.text.hasPrefix("enterprise price x"))
    #expect(driver.state.place.search.field.text.count == TextField.limit)
  }

  @Test func theBarHasWhatIsWantedMostAtEightyColumns() async {
    let driver = await Driver()
    for key in ["s search", "c context", "/ filter", "? all keys"] {
      #expect(driver.surface.text(row: 23).contains(key))
    }
    await driver.press("enter")
    #expect(driver.surface.text(row: 23).contains("S search here"))
    await driver.press("s")
    await driver.type("price")
    #expect(driver.surface.text(row: 23).contains("down next hit"))
    await driver.press("enter")
    #expect(driver.surface.text(row: 23).contains("s change search"))
  }

  // MARK: Mouse

  @Test func aClickSelectsAndASecondOneOpens() async {
    let driver = await Driver()
    let row = driver.rows(with: "Tender with sixty").first ?? 0
    await driver.send(.input(.mouse(Mouse(.press(.left), x: 15, y: row))))
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "tender")
    await driver.send(.input(.mouse(Mouse(.press(.left), x: 15, y: row))))
    #expect(driver.state.focus == .transcript)
  }

  @Test func theWheelScrollsThePaneUnderIt() async {
    let driver = await Driver()
    await driver.send(.input(.mouse(Mouse(.scrollDown, x: 5, y: 10))))
    #expect(driver.state.place.browse.sessions.scroll.selected == 1)
    await driver.press("j", "enter")
    let top = driver.state[transcript: .transcript]?.scroll.top
    await driver.send(.input(.mouse(Mouse(.scrollDown, x: 70, y: 10))))
    #expect(driver.state[transcript: .transcript]?.scroll.top != top)
  }

  @Test func aClickInTheBarRunsTheCommand() async throws {
    let driver = await Driver()
    let entry = try #require(BarLine(driver.state, columns: 80).entries.first { $0.command.id == .search })
    await driver.send(.input(.mouse(Mouse(.press(.left), x: entry.range.lowerBound, y: 23))))
    #expect(driver.state.focus == .query)
  }
}
