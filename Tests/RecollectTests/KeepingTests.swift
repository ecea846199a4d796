// Deleting, exporting, verifying, measuring, and the sample data.

import Foundation
import Testing

@Suite struct KeepingTests {
  let space: Workspace

  init() async throws {
    space = try Workspace()
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let outcome = try await space.run("import", "--tenant", "acme", path)
    try #require(outcome.status == 0)
  }

  @Test func `nothing is deleted unasked, and what would go is said`() async throws {
    let session = try await space.run("delete-session", "--tenant", "acme", "--session", "s1")
    #expect(session.status == 64)
    #expect(session.errors.contains("session \"s1\" of tenant \"acme\" (3 messages)"))
    let tenant = try await space.run("delete-tenant", "--tenant", "acme")
    #expect(tenant.status == 64)
    #expect(tenant.errors.contains("tenant \"acme\" (5 messages in 3 sessions)"))
    #expect(try await space.run("tenants", "--json").list("tenants").first?["messages"] as? Int == 5)
  }

  @Test func `a deleted session and a deleted tenant are gone`() async throws {
    let session = try await space.run("delete-session", "--tenant", "acme", "--session", "s1", "--yes", "--json")
    #expect(try session.json()["deleted"] as? Int == 3)
    #expect(try await space.run("history", "--tenant", "acme", "--session", "s1").status == 1)
    let tenant = try await space.run("delete-tenant", "--tenant", "acme", "--yes", "--json")
    #expect(try tenant.json()["deleted"] as? Int == 2)
    #expect(try await space.run("recent", "--tenant", "acme").status == 1)
    #expect(try await space.run("tenants", "--json").list("tenants").isEmpty)
  }

  @Test func `what is known of a session survives an export`() async throws {
    let file = try space.write(
      Sample.line("hello", session: "s9", extra: #","session_metadata":{"prospect_name":"Globex","tier":"gold"}"#),
      to: "in.jsonl")
    #expect(try await space.run("import", "--tenant", "first", file).status == 0)
    #expect(try await space.run("export", "--tenant", "first", "--output", space.path("out.jsonl")).status == 0)
    #expect(try await space.run("import", "--tenant", "second", space.path("out.jsonl")).status == 0)
    let first = try await space.run("sessions", "--tenant", "first", "--json")
    let second = try await space.run("sessions", "--tenant", "second", "--json")
    #expect(
      try first.list("sessions").first?["metadata"] as? [String: String] == ["prospect_name": "Globex", "tier": "gold"])
    #expect(first.output == second.output)
  }

