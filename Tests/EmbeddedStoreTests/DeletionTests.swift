// What is deleted is gone: from every view at once, and from the bytes on the disk.

import ConversationMemory
import EmbeddedStore
import Foundation
import StoreContract
import Testing
import TextEmbedding

@Suite struct DeletionTests {
  @Test func deleteSession() async throws {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add(DoomedSession.drafts())
    _ = try await tenant.annotate(
      SessionID("doomed"), with: AnnotationEdit(addedTags: ["quarterlywombat"], note: .set("A note of zirconiumleaf")))
    try await tenant.finishIndexing { _ in }
    for word in ["xylophonequartz", "quarterlywombat", "zirconiumleaf"] {
      #expect(try !temporary.filesHolding(word).isEmpty)
    }

    #expect(try await tenant.deleteSession(SessionID("doomed")) == 2)

    try await DoomedSession.expectGone(from: tenant, in: temporary.store)
    for word in [
      "xylophonequartz", "Xylophonequartz", "Zebulon", "zebulon", "quagmir", "doomed-1", "Vexillology", "doomed",
      "quarterlywombat", "zirconiumleaf",
    ] {
      #expect(try temporary.filesHolding(word).isEmpty, "\(word)")
    }
    try await DoomedSession.expectReturn(to: tenant)
  }

  @Test func noByteOfADeletedSessionSurvivesAmongManyOthers() async throws {
    let temporary = try TemporaryStore(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    // Interleaved and of many sizes, so that pages split, move and overflow.
    for round in 0..<40 {
      try await tenant.add(
        (0..<25).map { number in
          let marked = number % 5 == 0
          let size = [3, 40, 200, 900, 5000][(round + number) % 5]
          let body = (0..<size).map { marked ? "wombatine\($0 % 17)" : "ordinary\($0 % 23)" }.joined(separator: " ")
          return try MessageDraft(
            body, session: marked ? "marked" : "other\(number)", author: marked ? "Marked Person\(round)" : "Someone",
            minute: round * 60 + number, id: "\(marked ? "markedid" : "id")-\(round)-\(number)")
        })
    }
    #expect(try !temporary.filesHolding("wombatine").isEmpty)
    #expect(try await tenant.deleteSession(SessionID("marked")) == 200)
    #expect(try temporary.filesHolding("wombatine").isEmpty)
    #expect(try temporary.filesHolding("markedid").isEmpty)
    #expect(try temporary.filesHolding("Marked Person").isEmpty)
    #expect(try await tenant.counts().messages == 800)
    let findings = try await temporary.store.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
  }

  @Test func deletingLeavesNoVectorBehind() async throws {
    let temporary = try TemporaryStore()
    let tenant = try await temporary.tenant("t")
    try await tenant.add(
      (0..<20).map { try MessageDraft("invoice number \($0) is overdue", session: "s\($0 % 2)", minute: $0) })
    try await tenant.finishIndexing { _ in }
    #expect(try await tenant.deleteSession(SessionID("s0")) == 10)
    // Also where no model is there to be loaded.
    let bare = try temporary.reopened(semantic: SemanticSource.none)
    #expect(try await bare.tenant(TenantID("t")).deleteSession(SessionID("s1")) == 10)
    let findings = try await bare.verify(repair: false) { _ in }
    #expect(findings.allSatisfy { $0.outcome == .sound }, "\(findings)")
    #expect(findings.contains { $0.file.hasSuffix("vectors") && $0.detail.hasPrefix("0 passages") })
  }
}
