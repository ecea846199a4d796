// A tenant copied from one store to another of the same kind.

import ConversationExchange
import ConversationMemory
import Foundation
import Retrieval
import Synchronization
import Testing
import TextEmbedding

struct MigrationContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("aMigrationCopiesEverythingAndNothingTwice") { try await $0.aMigrationCopiesEverythingAndNothingTwice() },
    rule("aMigrationThatWasStoppedIsResumed") { try await $0.aMigrationThatWasStoppedIsResumed() },
    rule("aMigrationNamesWhatDiffersInTheEnd") { try await $0.aMigrationNamesWhatDiffersInTheEnd() },
    rule("aMigrationKeepsWhatPeopleWroteOnTheOtherSide") {
      try await $0.aMigrationKeepsWhatPeopleWroteOnTheOtherSide()
    },
    rule("aMigrationKeepsASessionsOwnChannel") { try await $0.aMigrationKeepsASessionsOwnChannel() },
    rule("aMigrationCarriesVectorsOver") { try await $0.aMigrationCarriesVectorsOver() },
  ]

  /// Two stores: one with sessions of many kinds, an empty one.
  private func made() async throws -> (
    stores: [any StoreUnderTest], source: any TenantStore, target: any TenantStore
  ) {
    let (from, to) = (
      try await stores.make(semantic: SemanticSource.none), try await stores.make(semantic: SemanticSource.none)
    )
    let source = try await from.tenant("acme")
    try await source.add(
      (0..<300).map {
        try MessageDraft(
          "message \($0)", session: "s\($0 % 11)", channel: $0 % 2 == 0 ? "web" : "email",
          role: $0 % 3 == 0 ? .user : .assistant, author: $0 % 5 == 0 ? "Dana" : nil, minute: 300 - $0, id: "m\($0)",
          metadata: $0 == 7 ? ["prospect_name": "Globex", "é": "ü"] : [:])
      })
    _ = try await source.createSession(
      NewSession(id: SessionID("empty"), channel: Channel("slack"), metadata: ["deal_stage": "new"]))
    _ = try await source.annotate(SessionID("s3"), with: AnnotationEdit(addedTags: ["won"], note: .set("call")))
    return ([from, to], source, try await to.tenant("acme"))
  }

  func aMigrationCopiesEverythingAndNothingTwice() async throws {
    let (stores, source, target) = try await made()
    let first = try await Migrator(from: source, to: target).run()
    #expect(first.copied == 300)
    #expect(first.sessions == 12)
    #expect(first.differences.isEmpty)
    for number in 0..<11 {
      let session = try SessionID("s\(number)")
      let (left, right) = (
        try await source.sessionHistory(session, limit: 100), try await target.sessionHistory(session, limit: 100)
      )
      #expect(left.map(\.id) == right.map(\.id))
      #expect(left.map(\.sequence) == right.map(\.sequence))
      #expect(left.map(\.metadata) == right.map(\.metadata))
      let (here, there) = (try await source.session(session), try await target.session(session))
      #expect(here == there)
    }
    #expect(try await target.session(SessionID("empty")).metadata == ["deal_stage": "new"])
    #expect(try await target.session(SessionID("s3")).note == "call")
    let again = try await Migrator(from: source, to: target).run()
    #expect(again.copied == 0)
    #expect(again.differences.isEmpty)
    withExtendedLifetime(stores) {}
  }

  func aMigrationThatWasStoppedIsResumed() async throws {
    let (stores, source, target) = try await made()
    let stopped = try await Migrator(from: source, to: target).run(shouldStop: { true })
    #expect(stopped.isStopped)
    #expect(stopped.copied == 0)
    // A writer that died had stored a part of a session.
    let part = try await source.sessionHistory(SessionID("s4"), limit: 5)
    try await target.add(
      part.map {
        MessageDraft(
          id: $0.id, session: $0.session, channel: $0.channel, role: $0.role, author: $0.author, content: $0.content,
          timestamp: $0.timestamp, metadata: $0.metadata)
      })
    let resumed = try await Migrator(from: source, to: target).run()
    #expect(resumed.copied == 295)
    #expect(resumed.differences.isEmpty)
    withExtendedLifetime(stores) {}
  }

  func aMigrationNamesWhatDiffersInTheEnd() async throws {
    let (stores, source, target) = try await made()
    try await target.add(MessageDraft("not of the source", session: "s5", minute: 999, id: "stray"))
    let report = try await Migrator(from: source, to: target).run()
    #expect(report.differences.map(\.session.rawValue) == ["s5"])
    #expect(report.differences.first?.reason.contains("28 of 27") == true)
    withExtendedLifetime(stores) {}
  }

  func aMigrationKeepsWhatPeopleWroteOnTheOtherSide() async throws {
    let (stores, source, target) = try await made()
    _ = try await Migrator(from: source, to: target).run()
    _ = try await target.annotate(SessionID("s1"), with: AnnotationEdit(addedTags: ["later"], note: .set("theirs")))
    _ = try await target.annotate(SessionID("s3"), with: AnnotationEdit(addedTags: ["later"], note: .set("theirs")))
    _ = try await source.annotate(SessionID("s3"), with: AnnotationEdit(addedTags: ["renewal"]))
    let report = try await Migrator(from: source, to: target).run()
    #expect(try await target.session(SessionID("s1")).annotations == .init(tags: ["later"], note: "theirs"))
    let both = try await target.session(SessionID("s3"))
    #expect(Set(both.tags) == ["won", "later", "renewal"])
    #expect(both.note == "theirs")
    #expect(Set(report.differences.map(\.session.rawValue)) == ["s1", "s3"])
    #expect(report.differences.allSatisfy { $0.reason.contains("tags or note") })
    withExtendedLifetime(stores) {}
  }

  func aMigrationKeepsASessionsOwnChannel() async throws {
    let (stores, source, target) = try await made()
    let session = try SessionID("moved")
    _ = try await source.createSession(NewSession(id: session, channel: Channel("phone"), metadata: [:]))
    try await source.add(MessageDraft("we go on in writing", session: "moved", channel: "web", minute: 1, id: "first"))
    let report = try await Migrator(from: source, to: target).run()
    #expect(report.differences.isEmpty)
    #expect(try await target.session(session) == source.session(session))
    #expect(try await target.session(session).channel.rawValue == "phone")
    withExtendedLifetime(stores) {}
  }

  func aMigrationCarriesVectorsOver() async throws {
    let from = try await stores.make()
    let source = try await from.tenant("acme")
    let long = (0..<60).map { "Paragraph \($0) speaks about invoices, currencies and exporters at length." }
      .joined(separator: "\n\n")
    try await source.add([
      MessageDraft("What does the enterprise tier cost?", session: "s", author: "Dana", minute: 0, id: "m0"),
      MessageDraft(long, session: "s", channel: "email", minute: 1, id: "m1"),
      MessageDraft("…", session: "s", minute: 2, id: "m2"),
    ])
    try await source.finishIndexing { _ in }
    let counting = CountingEncoder(try InstalledEncoder.service.get())
    let carried = CarriedEmbedding(counting)
    let to = try await stores.make(semantic: .service(carried))
    let target = try await to.tenant("acme")
    let vectors = try #require(source as? any PassageSource)
    let report = try await Migrator(from: source, to: target) { messages in
      try await carried.learn(messages, from: vectors)
      try await target.finishIndexing { _ in }
      carried.forget()
    }.run()
    #expect(report.copied == 3)
    #expect(counting.texts == 0)
    let mark = PassageTokens.mark(of: carried.model)
    let ids = try ["m0", "m1", "m2"].map { try MessageID($0) }
    let left = try await vectors.passages(of: ids, embeddedAs: mark)
    let right = try await #require(target as? any PassageSource).passages(of: ids, embeddedAs: mark)
    #expect(left[ids[1]].map { $0.count > 1 } == true)
    for id in ids {
      #expect(left[id]?.count == right[id]?.count)
      for (here, there) in zip(left[id] ?? [], right[id] ?? []) {
        #expect(here.tokens == there.tokens)
        #expect(zip(here.vector, there.vector).reduce(0) { $0 + $1.0 * $1.1 } > 0.999)
      }
    }
    withExtendedLifetime((from, to)) {}
  }
}

/// The model, counting what it is given to read.
private final class CountingEncoder: EmbeddingService {
  private let base: any EmbeddingService
  private let count = Mutex(0)

  init(_ base: any EmbeddingService) { self.base = base }

  var texts: Int { count.withLock { $0 } }
  var model: EmbeddingModel { base.model }

  func embed(_ texts: [String]) async throws -> EmbeddingBatch { try await base.embed(texts) }

  func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch {
    count.withLock { $0 += texts.count }
    return try await base.embedPassages(texts, keeping: selection)
  }

  func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding] { try await base.embedQuestions(texts) }

  func passages(of content: String, author: String?) -> [Passage] { base.passages(of: content, author: author) }
}
