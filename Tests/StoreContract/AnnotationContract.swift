// Tags and notes: set, found by, carried by messages.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct AnnotationContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("aSessionKeepsItsTagsInOrderAndItsNoteAndSaysWhatChanged") {
      try await $0.aSessionKeepsItsTagsInOrderAndItsNoteAndSaysWhatChanged()
    },
    rule("onlyWhatChangesSomethingCountsAsAChange") { try await $0.onlyWhatChangesSomethingCountsAsAChange() },
    rule("whatIsRefusedChangesNothing") { try await $0.whatIsRefusedChangesNothing() },
    rule("sessionsAreListedByTagAndByWordsOfTagAndNote") {
      try await $0.sessionsAreListedByTagAndByWordsOfTagAndNote()
    },
    rule("aSearchIsNarrowedToSessionsWithATagOrANote") {
      try await $0.aSearchIsNarrowedToSessionsWithATagOrANote()
    },
    rule("messagesBringTagsAndTheFirstNote") { try await $0.messagesBringTagsAndTheFirstNote() },
  ]

  private func made() async throws -> (store: any StoreUnderTest, tenant: any TenantStore) {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("acme")
    try await tenant.add(
      (0..<6).map {
        try MessageDraft("price of number \($0)", session: "s\($0 % 3)", author: "Dana", minute: $0, id: "m\($0)")
      })
    return (temporary, tenant)
  }

  func aSessionKeepsItsTagsInOrderAndItsNoteAndSaysWhatChanged() async throws {
    let (temporary, tenant) = try await made()
    let session = try SessionID("s1")
    let first = try await tenant.annotate(
      session, with: AnnotationEdit(addedTags: ["#Won", "follow-up", "won"], note: .set(" calls back \n")))
    #expect(first.addedTags == ["won", "follow-up"])
    #expect(first.after == SessionAnnotations(tags: ["won", "follow-up"], note: "calls back"))
    let second = try await tenant.annotate(session, with: AnnotationEdit(removedTags: ["won"], addedTags: ["Zoë"]))
    #expect(second.removedTags == ["won"])
    #expect(second.addedTags == ["zoë"])
    #expect(!second.isNoteChanged)
    let other = try await temporary.reopened(semantic: SemanticSource.none)
    let seen = try await other.tenant(TenantID("acme")).session(session)
    #expect(seen.tags == ["follow-up", "zoë"])
    #expect(seen.note == "calls back")
    #expect(try await tenant.sessions(SessionQuery()).items.first { $0.id == session }?.tags == ["follow-up", "zoë"])
    let cleared = try await tenant.annotate(session, with: AnnotationEdit(tags: [], note: .clear))
    #expect(cleared.after.isEmpty)
    #expect(try await tenant.session(session).annotations.isEmpty)
    await #expect(throws: MemoryError.self) {
      try await tenant.annotate(SessionID("nobody"), with: AnnotationEdit(addedTags: ["a"]))
    }
  }

  func onlyWhatChangesSomethingCountsAsAChange() async throws {
    let tenant = try await made().tenant
    let session = try SessionID("s0")
    let before = try await tenant.changeCounter()
    _ = try await tenant.annotate(session, with: AnnotationEdit(addedTags: ["a"]))
    let after = try await tenant.changeCounter()
    #expect(after > before)
    #expect(try await tenant.annotate(session, with: AnnotationEdit(removedTags: ["b"], addedTags: ["A"])).isEmpty)
    #expect(try await tenant.changeCounter() == after)
  }

  func whatIsRefusedChangesNothing() async throws {
    let tenant = try await made().tenant
    let session = try SessionID("s0")
    _ = try await tenant.annotate(session, with: AnnotationEdit(addedTags: (0..<32).map { "t\($0)" }))
    for edit in [
      AnnotationEdit(addedTags: ["one-more"]), AnnotationEdit(addedTags: ["two words"]),
      AnnotationEdit(tags: ["fine", ""]), AnnotationEdit(tags: [], note: .set(" \u{200B}")),
      AnnotationEdit(tags: [], note: .set(String(repeating: "n", count: MessageLimits.noteBytes + 1))),
    ] {
      await #expect(throws: MemoryError.self) { try await tenant.annotate(session, with: edit) }
    }
    #expect(try await tenant.session(session).tags.count == 32)
    let batch = try (0..<2).map { number in
      var draft = try MessageDraft("hello", session: "s0", minute: 50 + number, id: "new\(number)")
      if number == 1 { draft.sessionAnnotations.tags = ["t0", "t33"] }
      return draft
    }
    let result = try await tenant.add(batch, policy: .skipMessage)
    #expect(result.added == 1)
    #expect(result.rejections.map(\.index) == [1])
  }

  func sessionsAreListedByTagAndByWordsOfTagAndNote() async throws {
    let tenant = try await made().tenant
    _ = try await tenant.annotate(SessionID("s0"), with: AnnotationEdit(addedTags: ["won", "big"]))
    _ = try await tenant.annotate(
      SessionID("s1"), with: AnnotationEdit(addedTags: ["won-back"], note: .set("Ask Pélissier in January")))
    func ids(_ query: SessionQuery) async throws -> [String] {
      try await tenant.sessions(query).items.map(\.id.rawValue).sorted()
    }
    #expect(try await ids(SessionQuery(tags: ["won"])) == ["s0"])
    #expect(try await ids(SessionQuery(tags: ["won", "big"])) == ["s0"])
    #expect(try await ids(SessionQuery(tags: ["won-back", "big"])) == [])
    #expect(try await ids(SessionQuery(note: "pelissier")) == ["s1"])
    #expect(try await ids(SessionQuery(tags: ["won"], note: "pelissier")) == [])
    #expect(try await ids(SessionQuery(text: "#won")) == ["s0", "s1"])
    #expect(try await ids(SessionQuery(text: "in january")) == ["s1"])
    #expect(try await tenant.tags().map(\.id) == ["big", "won", "won-back"])
    _ = try await tenant.annotate(SessionID("s2"), with: AnnotationEdit(addedTags: ["won"]))
    #expect(try await tenant.tags().first == TagSummary(id: "won", sessions: 2))
  }

  func aSearchIsNarrowedToSessionsWithATagOrANote() async throws {
    let tenant = try await made().tenant
    _ = try await tenant.annotate(SessionID("s0"), with: AnnotationEdit(addedTags: ["won"]))
    _ = try await tenant.annotate(
      SessionID("s1"), with: AnnotationEdit(addedTags: ["won"], note: .set("Ask Pélissier in January")))
    func found(_ filter: SearchFilter) async throws -> Set<String> {
      var request = SearchRequest("price", topK: 20)
      request.filter = filter
      return Set(try await tenant.search(request).hits.map(\.message.id.rawValue))
    }
    #expect(try await found(SearchFilter(tags: ["won"])) == ["m0", "m1", "m3", "m4"])
    #expect(try await found(SearchFilter(note: "pelissier")) == ["m1", "m4"])
    #expect(try await found(SearchFilter(session: SessionID("s0"), note: "pelissier")) == [])
    #expect(try await found(SearchFilter(tags: ["won"], phrases: ["number 3"])) == ["m3"])
    #expect(try await found(SearchFilter(tags: ["lost"])) == [])
  }

  func messagesBringTagsAndTheFirstNote() async throws {
    let tenant = try await made().tenant
    var draft = try MessageDraft("hello", session: "s0", minute: 90)
    draft.sessionAnnotations = SessionAnnotations(tags: ["imported"], note: "first")
    try await tenant.add(draft)
    draft.content = "again"
    draft.sessionAnnotations = SessionAnnotations(tags: ["more", "imported"], note: "second")
    try await tenant.add(draft)
    #expect(
      try await tenant.session(SessionID("s0")).annotations
        == SessionAnnotations(tags: ["imported", "more"], note: "first"))
  }
}
