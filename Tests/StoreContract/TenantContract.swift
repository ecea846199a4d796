// Tenants: names of any kind, and the wall between them.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct TenantContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("tenantIsolation") { try await $0.tenantIsolation() },
    rule("anyTextIsATenantOfItsOwn") { try await $0.anyTextIsATenantOfItsOwn() },
    rule("readingAnUnknownTenantIsAnError") { try await $0.readingAnUnknownTenantIsAnError() },
    rule("theListOfTenantsFollowsEveryWriter") { try await $0.theListOfTenantsFollowsEveryWriter() },
    rule("aDeletedTenantIsGone") { try await $0.aDeletedTenantIsGone() },
  ]

  func tenantIsolation() async throws {
    let temporary = try await stores.make()
    let left = try await temporary.tenant("northwind")
    let right = try await temporary.tenant("north-wind")
    for (tenant, mark) in [(left, "L"), (right, "R")] {
      try await tenant.add([
        MessageDraft(
          "We discussed pricing for the enterprise tier.", session: "deal", minute: 0, id: "m1",
          metadata: ["side": mark]),
        MessageDraft(
          "The enterprise price is $41 a seat.", session: "deal", role: .assistant, minute: 1, id: "m2",
          metadata: ["side": mark]),
        MessageDraft(
          "What was the enterprise price again?", session: "mail", channel: "email", minute: 9, id: "m3",
          metadata: ["side": mark]),
      ])
    }
    try await right.add(
      MessageDraft("Enterprise pricing secret of the right side", session: "extra", minute: 3, metadata: ["side": "R"]))
    for (tenant, mark, count) in [(left, "L", 3), (right, "R", 4)] {
      for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
        let hits = try await tenant.search(
          SearchRequest(parts: [.init("enterprise pricing")], topK: 50, evidence: evidence)
        ).hits
        #expect(!hits.isEmpty)
        #expect(hits.allSatisfy { $0.message.metadata["side"] == mark })
      }
      #expect(try await tenant.sessionHistory(SessionID("deal")).allSatisfy { $0.metadata["side"] == mark })
      #expect(try await tenant.recentContext(limit: 50).allSatisfy { $0.metadata["side"] == mark })
      #expect(try await tenant.counts().messages == count)
      let context = try await SessionManager(tenant).context(for: SessionID("mail"))
      #expect(context.messages.allSatisfy { $0.message.metadata["side"] == mark })
      #expect(!context.recalled.isEmpty)
    }
    #expect(try await left.deleteSession(SessionID("deal")) == 2)
    #expect(try await right.sessionHistory(SessionID("deal")).count == 2)
    await #expect(throws: MemoryError.self) { try await left.session(SessionID("extra")) }
  }

  func anyTextIsATenantOfItsOwn() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let names = TenantNames.peculiar
    for name in names {
      try await temporary.tenant(name).add(MessageDraft("I belong to <\(name)>", session: "s", id: "m"))
    }
    let listed = try await temporary.store.tenants(limit: 100, after: nil).items
    #expect(listed.count == names.count)
    #expect(listed.allSatisfy { $0.messages == 1 && $0.sessions == 1 })
    for name in names {
      let history = try await temporary.tenant(name).sessionHistory(SessionID("s"))
      #expect(history.map(\.content) == ["I belong to <\(name)>"])
    }
    #expect(throws: MemoryError.self) { try TenantID("") }
    #expect(throws: MemoryError.self) { try TenantID(String(repeating: "x", count: 513)) }
    #expect(throws: MemoryError.self) { try TenantID("a\u{0}b") }
  }

  func readingAnUnknownTenantIsAnError() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let error = await #expect(throws: MemoryError.self) {
      _ = try await temporary.store.tenant(TenantID("nobody"))
    }
    #expect(error?.code == .unknownTenant)
    #expect(try await temporary.store.tenants(limit: 5, after: nil).items.isEmpty)
  }

  func theListOfTenantsFollowsEveryWriter() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    for name in ["b", "a", "c"] {
      try await temporary.tenant(name).add((0..<3).map { try MessageDraft("\($0)", session: "s\($0)", minute: $0) })
    }
    let other = try await temporary.reopened(semantic: SemanticSource.none)
    try await other.tenant(TenantID("a")).add(MessageDraft("more", session: "s0", minute: 10))
    var listed = try await temporary.store.tenants(limit: 2, after: nil)
    #expect(listed.items.map(\.id.rawValue) == ["a", "b"])
    #expect(listed.items.map(\.messages) == [4, 3])
    listed = try await temporary.store.tenants(limit: 2, after: listed.next)
    #expect(listed.items.map(\.id.rawValue) == ["c"])
    #expect(listed.next == nil)
  }

  func aDeletedTenantIsGone() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("gone")
    try await temporary.tenant("stays").add(MessageDraft("hello", session: "s"))
    try await tenant.add(MessageDraft("zanzibarquux pricing", session: "s"))
    try await tenant.finishIndexing { _ in }
    #expect(try await tenant.deleteTenant().messages == 1)
    await #expect(throws: (any Error).self) { try await tenant.counts() }
    #expect(try await temporary.store.tenants(limit: 10, after: nil).items.map(\.id.rawValue) == ["stays"])
    try await temporary.tenant("gone").add(MessageDraft("new life", session: "s"))
    #expect(try await temporary.tenant("gone").counts().messages == 1)
  }
}
