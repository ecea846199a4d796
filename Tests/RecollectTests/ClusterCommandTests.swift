// The command line on a cluster: the same commands, and the way there and back.

import Foundation
import QdrantTestSupport
import Testing

@Suite struct ClusterCommandTests {
  let space: Workspace
  let server: QdrantTestServer

  init() async throws {
    space = try Workspace()
    server = try await QdrantTestServer.start(mustBeOwn: true)
  }

  private func run(_ arguments: String...) async throws -> Workspace.Outcome {
    try await space.run(arguments: arguments + ["--qdrant", server.address])
  }

  @Test func `every command works on a cluster as it does on a folder`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let imported = try await run("import", "--tenant", "acme", "--json", path)
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(try imported.json()["messages"] as? Int == 5)
    #expect(try await run("import", "--tenant", "acme", "--json", path).json()["duplicates"] as? Int == 5)
    let added = try await run(
      "add", "--tenant", "acme", "--session", "s3", "--channel", "slack", "--role", "user", "--json", "Still raining.")
    #expect(added.status == 0, "\(added.errors)")
    let tenants = try await run("tenants", "--json").list("tenants")
    #expect(tenants.map { $0["tenant_id"] as? String } == ["acme"])
    #expect(tenants.first?["messages"] as? Int == 6)
    let sessions = try await run("sessions", "--tenant", "acme", "--json").list("sessions")
    #expect(Set(sessions.compactMap { $0["session_id"] as? String }) == ["s1", "s2", "s3"])
    let history = try await run("history", "--tenant", "acme", "--session", "s1", "--json").list("messages")
    #expect(history.map { $0["message_id"] as? String } == ["m1", "m2", "m3"])
    #expect(try await run("channels", "--tenant", "acme", "--json").list("channels").count == 3)
    #expect(try await run("verify", "--json").json()["damaged"] as? Int == 0)
    #expect(try await run("delete-session", "--tenant", "acme", "--session", "s2", "--yes").status == 0)
    #expect(try await run("history", "--tenant", "acme", "--session", "s2").status == 1)
    #expect(!FileManager.default.fileExists(atPath: space.data.path))
  }

  @Test func `the place may stand before the command, and in the configuration file`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    let front = try await space.run("--qdrant", server.address, "import", "--tenant", "acme", "--json", path)
    #expect(front.status == 0, "\(front.errors)")
    let folder = space.folder.appending(path: ".config/recollect")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("qdrant = \"\(server.address)\"\ntheme = \"no such theme\"\n".utf8).write(
      to: folder.appending(path: "config.toml"))
    // The tests' data folder comes before the file.
    #expect(try await space.run("tenants", "--json").list("tenants").isEmpty)
    let configured = try await space.run("tenants", "--json", environment: ["RECOLLECT_DATA": ""])
    #expect(try configured.list("tenants").map { $0["tenant_id"] as? String } == ["acme"])
  }

  @Test func `a key comes from environment or a file of one's own, and is in no message`() async throws {
    let locked = try await QdrantTestServer.start(apiKey: "s3cret-key")
    let without = try await space.run("tenants", "--qdrant", locked.address)
    #expect(without.status == 1)
    #expect(without.errors.contains("QDRANT_API_KEY_FILE"))
    let right = try await space.run(
      "tenants", "--json", "--qdrant", locked.address, environment: ["QDRANT_API_KEY": "s3cret-key"])
    #expect(right.status == 0, "\(right.errors)")
    let file = try space.write("s3cret-key\n", to: "key")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    let open = try await space.run(
      "tenants", "--json", "--qdrant", locked.address, environment: ["QDRANT_API_KEY_FILE": file])
    #expect(open.status == 1)
    #expect(open.errors.contains("chmod 600"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let closed = try await space.run(
      "tenants", "--json", "--qdrant", locked.address, environment: ["QDRANT_API_KEY_FILE": file])
    #expect(closed.status == 0, "\(closed.errors)")
    for outcome in [without, right, open, closed] { #expect(!(outcome.output + outcome.errors).contains("s3cret")) }
    await locked.stop()
  }

  @Test func `wrong places are wrong usage`() async throws {
    for arguments in [
      ["tenants", "--qdrant", "localhost"], ["tenants", "--qdrant", server.address, "--data", "x"],
      ["tenants", "--data", "x", "--collection", "c"], ["tenants", "--qdrant", server.address, "--collection", "a/b"],
      ["migrate", "--to", "qdrant"],
    ] {
      let outcome = try await space.run(arguments: arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
    }
  }

  @Test func `memory migrates to a cluster and back, once`() async throws {
    let path = try space.write(Sample.conversations, to: "a.jsonl")
    _ = try await space.run("import", "--tenant", "acme", path)
    _ = try await space.run("tag", "--tenant", "acme", "--session", "s1", "+won")
    let there = try await run("migrate", "--to", "qdrant", "--json")
    #expect(there.status == 0, "\(there.errors)")
    let tenant = try #require(try there.list("tenants").first)
    #expect(tenant["copied"] as? Int == 5)
    #expect((tenant["differences"] as? [Any])?.isEmpty == true)
    #expect(try await run("migrate", "--to", "qdrant", "--json").list("tenants").first?["copied"] as? Int == 0)
    let back = try await run("migrate", "--to", "embedded", "--data", space.path("copy"), "--json")
    #expect(back.status == 0, "\(back.errors)")
    for tenant in ["s1", "s2", "s3"] {
      let (left, right) = (
        try await space.run("history", "--tenant", "acme", "--session", tenant, "--json"),
        try await space.run("history", "--data", space.path("copy"), "--tenant", "acme", "--session", tenant, "--json")
      )
      #expect(left.output == right.output)
    }
    let session = try await space.run("sessions", "--data", space.path("copy"), "--tenant", "acme", "--json")
    #expect(session.output.contains("won"))
  }
}
