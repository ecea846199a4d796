// The explorer line by line: what each command says, and that nothing else than lines of harmless text comes out.

import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Plain mode")
struct PlainTests {
  private func dialogue(
    _ store: any ConversationStore = SampleConversations.store(scripts: false), tenant: String? = "lumenworks"
  ) -> PlainDialogue {
    let settings = Settings(tenant: tenant.map(TenantID.init(unchecked:)), zone: .gmt)
    return PlainDialogue(store: store, settings: settings, clock: { SampleConversations.now })
  }

  /// What the last line of several led to.
  private func say(_ dialogue: PlainDialogue, _ lines: String...) async -> PlainReply {
    var reply = PlainReply()
    for line in lines { reply = await dialogue.run(line) }
    return reply
  }

  private func number(of text: String, in reply: PlainReply) throws -> String {
    let line = try #require(reply.lines.first { $0.contains(text) && $0.first?.isNumber == true }, "\(reply.lines)")
    return String(line.prefix { $0.isNumber })
  }

  // MARK: Going about

  @Test func itBeginsWithTheTenantsAndANumberOpensOne() async throws {
    let dialogue = dialogue(tenant: nil)
    let start = await dialogue.start()
    #expect(start.lines.first == "3 tenants:")
    let opened = await say(dialogue, try number(of: "northwind", in: start))
    #expect(opened.lines.first == "Sessions of northwind, 3 in all, latest first:")
    #expect(await dialogue.prompt == "northwind, sessions")
    #expect(await say(dialogue, "back").lines.first == "3 tenants:")
    #expect(await say(dialogue, "tenants tailspin").lines.first?.hasPrefix("Sessions of tailspin") == true)
    let unknown = await say(dialogue, "tenants nobody")
    #expect(unknown.isMistake)
    #expect(await dialogue.prompt == "tailspin, sessions", "where it failed one stays where one was")
  }

  @Test func theOnlyTenantIsOpenAtOnce() async {
    let dialogue = dialogue(InMemoryStore([SampleConversations.lumenworks(scripts: false)]), tenant: nil)
    #expect(await dialogue.start().lines.first?.hasPrefix("Sessions of lumenworks") == true)
    let empty = self.dialogue(InMemoryStore([]), tenant: nil)
    #expect(await empty.start().lines.first?.contains("recollect import") == true)
  }

  @Test func aSessionIsReadFromItsStartAndGoesOnWithAnEmptyLine() async throws {
    let dialogue = dialogue()
    let list = await say(dialogue, "sessions migration")
    #expect(list.lines.first?.contains("for \"migration\"") == true)
    let first = await say(dialogue, "open 1")
    #expect(first.lines.first?.hasPrefix("Session ") == true)
    #expect(first.lines.contains("  Step 1: the importer stopped at row 0."))
    #expect(first.lines.last == "There is more: press Enter, or type more.")
    let second = await say(dialogue, "")
    #expect(second.lines.first?.hasPrefix("11. ") == true)
    #expect(second.lines.contains("  Step 11: the importer stopped at row 1000."))
    #expect(!(await say(dialogue, "more")).isMistake)
    // The number of a message that is shown already reads it whole.
    #expect(await say(dialogue, "11").lines.last == "  Step 11: the importer stopped at row 1000.")
  }

  @Test func aLongMessageIsFoldedUntilItsNumberIsTyped() async {
    let dialogue = dialogue()
    let shown = await say(dialogue, "sessions tender", "1")
    #expect(shown.lines.contains { $0.contains("more lines: its number shows them") })
    #expect(!shown.lines.contains { $0.contains("number 60 of") })
    #expect(await say(dialogue, "1").lines.contains { $0.contains("number 60 of") })
  }

  @Test func channelsTheTimelineTheSheetAndTheContextAreThere() async throws {
    let dialogue = dialogue()
    let channels = await say(dialogue, "channels")
    #expect(channels.lines.first?.hasPrefix("Channels of lumenworks") == true)
    let slack = await say(dialogue, try number(of: "slack", in: channels))
    #expect(slack.lines.first == "Channel slack, the last messages:")
    #expect(await say(dialogue, "more").lines.first == "Before these:")
    let months = await say(dialogue, "timeline")
    let october = await say(dialogue, try number(of: "1 Oct 2026 to 31 Oct 2026", in: months))
    #expect(october.lines.first?.contains("for \"since:2026-10-01 until:2026-10-31\"") == true)
    let sheet = await say(dialogue, "sessions renewal", "1", "sheet")
    #expect(sheet.lines.contains("duration: 23 h"))
    #expect(sheet.lines.contains("deal_stage: negotiation"))
    let context = await say(dialogue, "context")
    #expect(context.lines.first?.hasPrefix("What an agent would be told in Renewal") == true)
    #expect(context.lines.contains { $0.hasPrefix("Recalled from other sessions") })
    let off = await say(dialogue, "recall")
    #expect(off.lines.first?.hasSuffix("recall off.") == true)
    #expect(!off.lines.contains { $0.hasPrefix("Recalled") })
  }

