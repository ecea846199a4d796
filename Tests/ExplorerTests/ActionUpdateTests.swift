// Exporting, copying, reading elsewhere, tagging and noting: what each key does, and what a person is told.

import ConversationExchange
import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Actions")
struct ActionUpdateTests {
  /// Removed with the test that made it.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "actions-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private let folder: Folder

  init() throws { folder = try Folder() }

  private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  private func export(_ driver: Driver) -> ExportState? {
    if case .export(let export) = driver.state.overlay { return export }
    return nil
  }

  private func annotation(_ driver: Driver) -> AnnotationState? {
    if case .annotation(let annotation) = driver.state.overlay { return annotation }
    return nil
  }

  // MARK: Export

  @Test func anExportOffersWhatIsShownHere() async {
    let driver = await Driver(columns: 120, rows: 40)
    func labels() -> [String] {
      let choices = driver.state.exportChoices
      #expect(driver.state.hasShown == !choices.isEmpty)
      return choices.map(\.label)
    }
    #expect(labels().count == 3)
    #expect(labels()[0].hasPrefix("the conversation \""))
    #expect(labels()[1].contains("list of sessions"))
    await driver.press("enter")
    #expect(labels().count == 1)
    await driver.press("escape", "v")
    #expect(labels() == ["all messages on \(driver.state.place.browse.channels.selected?.id.rawValue ?? "")"])
    await driver.press("v", "s")
    #expect(labels().filter { $0.contains("found") }.isEmpty)
    await driver.type("price")
    await driver.press("enter")
    #expect(labels()[0].hasPrefix("what was found: "))
    await driver.press("c")
    #expect(labels()[0].hasPrefix("what the agent is told: "))
    await driver.press("escape", "escape", "t")
    #expect(labels()[0].hasPrefix("the messages of "))
    #expect(labels()[1].hasPrefix("the sessions of "))
  }

