// The line above the list of sessions: what it means, its history, the order by relevance.

import ConversationMemory
import Foundation
import Testing

@testable import Explorer

@Suite("Session filter")
struct SessionFilterTests {
  private func parse(_ line: String) throws -> SessionFilter {
    try SessionFilter.parse(
      line, metadataKeys: ["deal_stage", "deal stage"], zone: .gmt, now: SampleConversations.now)
  }

  private func not(_ kind: SessionCondition.Kind) -> SessionCondition { SessionCondition(kind, isExcluded: true) }

  @Test func everyWordHasToBeThereAndQuotesHoldSeveralTogether() throws {
    #expect(
      try parse("globex \"October quote\"").conditions == [
        SessionCondition(.text("October quote")), SessionCondition(.text("globex")),
      ])
    #expect(try parse("globex").words == ["globex"])
  }

  @Test func anExclamationMarkTurnsAWordAPhraseOrAFieldRound() throws {
    #expect(try parse("!globex").conditions == [not(.text("globex"))])
    #expect(try parse("!2026").conditions == [not(.text("2026"))])
    #expect(try parse("-globex").conditions == [not(.text("globex"))])
    #expect(try parse("!\"October quote\"").conditions == [not(.text("October quote"))])
    #expect(try parse("!channel:web").conditions == [not(.channel(Channel(unchecked: "web")))])
    #expect(try parse("!deal_stage:won").conditions == [not(.metadata("deal_stage", "won"))])
    #expect(try parse("!\"deal stage\":\"closed won\"").conditions == [not(.metadata("deal stage", "closed won"))])
    #expect(try parse("price !globex").conditions == [not(.text("globex")), SessionCondition(.text("price"))])
    #expect(try parse("price !globex").words == ["price"])
  }

  @Test func oneByItselfInFrontTurnsEverythingRound() throws {
    let filter = try parse("! price channel:web yesterday")
    #expect(filter.isInverted)
    #expect(filter.conditions.count == 2)
    #expect(filter.timeRange.since != nil)
    // What is still being typed is none yet, and elsewhere it is text.
    #expect(try !parse("!").isInverted)
    #expect(try !parse("price ! web").isInverted)
    #expect(try parse("Wow!").conditions == [SessionCondition(.text("Wow!"))])
  }

  @Test func whatCannotBeIsNamedWithItsPlace() throws {
    func error(_ line: String) -> SearchQueryError? {
      do {
        _ = try parse(line)
        return nil
      } catch {
        return error as? SearchQueryError
      }
    }
    #expect(error("price !role:user")?.range == 7..<16)
    #expect(error("!x colour:red")?.range == 3..<13)
    #expect(error("!x colour:red")?.message.contains("there is no field \"colour\"") == true)
    #expect(error("!since:yesterday")?.remedy.contains("turn the whole filter round") == true)
  }

  @Test func theListShowsWhatIsLeft() async {
    let driver = await Driver()
    let all = driver.state.place.counts?.sessions ?? 0
    func count(_ line: String) async -> Int {
      await driver.press("/", "ctrl-u")
      await driver.type(line)
      await driver.press("enter", "G")
      return driver.state.place.browse.sessions.items.count
    }
    #expect(await count("globex") == 3)
    #expect(await count("globex !gmbh") == 2)
    #expect(await count("globex !channel:web") == 2)
    #expect(await count("quote october") == 1)
    await driver.run("filter ! globex")
    #expect(driver.state.place.browse.sessions.items.allSatisfy { !$0.title.contains("Globex") })
    await driver.press("G")
    #expect(driver.state.place.browse.sessions.selected?.id.rawValue == "s-1139")
    #expect(all == 149)
  }

  @Test func upBringsBackEarlierFiltersAndDownWhatWasTyped() async {
    let driver = await Driver()
    for line in ["globex", "price", "globex"] {
      await driver.press("/", "ctrl-u")
      await driver.type(line)
      await driver.press("enter")
    }
    await driver.press("escape", "/")
    await driver.type("ten")
    await driver.press("up")
    #expect(driver.state.place.browse.filter.text == "globex")
    #expect(driver.state.place.browse.sessions.items.count == 3)
    await driver.press("up")
    #expect(driver.state.place.browse.filter.text == "price", "each once, the last one first")
    await driver.press("up")
    #expect(driver.state.notice?.text == "no filter was used before")
    await driver.press("down", "down")
    #expect(driver.state.place.browse.filter.text == "ten")
    await driver.press("down")
    #expect(driver.state.notice?.text == "this is the newest")
  }

  @Test func sessionsStandByWhatASearchFindsForTheFiltersWords() async {
    let driver = await Driver(columns: 200, rows: 60)
    await driver.run("sort relevance")
    #expect(driver.state.notice?.kind == .error)
    await driver.run("filter quote channel:email")
    await driver.run("sort relevance")
    #expect(driver.text.contains("most relevant first"))
    // The word is in what was said, not in the title alone; the other mails say something of a price.
    let found = driver.state.place.browse.sessions.items.map(\.id.rawValue)
    #expect(found.first == "renewal-2026")
    #expect(driver.state.place.browse.sessions.items.allSatisfy { $0.channel.rawValue == "email" })
    await driver.press("O")
    #expect(driver.state.place.browse.sessions.items.map(\.id.rawValue) == found.reversed())
    await driver.press("escape")
    #expect(driver.text.contains("longest quiet first"), "without words it is the order before, still turned round")
  }

  @Test func withoutAFilterTheLastSearchDecidesRelevance() async {
    let driver = await Driver()
    await driver.press("s")
    await driver.type("enterprise price")
    await driver.press("enter")
    let best = driver.state.place.search.hits.map(\.message.session)
    await driver.press("escape")
    await driver.run("sort relevance")
    #expect(driver.state.place.browse.sessions.items.first?.id == best.first)
  }
}
