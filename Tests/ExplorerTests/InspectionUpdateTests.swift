// Keys to state and effects, without a terminal: the inspector, and results grouped or flat.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: looking closer")
struct InspectionUpdateTests {
  private func searching(_ line: String, columns: Int = 120, rows: Int = 60) async -> Driver {
    let driver = await Driver(columns: columns, rows: rows)
    await driver.press("s")
    await driver.type(line)
    await driver.press("enter")
    return driver
  }

  // MARK: Inspector

  @Test func theInspectorShowsEveryFieldOfAMessageInBothZones() async throws {
    let tenant = InMemoryTenant("t")
    tenant.say(
      "s-1", on: "email", .user, "Dana", at: SampleConversations.now.adding(milliseconds: 1234), "Hello there.",
      metadata: ["thread": "a\u{1B}[31m b"])
    let driver = await Driver(InMemoryStore([tenant]), tenant: "t", columns: 120, rows: 60)
    await driver.press("enter", "I")
    let lines = InspectorView(driver.state, try #require(inspector(driver))).lines.map { $0.map(\.text).joined() }
    func has(_ label: String, _ value: String) -> Bool { lines.contains { $0.hasPrefix(label) && $0.hasSuffix(value) } }
    #expect(has("id", "m1") && has("session", "s-1") && has("role", "user") && has("author", "Dana"))
    #expect(has("said", "21 Nov 2026 14:10:01.234 GMT"))
    #expect(lines.contains { $0.hasSuffix("2026-11-21T14:10:01.234Z") })
    #expect(has("stored", "21 Nov 2026 14:10:01.234 GMT"))
    #expect(has("arrival in session", "1") && has("size", "12 bytes of text"))
    #expect(lines.contains { $0.hasPrefix("thread") })
    #expect(!driver.surface.cells.contains { $0.text.contains("\u{1B}") })
    #expect(!driver.text.contains("Why it was found"))
  }

  @Test func aHitSaysWhatMeaningAndWordsGaveAndWhatItWasHeldAgainst() async {
    let driver = await searching("enterprise price since:2026-10-01 ")
    await driver.press("I")
    #expect(driver.text.contains("Why it was found"))
    #expect(driver.text.contains("█ meaning 50  ▒ words 40  ▓ features 0"))
    #expect(driver.text.contains("“enterprise”, “price”: 100% of the question, by rarity"))
    #expect(driver.text.contains("yes: similarity 0.60 reaches 0.35"))
  }

  @Test func aWeakHitSaysWhichFloorsItMissed() async {
    let driver = await searching("wrong address of nothing known here ")
    while driver.state.place.search.selected?.weak == false { await driver.press("j") }
    await driver.press("I")
    #expect(driver.text.contains("weak: similarity 0.15 is below"))
    #expect(driver.text.contains("0.50"))
  }

  @Test func theTurnThatLentIsNamedAndOpens() async throws {
    let driver = await searching("seats euro")
    #expect(driver.state.place.search.selected?.message.author == "Kim Osei")
    await driver.press("I")
    let lender = try #require(inspector(driver)?.lender)
    #expect(driver.text.contains("the turn before it, by Dana Whitfield"))
    await driver.press("o")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.focus == .transcript)
    #expect(driver.state.place.browse.transcript?.selected?.id == lender.id)
    await driver.press("escape")
    #expect(driver.state.focus == .results)
  }

  @Test func aRecalledMessageSaysWhyTheAgentIsToldAndOpens() async throws {
    let driver = await Driver(columns: 120, rows: 60)
    await driver.press("c", "I")
    #expect(driver.text.contains("Why the agent is told"))
    #expect(driver.text.contains("close in meaning (0.60)"))
    let message = try #require(inspector(driver)?.message)
    await driver.press("enter")
    #expect(driver.state.place.browse.transcript?.selected?.id == message.id)
    await driver.press("escape")
    #expect(driver.state.focus == .context)
  }