  @Test func aSearchGivesNumberedHitsAndOpensThemInTheirConversation() async throws {
    let dialogue = dialogue()
    let found = await say(dialogue, "search enterprise price channel:web")
    #expect(found.lines.first?.contains("best first, only channel: web") == true)
    let hit = await say(dialogue, try number(of: "Kim Osei", in: found))
    #expect(hit.lines.first?.contains("the message and what is around it") == true)
    #expect(hit.lines.contains { $0.hasSuffix("this is the one") })
    #expect(await say(dialogue, "back").lines.first == found.lines.first)
  }

  @Test func mistakesSayWhatWouldWork() async {
    let dialogue = dialogue()
    let expected = [
      ("frobnicate", "there is no command \"frobnicate\": help lists them all"),
      ("se", "several commands begin with \"se\": sessions, search"), ("open", "say which: open 3"),
      ("99", "there is nothing to choose here"), ("context", "open a session first"),
      ("search colour:red x", "there is no field \"colour\""), ("search channel:web", "these are filters"),
      ("sort colour", "there is no order \"colour\""), ("theme", "theme needs the whole screen"),
      (String(repeating: "x", count: 20_000), "the line is too long"), ("sessions role:user", "cannot be filtered"),
    ]
    for (line, words) in expected {
      let reply = await say(dialogue, line)
      #expect(reply.isMistake, "\(line)")
      #expect(reply.lines.joined().contains(words), "\(line): \(reply.lines)")
    }
    #expect(await say(dialogue, "") == PlainReply())
    #expect(await say(dialogue, "quit").isOver)
  }

  @Test func everyCommandIsInTheHelpAndThoseOfTheExplorerHaveItsNames() async {
    let help = await say(dialogue(), "?").lines
    for command in PlainCommand.allCases {
      #expect(help.contains { $0.hasPrefix(command.rawValue) && !command.description.isEmpty }, "\(command)")
    }
    for name in ["search", "context", "recall", "scope", "sheet", "sort", "reverse", "back", "refresh", "help", "quit"]
    {
      #expect(PlainCommand(rawValue: name) != nil && CommandTable.command(named: name) != nil, "\(name)")
    }
  }

  // MARK: What comes out

  /// All that is written for a script.
  private func output(
    _ store: any ConversationStore, _ script: [String], isUnicode: Bool = true, isInteractive: Bool = false
  ) async throws -> (text: String, mistakes: Int) {
    let (lines, feed) = AsyncStream.makeStream(of: String.self)
    script.forEach { feed.yield($0) }
    feed.finish()
    var text = ""
    let mistakes = try await PlainExplorer.run(
      ExplorerConfiguration(store: store, dataDescription: "/data", zone: .gmt),
      terms: .init(isInteractive: isInteractive, columns: nil, isUnicode: isUnicode), lines: lines
    ) { text += $0 }
    return (text, mistakes)
  }

  @Test(arguments: [true, false])
  func nothingThatComesOutCanSteerATerminal(isUnicode: Bool) async throws {
    let evil = "a\u{1B}]0;x\u{7}b\u{9B}2J\u{202E}c\r\n9. forged\u{85}d"
    let tenant = InMemoryTenant(evil)
    tenant.say(
      evil, on: evil, .user, evil, at: SampleConversations.now, SampleConversations.hostile + evil,
      metadata: ["prospect_name": evil, evil: evil])
    let script = [
      "1", "sheet", "context", "channels", "1", "search lone", "1", "timeline", "1", evil, "search \(evil)",
    ]
    let (text, _) = try await output(InMemoryStore([tenant]), script, isUnicode: isUnicode)
    #expect(text.contains("lone"))
    for scalar in text.unicodeScalars {
      let value = scalar.value
      #expect(value == 10 || value == 9 || (value >= 0x20 && value != 0x7F && !(0x80...0x9F).contains(value)))
      #expect(!(0x202A...0x202E).contains(value) && !(0x2066...0x2069).contains(value))
      if !isUnicode { #expect(value < 0x7F) }
    }
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("9. forged") })
  }

  @Test func promptsAreForPeopleAndMistakesAreCounted() async throws {
    let store = SampleConversations.store(scripts: false)
    let script = try await output(store, ["1", "nonsense", "q", "1"])
    #expect(script.mistakes == 1)
    #expect(!script.text.contains("> "))
    let person = try await output(store, ["1"], isInteractive: true)
    #expect(person.text.contains("\ntenants> "))
    #expect(person.text.hasSuffix("lumenworks, sessions> \n"))
  }
}
