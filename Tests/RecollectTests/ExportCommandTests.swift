// `recollect export` in all its formats.

import Foundation
import Testing

@Suite struct ExportCommandTests {
  let space: Workspace

  init() async throws {
    space = try Workspace()
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    try #require(try await space.run("import", "--tenant", "acme", path).status == 0)
  }

  @Test(arguments: [
    ("md", "**Dana Whitfield (user)**"), ("html", "<!DOCTYPE html>"), ("csv", "session_id,channel,role"),
    ("jsonl", "{\"session_id\":\"s1\""), ("txt", "Dana Whitfield (user), 2026-11-20 10:00:00 UTC"),
  ])
  func `the format follows the file's name`(suffix: String, mark: String) async throws {
    let outcome = try await space.run(
      "export", "--tenant", "acme", "--session", "s1", "--output", space.path("out.\(suffix)"))
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("3 messages of 1 session written to "))
    let text = try space.text(of: "out.\(suffix)")
    #expect(text.contains(mark), "\(text)")
    #expect(text.contains("40 euros") && !text.contains("parking lot"))
    let mode = try FileManager.default.attributesOfItem(atPath: space.path("out.\(suffix)"))[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func `several sessions, a channel, a tag, a time, an author and a query choose what is written`() async throws {
    func count(_ arguments: String...) async throws -> Int {
      let outcome = try await space.run(arguments: ["export", "--tenant", "acme"] + arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").count
    }
    #expect(try await count() == 5)
    #expect(try await count("--session", "s1", "--session", "s3") == 4)
    #expect(try await count("--channel", "email") == 1)
    #expect(try await count("--since", "2026-11-21") == 2)
    #expect(try await count("--author", "Dana Whitfield") == 3)
    #expect(try await count("--query", "enterprise channel:email") == 1)
    _ = try await space.run("tag", "--tenant", "acme", "--session", "s3", "weather")
    #expect(try await count("--tag", "weather") == 1)
  }

  @Test func `what cannot be chosen together, and names that do not exist, are said`() async throws {
    let both = try await space.run("export", "--tenant", "acme", "--session", "s1", "--author", "Dana Whitfield")
    #expect(both.status == 64)
    let narrowed = try await space.run("export", "--tenant", "acme", "--session", "s1", "--channel", "web")
    #expect(narrowed.status == 64)
    #expect(try await space.run("export", "--tenant", "acme", "--session", "s77").status == 1)
    let tag = try await space.run("export", "--tenant", "acme", "--tag", "wether")
    #expect(tag.errors.contains("no session of tenant \"acme\" is tagged \"wether\""))
    let unwritable = try await space.run("export", "--tenant", "acme", "--output", space.path("absent/out.md"))
    #expect(unwritable.status == 1)
    #expect(unwritable.errorLines.count == 1)
  }
}
