// Keys to state and effects, without a terminal: the person view, and the people of a session's sheet.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Updates: people")
struct PersonUpdateTests {
  private func transcript(_ driver: Driver) -> TranscriptState? { driver.state[transcript: .person] }

  @Test func everythingAnAuthorSaidStandsInTimeOrderUnderItsSessions() async throws {
    let driver = await Driver(columns: 120, rows: 60)
    await driver.press("enter", "g", "a")
    #expect(driver.state.focus == .person)
    #expect(driver.text.contains("Person › Dana Whitfield"))
    #expect(driver.text.contains("3 messages in 2 sessions · ✉ email · ⌂ web"))
    #expect(driver.text.contains("22 Oct 2026 13:58 to 20 Nov 2026 12:10"))
    let messages = try #require(transcript(driver)?.messages)
    #expect(messages.count == 3 && messages.allSatisfy { $0.author == "Dana Whitfield" })
    #expect(messages == messages.sorted { $0.timestamp < $1.timestamp })
    let chat = try #require(driver.rows(with: "⌂ Globex: Hello!").first)
    let mail = try #require(driver.rows(with: "✉ Renewal and the October quote").first)
    #expect(chat < mail && driver.rows(with: "⌂ Globex: Hello!").count == 1)
    await driver.press("escape")
    #expect(driver.state.focus == .transcript)
  }

  @Test func aMessageOpensInItsConversationAndEscapeComesBack() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.run("person Dana Whitfield")
    await driver.press("g", "j", "enter")
    #expect(driver.state.focus == .transcript)
    #expect(driver.state[transcript: .transcript]?.source == .session(SessionID(unchecked: "chat-globex-1")))
    #expect(driver.state[transcript: .transcript]?.selected?.content.hasPrefix("Good. Please") == true)
    await driver.press("escape")
    #expect(driver.state.focus == .person)
    #expect(transcript(driver)?.selected?.content.hasPrefix("Good. Please") == true)
  }

  @Test func aLongLifeIsReadPageByPageFromBothEnds() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.run("person Kim Osei")
    #expect(transcript(driver)?.messages.count == TranscriptState.pageSize)
    #expect(driver.text.contains("300 messages in") || (driver.state.place.person?.summary?.messages ?? 0) > 100)
    let total = driver.state.place.person?.summary?.messages
    await driver.press("g")
    #expect(transcript(driver)?.older == .end)
    #expect((transcript(driver)?.messages.count ?? 0) <= TranscriptState.pageSize * 2)
    for _ in 0..<80 { await driver.press("page-down") }
    #expect(transcript(driver)?.messages.count == total)
    let messages = transcript(driver)?.messages ?? []
    #expect(Set(messages.map(\.id)).count == messages.count)
    // Every session on screen has its title.
    #expect(Set(messages.map(\.session)).isSubset(of: driver.state.place.person?.titles.keys.map { $0 } ?? []))
    await driver.press("G")
    #expect(transcript(driver)?.newer == .end)
  }

  @Test func whatThePersonSaysNowAppearsAndIsCounted() async {
    let tenant = SampleConversations.lumenworks()
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil, columns: 120, rows: 60)
    await driver.run("person Dana Whitfield")
    await driver.press("g")
    let selected = transcript(driver)?.selected
    tenant.say("chat-globex-2", on: "slack", .user, "Dana Whitfield", at: SampleConversations.now, "One more thing.")
    await driver.send(.message(.changed(tenant.id)))
    #expect(driver.text.contains("One more thing."))
    #expect(driver.text.contains("4 messages in 3 sessions"))
    #expect(driver.text.contains("# One more thing."))
    #expect(transcript(driver)?.selected == selected)
  }

  @Test func nobodyOfThatNameIsSaidAndNothingIsLeft() async {
    let driver = await Driver()
    await driver.run("person Dana")
    #expect(driver.state.focus == .list)
    #expect(driver.state.notice?.text.contains("no message by \"Dana\"") == true)
    await driver.run("person")
    #expect(driver.state.notice?.text.contains("person NAME") == true)
    await driver.press("enter", "G", "a")
    #expect(driver.state.notice?.text == "nobody is named as this message's author")
    #expect(driver.state.focus == .transcript)
  }

  @Test func fromAHitToItsAuthorAndBackToTheResults() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("s")
    await driver.type("enterprise price")
    await driver.press("enter", "a")
    #expect(driver.state.place.person?.name == "Dana Whitfield")
    await driver.press("I")
    #expect(driver.text.contains("arrival in session"))
    await driver.press("escape", "c")
    #expect(driver.state.focus == .context)
    await driver.press("escape")
    #expect(driver.state.focus == .person)
    await driver.press("escape")
    #expect(driver.state.focus == .results)
  }

  // MARK: The sheet

  @Test func theSheetCountsMessagesByRoleChannelAndPerson() async {
    let driver = await Driver(columns: 120, rows: 60)
    await driver.press("i")
    #expect(driver.text.contains("by role            user 1, assistant 1, system 1"))
    #expect(driver.text.contains("by channel         ✉ email 3"))
    #expect(driver.text.contains("Dana Whitfield  1 message · user"))
    #expect(driver.text.contains("1 message without an author"))
  }

  @Test func whoSaidMostStandsFirst() async {
    let driver = await Driver(columns: 120, rows: 60)
    let sheet = SheetState(
      session: SessionID(unchecked: "x"),
      participation: [
        Participation(author: "A", role: .user, channel: Channel(unchecked: "web"), messages: 1),
        Participation(author: "B", role: .user, channel: Channel(unchecked: "web"), messages: 2),
        Participation(author: "A", role: .assistant, channel: Channel(unchecked: "web"), messages: 3),
        Participation(author: nil, role: .system, channel: Channel(unchecked: "web"), messages: 9),
      ])
    #expect(driver.state.people(sheet).map(\.name) == ["A", "B"])
    #expect(driver.state.people(sheet).first?.parts.count == 2)
  }

  @Test func aPersonOfTheSheetIsSelectedAndOpens() async {
    let driver = await Driver(columns: 80, rows: 16)
    await driver.press("i")
    #expect(BarLine(driver.state, columns: 400).entries.contains { $0.label == "next person" })
    #expect(!BarLine(driver.state, columns: 400).entries.contains { $0.command.id == .open })
    await driver.press("tab", "tab")
    #expect(driver.text.contains("▌ Kim Osei"), "it was brought into sight")
    await driver.press("tab", "enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.place.person?.name == "Dana Whitfield")
    await driver.press("escape")
    #expect(driver.state.focus == .list)
  }
}
