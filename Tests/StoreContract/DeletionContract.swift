// What is deleted is gone from every view at once.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct DeletionContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("deleteSession") { try await $0.deleteSession() }
  ]

  func deleteSession() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add(DoomedSession.drafts())
    try await tenant.finishIndexing { _ in }

    #expect(try await tenant.deleteSession(SessionID("doomed")) == 2)

    try await DoomedSession.expectGone(from: tenant, in: temporary.store)
    try await DoomedSession.expectReturn(to: tenant)
  }
}
