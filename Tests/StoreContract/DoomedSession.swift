// A session to delete beside one that stays, and what has to hold afterwards in every store.

public import ConversationMemory
import Testing

public enum DoomedSession {
  public static func drafts() throws -> [MessageDraft] {
    try [
      MessageDraft(
        "My secret word is xylophonequartz and pricing matters", session: "doomed", author: "Zebulon Quagmire",
        minute: 0, id: "doomed-1", metadata: ["prospect_name": "Vexillology Ltd"]),
      MessageDraft(
        "Noted: xylophonequartz, thank you", session: "doomed", channel: "teams", role: .assistant, minute: 1,
        id: "doomed-2"),
      MessageDraft("We talked about pricing as well", session: "kept", author: "Dana", minute: 2),
    ]
  }

  /// No view shows it any more.
  public static func expectGone(from tenant: any TenantStore, in store: any ConversationStore) async throws {
    await #expect(throws: MemoryError.self) { try await tenant.sessionHistory(SessionID("doomed")) }
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      let hits = try await tenant.search(
        SearchRequest(parts: [.init("xylophonequartz pricing")], topK: 50, evidence: evidence)
      ).hits
      #expect(hits.allSatisfy { $0.message.session.rawValue == "kept" })
    }
    #expect(try await tenant.counts().messages == 1)
    #expect(try await tenant.counts().sessions == 1)
    #expect(try await tenant.channels().map(\.id.rawValue) == ["web"])
    #expect(try await tenant.sessions(SessionQuery()).items.map(\.id.rawValue) == ["kept"])
    #expect(try await store.tenants(limit: 5, after: nil).items.first?.messages == 1)
  }

  /// It cannot be deleted twice; imported again, it comes back.
  public static func expectReturn(to tenant: any TenantStore) async throws {
    await #expect(throws: MemoryError.self) { try await tenant.deleteSession(SessionID("doomed")) }

    // Imported again after a deletion, it comes back.
    try await tenant.add(
      MessageDraft("My secret word is xylophonequartz", session: "doomed", minute: 0, id: "doomed-1"))
    #expect(try await tenant.search(SearchRequest("xylophonequartz")).hits.first?.message.id.rawValue == "doomed-1")
  }
}
