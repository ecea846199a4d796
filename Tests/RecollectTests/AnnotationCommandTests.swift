// Tagging and noting sessions, and finding them again.

import Testing

@Suite struct AnnotationCommandTests {
  let space: Workspace

  init() async throws {
    space = try Workspace()
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    try #require(try await space.run("import", "--tenant", "acme", path).status == 0)
  }

  @Test func `tags are added, taken away and shown`() async throws {
    let tag = ["tag", "--tenant", "acme", "--session", "s1"]
    let first = try await space.run(arguments: tag + ["Won", "+big", "hot"])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output == "#won #big #hot\n")
    let second = try await space.run(arguments: tag + ["-hot", "-never", "--json"])
    #expect(try second.json()["tags"] as? [String] == ["won", "big"])
    #expect(try second.json()["removed"] as? [String] == ["hot"])
    #expect(try await space.run(arguments: tag).output == "#won #big\n")
    let only = try await space.run(arguments: tag + ["--only", "lost"])
    #expect(only.output == "#lost\n")
    #expect(only.errors.contains("removed #won #big"))
    #expect(try await space.run("tag", "--tenant", "acme", "--json").list("tags").first?["sessions"] as? Int == 1)
    let gone = try await space.run(arguments: tag + ["--only"])
    #expect(gone.status == 0)
    #expect(gone.errors.contains("has no tags"))
  }

  @Test(arguments: ["-help", "-j", "-version", "-won.back"])
  func `a tag to take away may look like an option`(name: String) async throws {
    let tag = ["tag", "--tenant", "acme", "--session", "s1"]
    try #require(try await space.run(arguments: tag + [String(name.dropFirst())]).status == 0)
    let outcome = try await space.run(arguments: tag + [name])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("removed #\(name.dropFirst())"))
  }

  @Test func `a bad tag, an unknown option and a missing session are wrong usage`() async throws {
    for arguments in [
      ["tag", "--tenant", "acme", "--session", "s1", "two words"], ["tag", "--tenant", "acme", "won"],
      ["tag", "--tenant", "acme", "--session", "s1", "--wrong"],
      ["note", "--tenant", "acme", "--session", "s1", "--clear", "text"],
      ["note", "--tenant", "acme", "--session", "s1", " "],
    ] {
      let outcome = try await space.run(arguments: arguments)
      #expect(outcome.status == 64, "\(arguments)")
      #expect(outcome.errorLines.count == 1)
    }
    #expect(try await space.run("tag", "--tenant", "acme", "--session", "s77", "won").status == 1)
  }

  @Test func `a note is written, shown, taken from standard input and cleared`() async throws {
    let note = ["note", "--tenant", "acme", "--session", "s1"]
    #expect(try await space.run(arguments: note + ["calls back"]).status == 0)
    #expect(try await space.run(arguments: note).output == "calls back\n")
    let piped = try await space.run(arguments: note + ["-", "--json"], input: "two\nlines\n")
    #expect(try piped.json()["note"] as? String == "two\nlines")
    #expect(try piped.json()["changed"] as? Bool == true)
    #expect(try await space.run(arguments: note + ["--clear"]).status == 0)
    #expect(try await space.run(arguments: note).errors.contains("has no note"))
  }

  @Test func `sessions are found by tag and note, and a mistyped tag is named`() async throws {
    _ = try await space.run("tag", "--tenant", "acme", "--session", "s1", "follow-up")
    _ = try await space.run("note", "--tenant", "acme", "--session", "s3", "calls back in January")
    let byTag = try await space.run("sessions", "--tenant", "acme", "--tag", "follow-up", "--json").list("sessions")
    #expect(byTag.map { $0["session_id"] as? String } == ["s1"])
    #expect(byTag.first?["tags"] as? [String] == ["follow-up"])
    let byText = try await space.run("sessions", "--tenant", "acme", "--text", "january", "--json").list("sessions")
    #expect(byText.map { $0["session_id"] as? String } == ["s3"])
    let table = try await space.run("sessions", "--tenant", "acme")
    #expect(table.output.contains("#follow-up"))
    #expect(table.output.contains("(note)"))
    let hits = try await space.run("search", "--tenant", "acme", "enterprise tag:follow-up", "--json").list("hits")
    #expect(Set(hits.map { $0["session_id"] as? String }) == ["s1"])
    let mistyped = try await space.run("search", "--tenant", "acme", "enterprise tag:folow-up")
    #expect(mistyped.errors.contains("did you mean follow-up?"))
  }

  @Test func `an author's history crosses sessions and channels`() async throws {
    let history = try await space.run("history", "--tenant", "acme", "--author", "Dana Whitfield", "--json")
    #expect(try history.list("messages").map { $0["message_id"] as? String } == ["m1", "m3", "m4"])
    let unknown = try await space.run("history", "--tenant", "acme", "--author", "Dana")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("has no message by \"Dana\""))
  }
}
