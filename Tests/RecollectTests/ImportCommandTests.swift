// `recollect import`: counts, exit codes, faults in files, and going on after an end that came too early.

import Foundation
import Testing

@Suite struct ImportCommandTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  private func messages(_ tenant: String = "acme") async throws -> Int {
    let outcome = try await space.run("tenants", "--json")
    let found = try outcome.list("tenants").first { $0["tenant_id"] as? String == tenant }
    return found?["messages"] as? Int ?? 0
  }

  @Test func `a sound file is stored whole and answers with the counts, importing it again adds nothing`() async throws
  {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let first = try await space.run("import", "--tenant", "acme", "--json", path)
    #expect(first.status == 0)
    let counts = try first.json()
    #expect(Set(counts.keys) == ["messages", "sessions", "duplicates", "skipped", "rejected", "elapsed_s"])
    #expect(counts["messages"] as? Int == 5)
    #expect(counts["sessions"] as? Int == 3)
    #expect(counts["rejected"] as? Int == 0)
    #expect(counts["elapsed_s"] as? Double != nil)
    #expect(first.errors.contains("semantic search is off"))
    #expect(first.errors.contains("recollect model install"))
    let second = try await space.run("import", "--tenant", "acme", "--json", path, "--no-wait")
    #expect(second.status == 0)
    #expect(try second.json()["messages"] as? Int == 0)
    #expect(try second.json()["duplicates"] as? Int == 5)
    #expect(!second.errors.contains("semantic"))
    #expect(try await messages() == 5)
  }

  @Test func `bad lines are named with file, line and reason, the good ones are stored, and the exit code is 2`()
    async throws
  {
    var bytes = Array("\(Sample.line("one"))\nnot json\n".utf8)
    bytes += Array(Sample.line("tw").utf8.dropLast(60)) + [0xFF, 0x0A]
    let large = String(repeating: "x", count: (1 << 20) + 1)
    for line in [
      Sample.line("   "), Sample.line("far future", time: "12026-01-01"), Sample.line("past", time: "1812-01-01"),
      Sample.line(large), Sample.line("last", time: "2026-11-20T11:00:00Z"),
    ] {
      bytes += Array("\(line)\n".utf8)
    }
    let path = try space.write(bytes, to: "mixed.jsonl")
    let outcome = try await space.run("import", "--tenant", "acme", "--json", path)
    #expect(outcome.status == 2)
    #expect(try outcome.json()["messages"] as? Int == 2)
    #expect(try outcome.json()["rejected"] as? Int == 6)
    let named = outcome.errorLines.filter { $0.hasPrefix(path) }
    #expect(named.count == 6)
    for (line, reason) in [
      (2, "not JSON"), (3, "not UTF-8 at byte"), (4, "the content is empty"), (5, "is not a time"),
      (6, "lies outside the years"), (7, "the content has 1048577 bytes"),
    ] {
      #expect(named.contains { $0.hasPrefix("\(path):\(line): ") && $0.contains(reason) }, "\(line)")
    }
  }

  @Test func `of many bad lines twenty are named and the others counted, unless all are asked for`() async throws {
    let path = try space.write(String(repeating: "{}\n", count: 50), to: "bad.jsonl")
    let short = try await space.run("import", "--tenant", "acme", path)
    #expect(short.status == 2)
    #expect(short.errorLines.count { $0.hasPrefix(path) } == 20)
    #expect(short.errors.contains("and 30 more: --verbose"))
    let long = try await space.run("import", "--tenant", "acme", "--verbose", path)
    #expect(long.errorLines.count { $0.hasPrefix(path) } == 50)
  }

  @Test func `CSV, standard input and several files are taken`() async throws {
    let csv = try space.write(
      "session_id,channel,role,content,timestamp,region\r\ns9,email,user,\"two\nlines, \"\"quoted\"\"\",1763733720,EMEA\r\n",
      to: "a.csv")
    let outcome = try await space.run(
      "import", "--tenant", "acme", "--json", csv, "-", input: Sample.conversations)
    #expect(outcome.status == 0)
    #expect(try outcome.json()["messages"] as? Int == 6)
    let history = try await space.run("history", "--tenant", "acme", "--session", "s9", "--json")
    let message = try #require(try history.list("messages").first)
    #expect(message["content"] as? String == "two\nlines, \"quoted\"")
    #expect(message["metadata"] as? [String: String] == ["region": "EMEA"])
    #expect(message["timestamp"] as? String == "2025-11-21T14:02:00Z")
  }

  @Test func `a path that is not there ends the import before anything is stored`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let outcome = try await space.run("import", "--tenant", "acme", path, space.path("absent.jsonl"))
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("recollect: \(space.path("absent.jsonl")): No such file or directory: "))
    #expect(outcome.errorLines.count == 1)
    #expect(try await space.run("tenants", "--json").list("tenants").isEmpty)
  }

  @Test func `a header without a needed column ends the import, naming it`() async throws {
    let path = try space.write("session_id,channel,role,body,timestamp\n", to: "a.csv")
    let outcome = try await space.run("import", "--tenant", "acme", path)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("has no column \"content\""))
  }

  @Test func `gzip is read, and what a truncated file holds before its end is stored`() async throws {
    let text = (0..<8000).map { Sample.line("message number \($0 &* 2_654_435_761)", session: "s\($0 % 40)") }
      .joined(separator: "\n")
    try space.write(text, to: "a.jsonl")
    let packing = Process()
    packing.executableURL = URL(filePath: "/bin/gzip")
    packing.arguments = ["-k", space.path("a.jsonl")]
    try packing.run()
    packing.waitUntilExit()
    let whole = try space.bytes(of: "a.jsonl.gz")
    try space.write(whole.prefix(whole.count * 2 / 3), to: "half.jsonl.gz")
    let half = try await space.run("import", "--tenant", "acme", "--json", space.path("half.jsonl.gz"))
    #expect(half.status == 2)
    #expect(half.errors.contains("half.jsonl.gz: the compressed data ends early"))
    let stored = try #require(try half.json()["messages"] as? Int)
    #expect(stored > 2000 && stored < 8000)
    let rest = try await space.run("import", "--tenant", "acme", "--json", space.path("a.jsonl.gz"))
    #expect(rest.status == 0)
    #expect(try rest.json()["messages"] as? Int == 8000 - stored)
    #expect(try rest.json()["duplicates"] as? Int == stored)
  }

  /// Starts an import that waits for more input, and returns once some of it is stored.
  private func halfImport(_ lines: [String]) async throws -> (run: RunningCommand, input: FileHandle) {
    let pipe = Pipe()
    let run = try space.start(["import", "--tenant", "acme", "-"], input: pipe.fileHandleForReading)
    try pipe.fileHandleForWriting.write(contentsOf: Data(lines.joined(separator: "\n").utf8))
    let deadline = ContinuousClock.now + .seconds(60)
    while try await messages() == 0 {
      try #require(ContinuousClock.now < deadline, "nothing was stored within a minute")
    }
    return (run, pipe.fileHandleForWriting)
  }

  private var manyLines: [String] {
    (0..<6000).map {
      Sample.line("message number \($0) \(String(repeating: "word ", count: 30))", session: "s\($0 % 9)")
    }
  }

  @Test func `an import that was killed is resumed by the same command, with nothing lost and nothing twice`()
    async throws
  {
    let (run, input) = try await halfImport(manyLines)
    run.send(SIGKILL)
    #expect(try await run.end().status == -SIGKILL)
    try input.close()
    let stored = try await messages()
    #expect(stored > 0 && stored < 6000)
    let path = try space.write(manyLines.joined(separator: "\n"), to: "all.jsonl")
    let resumed = try await space.run("import", "--tenant", "acme", "--json", path)
    #expect(resumed.status == 0)
    #expect(try resumed.json()["messages"] as? Int == 6000 - stored)
    #expect(try await messages() == 6000)
    #expect(try await space.run("verify").status == 0)
  }

  @Test func `Ctrl-C ends an import cleanly and says how to go on`() async throws {
    let (run, input) = try await halfImport(manyLines)
    run.send(SIGINT)
    try? input.write(contentsOf: Data("\n\(Sample.line("one more"))\n".utf8))
    try? input.close()
    let outcome = try await run.end()
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("run the same command again to go on"))
    let counted = outcome.output.split(separator: " ").first.map { $0.replacing(",", with: "") }.flatMap { Int($0) }
    #expect(try await messages() == counted)
  }

  @Test func `messages of a deleted session come back when they are imported again`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    _ = try await space.run("import", "--tenant", "acme", path)
    let deletion = try await space.run("delete-session", "--tenant", "acme", "--session", "s1", "--yes", "--json")
    #expect(try deletion.json()["deleted"] as? Int == 3)
    let again = try await space.run("import", "--tenant", "acme", "--json", path)
    #expect(try again.json()["messages"] as? Int == 3)
    #expect(try again.json()["duplicates"] as? Int == 2)
    #expect(try await messages() == 5)
  }

  @Test func `a data folder that cannot be used is an error that names it`() async throws {
    try space.write("a file", to: "data")
    let outcome = try await space.run(
      "import", "--tenant", "acme", try space.write(Sample.conversations, to: "a.jsonl"))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(space.data.path))
    #expect(outcome.errorLines.count == 1)
  }
}