  @Test func `what is exported imports into another tenant as the same messages`() async throws {
    let file = space.path("out.jsonl")
    let export = try await space.run("export", "--tenant", "acme", "--output", file)
    #expect(export.status == 0)
    #expect(export.output == "")
    #expect(try await space.run("import", "--tenant", "copy", file).status == 0)
    let original = try await space.run("recent", "--tenant", "acme", "--limit", "50", "--json")
    let copy = try await space.run("recent", "--tenant", "copy", "--limit", "50", "--json")
    #expect(try original.list("messages").count == 5)
    #expect(copy.output == original.output)
    let piped = try await space.run("export", "--tenant", "copy")
    #expect(piped.output == (try space.text(of: "out.jsonl")))
    let again = try await space.run("export", "--tenant", "acme", "--session", "s2", "--output", file)
    #expect(again.status == 1)
    #expect(again.errors.contains("exists already"))
    #expect(
      try await space.run("export", "--tenant", "acme", "--session", "s2", "--output", file, "--force").status == 0)
    #expect(try space.text(of: "out.jsonl").split(separator: "\n").count == 1)
  }

  @Test func `verify finds sound data sound and damage damaged`() async throws {
    let sound = try await space.run("verify", "--json")
    #expect(sound.status == 0)
    #expect(try sound.json()["damaged"] as? Int == 0)
    #expect(try sound.list("findings").allSatisfy { $0["outcome"] as? String == "sound" })
    let files = FileManager.default.enumerator(at: space.data, includingPropertiesForKeys: nil)
    let database = try #require(
      files?.compactMap { $0 as? URL }.first { $0.lastPathComponent == "conversations.sqlite" })
    var bytes = try Data(contentsOf: database)
    let place = try #require(bytes.range(of: Data("parking lot".utf8)))
    bytes.replaceSubrange(place, with: Data("barking dog".utf8))
    try bytes.write(to: database)
    let damaged = try await space.run("verify", "--json")
    #expect(damaged.status == 1)
    #expect(try (damaged.json()["damaged"] as? Int ?? 0) > 0)
    #expect(try damaged.list("findings").contains { $0["outcome"] as? String == "damaged" })
  }

  @Test func `evaluate measures what research measures`() async throws {
    let questions = """
      {"query":"parking sensor snow","relevant":["m5"],"category":"single"}
      {"query":"parking","relevant":["m5","m2"],"category":"multi"}
      {"query":"zeppelin","relevant":["m1"],"category":"single"}
      {"query":"left out","relevant":[],"category":"single"}
      """
    let path = try space.write(questions, to: "q.jsonl")
    let outcome = try await space.run("evaluate", "--tenant", "acme", "--questions", path, "--json")
    #expect(outcome.status == 0)
    let answer = try outcome.json()
    #expect(answer["questions"] as? Int == 3)
    #expect(answer["turn_recall@5"] as? Double == 0.5)
    #expect(answer["turn_recall@10"] as? Double == 0.5)
    // 1, then 1 / (1 + 1 / log2(3)), then 0.
    #expect(answer["ndcg@10"] as? Double == 0.5377)
    #expect(answer["session_hit@1"] as? Double == 0.6667)
    #expect(answer["session_any@5"] as? Double == 0.6667)
    let categories = try #require(answer["by_category"] as? [String: [String: Any]])
    #expect(categories["single"]?["turn_recall@5"] as? Double == 0.5)
    #expect(categories["multi"]?["questions"] as? Int == 1)
    #expect(outcome.errors.contains("1 question without a relevant message left out"))
    try space.write("{\"query\":1}\n", to: "bad.jsonl")
    let bad = try await space.run("evaluate", "--tenant", "acme", "--questions", space.path("bad.jsonl"))
    #expect(bad.status == 1)
    #expect(bad.errors.contains("line 1 is no question"))
  }

  @Test func `the samples have a folder of their own, are made once a day, and replace nothing else`() async throws {
    let outcome = try await space.run("demo", "--no-explorer")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("by words only"))
    let home = space.path(".local/share/recollect/demo")
    #expect(outcome.output.contains(home))
    let tenants = try await space.run("tenants", "--data", home, "--json").list("tenants")
    #expect(tenants.count == 3)
    #expect(tenants.allSatisfy { ($0["sessions"] as? Int ?? 0) > 5 })
    _ = try await space.run(
      "add", "--data", home, "--tenant", "lumenworks", "--session", "mine", "--channel", "web", "--role", "user", "note"
    )
    #expect(try await space.run("demo", "--no-explorer").status == 0)
    #expect(try await space.run("history", "--data", home, "--tenant", "lumenworks", "--session", "mine").status == 0)
    let stale = try space.text(of: ".local/share/recollect/demo/demo.json").replacing("\"20", with: "\"19")
    try space.write(stale, to: ".local/share/recollect/demo/demo.json")
    #expect(try await space.run("demo", "--no-explorer").status == 0)
    #expect(try await space.run("history", "--data", home, "--tenant", "lumenworks", "--session", "mine").status == 1)
    let foreign = try await space.run("demo", "--no-explorer", "--data", space.data.path)
    #expect(foreign.status == 1)
    #expect(try await space.run("recent", "--tenant", "acme").status == 0)
  }

  @Test func `a folder that cannot be read is named without a dump of the error`() async throws {
    let file = space.path("file")
    try space.write("x", to: "file")
    for arguments in [
      ["demo", "--no-explorer", "--data", "\(file)/below"], ["demo", "--no-explorer", "--data", file],
    ] {
      let outcome = try await space.run(arguments: arguments)
      #expect(outcome.status == 1)
      #expect(outcome.errorLines.last?.contains(file) == true)
      #expect(!outcome.errors.contains("Domain"))
    }
    #expect(try space.text(of: "file") == "x")
  }

  @Test func `a model with files missing is damage, not absence`() async throws {
    let folder = URL(filePath: space.path("models/half"))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try space.write("[PAD]\n", to: "models/half/vocab.txt")
    for command in [["model", "verify"], ["verify"]] {
      let outcome = try await space.run(arguments: command + ["--json"])
      #expect(outcome.status == 1)
      let finding = try outcome.list("findings").first { $0["outcome"] as? String == "damaged" }
      #expect(finding?["file"] as? String == folder.path)
      #expect((finding?["detail"] as? String)?.contains("recollect model install") == true)
    }
  }

  @Test func `without a model every place says so and how to get one`() async throws {
    let list = try await space.run("model", "list", "--json")
    #expect(try list.list("models").isEmpty)
    #expect(try await space.run("model").errors.contains("recollect model install"))
    let absent = try await space.run("model", "install", "--from", space.path("absent"))
    #expect(absent.status == 1)
    #expect(absent.errors.contains("recollect: "))
  }
}