  @Test func theInspectorScrollsToItsEndAndCloses() async throws {
    let driver = await Driver(columns: 80, rows: 16)
    await driver.press("enter", "I", "G")
    #expect(driver.text.contains("prospect_name"))
    #expect(!driver.text.contains("System, 21 Nov 2026"))
    await driver.press("G", "g")
    #expect(inspector(driver)?.top == 0)
    await driver.press("I")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.focus == .transcript)
  }

  private func inspector(_ driver: Driver) -> InspectorState? {
    if case .inspector(let inspector) = driver.state.overlay { inspector } else { nil }
  }

  // MARK: Groups

  @Test func neighboursOfABetterHitAreFoldedUnderItAndNothingIsLost() async {
    let driver = await searching("stopped at row")
    let search = driver.state.place.search
    let shown = search.rows.flatMap { [$0.hit] + $0.neighbours }
    #expect(shown.sorted() == Array(search.hits.indices))
    #expect(search.rows.count < search.hits.count)
    for row in search.rows {
      for neighbour in row.neighbours {
        let (best, other) = (search.hits[row.hit], search.hits[neighbour])
        #expect(best.score >= other.score && best.message.session == other.message.session)
        #expect(abs(best.message.sequence - other.message.sequence) <= HitRow.reach)
      }
    }
    #expect(driver.text.contains("near  #"))
    await driver.press("f")
    #expect(driver.state.place.search.rows.count == search.hits.count)
    #expect(driver.text.contains("best first"))
  }

  @Test func hitsOfASessionStandTogetherButWeakOnesDoNotClimb() {
    func hit(_ session: String, _ sequence: Int64, _ score: Double) -> SearchHit {
      let message = ConversationMessage(
        id: MessageID(unchecked: "\(session)\(sequence)"), session: SessionID(unchecked: session),
        channel: Channel(unchecked: "web"), role: .user, author: nil, content: "x", timestamp: SampleConversations.now,
        ingestedAt: SampleConversations.now, sequence: sequence, metadata: [:])
      return SearchHit(
        message: message, score: score, weak: score < 0.3, parts: ScoreParts(semantic: score), similarity: score,
        matchedWords: [], wordCoverage: 0, matchedRanges: [], passage: 0..<1, cursor: Cursor(listing: "", key: []))
    }
    let hits = [
      hit("a", 1, 0.9), hit("b", 1, 0.8), hit("a", 20, 0.7), hit("a", 3, 0.6), hit("a", 50, 0.2), hit("b", 2, 0.1),
    ]
    let rows = HitRow.rows(of: hits, isFlat: false, unfolded: [])
    #expect(rows.map(\.hit) == [0, 2, 1, 4])
    #expect(rows.map(\.neighbours) == [[3], [], [5], []])
    #expect(rows.map(\.place) == [.leading, .following, .leading, .leading])
    let open = HitRow.rows(of: hits, isFlat: false, unfolded: [hits[0].message.id])
    #expect(open.map(\.hit) == [0, 3, 2, 1, 4])
    #expect(open[1].place == .neighbour)
  }

  @Test func unfoldingAndFoldingKeepTheSelectedHit() async throws {
    let driver = await searching("stopped at row")
    await driver.press("j")
    let selected = try #require(driver.state.place.search.selected?.message.id)
    let count = driver.state.place.search.rows.count
    await driver.press("z")
    #expect(driver.state.place.search.rows.count > count)
    #expect(driver.state.place.search.selected?.message.id == selected)
    // A neighbour is selected and opens like any hit; folded away again, its better one is selected.
    await driver.press("j", "f")
    let neighbour = try #require(driver.state.place.search.selected?.message.id)
    #expect(neighbour != selected)
    await driver.press("f")
    #expect(driver.state.place.search.selected?.message.id == selected)
    await driver.press("z", "z")
    #expect(driver.state.place.search.rows.count == count)
  }
}
