// Choosing a theme: the list shows what is selected at once; files that change are read again.

import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Themes")
struct ThemeTests {
  private func driver(_ columns: Int = 80, _ rows: Int = 24) async -> Driver {
    let driver = await Driver(columns: columns, rows: rows)
    await driver.press("T")
    await driver.send(.message(.themes(ThemeNews(themes: SampleThemes.list))))
    driver.forgetEffects()
    return driver
  }

  @Test func theListSaysWhichAreDarkLightAndOfHighContrast() async {
    let driver = await driver()
    for text in ["Midnight", "dark", "light", "high contrast, dark", "high contrast, light", "cannot be used"] {
      #expect(driver.text.contains(text))
    }
  }

  @Test func theListIsThereBeforeTheFilesHaveBeenRead() async {
    let driver = await Driver()
    driver.forgetEffects()
    await driver.press("T")
    #expect(driver.effects == [.readThemes])
    #expect(driver.text.contains("daylight"))
    await driver.press("k")
    #expect(driver.effects == [.readThemes, .theme("daylight")])
  }

  @Test func whatIsSelectedShowsAtOnceAndEnterKeepsIt() async {
    let driver = await driver()
    await driver.press("up")
    #expect(driver.effects == [.theme("gruvbox-dark")])
    await driver.press("G")
    #expect(driver.effects.last == .theme("high-contrast-light"))
    await driver.press("enter")
    #expect(driver.state.overlay == nil)
    #expect(driver.state.theme == "high-contrast-light")
    #expect(driver.effects.count == 2)
  }

  @Test func escapeBringsBackWhatWasThere() async {
    let driver = await driver()
    await driver.press("down", "down", "escape")
    #expect(driver.effects == [.theme("daylight"), .theme("midnight")])
    #expect(driver.state.theme == "midnight")
    #expect(driver.state.overlay == nil)
  }

  @Test func theHelpOverTheListBringsBackWhatWasThereToo() async {
    let driver = await driver()
    await driver.press("down", "down", "f1", "escape")
    #expect(driver.state.theme == "midnight")
    #expect(driver.effects == [.theme("daylight"), .theme("midnight")])
  }

  @Test func aThemeThatCannotBeUsedSaysWhereItIsWrongAndIsNotKept() async {
    let driver = await driver(200, 60)
    await driver.press("down")
    #expect(driver.effects.isEmpty)
    #expect(driver.text.contains("/themes/mine.toml:7:1"))
    await driver.press("enter")
    #expect(driver.state.overlay != nil)
    #expect(driver.state.theme == "midnight")
  }

  @Test func aClickSelectsAndASecondOneKeeps() async throws {
    let driver = await driver()
    let row = try #require(driver.rows(with: "Daylight").first)
    let click = Event<Delivery>.input(.mouse(Mouse(.press(.left), x: 60, y: row)))
    await driver.send(click)
    #expect(driver.effects == [.theme("daylight")])
    await driver.send(click)
    #expect(driver.state.overlay == nil)
    #expect(driver.state.theme == "daylight")
  }

  @Test func theCommandTakesAThemeByItsNameOrItsBeginning() async {
    let driver = await Driver()
    await driver.run("theme day")
    #expect(driver.effects.last == .theme("daylight"))
    await driver.run("theme nothing")
    #expect(driver.text.contains("there is no theme \"nothing\""))
    #expect(driver.state.theme == "daylight")
    await driver.run("theme")
    #expect(driver.state.overlay == .themes(ThemePickerState(original: "daylight", selected: "daylight")))
  }

  @Test func theThemeInUseIsReadAgainWhereItsFileChanged() async {
    let driver = await Driver()
    driver.forgetEffects()
    await driver.send(.message(.themes(ThemeNews(themes: SampleThemes.list, changed: ["daylight"]))))
    #expect(driver.effects.isEmpty, "another theme's file is no reason to draw")
    await driver.send(.message(.themes(ThemeNews(themes: SampleThemes.list, changed: ["midnight"]))))
    #expect(driver.effects == [.theme("midnight")])
    #expect(driver.state.settings.themes.contains("mine"))
  }

  @Test func aMistakeSavedInTheThemeInUseIsShownAndTheColoursStay() async {
    let driver = await Driver(columns: 120)
    var themes = SampleThemes.list
    themes[1].problem = "/themes/midnight.toml:3:1: no"
    driver.forgetEffects()
    await driver.send(.message(.themes(ThemeNews(themes: themes, changed: ["midnight"]))))
    #expect(driver.effects.isEmpty)
    #expect(driver.text.contains("/themes/midnight.toml:3:1"))
    await driver.send(.message(.themes(ThemeNews(themes: Array(themes.dropFirst(2)), changed: ["midnight"]))))
    #expect(driver.text.contains("is gone"))
  }

  @Test func theWatchTellsOfAFileThatIsSavedAndOfNothingElse() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func save(_ name: String, ground: String) throws {
      try "[roles]\ntext = { fg = \"#ffffff\", bg = \"\(ground)\" }\n".write(
        to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try save("mine.toml", ground: "#000000")
    try save("notes.txt", ground: "#000000")
    let watch = ThemeWatch(library: ThemeLibrary(userFolder: folder.path), interval: .milliseconds(5))
    defer { watch.stop() }
    let (stream, continuation) = AsyncStream<Delivery>.makeStream()
    watch.start { continuation.yield($0) }
    var news = stream.makeAsyncIterator()
    // Saved until it is noticed: the watch may look for the first time after the first change.
    let writer = Task {
      for grey in 0..<1000 where !Task.isCancelled {
        try save("notes.txt", ground: "#00000\(grey % 10)")
        try save("mine.toml", ground: "#0000\(10 + grey % 90)")
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    guard case .themes(let first)? = await news.next() else {
      Issue.record("nothing was told")
      return
    }
    writer.cancel()
    #expect(first.changed == ["mine"])
    #expect(first.themes.contains { $0.identifier == "mine" && $0.problem == nil })
    #expect(first.themes.contains { $0.identifier == "midnight" })
  }
}
