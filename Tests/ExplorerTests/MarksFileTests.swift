// Marks on disk: kept per data folder, shared by explorers, and never lost to damage silently.

import ConversationMemory
import Foundation
import Testing

@testable import Explorer

@Suite("Marks file")
struct MarksFileTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString)")
    var path: String { url.appending(path: "state/marks.json").path }
    func file(_ data: String = "/data") -> MarksFile { MarksFile(path: path, data: data) }
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private func bookmark(_ session: String, message: String? = nil) -> Bookmark {
    Bookmark(
      tenant: TenantID(unchecked: "acme"), session: SessionID(unchecked: session),
      message: message.map(MessageID.init(unchecked:)), title: "\(session)/…", moment: SampleConversations.now)
  }

  @Test func whatIsMarkedIsThereTheNextTimeAndForThatDataOnly() throws {
    let folder = Folder()
    #expect(try folder.file().read() == Marks())
    let look = ReadingState.Look(messages: 3, activity: SampleConversations.now)
    let tenant = TenantID(unchecked: "acme")
    let written = try folder.file().apply([
      .bookmark(bookmark("a", message: "m")), .saveSearch(SavedSearch(name: "Prices", line: "price since:2w")),
      .filter("!globex"), .showFlatHits(true), .meet(tenant, at: SampleConversations.ago(days: 1)),
      .look(tenant, SessionID(unchecked: "a"), look),
    ])
    #expect(try folder.file().read() == written)
    #expect(written.bookmarks == [bookmark("a", message: "m")])
    #expect(written.reading(of: tenant)?.looks == ["a": look])
    #expect(try folder.file("/other").read() == Marks())
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func twoExplorersKeepEachOthersEntries() async throws {
    let folder = Folder()
    let file = folder.file()
    let marks = (0..<4).map { explorer in (0..<25).map { bookmark("s\(explorer)-\($0)") } }
    await withTaskGroup(of: Void.self) { group in
      for own in marks {
        group.addTask {
          let keeper = MarksKeeper(file)
          for (number, bookmark) in own.enumerated() {
            let news = await keeper.keep([(number, .bookmark(bookmark))])
            #expect(news.problem == nil)
          }
        }
      }
    }
    #expect(try Set(folder.file().read().bookmarks.map(\.session.rawValue)).count == 100)
  }

  @Test func damageIsSaidOnceAndTheFilePutAside() async throws {
    let folder = Folder()
    _ = try folder.file().apply([.filter("x")])
    for text in ["{\"version\":1,\"data\":{\"/data\":{\"bookmarks\":[{}]}}}", "not JSON", ""] {
      try Data(text.utf8).write(to: URL(filePath: folder.path))
      let keeper = MarksKeeper(folder.file())
      let news = await keeper.read()
      #expect(news.marks == Marks())
      let aside = try #require(news.problem?.firstMatch(of: /they are in (\S+) now/)).1
      #expect(try String(contentsOfFile: String(aside), encoding: .utf8) == text)
      #expect(await keeper.read().problem == nil)
      #expect(await keeper.keep([(1, .filter("y"))]).marks?.filters == ["y"])
    }
  }

  @Test func damageFoundWhileKeepingCostsNothingThatWasMarkedSince() async throws {
    let folder = Folder()
    let keeper = MarksKeeper(folder.file())
    _ = await keeper.keep([(1, .filter("x"))])
    try Data("{".utf8).write(to: URL(filePath: folder.path))
    let news = await keeper.keep([(2, .bookmark(bookmark("a")))])
    #expect(news.problem?.contains("damaged") == true)
    #expect(await keeper.keep([(3, .filter("y"))]).marks?.bookmarks.count == 1)
  }

  @Test func aNewerVersionsFileIsLeftAlone() async throws {
    let folder = Folder()
    _ = try folder.file().apply([.filter("x")])
    let text = "{\"version\":2,\"anything\":[]}"
    try Data(text.utf8).write(to: URL(filePath: folder.path))
    let keeper = MarksKeeper(folder.file())
    #expect(await keeper.read().problem?.contains("newer version") == true)
    #expect(await keeper.keep([(1, .filter("y"))]).problem == nil, "it was said already")
    #expect(try String(contentsOfFile: folder.path, encoding: .utf8) == text)
  }

  @Test func aPlaceThatCannotBeWrittenIsSaidOnce() async {
    let keeper = MarksKeeper(MarksFile(path: "/dev/null/marks.json", data: "/data"))
    #expect(await keeper.keep([(1, .filter("x"))]).problem?.contains("/dev/null") == true)
    #expect(await keeper.keep([(2, .filter("y"))]).problem == nil)
  }

  @Test func whatTheFileHasNotYetStaysWhenItsAnswerComes() {
    var state = MarksState()
    let first = state.apply(.filter("a"), isKept: true)
    _ = state.apply(.filter("b"), isKept: true)
    var file = Marks()
    file.apply(.bookmark(bookmark("from elsewhere")))
    file.apply(.filter("a"))
    state.take(file, upTo: first)
    #expect(state.marks.filters == ["b", "a"])
    #expect(state.marks.bookmarks.count == 1)
  }

  @Test func theOldestLooksAreForgottenAndCountAsRead() throws {
    var reading = ReadingState(since: Timestamp(milliseconds: 0))
    for index in 0...ReadingState.limit {
      let look = ReadingState.Look(messages: 1, activity: Timestamp(milliseconds: Int64(index + 1)))
      reading.note(SessionID(unchecked: "s\(index)"), look)
    }
    #expect(reading.looks.count <= ReadingState.limit)
    #expect(reading.looks["s0"] == nil && reading.since > Timestamp(milliseconds: 0))
    #expect(reading.looks["s\(ReadingState.limit)"] != nil)
  }
}
