// What is deleted is gone from every view at once.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct DeletionContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("deleteSession", searches: true) { try await $0.deleteSession() }
  ]

  func deleteSession() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add([
      MessageDraft(
        "My secret word is xylophonequartz and pricing matters", session: "doomed", author: "Zebulon Quagmire",
        minute: 0, id: "doomed-1", metadata: ["prospect_name": "Vexillology Ltd"]),
      MessageDraft(
        "Noted: xylophonequartz, thank you", session: "doomed", channel: "teams", role: .assistant, minute: 1,
        id: "doomed-2"),
      MessageDraft("We talked about pricing as well", session: "kept", author: "Dana", minute: 2),
    ])
    try await tenant.finishIndexing { _ in }

    #expect(try await tenant.deleteSession(SessionID("doomed")) == 2)

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
    #expect(try await temporary.store.tenants(limit: 5, after: nil).items.first?.messages == 1)
    await #expect(throws: MemoryError.self) { try await tenant.deleteSession(SessionID("doomed")) }

    // Imported again after a deletion, it comes back.
    try await tenant.add(
      MessageDraft("My secret word is xylophonequartz", session: "doomed", minute: 0, id: "doomed-1"))
    #expect(try await tenant.search(SearchRequest("xylophonequartz")).hits.first?.message.id.rawValue == "doomed-1")
  }
}