  @Test func aConversationIsWrittenAndItIsSaidWhere() async throws {
    let driver = await Driver()
    await driver.press("enter")
    await driver.run("export \(path("out.md"))")
    await driver.press("enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.notice?.kind == .success)
    #expect(driver.state.notice?.text.hasSuffix("written to \(path("out.md"))") == true)
    let title = try #require(driver.state.place.browse.transcript?.sheet?.title)
    #expect(try text("out.md").hasPrefix("# "))
    #expect(try text("out.md").contains(title.prefix(10)))
    let mode = try FileManager.default.attributesOfItem(atPath: path("out.md"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func theFormatFollowsTheNameAndTheNameTheFormat() async throws {
    let driver = await Driver()
    await driver.press("enter", "e")
    let proposed = try #require(export(driver)?.field.text)
    #expect(proposed.hasSuffix(".md"))
    await driver.press("tab")
    #expect(export(driver)?.format == .html)
    #expect(export(driver)?.field.text == proposed.dropLast(2) + "html")
    await driver.press("ctrl-u")
    await driver.type("x.csv")
    #expect(export(driver)?.format == .csv)
    await driver.press("escape", "e")
    #expect(export(driver)?.format == .csv, "the format is kept for the next time")
  }

  @Test func anotherChoiceProposesAnotherNameUnlessOneWasTyped() async throws {
    let driver = await Driver()
    await driver.press("e")
    let first = export(driver)?.field.text
    await driver.press("down")
    #expect(export(driver)?.field.text != first)
    #expect(export(driver)?.field.text.hasPrefix("sessions-lumenworks") == true)
    await driver.type("x")
    await driver.press("up")
    #expect(export(driver)?.field.text.hasPrefix("sessions-lumenworks") == true)
  }

  @Test func aFileThatIsThereIsReplacedOnlyByASecondEnter() async throws {
    try "precious".write(toFile: path("out.txt"), atomically: true, encoding: .utf8)
    let driver = await Driver()
    await driver.press("enter")
    await driver.run("export \(path("out.txt"))")
    await driver.press("enter")
    #expect(driver.state.notice?.text.contains("exists already") == true)
    #expect(try text("out.txt") == "precious")
    await driver.type("2")
    await driver.press("backspace", "enter")
    #expect(try text("out.txt") == "precious", "a name that was typed anew is asked about anew")
    await driver.press("enter")
    #expect(try text("out.txt") != "precious")
    #expect(driver.state.notice?.kind == .success)
  }

  @Test func aFolderThatIsNotThereIsNamedAndTheOverlayStays() async {
    let driver = await Driver()
    await driver.press("enter")
    await driver.run("export \(path("absent/out.md"))")
    await driver.press("enter")
    #expect(driver.state.notice?.kind == .error)
    #expect(driver.state.notice?.text.contains("absent/out.md") == true)
    #expect(export(driver)?.isRunning == false)
  }

  @Test func theTimelinesDaysAreExportedAndNothingElse() async throws {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.press("t")
    await driver.run("export \(path("days.jsonl"))")
    await driver.press("enter")
    let days = try #require(driver.state.place.timeline?.selection)
    let lines = try text("days.jsonl").split(separator: "\n")
    let shown = driver.state.place.timeline?.series.first?.messages(in: days)
    #expect(lines.count == shown)
    #expect(!lines.isEmpty)
  }

  @Test func theFilteredListIsExportedAsItIs() async throws {
    let driver = await Driver()
    await driver.press("/")
    await driver.type("channel:email")
    await driver.press("enter", "e", "down", "ctrl-u")
    await driver.type(path("list.csv"))
    await driver.press("enter")
    let lines = try text("list.csv").split(separator: "\r\n")
    #expect(lines.count == driver.state.place.browse.sessions.items.count + 1)
    #expect(lines.dropFirst().allSatisfy { $0.contains(",email,") })
  }

  // MARK: Copying

  @Test func theMessageOrTheIdIsCopiedAndItIsSaidWhich() async throws {
    let driver = await Driver()
    await driver.press("y")
    let id = try #require(driver.state.place.browse.sessions.selected?.id.rawValue)
    #expect(driver.effects.contains(.copy(id)))
    #expect(driver.state.notice?.text.hasPrefix("copied the session's id") == true)
    driver.forgetEffects()
    await driver.press("enter", "y")
    let content = try #require(driver.state.place.browse.transcript?.selected?.content)
    #expect(driver.effects.contains(.copy(SafeText.printable(content))))
    #expect(driver.state.notice?.text.hasPrefix("copied the message") == true)
    driver.forgetEffects()
    await driver.press("Y")
    #expect(driver.effects.contains(.copy(id)))
  }

  @Test func aConversationIsCopiedAsTextThatSteersNothing() async throws {
    let tenant = InMemoryTenant("acme")
    tenant.say("s", on: "web", .user, "Eve", at: SampleConversations.now, "red \u{1B}[31m\nrm -rf ~\u{7}")
    let driver = await Driver(InMemoryStore([tenant]), tenant: "acme")
    await driver.press("ctrl-y")
    guard case .copy(let text)? = driver.effects.last(where: { if case .copy = $0 { true } else { false } }) else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text.contains("Eve (user)") && text.contains("red "))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test func whatIsTooLongForAClipboardGoesToANewFile() async throws {
    let tenant = InMemoryTenant("acme")
    tenant.say("s", on: "web", .user, "Eve", at: SampleConversations.now, String(repeating: "word ", count: 20_000))
    let driver = await Driver(InMemoryStore([tenant]), tenant: "acme", exportFolder: folder.path)
    await driver.press("enter", "y", "y")
    #expect(driver.state.notice?.text.contains("written to \(path("copied-2.txt"))") == true)
    #expect(try text("copied.txt").hasPrefix("word word "))
    #expect(!driver.effects.contains { if case .copy = $0 { true } else { false } })
  }

  @Test func everythingThatAPersonWroteIsExported() async throws {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.run("person Dana Whitfield")
    await driver.run("export \(path("dana.jsonl"))")
    await driver.press("enter")
    let lines = try text("dana.jsonl").split(separator: "\n")
    #expect(lines.count == driver.state.place.person?.summary?.messages)
    #expect(lines.allSatisfy { $0.contains("\"author\":\"Dana Whitfield\"") })
    #expect(Set(lines.compactMap { $0.firstMatch(of: /"session_id":"([^"]+)"/)?.1 }).count > 1)
    await driver.press("y")
    #expect(driver.state.notice?.text.hasPrefix("copied the message") == true)
  }

  @Test func theInspectedMessageIsCopied() async throws {
    let driver = await Driver()
    await driver.press("enter", "I", "Y", "y")
    let content = try #require(driver.state.place.browse.transcript?.selected?.content)
    #expect(driver.effects.contains(.copy(SafeText.printable(content))))
    let session = try #require(driver.state.currentSession)
    #expect(driver.effects.contains(.copy(session.rawValue)))
  }

  // MARK: Pager and editor

  @Test func aPagerGetsAFileOfItsOwnThatGoesWithIt() async throws {
    let driver = await Driver()
    await driver.press("enter", "|")
    guard case .run(let arguments)? = driver.effects.last, let file = arguments.last else {
      Issue.record("no program was started: \(driver.effects)")
      return
    }
    #expect(arguments.prefix(3) == ["/bin/sh", "-c", "less \"$1\""])
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("Session: "))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o400)
    driver.forgetEffects()
    await driver.send(.finished(status: 0))
    #expect(driver.effects == [.redraw, .remove(file)])
    #expect(driver.state.notice == nil)
    unlink(file)
  }

  @Test func aFileThatNobodyWaitsForIsRemoved() async {
    let driver = await Driver()
    driver.forgetEffects()
    await driver.send(
      .message(.answer(.text, generation: 0, .success(.action(.text("/nowhere/conversation.txt", .pager))))))
    #expect(driver.effects == [.remove("/nowhere/conversation.txt")])
    #expect(driver.state.running == nil)
  }

  @Test func aProgramThatIsNotThereIsNamedWithItsVariable() async throws {
    let driver = await Driver()
    await driver.press("enter", "E")
    let running = try #require(driver.state.running)
    await driver.send(.finished(status: 127))
    #expect(driver.state.notice?.text == "vi cannot be started: name another program in $EDITOR")
    unlink(running.file)
  }

  // MARK: Tags and notes

  @Test func tagsAreTypedCompletedAndSaved() async throws {
    let driver = await Driver()
    await driver.run("tag follow-up")
    #expect(driver.state.notice?.text == "tagged #follow-up")
    await driver.press("j", "#")
    #expect(annotation(driver)?.known == [TagSummary(id: "follow-up", sessions: 1)])
    await driver.type("Won fol")
    await driver.press("tab")
    #expect(annotation(driver)?.field.text == "Won follow-up ")
    await driver.press("enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.place.browse.sessions.selected?.tags == ["won", "follow-up"])
    #expect(driver.state.notice?.text == "tagged #won #follow-up")
    await driver.press("#", "ctrl-u")
    await driver.type("won")
    await driver.press("enter")
    #expect(driver.state.notice?.text == "took away #follow-up")
    #expect(driver.state.place.browse.sessions.selected?.tags == ["won"])
  }

  @Test func whatIsNoTagIsSaidAndNothingIsLost() async {
    let driver = await Driver()
    await driver.press("#")
    await driver.type("fine a\"b")
    await driver.press("enter")
    #expect(driver.state.notice?.text.contains("is not a tag") == true)
    #expect(annotation(driver)?.field.text == "fine a\"b")
    await driver.press("escape")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.place.browse.sessions.selected?.tags == [])
  }

  @Test func tagsThatSomebodyElseGaveMeanwhileStay() async throws {
    let store = SampleConversations.store()
    let driver = await Driver(store)
    await driver.press("#")
    let id = try #require(driver.state.place.browse.sessions.selected?.id)
    let tenant = try await store.tenant(TenantID("lumenworks"))
    _ = try await tenant.annotate(id, with: AnnotationEdit(addedTags: ["theirs"]))
    await driver.type("mine")
    await driver.press("enter")
    #expect(try await tenant.session(id).tags == ["theirs", "mine"])
  }

  @Test func aNoteIsWrittenChangedAndClearedFromTheSheet() async throws {
    let driver = await Driver()
    await driver.press("i", "N")
    await driver.type("calls back")
    await driver.press("enter")
    guard case .sheet(let sheet)? = driver.state.overlay else {
      Issue.record("the sheet did not come back")
      return
    }
    #expect(sheet.sheet?.note == "calls back")
    #expect(driver.text.contains("calls back"))
    await driver.press("N", "ctrl-u", "enter")
    #expect(driver.state.notice?.text == "took the note away")
    await driver.press("escape")
    #expect(driver.state.place.browse.sessions.selected?.note == nil)
  }

  @Test func aNoteOfSeveralLinesIsNotCutHere() async throws {
    let store = SampleConversations.store()
    let driver = await Driver(store)
    let id = try #require(driver.state.place.browse.sessions.selected?.id)
    let tenant = try await store.tenant(TenantID("lumenworks"))
    _ = try await tenant.annotate(id, with: AnnotationEdit(note: .set("one\ntwo")))
    await driver.press("N")
    await driver.type("x")
    await driver.press("enter")
    #expect(try await tenant.session(id).note == "one\ntwo")
  }

  @Test func readOnlyHasNeitherTagsNorNotesButExportsAndCopies() async {
    let driver = await Driver(isReadOnly: true)
    for line in ["tag won", "note hello"] {
      await driver.run(line)
      #expect(driver.state.notice?.text == "the explorer was opened read-only")
    }
    await driver.press("#")
    #expect(driver.state.overlay == nil)
    #expect(CommandTable.command(.exportShown)?.whyNot(driver.state) == nil)
    #expect(CommandTable.command(.copy)?.whyNot(driver.state) == nil)
  }

  @Test func theListIsFilteredByTagAndNote() async {
    let driver = await Driver()
    await driver.run("tag won")
    let tagged = driver.state.place.browse.sessions.selected?.id
    await driver.press("/")
    await driver.type("tag:won")
    #expect(driver.state.place.browse.sessions.items.map(\.id) == [tagged])
  }

  @Test func aSearchIsNarrowedByTagAndTheChipSaysSo() async {
    let driver = await Driver(columns: 120, rows: 40)
    await driver.run("tag won")
    let tagged = driver.state.place.browse.sessions.selected?.id
    await driver.press("s")
    await driver.type("price tag:Won")
    #expect(driver.state.place.search.hits.allSatisfy { $0.message.session == tagged })
    #expect(driver.text.contains("#won"))
  }

  // MARK: Surroundings

  @Test func programsAndFolderComeFromTheEnvironment() throws {
    let home = folder.path
    try FileManager.default.createDirectory(atPath: path("Papers"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: path(".config"), withIntermediateDirectories: true)
    try "XDG_DESKTOP_DIR=\"$HOME/Desk\"\nXDG_DOCUMENTS_DIR=\"$HOME/Papers\"\n".write(
      toFile: path(".config/user-dirs.dirs"), atomically: true, encoding: .utf8)
    let bare = Surroundings(environment: [:], home: home)
    #expect([bare.pager, bare.editor, bare.exportFolder] == ["less", "vi", "~/Papers"])
    #expect(bare.expanded("~/x.md") == home + "/x.md" && bare.expanded("x~/y") == "x~/y")
    #expect(Surroundings(environment: ["HOME": "/h"]).homeRelative("/h/x") == "~/x")
    let chosen = Surroundings(environment: ["PAGER": "most -w", "EDITOR": "nano", "VISUAL": ""], home: home)
    #expect([chosen.pager, chosen.editor] == ["most -w", "nano"])
    #expect(Surroundings(environment: ["XDG_CONFIG_HOME": path("none")], home: home).exportFolder == "")
  }
}
