// Themes on a real terminal: the list shows each at once, a file that is saved shows, and quiet files send nothing.

import Foundation
import PseudoTerminal
import Terminal
import TerminalTestSupport
import Testing

@Suite struct ThemeStoryTests {
  private func explorer(
    on workspace: Workspace, theme: String, environment: [String: String] = [:]
  ) throws -> VirtualTerminal {
    try VirtualTerminal(
      Workspace.binary.path, ["--data", workspace.data.path, "--theme", theme],
      environment: [
        "COLORTERM": "truecolor", "XDG_CONFIG_HOME": workspace.folder.path, "XDG_STATE_HOME": workspace.path("state"),
      ].merging(environment) { $1 },
      columns: 80, rows: 24)
  }

  private func save(ground: String, in workspace: Workspace) throws {
    let folder = workspace.folder.appending(path: "recollect/themes")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "[roles]\ntext = { fg = \"#ffffff\", bg = \"\(ground)\" }\n".write(
      to: folder.appending(path: "mine.toml"), atomically: true, encoding: .utf8)
  }

  @Test func theListShowsEachThemeAtOnceAndEscapeBringsBackWhatWasThere() throws {
    let workspace = try Workspace()
    let terminal = try explorer(on: workspace, theme: "midnight")
    try terminal.waitFor(text: "There are no conversations yet")
    let before = terminal.cell(2, 20).background
    try terminal.press("T")
    try terminal.waitFor(text: "Solarized Light")
    try terminal.press("G")
    try terminal.waitUntil("another ground shows") { $0.cell(2, 20).background != before }
    try terminal.press("escape")
    try terminal.waitUntil("the ground is as it was") {
      $0.cell(2, 20).background == before && !$0.text.contains("Solarized")
    }
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func aThemeFileThatIsSavedShowsAndAMistakeInItIsNamed() throws {
    let workspace = try Workspace()
    try save(ground: "#101010", in: workspace)
    let terminal = try explorer(on: workspace, theme: "mine")
    try terminal.waitFor(text: "There are no conversations yet")
    let before = terminal.cell(2, 20).background
    try save(ground: "#002040", in: workspace)
    try terminal.waitUntil("the new ground shows") { $0.cell(2, 20).background != before }
    try save(ground: "#00204", in: workspace)
    try terminal.waitFor(text: "mine.toml:2:1")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
  }

  @Test func withoutColoursNoThemeSendsOne() throws {
    let workspace = try Workspace()
    let terminal = try explorer(on: workspace, theme: "midnight", environment: ["NO_COLOR": "1"])
    try terminal.waitFor(text: "There are no conversations yet")
    try terminal.press("T")
    try terminal.waitFor(text: "This terminal shows no colours")
    try terminal.press("j", "j", "enter")
    try terminal.waitFor(text: "theme:")
    try terminal.press("q")
    #expect(try terminal.waitForExit() == .exited(0))
    for sequence in ["\u{1B}[38;", "\u{1B}[48;", "\u{1B}[31m"] { #expect(!terminal.rawText.contains(sequence)) }
  }
}
