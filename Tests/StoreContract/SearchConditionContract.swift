// Conditions on text and metadata: exact, whatever found the messages, and never at the price of a hit that exists.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct SearchConditionContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("phrasesAndExclusionsAreWholeWordsInAnyCaseAndAccent") {
      try await $0.phrasesAndExclusionsAreWholeWordsInAnyCaseAndAccent()
    },
    rule("whatMeetsTheConditionsIsFoundHoweverDeepItLies") {
      try await $0.whatMeetsTheConditionsIsFoundHoweverDeepItLies()
    },
    rule("aMessagesOwnMetadataOrItsSessionsCounts") {
      try await $0.aMessagesOwnMetadataOrItsSessionsCounts()
    },
    rule("theNamesOfMetadataFollowEveryChange") { try await $0.theNamesOfMetadataFollowEveryChange() },
  ]

  /// A vector of each word's letters: enough for texts to be near to each other, and quick.
  private struct LetterEmbedding: EmbeddingService {
    let model = EmbeddingModel(name: "letters", dimensions: 32, maximumTokens: 512, fingerprint: "letters-1")

    func embed(_ texts: [String]) async throws -> EmbeddingBatch {
      var values: [Float] = []
      for text in texts {
        var row = [Float](repeating: 0.01, count: 32)
        for byte in text.lowercased().utf8 { row[Int(byte) % 32] += 1 }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        values += row.map { $0 / length }
      }
      return EmbeddingBatch(dimensions: 32, values: values)
    }

    func passages(of content: String, author: String?) -> [Passage] {
      [Passage(text: content, range: 0..<content.utf8.count)]
    }
  }

  private func found(
    _ tenant: any TenantStore, _ text: String, _ filter: SearchFilter, topK: Int = 50,
    evidence: SearchRequest.Evidence = .hybrid
  ) async throws -> Set<String> {
    let request = SearchRequest(parts: [.init(text)], topK: topK, filter: filter, evidence: evidence)
    return Set(try await tenant.search(request).hits.map(\.message.id.rawValue))
  }

  private static let texts: [(String, String)] = [
    ("plain", "The annual plan costs more than the monthly plan."),
    ("capitals", "ANNUAL   PLAN, please"), ("broken", "annual, plan"), ("lines", "annual\nplan"),
    ("stems", "Annual plans are cheaper; they annually plan."), ("apart", "annual price plan"), ("back", "plan annual"),
    ("accents", "l'offre annuelle du café, annual plan"), ("decomposed", "cafe\u{301} plan"),
    ("refund", "a refund plan"),
    ("refunds", "refunds and plan"), ("question", "which plan?"), ("link", "plan: https://example.com/plan?x=1"),
  ]

  func phrasesAndExclusionsAreWholeWordsInAnyCaseAndAccent() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add(try Self.texts.map { try MessageDraft($0.1, session: "s", id: $0.0) })
    let all = Set(Self.texts.map(\.0))
    #expect(
      try await found(tenant, "annual plan", SearchFilter(phrases: ["Annual Plan"]))
        == ["plain", "capitals", "broken", "lines", "accents"])
    #expect(try await found(tenant, "plan", SearchFilter(phrases: ["cafe"])) == ["accents", "decomposed"])
    #expect(try await found(tenant, "plan", SearchFilter(phrases: ["café"])) == ["accents", "decomposed"])
    #expect(
      try await found(tenant, "plan", SearchFilter(phrases: ["annual plan", "monthly plan"])) == ["plain"])
    #expect(try await found(tenant, "plan", SearchFilter(excluded: ["refund"])) == all.subtracting(["refund"]))
    #expect(
      try await found(tenant, "plan", SearchFilter(excluded: ["annual plan", "refunds", "CAFÉ"]))
        == ["stems", "apart", "back", "refund", "question", "link"])
    #expect(try await found(tenant, "plan", SearchFilter(has: [.question])) == ["question"])
    #expect(try await found(tenant, "plan", SearchFilter(has: [.link])) == ["link"])
    #expect(try await found(tenant, "plan", SearchFilter(has: [.link, .question])).isEmpty)
    #expect(try await found(tenant, "plan", SearchFilter(has: [.link], excluded: ["https"])).isEmpty)
    #expect(try await found(tenant, "plan", SearchFilter(phrases: ["?!"])) == all)
  }

  func whatMeetsTheConditionsIsFoundHoweverDeepItLies() async throws {
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      try await whatMeetsTheConditionsIsFoundHoweverDeepItLies(by: evidence)
    }
  }

  private func whatMeetsTheConditionsIsFoundHoweverDeepItLies(by evidence: SearchRequest.Evidence) async throws {
    let temporary = try await stores.make(semantic: .service(LetterEmbedding()))
    let tenant = try await temporary.tenant("t")
    // Two thousand better hits, and few that pass.
    var drafts = try (0..<2000).map {
      try MessageDraft("annual discount", session: "s\($0 % 5)", minute: $0, id: "m\($0)")
    }
    let tail = "whatever else there was to be said about zebras and xylophones in the quiet zoo of Qux"
    for number in 0..<12 {
      drafts.append(
        try MessageDraft(
          "\(tail) \(number): https://zoo.example discount for 9 €", session: "s\(number % 5)", minute: number,
          id: "deep\(number)"))
    }
    try await tenant.add(drafts)
    try await tenant.finishIndexing { _ in }
    let deep = Set((0..<12).map { "deep\($0)" })
    func found(_ filter: SearchFilter, topK: Int = 50) async throws -> Set<String> {
      try await self.found(tenant, "annual discount", filter, topK: topK, evidence: evidence)
    }
    #expect(try await found(SearchFilter(phrases: ["quiet zoo"])) == deep)
    #expect(try await found(SearchFilter(has: [.link, .price])) == deep)
    #expect(try await found(SearchFilter(excluded: ["annual discount"])) == deep)
    #expect(try await found(SearchFilter(phrases: ["zoo"]), topK: 5).count == 5)
    #expect(
      try await found(SearchFilter(session: SessionID("s3"), phrases: ["zoo"])) == ["deep3", "deep8"])
    #expect(
      try await found(SearchFilter(session: SessionID("s3"), phrases: ["zoo"], excluded: ["3"])) == ["deep8"])
    #expect(try await found(SearchFilter(phrases: ["quiet annual"])).isEmpty)
    #expect(try await found(SearchFilter(excluded: ["zoo"]), topK: 20).count == 20)
  }

  func aMessagesOwnMetadataOrItsSessionsCounts() async throws {
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      try await aMessagesOwnMetadataOrItsSessionsCounts(by: evidence)
    }
  }

  private func aMessagesOwnMetadataOrItsSessionsCounts(by evidence: SearchRequest.Evidence) async throws {
    let temporary = try await stores.make(semantic: .service(LetterEmbedding()))
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      // The first of these names is taken over into the session, the second is not.
      MessageDraft("price a", session: "a", id: "a1", metadata: ["deal_stage": "won", "ticket": "7"]),
      MessageDraft("price b", session: "a", minute: 1, id: "a2"),
      MessageDraft("price c", session: "a", minute: 2, id: "a3", metadata: ["deal_stage": "lost"]),
      MessageDraft("price d", session: "b", minute: 3, id: "b1", metadata: ["deal_stage": "lost"]),
      MessageDraft(
        "price e", session: "b", minute: 4, id: "b2", metadata: ["ticket": "7", "note": #"say "ticket":"8""#]),
      MessageDraft("price f", session: "c", minute: 5, id: "c1", metadata: ["ticket": "77", "empty": ""]),
      MessageDraft("price g", session: "c", minute: 6, id: "c2", metadata: ["caf\u{E9} \"x\\": "ü/é", "Ticket": "7"]),
    ])
    func found(_ metadata: [String: String] = [:], has: Set<String> = [], session: String? = nil) async throws -> Set<
      String
    > {
      let filter = SearchFilter(
        session: try session.map { try SessionID($0) }, metadata: metadata, hasMetadata: has)
      return try await self.found(tenant, "price", filter, evidence: evidence)
    }
    #expect(try await found(["deal_stage": "won"]) == ["a1", "a2", "a3"])
    #expect(try await found(["deal_stage": "lost"]) == ["a3", "b1", "b2"])
    #expect(try await found(["deal_stage": "lost"], session: "a") == ["a3"])
    #expect(try await found(["ticket": "7"]) == ["a1", "b2"])
    #expect(try await found(["ticket": "7", "deal_stage": "lost"]) == ["b2"])
    #expect(try await found(["ticket": "8"]).isEmpty)
    #expect(try await found(["deal_stage": "Won"]).isEmpty)
    #expect(try await found(has: ["ticket"]) == ["a1", "b2", "c1"])
    #expect(try await found(has: ["deal_stage", "ticket"]) == ["a1", "b2"])
    #expect(try await found(has: ["empty"]).isEmpty)
    #expect(try await found(has: ["nothing"]).isEmpty)
    #expect(try await found(["caf\u{E9} \"x\\": "ü/é"]) == ["c2"])
    #expect(try await found(["cafe\u{301} \"x\\": "ü/é"]).isEmpty)
  }

  func theNamesOfMetadataFollowEveryChange() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    #expect(try await tenant.metadataKeys().isEmpty)
    try await tenant.add(MessageDraft("x", session: "a", metadata: ["deal_stage": "won", "ticket": "7"]))
    #expect(try await tenant.metadataKeys() == ["deal_stage", "ticket"])
    try await tenant.add(MessageDraft("y", session: "b", minute: 1, metadata: ["größe": "7"]))
    #expect(try await tenant.metadataKeys() == ["deal_stage", "ticket", "größe"])
    _ = try await tenant.createSession(NewSession(channel: Channel("web"), metadata: ["region": "EU"]))
    #expect(try await tenant.metadataKeys() == ["deal_stage", "ticket", "größe", "region"])
    _ = try await tenant.deleteSession(SessionID("a"))
    #expect(try await tenant.metadataKeys() == ["größe", "region"])
    #expect(
      try await temporary.reopened(semantic: SemanticSource.none).tenant(tenant.id).metadataKeys() == [
        "größe", "region",
      ])
  }
}
