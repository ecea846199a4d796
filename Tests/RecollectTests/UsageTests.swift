// What the command line accepts, and what it says to the rest.

import Foundation
import Testing

@Suite struct UsageTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  static let commands = [
    "add", "import", "search", "history", "recent", "context", "summarize", "tenants", "sessions", "channels",
    "delete-session", "delete-tenant", "export", "verify", "model", "demo", "evaluate", "explore",
  ]

  @Test func `help lists every command, and every command has help with an example`() async throws {
    let help = try await space.run("--help")
    #expect(help.status == 0)
    for command in Self.commands {
      #expect(help.output.contains("  \(command) ") || help.output.contains("  \(command), "), "\(command)")
      let own = try await space.run(command, "--help")
      #expect(own.status == 0)
      #expect(own.output.contains("USAGE: recollect \(command)"), "\(command)")
      #expect(
        own.output.contains("recollect \(command) --") || own.output.contains("recollect \(command)\n")
          || command == "model" || command == "explore", "\(command)")
    }
    #expect(try await space.run("--version").output.contains("."))
  }

  @Test(arguments: [
    ["search", "--tenant", "acme", "x", "--colour", "red"], ["search", "x"], ["search", "--tenant", "acme"],
    ["search", "--tenant", "acme", "  "], ["search", "--tenant", "", "x"],
    ["search", "--tenant", "acme", "x", "--top-k", "0"],
    ["search", "--tenant", "acme", "x", "--role", "boss"], ["search", "--tenant", "acme", "x", "--since", "yesterday"],
    ["search", "--tenant", "acme", "x", "--since", "2026-11-02", "--until", "2026-11-01"],
    ["history", "--tenant", "acme"], ["history", "--tenant", "acme", "--session", "a", "--channel", "b"],
    ["history", "--tenant", "acme", "--session", "a", "--limit", "0"],
    ["history", "--tenant", "acme", "--session", "a", "--before", "!"], ["import", "--tenant", "acme"],
    ["import", "--tenant", "acme", "--format", "docx", "a"], ["export", "--tenant", "acme", "--format", "docx"],
    ["context", "--tenant", "acme", "--session", "a", "--scope", "world"], ["frobnicate"], ["model", "frobnicate"],
    ["delete-tenant", "--yes"],
  ])
  func `wrong usage is one line and exit code 64`(arguments: [String]) async throws {
    let outcome = try await space.run(arguments: arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("recollect: "))
    #expect(!FileManager.default.fileExists(atPath: space.data.path))
  }

  @Test(arguments: [
    (["serch", "--tenant", "acme", "x"], "there is no command \"serch\" (did you mean search?)"),
    (["delete", "--tenant", "acme"], "there is no command \"delete\" (did you mean delete-session or delete-tenant?)"),
    (["frobnicate", "--to", "x"], "there is no command \"frobnicate\": see"),
    (["help", "histroy"], "there is no command \"histroy\" (did you mean history?)"),
    (["--data", "x", "tenant"], "there is no command \"tenant\" (did you mean tenants?)"),
  ])
  func `a mistyped command is named, with the one that was meant`(arguments: [String], message: String) async throws {
    let outcome = try await space.run(arguments: arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("recollect: \(message)"))
  }

  @Test func `the explorer without a terminal is exit code 3`() async throws {
    for arguments in [[], ["explore"], ["--data", space.path("x")]] {
      let outcome = try await space.run(arguments: arguments)
      #expect(outcome.status == 3)
      #expect(outcome.errorLines.count == 1)
    }
  }

  @Test func `the data folder may be named before and after the command`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let other = space.path("other")
    #expect(try await space.run("--data", other, "import", "--tenant", "acme", path).status == 0)
    #expect(try await space.run("tenants", "--data", other, "--json").list("tenants").count == 1)
    #expect(try await space.run("--data=\(other)", "tenants", "--json").list("tenants").count == 1)
    #expect(try await space.run("tenants", "--json").list("tenants").isEmpty)
  }

  @Test func `add stores one message and prints its id`() async throws {
    let add = ["add", "--tenant", "acme", "--session", "s1", "--channel", "web", "--role", "user", "--json"]
    let first = try await space.run(
      arguments: add + ["--id", "own", "--author", "Dana", "--time", "2026-11-21", "Hello"])
    #expect(first.status == 0)
    #expect(try first.json()["message_id"] as? String == "own")
    let piped = try await space.run(
      arguments: add + ["--metadata", "deal_stage=won=yes", "-"], input: "from\nstandard input\n")
    #expect(piped.status == 0)
    let history = try await space.run("history", "--tenant", "acme", "--session", "s1", "--json").list("messages")
    #expect(history.map { $0["content"] as? String } == ["Hello", "from\nstandard input"])
    #expect(history.last?["message_id"] as? String == (try piped.json()["message_id"] as? String))
    #expect(history.last?["metadata"] as? [String: String] == ["deal_stage": "won=yes"])
    let fromWindows = try await space.run(arguments: add + ["--id", "crlf", "-"], input: "one\r\ntwo\r\n")
    #expect(fromWindows.status == 0)
    let recent = try await space.run("recent", "--tenant", "acme", "--limit", "1", "--json").list("messages")
    #expect(recent.first?["content"] as? String == "one\r\ntwo")
    let empty = try await space.run(arguments: add + [" "])
    #expect(empty.status == 1)
    #expect(empty.errors.hasPrefix("recollect: the content is empty: "))
    let conflict = try await space.run(arguments: add + ["--id", "own", "--time", "2026-11-21", "Something else"])
    #expect(conflict.status == 1)
  }

  @Test func `a message that is refused leaves no new tenant behind`() async throws {
    let outcome = try await space.run(
      "add", "--tenant", "new", "--session", "s", "--channel", "web", "--role", "user", "-",
      input: String(repeating: "é", count: 1 << 20))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("at most 1048576"))
    #expect(try await space.run("tenants", "--json").list("tenants").isEmpty)
  }
}
