// The explorer line by line, for people who use a screen reader, for terminals that cannot place a cursor, and for scripts:
// commands come in, lines go out, nothing moves and nothing is coloured.

import ConversationMemory
import Foundation
public import Terminal

public enum PlainExplorer {
  /// How the other end reads and writes.
  public struct Terms: Sendable {
    /// A person types: prompts are shown.
    public var isInteractive: Bool
    /// Of the terminal; nil where there is none.
    public var columns: Int?
    /// Whether it shows more than ASCII.
    public var isUnicode: Bool

    public init(isInteractive: Bool, columns: Int?, isUnicode: Bool = SafeText.isLocaleUnicode) {
      self.isInteractive = isInteractive
      self.columns = columns
      self.isUnicode = isUnicode
    }
  }

  /// Runs until the person leaves or the lines end.
  ///
  /// - Parameters:
  ///   - lines: what is typed; read no faster than it is followed.
  ///   - write: takes text that is harmless on any terminal.
  /// - Returns: how many lines could not be followed.
  /// - Throws: what `write` throws.
  public static func run(
    _ configuration: ExplorerConfiguration, terms: Terms, lines: some AsyncSequence<String, Never>,
    write: (String) throws -> Void
  ) async throws -> Int {
    let settings = Settings(
      dataDescription: configuration.dataDescription, tenant: configuration.tenant,
      isReadOnly: configuration.isReadOnly, zone: configuration.zone,
      glyphs: terms.isUnicode ? .unicode : .ascii, dateStyle: configuration.preferences.dates,
      tokenBudget: configuration.preferences.tokenBudget, sessionColumns: configuration.preferences.sessionColumns)
    let dialogue = PlainDialogue(
      store: configuration.store, settings: settings, rendersMarkdown: configuration.preferences.rendersMarkdown,
      columns: max(20, min(terms.columns ?? 102, 102) - 2))
    // The one way out: whatever a message holds, it is made harmless here.
    func say(_ text: String) throws {
      try write(terms.isUnicode ? SafeText.printable(text) : SafeText.printableASCII(text))
    }
    func say(_ reply: PlainReply) throws {
      // A line break within a name or a title would make two lines of one.
      for line in reply.lines { try say(line.map { $0.isNewline ? " " : $0 } + "\n") }
    }
    try say(await dialogue.start())
    if terms.isInteractive { try say("Type a number, a command, or help.\n") }
    var mistakes = 0
    if terms.isInteractive { try say(await dialogue.prompt + "> ") }
    for await line in lines {
      let reply = await dialogue.run(line)
      if reply.isOver { return mistakes }
      if reply.isMistake { mistakes += 1 }
      try say(reply)
      if terms.isInteractive { try say(await dialogue.prompt + "> ") }
    }
    if terms.isInteractive { try say("\n") }
    return mistakes
  }
}
