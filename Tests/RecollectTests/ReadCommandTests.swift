// The commands that read: their JSON, their filters, their pages.

import Foundation
import Testing

@Suite struct ReadCommandTests {
  let space: Workspace

  init() async throws {
    space = try Workspace()
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let outcome = try await space.run("import", "--tenant", "acme", path)
    try #require(outcome.status == 0)
  }

  private func ids(_ outcome: Workspace.Outcome, _ list: String = "messages") throws -> [String] {
    try outcome.list(list).compactMap { $0["message_id"] as? String }
  }

  @Test func `history is oldest first and pages back to the beginning`() async throws {
    let last = try await space.run("history", "--tenant", "acme", "--session", "s1", "--limit", "2", "--json")
    #expect(last.status == 0)
    #expect(try ids(last) == ["m2", "m3"])
    let message = try #require(try last.list("messages").last)
    #expect(
      Set(message.keys) == [
        "message_id", "session_id", "channel", "role", "author", "timestamp", "content", "metadata",
      ])
    #expect(message["author"] as? String == "Dana Whitfield")
    #expect(message["timestamp"] as? String == "2026-11-20T10:02:00Z")
    let cursor = try #require(try last.json()["next"] as? String)
    let first = try await space.run(
      "history", "--tenant", "acme", "--session", "s1", "--limit", "2", "--before", cursor, "--json")
    #expect(try ids(first) == ["m1"])
    #expect(try first.json()["next"] is NSNull)
    let channel = try await space.run("history", "--tenant", "acme", "--channel", "email", "--json")
    #expect(try ids(channel) == ["m4"])
  }

  @Test func `recent is newest first across sessions`() async throws {
    let recent = try await space.run("recent", "--tenant", "acme", "--limit", "3", "--json")
    #expect(try ids(recent) == ["m5", "m4", "m3"])
    let cursor = try #require(try recent.json()["next"] as? String)
    let older = try await space.run("recent", "--tenant", "acme", "--before", cursor, "--json")
    #expect(try ids(older) == ["m2", "m1"])
  }

  @Test func `search answers with scores, filters and the state of search by meaning`() async throws {
    let outcome = try await space.run("search", "--tenant", "acme", "enterprise pricing", "--json")
    #expect(outcome.status == 0)
    let answer = try outcome.json()
    #expect(Set(answer.keys) == ["query", "hits", "filters", "pending", "semantic", "elapsed_ms", "stages_ms"])
    #expect(Set(try ids(outcome, "hits").prefix(2)) == ["m1", "m4"])
    let hit = try #require(try outcome.list("hits").first)
    #expect(Set(["message_id", "session_id", "score", "weak", "parts", "content"]).isSubset(of: hit.keys))
    #expect(Set((hit["parts"] as? [String: Any] ?? [:]).keys) == ["semantic", "keyword", "tokens", "features"])
    #expect((answer["semantic"] as? [String: Any])?["status"] as? String == "off")
    #expect(outcome.errors.contains("semantic search is off"))
  }

  @Test(arguments: [
    (["--session", "s2"], ["m4"]), (["--channel", "web"], ["m1", "m2"]), (["--role", "assistant"], ["m2"]),
    (["--author", "Dana Whitfield"], ["m1", "m4"]), (["--since", "2026-11-21"], ["m4"]),
    (["--until", "2026-11-20"], ["m1", "m2"]), (["--until", "2026-11-20T10:01:00Z"], ["m1"]),
    (["--since", "2026-11-20T10:01:00Z", "--until", "2026-11-20"], ["m2"]),
    (["--top-k", "1", "--channel", "email"], ["m4"]),
  ])
  func `filters are exact, and a bare date covers its whole day`(filter: [String], expected: [String]) async throws {
    let outcome = try await space.run(arguments: ["search", "--tenant", "acme", "--json"] + filter + ["enterprise"])
    // The turns around a hit may come with it, marked as weak.
    let sound = try outcome.list("hits").filter { $0["weak"] as? Bool == false }
    #expect(Set(sound.compactMap { $0["message_id"] as? String }) == Set(expected))
  }

  @Test func `what is not there is an error by its name`() async throws {
    for (arguments, name) in [
      (["search", "x", "--tenant", "nobody"], "tenant \"nobody\""),
      (["history", "--tenant", "acme", "--session", "s77"], "session \"s77\""),
      (["history", "--tenant", "acme", "--channel", "fax"], "channel \"fax\""),
      (["context", "--tenant", "acme", "--session", "s77"], "session \"s77\""),
      (["summarize", "--tenant", "acme", "--session", "s77"], "session \"s77\""),
      (["sessions", "--tenant", "nobody"], "tenant \"nobody\""),
      (["delete-session", "--tenant", "acme", "--session", "s77", "--yes"], "session \"s77\""),
      (["delete-tenant", "--tenant", "nobody", "--yes"], "tenant \"nobody\""),
      (["export", "--tenant", "nobody"], "tenant \"nobody\""),
    ] {
      let outcome = try await space.run(arguments: arguments)
      #expect(outcome.status == 1, "\(arguments)")
      #expect(outcome.errors.contains(name), "\(arguments)")
      #expect(outcome.errorLines.count == 1 && outcome.output.isEmpty, "\(arguments)")
    }
    #expect(try await space.run("tenants", "--json").list("tenants").count == 1)
  }

  @Test(arguments: [
    ("enterprise channel:web", ["m1", "m2"], [["channel", "web", "channel: web", "written"]]),
    (
      #"pricing "enterprise tier" role:user"#, ["m1", "m4"],
      [["phrase", "enterprise tier", #""enterprise tier""#, "written"], ["role", "user", "role: user", "written"]]
    ),
    ("enterprise -pricing", ["m2"], [["not", "pricing", "not pricing", "written"]]),
    ("enterprise has:number", ["m2"], [["has", "number", "has: number", "written"]]),
    ("enterprise has:deal_stage", ["m4"], [["has", "deal_stage", "has: deal_stage", "written"]]),
    ("enterprise deal_stage:proposal?", ["m4"], [["deal_stage", "proposal", "deal_stage: proposal", "written"]]),
    (
      #"enterprise author:"Dana Whitfield" since:2026-11-21"#, ["m4"],
      [
        ["author", "Dana Whitfield", "author: Dana Whitfield", "written"],
        ["since", "2026-11-21T00:00:00Z", "since: 2026-11-21", "written"],
      ]
    ),
    (
      "enterprise between 19 November 2026 and 20 November 2026", ["m1", "m2"],
      [
        [
          "since", "2026-11-19T00:00:00Z",
          "between 19 November 2026 and 20 November 2026: 2026-11-19 to 2026-11-20", "time words",
        ],
        [
          "until", "2026-11-21T00:00:00Z",
          "between 19 November 2026 and 20 November 2026: 2026-11-19 to 2026-11-20", "time words",
        ],
      ]
    ),
    ("when was enterprise pricing before 2026?", ["m1", "m2", "m4"], []),
  ])
  func `the query holds filters, which the answer names`(
    query: String, expected: [String], filters: [[String]]
  ) async throws {
    let outcome = try await space.run("search", "--tenant", "acme", "--json", query)
    #expect(Set(try ids(outcome, "hits")) == Set(expected))
    let named = try outcome.list("filters").map { filter in
      ["field", "value", "label", "source"].map { filter[$0] as? String ?? "" }
    }
    #expect(named == filters)
  }

  @Test func `options and query filter together, and the heading says how`() async throws {
    let both = try await space.run("search", "--tenant", "acme", "enterprise channel:web", "--role", "assistant")
    #expect(both.status == 0)
    #expect(both.output.hasPrefix("only role: assistant, channel: web\n"))
    #expect(both.output.contains("tier starts at 40 euros") && !both.output.contains("Is there an"))
    // Who gives a time as an option means the words.
    let words = try await space.run(
      "search", "--tenant", "acme", "--json", "enterprise last year", "--since", "2026-11-21")
    #expect(try ids(words, "hits") == ["m4"])
    let none = try await space.run("search", "--tenant", "acme", "enterprise on 1 March 2020")
    #expect(none.output.isEmpty)
    #expect(none.errors.contains("nothing found with these filters (on 1 March 2020: 2020-03-01): leave one out"))
    let unknown = try await space.run("search", "--tenant", "acme", "price channel:fax")
    #expect(unknown.errors.contains("tenant \"acme\" has no channel \"fax\""))
  }

  @Test(arguments: [
    (["enterprise chanel:web"], "at byte 12, `chanel:web`: there is no field \"chanel\" (did you mean channel?)"),
    (["é deal_stag:x"], "at byte 4, `deal_stag:x`: there is no field \"deal_stag\" (did you mean deal_stage?)"),
    (["x has:lnik"], "`has:lnik`: a message cannot have \"lnik\" (did you mean link?)"),
    (["x channel:web", "--channel", "email"], "`channel:web`: --channel is given too"),
    (["x since:2026-01-01", "--since", "2026-02-01"], "`since:2026-01-01`: --since is given too"),
    (["x since:2026-01-01", "--until", "2025-02-01"], "until is not after since"),
    (["x -channel:web"], "`-channel:web`: channel: cannot be excluded"),
    (["x since:2026-01-01 last week"], "`last week`: \"last week\" sets since"),
    (["channel:web last week"], "the query has nothing but filters"),
  ])
  func `a mistake in the query is named at its place`(arguments: [String], message: String) async throws {
    let outcome = try await space.run(arguments: ["search", "--tenant", "acme"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test(arguments: [
    (["search", "price", "--session", "s77"], "hits", "tenant \"acme\" has no session \"s77\""),
    (["search", "price", "--channel", "fax"], "hits", "tenant \"acme\" has no channel \"fax\""),
    (["search", "price", "--author", "Nobody"], "hits", "nothing found with these filters"),
    (["sessions", "--channel", "fax"], "sessions", "tenant \"acme\" has no channel \"fax\""),
  ])
  func `a filter that names what is not there finds nothing, and says so`(
    arguments: [String], list: String, note: String
  ) async throws {
    let outcome = try await space.run(arguments: arguments + ["--tenant", "acme", "--json"])
    #expect(outcome.status == 0)
    #expect(try outcome.list(list).isEmpty)
    #expect(outcome.errors.contains(note))
    let people = try await space.run(arguments: arguments + ["--tenant", "acme"])
    #expect(people.status == 0)
    #expect(people.output == "")
    #expect(people.errors.contains(note))
  }

  @Test func `an unknown tenant is named with the folder it was looked for in`() async throws {
    let elsewhere = space.path("mistyped")
    let outcome = try await space.run("recent", "--tenant", "acme", "--data", elsewhere)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("there is no tenant \"acme\" in \(elsewhere): `recollect tenants` lists "))
    for command in ["tenants", "verify"] {
      let listing = try await space.run(command, "--data", elsewhere)
      #expect(listing.status == 0)
      #expect(listing.errors.contains(elsewhere), "\(command)")
    }
  }

  @Test func `context has the session and what other sessions say to it`() async throws {
    let outcome = try await space.run("context", "--tenant", "acme", "--session", "s2", "--json")
    #expect(outcome.status == 0)
    let entries = try outcome.list("messages")
    #expect(entries.last?["message_id"] as? String == "m4")
    #expect(entries.last?["origin"] as? String == "current")
    let recalled = try #require(entries.first { $0["origin"] as? String == "recalled" })
    #expect(recalled["session_id"] as? String == "s1")
    #expect(recalled["score"] as? Double != nil)
    #expect((recalled["reason"] as? String)?.isEmpty == false)
    #expect(try (outcome.json()["token_estimate"] as? Int ?? 0) > 10)
    let alone = try await space.run(
      "context", "--tenant", "acme", "--session", "s2", "--no-cross-session", "--json")
    #expect(try ids(alone) == ["m4"])
  }

  @Test func `a summary tells length and topics`() async throws {
    let outcome = try await space.run("summarize", "--tenant", "acme", "--session", "s1", "--json")
    #expect((try outcome.json()["summary"] as? String)?.hasPrefix("Session s1 on web (3 messages, 2 min)") == true)
    #expect((try outcome.json()["topics"] as? [String])?.contains { $0.contains("enterprise") } == true)
  }

  @Test func `tenants, sessions and channels are listed with their counts`() async throws {
    let tenants = try await space.run("tenants", "--json").list("tenants")
    #expect(tenants.first?["tenant_id"] as? String == "acme")
    #expect(tenants.first?["sessions"] as? Int == 3)
    #expect(tenants.first?["last_activity"] as? String == "2026-11-22T00:00:00Z")
    let sessions = try await space.run("sessions", "--tenant", "acme", "--json", "--limit", "2")
    #expect(try sessions.list("sessions").map { $0["session_id"] as? String } == ["s3", "s2"])
    let cursor = try #require(try sessions.json()["next"] as? String)
    let rest = try await space.run("sessions", "--tenant", "acme", "--json", "--before", cursor)
    #expect(try rest.list("sessions").map { $0["session_id"] as? String } == ["s1"])
    let mails = try await space.run("sessions", "--tenant", "acme", "--json", "--channel", "email")
    #expect(try mails.list("sessions").first?["metadata"] as? [String: String] == ["deal_stage": "proposal"])
    let channels = try await space.run("channels", "--tenant", "acme", "--json").list("channels")
    #expect(Set(channels.compactMap { $0["channel"] as? String }) == ["web", "email", "slack"])
    #expect(channels.first { $0["channel"] as? String == "web" }?["messages"] as? Int == 3)
  }

  @Test func `people get columns, times and marked words`() async throws {
    let sessions = try await space.run("sessions", "--tenant", "acme")
    #expect(sessions.output.hasPrefix("SESSION  CHANNEL  MESSAGES  LAST ACTIVITY      TITLE\n"))
    #expect(sessions.output.contains("s1       web             3  2026-11-20 10:02Z  "))
    let hits = try await space.run("search", "--tenant", "acme", "snow", "--explain")
    #expect(hits.output.contains("[snow]"))
    #expect(hits.output.contains("Felix Brandt (user)  in s3 on slack"))
    #expect(hits.output.contains("parts: semantic 0.000, keyword "))
    let nothing = try await space.run("search", "--tenant", "acme", "zeppelin")
    #expect(nothing.status == 0)
    #expect(nothing.output == "")
    #expect(nothing.errors.contains("nothing found"))
  }

  @Test func `columns line up whatever script a name is in`() async throws {
    for name in ["漢字", "🎉", "e\u{301}"] {
      let add = ["add", "--tenant", name, "--session", "s", "--channel", "web", "--role", "user", "hello"]
      #expect(try await space.run(arguments: add + ["--time", "2026-11-20"]).status == 0)
    }
    let lines = try await space.run("tenants").output.split(separator: "\n").map(String.init)
    #expect(lines.contains("TENANT  MESSAGES  SESSIONS  LAST ACTIVITY"))
    #expect(lines.contains("acme           5         3  2026-11-22 00:00Z"))
    #expect(lines.contains("漢字           1         1  2026-11-20 00:00Z"))
    #expect(lines.contains("🎉             1         1  2026-11-20 00:00Z"))
    #expect(lines.contains("e\u{301}              1         1  2026-11-20 00:00Z"))
  }

  @Test func `nothing a message holds can steer a terminal`() async throws {
    let hostile = #"\u001b]0;owned\u0007\u001b[2J\u009b31mred\u202egnp.exe\u2066 hostile\r\u0000"#
    let path = try space.write(
      Sample.line(
        hostile, session: "evil", extra: #","author":"\u001b[31mMallory\nfake","metadata":{"subject":"\u001b[5mblink"}"#
      ),
      to: "evil.jsonl")
    #expect(try await space.run("import", "--tenant", "acme", path).status == 0)
    let commands = [
      ["history", "--tenant", "acme", "--session", "evil"], ["recent", "--tenant", "acme"],
      ["sessions", "--tenant", "acme"], ["search", "--tenant", "acme", "hostile"],
      ["context", "--tenant", "acme", "--session", "evil"], ["summarize", "--tenant", "acme", "--session", "evil"],
      ["export", "--tenant", "acme", "--session", "evil"],
    ]
    for command in commands + commands.dropLast().map({ $0 + ["--json"] }) {
      let outcome = try await space.run(arguments: command)
      #expect(outcome.status == 0, "\(command)")
      #expect(!outcome.output.isEmpty, "\(command)")
      let steering = (outcome.output + outcome.errors).unicodeScalars.filter {
        ($0.value < 0x20 && $0.value != 10) || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
          || $0.value == 0x2066
      }
      #expect(steering.isEmpty, "\(command)")
    }
    let json = try await space.run("history", "--tenant", "acme", "--session", "evil", "--json").list("messages")
    #expect(
      json.first?["content"] as? String
        == "\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}31mred\u{202E}gnp.exe\u{2066} hostile\r\u{0}")
  }
}
