// The explorer on a workspace's data, on a terminal of its own.

import Foundation
import TerminalTestSupport
import Testing

extension Workspace {
  /// Imports conversations, where there are any, and starts the explorer. There is no model: words alone find.
  func explorer(
    on conversations: String? = Sample.conversations, arguments: [String] = [], environment: [String: String] = [:],
    columns: Int = 100, rows: Int = 30
  ) async throws -> VirtualTerminal {
    if let conversations {
      let outcome = try await run("import", "--tenant", "acme", write(conversations, to: "conversations.jsonl"))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    return try VirtualTerminal(
      Self.binary.path, arguments + ["--data", data.path], environment: explorerEnvironment.merging(environment) { $1 },
      columns: columns, rows: rows)
  }

  var explorerEnvironment: [String: String] { ["HOME": folder.path, "RECOLLECT_MODELS": path("models")] }
}

extension VirtualTerminal {
  /// Goes through every view and what lies over them, and back to the first one.
  func walkThroughEveryView() throws {
    try waitFor(text: "Sessions")
    try waitUntil("the messages are there") { $0.text.contains("Felix") || $0.columns < 60 }
    let steps: [(keys: [String], shows: String)] = [
      (["enter"], "info"), (["escape", "v"], "Channels"), (["v"], "Sessions"), (["i"], "last activity"),
      (["escape", "c"], "agent is told"), (["escape", "t"], "Timeline"), (["escape", "T"], "Themes"),
      (["escape", "?"], "Everything you can do"), (["escape", ":"], "a command's name"), (["escape", "s"], "Results"),
    ]
    for (keys, text) in steps {
      for (index, key) in keys.enumerated() {
        try press(key)
        // An escape right before a letter is that letter with Alt.
        if key == "escape", index < keys.count - 1 { try waitForQuiet() }
      }
      try waitFor(text: text)
    }
    send("enterprise")
    try waitFor(text: "hit")
    try press("enter", "enter")
    try waitFor(text: "change search")
    try waitForQuiet()
    try press("escape")
    try waitForQuiet()
    try press("escape")
    try waitFor(text: "Sessions")
    try waitForQuiet()
  }
}
