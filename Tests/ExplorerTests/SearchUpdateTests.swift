// Keys to state and effects, without a terminal: searching, the context, back and forward.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: search and context")
struct SearchUpdateTests {
  // MARK: Search

  @Test func resultsComeAsOneTypesAndTheLastWordIsAPrefixUntilEnter() async {
    let driver = await Driver()
    await driver.press("s")
    driver.holdsAnswers = true
    await driver.type("p")
    #expect(driver.held.last?.delay == .zero, "nothing is being searched for: there is nothing to wait for")
    await driver.type("ri")
    guard case .search(_, let typed, _)? = driver.held.last?.operation else {
      Issue.record("no search was asked")
      return
    }
    #expect(typed.lastWordIsPrefix)
    #expect(driver.held.count == 1, "earlier letters' questions are superseded")
    #expect(driver.held.last?.delay == ExplorerState.searchDelay)
    await driver.press("enter")
    guard case .search(_, let final, _)? = driver.held.last?.operation else { return }
    #expect(!final.lastWordIsPrefix)
    #expect(driver.held.last?.delay == .zero)
  }

  @Test func filtersOfTheLineReachTheStore() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("price channel:email author:\"Dana Whitfield\" since:2026-11-01 until:2026-11-20")
    let hits = driver.state.place.search.hits
    #expect(hits.map(\.message.session.rawValue) == ["renewal-2026"])
    #expect(driver.text.contains("by Dana Whitfield"))
    #expect(driver.text.contains("since 1 Nov 2026"))
    await driver.press("ctrl-x", "ctrl-x", "ctrl-x", "ctrl-x")
    #expect(driver.state.place.search.field.text == "price")
    #expect(driver.state.place.search.hits.count > 1)
  }

  @Test func daysAreWrittenAsPeopleSayThem() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("price since:yesterday ")
    #expect(driver.text.contains("since 20 Nov 2026"))
    #expect(driver.state.place.search.hits.allSatisfy { $0.message.session.rawValue == "renewal-2026" })
    await driver.press("ctrl-u")
    await driver.type("price since:2w until:today")
    #expect(driver.text.contains("since 7 Nov 2026"))
    #expect(driver.text.contains("before 22 Nov 2026"))
    await driver.press("ctrl-u")
    await driver.type("price since:tomorrowish")
    #expect(driver.text.contains("yesterday, 7d, 2w"))
  }

  @Test func timeWordsBecomeAChipThatCanBeTakenAway() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("s")
    await driver.type("what about the price last week?")
    #expect(driver.text.contains("last week: 9 Nov 2026 – 15 Nov 2026 ×"))
    guard case .success(let query) = driver.state.place.search.query else {
      Issue.record("the line was not read")
      return
    }
    #expect(query.text == "what about the price?")
    #expect(driver.state.place.search.answered?.filter == query.filter)
    #expect(driver.state.place.search.answered?.parts.map(\.text) == ["what about the price?"])
    await driver.press("ctrl-x")
    #expect(driver.state.place.search.field.text == "what about the price?")
    #expect(driver.state.place.search.answered?.filter.isEmpty == true)
    #expect(!driver.text.contains("last week"))
  }

  @Test func phrasesExclusionsFeaturesAndMetadataAreChipsToo() async throws {
    let driver = await Driver(columns: 160, rows: 40)
    await driver.press("s")
    await driver.type("price")
    let all = driver.state.place.search.hits
    await driver.type(" -nothing \"october quote\" has:price prospect_name:Globex ")
    for chip in ["not nothing ×", "\"october quote\" ×", "has price ×", "prospect_name Globex ×"] {
      #expect(driver.text.contains(chip), "\(chip)")
    }
    let some = driver.state.place.search.hits
    #expect(some.count < all.count)
    #expect(some.allSatisfy { $0.message.content.lowercased().contains("october quote") })
    let row = try #require(driver.rows(with: "has price ×").first)
    let column = try #require(driver.surface.text(row: row).firstRange(of: "has price"))
    let text = driver.surface.text(row: row)
    let x = text.distance(from: text.startIndex, to: column.lowerBound)
    await driver.send(.input(.mouse(Mouse(.press(.left), x: x, y: row))))
    #expect(
      driver.state.place.search.field.text == "price -nothing \"october quote\" prospect_name:Globex ")
  }

  @Test func metadataIsAFieldAsSoonAsItsNamesAreKnown() async {
    let driver = await Driver()
    driver.holdsAnswers = true
    await driver.press("s")
    await driver.type("price prospect_name:Nobody")
    #expect(driver.text.contains("there is no field \"prospect_name\""))
    driver.holdsAnswers = false
    await driver.answerHeld()
    #expect(!driver.text.contains("there is no field"))
    #expect(driver.state.place.search.hits.isEmpty)
    #expect(driver.text.contains("Nothing was found."))
    await driver.press("ctrl-u")
    await driver.type("price prospect_nam:x")
    #expect(driver.text.contains("did you mean prospect_name?"))
  }

  @Test func filtersAloneAskForWords() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("last week ")
    #expect(driver.text.contains("These are filters: say what to look for as well."))
    #expect(driver.state.place.search.hits.isEmpty)
  }

  @Test func atTheEndOfAFilterNoWordIsBeingTyped() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("pri last week")
    #expect(driver.state.place.search.answered?.lastWordIsPrefix == false)
    await driver.press("ctrl-u")
    await driver.type("last week pri")
    #expect(driver.state.place.search.answered?.lastWordIsPrefix == true)
  }

  @Test func aMistypedFilterIsNamedAndKeepsTheResults() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("price ")
    let count = driver.state.place.search.hits.count
    await driver.type("chanel:email")
    #expect(driver.text.contains("there is no field \"chanel\""))
    #expect(driver.state.place.search.hits.count == count)
  }

  @Test func aHitOpensInItsConversationAndEscapeComesBackToTheSameResults() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("stopped")
    await driver.press("enter", "j", "j", "j")
    let before = driver.state.place.search
    let hit = before.selected?.message
    await driver.press("enter")
    #expect(driver.state.focus == .conversation)
    #expect(driver.state[transcript: .conversation]?.selected?.id == hit?.id)
    #expect(driver.rows(with: hit?.content ?? "-").count == 1)
    // Neighbours on both sides are there.
    let messages = driver.state[transcript: .conversation]?.messages ?? []
    #expect(messages.first?.id != hit?.id && messages.last?.id != hit?.id)
    await driver.press("g")
    #expect(driver.text.contains("row 0."))
    await driver.press("escape")
    #expect(driver.state.focus == .results)
    #expect(driver.state.place.search.hits == before.hits)
    #expect(driver.state.place.search.selected?.message.id == hit?.id)
    await driver.press("escape")
    #expect(driver.state.focus == .list)
  }

  @Test func foundWordsAreMarkedInSnippetAndConversation() async {
    let driver = await Driver(columns: 160, rows: 40)
    await driver.press("s")
    await driver.type("enterprise since:2026-11-01 ")
    let surface = driver.surface
    let marked = surface.cells.filter { $0.style.role == .match && $0.text == "e" }
    #expect(marked.count >= 6, "twice enterprise")
  }

  @Test func searchHereStaysInTheSession() async {
    let driver = await Driver()
    await driver.press("S")
    await driver.type("quote")
    #expect(!driver.state.place.search.hits.isEmpty)
    #expect(driver.state.place.search.hits.allSatisfy { $0.message.session.rawValue == "renewal-2026" })
    #expect(driver.text.contains("in Renewal and the October quote"))
  }

  @Test func weakHitsAreMarked() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("wrong address of nothing known here ")
    #expect(driver.text.contains("weak "))
  }

  @Test func whatKeepsMeaningFromWorkingIsAlwaysSaid() async throws {
    let tenant = SampleConversations.lumenworks()
    tenant.status = .off(reason: "no model is installed", remedy: "`recollect model install`")
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    #expect(driver.text.contains("semantic off"))
    await driver.press("s")
    #expect(driver.text.contains("semantic search is off (no model is installed): `recollect model install`"))
    await driver.press("escape", "c")
    #expect(driver.text.contains("semantic search is off"))
  }

  @Test func searchIsRepeatedWhenMeaningBecomesReady() async {
    let tenant = SampleConversations.lumenworks()
    tenant.status = .loading
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    await driver.press("s")
    await driver.type("price")
    #expect(driver.state.place.search.hits.allSatisfy { $0.parts.semantic == 0 })
    tenant.status = .ready
    await driver.send(.message(.semantic(tenant.id, .ready)))
    #expect(driver.state.place.search.hits.contains { $0.parts.semantic > 0 })
  }

  @Test func anAnswerOlderThanTheWatchDoesNotTurnTheHeaderBack() async {
    let tenant = SampleConversations.lumenworks()
    tenant.status = .loading
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    await driver.press("s")
    driver.holdsAnswers = true
    await driver.type("price")
    await driver.send(.message(.semantic(tenant.id, .ready)))
    // The search is answered by words alone: it began before the model was there.
    driver.holdsAnswers = false
    await driver.answerHeld()
    #expect(driver.text.contains("semantic ready"))
  }

  @Test func resultsByWordsAloneAreRepeatedWhereTheModelCameMeanwhile() async {
    let tenant = SampleConversations.lumenworks()
    tenant.status = .loading
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    await driver.send(.message(.semantic(tenant.id, .ready)))
    await driver.press("s")
    driver.holdsAnswers = true
    await driver.type("price")
    let question = driver.held.last
    guard case .search(_, let request, _)? = question?.operation else {
      Issue.record("nothing was asked")
      return
    }
    let answer = Answer.search(SearchResult(hits: [], semantic: .loading), [:])
    await driver.send(.message(.answer(.search, generation: question?.generation ?? 0, .success(answer))))
    #expect(driver.state.semantic == .ready)
    #expect(driver.state.place.search.asked == request, "asked once more")
  }

  @Test func resultsTakeInWhatArrivesAndKeepTheSelection() async {
    let tenant = SampleConversations.lumenworks()
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil)
    await driver.press("s")
    await driver.type("stopped")
    await driver.press("enter", "j", "j")
    let selected = driver.state.place.search.selected?.message.id
    tenant.say("late", on: "web", .user, "Nia", at: SampleConversations.now, "stopped")
    await driver.send(.message(.changed(tenant.id)))
    #expect(driver.state.place.search.hits.contains { $0.message.session.rawValue == "late" })
    #expect(driver.state.place.search.selected?.message.id == selected)
    #expect(driver.state.focus == .results)
  }

  // MARK: Context

  @Test func recalledMessagesStandUnderTheirSessionWithAWarningForOtherProspects() async throws {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("c")
    let surface = driver.surface
    let row = try #require(driver.rows(with: "about Globex GmbH").first)
    let text = surface.text(row: row)
    #expect(text.contains("Globex GmbH here"), "the session's title")
    #expect((0..<surface.size.columns).contains { surface[$0, row]?.style.role == .otherProspect })
    #expect(surface.text(row: row + 1).contains("Jürgen Falk"))
    #expect(surface.text(row: row + 1).contains("score"))
  }

  @Test func theContextShowsReasonsAndOtherProspectsAndTurnsRecallOff() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("c")
    #expect(driver.text.contains("Recalled from other sessions"))
    #expect(driver.text.contains("why: close in meaning"))
    #expect(driver.text.contains("about Globex GmbH"))
    #expect(driver.text.contains("The memory was asked for"))
    let with = driver.state.place.context?.context?.tokenEstimate ?? 0
    await driver.press("x")
    #expect(driver.text.contains("recall off"))
    #expect((driver.state.place.context?.context?.tokenEstimate ?? .max) < with)
    await driver.press("x", "p")
    #expect(driver.text.contains("same prospect"))
    #expect(!driver.text.contains("about Globex GmbH"))
  }

  @Test func aRecalledMessageOpensInItsConversationAndEscapeReturns() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("c", "enter")
    #expect(driver.state.focus == .transcript)
    #expect(driver.state[transcript: .transcript]?.source == .session(SessionID(unchecked: "chat-globex-1")))
    await driver.press("escape")
    #expect(driver.state.focus == .context)
    await driver.press("escape")
    #expect(driver.state.focus == .list)
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "renewal-2026")
  }

  // MARK: Places

  @Test func backAndForwardVisitTheSamePlaces() async {
    let driver = await Driver()
    await driver.press("enter", "s")
    await driver.type("price")
    await driver.press("enter", "enter", "[")
    #expect(driver.state.focus == .results)
    await driver.press("[")
    #expect(driver.state.focus == .transcript)
    await driver.press("[")
    #expect(driver.state.focus == .list)
    await driver.press("]", "]", "]")
    #expect(driver.state.focus == .conversation)
    #expect(driver.state.place.search.field.text == "price")
  }
}
