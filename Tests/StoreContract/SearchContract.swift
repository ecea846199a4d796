// Search: by words, by meaning, inside filters.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct SearchContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("crossSessionSearch") { try await $0.crossSessionSearch() },
    rule("featuresCountUnlessTheyAreLeftOut") { try await $0.featuresCountUnlessTheyAreLeftOut() },
    rule("timeRangeSearch") { try await $0.timeRangeSearch() },
    rule("filtersAreExactInEveryLeg") { try await $0.filtersAreExactInEveryLeg() },
    rule("theLastWordBeingTypedMatchesAsAPrefix") {
      try await $0.theLastWordBeingTypedMatchesAsAPrefix()
    },
    rule("punctuationOfAQuestionIsTextAndNeverSyntax") {
      try await $0.punctuationOfAQuestionIsTextAndNeverSyntax()
    },
    rule("withoutAModelWordsStillWorkAndTheAnswerSaysSo") {
      try await $0.withoutAModelWordsStillWorkAndTheAnswerSaysSo()
    },
    rule("aLongMailIsFoundByItsLastParagraph") { try await $0.aLongMailIsFoundByItsLastParagraph() },
    rule("aLongBacklogIsReportedAsPendingAndAShortOneFinished") {
      try await $0.aLongBacklogIsReportedAsPendingAndAShortOneFinished()
    },
  ]

  func crossSessionSearch() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add([
      MessageDraft(
        "Could you tell me about pricing for the enterprise tier?", session: "session-1", minute: 0, id: "ask"),
      MessageDraft(
        "Enterprise pricing is $41 per seat and month, billed yearly.", session: "session-1", role: .assistant,
        minute: 1, id: "price"),
      MessageDraft(
        "What a big surprise, my dog would love it, and the cost of the vet for a company of two dogs…",
        session: "session-3", minute: 2, id: "distractor"),
      MessageDraft("The weather in Lisbon is lovely today.", session: "session-3", minute: 3, id: "weather"),
      MessageDraft("Hello again", session: "session-2", channel: "email", minute: 9, id: "hello"),
    ])
    var request = SearchRequest("pricing")
    request.filter.excludedSession = try SessionID("session-2")
    let words = try await tenant.search(request)
    #expect(words.semantic == .ready)
    #expect(Set(words.hits.prefix(2).map(\.message.id.rawValue)) == ["ask", "price"])
    #expect(words.hits.first?.matchedWords == ["pricing"])
    #expect(words.hits.first?.weak == false)
    let first = try #require(words.hits.first)
    let shown = first.matchedRanges.map { String(decoding: Array(first.message.content.utf8)[$0], as: UTF8.self) }
    #expect(shown.map { $0.lowercased() } == ["pricing"])

    let meaning = try await tenant.search(
      SearchRequest(parts: [.init("guaranteed rate for large customers")], evidence: .semantic)
    ).hits
    let order = meaning.map(\.message.id.rawValue)
    let price = try #require(order.firstIndex(of: "price"))
    let distractor = try #require(order.firstIndex(of: "distractor"))
    #expect(price < distractor)
    #expect(meaning.allSatisfy { $0.parts.keyword == 0 })
  }

  func featuresCountUnlessTheyAreLeftOut() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("The renewal is due.", session: "s", author: "Dana Whitfield", minute: 0, id: "told"),
      MessageDraft("Is the renewal due?", session: "t", author: "Bob Smith", minute: 1, id: "asked"),
    ])
    var request = SearchRequest("What did Dana say of the renewal?")
    let hits = try await tenant.search(request).hits
    #expect(hits.map(\.message.id.rawValue) == ["told", "asked"])
    #expect(hits.map(\.parts.features) == [0.10, -0.06])
    request.usesFeatures = false
    #expect(try await tenant.search(request).hits.allSatisfy { $0.parts.features == 0 })
  }

  func timeRangeSearch() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add(
      (0..<6).map { try MessageDraft("pricing question number \($0)", session: "s\($0 % 2)", minute: $0, id: "m\($0)") }
    )
    let base = Int64(1_790_000_000_000)
    func found(since: Int64?, until: Int64?, _ evidence: SearchRequest.Evidence) async throws -> Set<String> {
      var request = SearchRequest("pricing", topK: 50)
      request.evidence = evidence
      request.filter.timeRange = TimeRange(
        since: since.map { Timestamp(milliseconds: $0) }, until: until.map { Timestamp(milliseconds: $0) })
      return Set(try await tenant.search(request).hits.map(\.message.id.rawValue))
    }
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      #expect(try await found(since: base + 60_000, until: base + 180_000, evidence) == ["m1", "m2"])
      #expect(try await found(since: base + 60_001, until: base + 180_001, evidence) == ["m2", "m3"])
      #expect(try await found(since: base + 240_000, until: nil, evidence) == ["m4", "m5"])
      #expect(try await found(since: nil, until: base, evidence).isEmpty)
      #expect(try await found(since: base + 60_000, until: base + 60_000, evidence).isEmpty)
    }
  }

  func filtersAreExactInEveryLeg() async throws {
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      try await filtersAreExactInEveryLeg(by: evidence)
    }
  }

  private func filtersAreExactInEveryLeg(by evidence: SearchRequest.Evidence) async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    var drafts: [MessageDraft] = []
    for number in 0..<240 {
      drafts.append(
        try MessageDraft(
          "Our discount on the annual invoice, case \(number)", session: "s\(number % 7)",
          channel: ["web", "email", "slack"][number % 3],
          role: number % 2 == 0 ? .user : .assistant, author: number % 5 == 0 ? "Dana" : nil, minute: number))
    }
    try await tenant.add(drafts)
    try await tenant.finishIndexing { _ in }
    func found(_ filter: SearchFilter) async throws -> Set<Int> {
      let hits = try await tenant.search(
        SearchRequest(parts: [.init("annual discount")], topK: 500, filter: filter, evidence: evidence)
      ).hits
      return Set(hits.compactMap { Int($0.message.content.split(separator: " ").last ?? "") })
    }
    func expected(_ test: (Int) -> Bool) -> Set<Int> { Set((0..<240).filter(test)) }
    #expect(try await found(SearchFilter(session: SessionID("s3"))) == expected { $0 % 7 == 3 })
    #expect(
      try await found(SearchFilter(channel: Channel("email"), role: .assistant))
        == expected { $0 % 3 == 1 && $0 % 2 == 1 })
    #expect(try await found(SearchFilter(author: "Dana")) == expected { $0 % 5 == 0 })
    #expect(
      try await found(SearchFilter(excludedSession: SessionID("s3"), channel: Channel("web")))
        == expected { $0 % 7 != 3 && $0 % 3 == 0 })
    #expect(try await found(SearchFilter(session: SessionID("nowhere"))).isEmpty)
    #expect(try await found(SearchFilter(author: "dana")).isEmpty)
  }

  func theLastWordBeingTypedMatchesAsAPrefix() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("The procurement department approved it", session: "s", minute: 0, id: "hit"),
      MessageDraft("Nothing of the kind", session: "s", minute: 1),
    ])
    var request = SearchRequest("the procurem")
    #expect(try await tenant.search(request).hits.isEmpty)
    request.lastWordIsPrefix = true
    let hits = try await tenant.search(request).hits
    #expect(hits.map(\.message.id.rawValue) == ["hit"])
    #expect(hits.first?.matchedRanges == [4..<15])
  }

  func punctuationOfAQuestionIsTextAndNeverSyntax() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add(MessageDraft("AND OR NOT NEAR \"quoted\" price* (x) ^ : -", session: "s"))
    for text in [
      "\"", "'", "price?", "AND", "NOT price", "NEAR(price)", "a:b", "(price", "price)", "price*", "-price", "^price",
      "*",
    ] {
      _ = try await tenant.search(SearchRequest(text))
    }
    await #expect(throws: MemoryError.self) { try await tenant.search(SearchRequest("  \n ")) }
    #expect(try await tenant.search(SearchRequest("PRICES?")).hits.count == 1)
  }

  func withoutAModelWordsStillWorkAndTheAnswerSaysSo() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add(MessageDraft("The webhook drops events", session: "s"))
    let result = try await tenant.search(SearchRequest("webhooks"))
    #expect(result.hits.count == 1)
    #expect(result.hits.first?.similarity == nil)
    guard case .off = result.semantic else { Issue.record("\(result.semantic)"); return }
    #expect(result.semantic.notice?.contains("semantic search is off") == true)
  }

  func aLongMailIsFoundByItsLastParagraph() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    let filler = (0..<60).map {
      "Paragraph \($0) reports on the weather, the garden and the children's school trip to the coast."
    }
    let close = """
      Now to the reason for this mail. Please cancel our subscription at the end of the month. We have not used the \
      licences since March, so we ask you to refund the unused months of the contract. The refund can go to the account \
      on the last invoice. Please confirm the cancellation and the amount of the refund in writing, and tell us how we \
      get our data out before the account is closed.
      """
    let mail = filler.joined(separator: " ") + " " + close
    try await tenant.add(MessageDraft(mail, session: "mail", channel: "email", minute: 0, id: "mail"))
    try await tenant.add(MessageDraft("We love the new dashboard.", session: "chat", minute: 1, id: "chat"))
    let hit = try #require(
      try await tenant.search(
        SearchRequest(parts: [.init("please end our subscription and refund us")], evidence: .semantic)
      ).hits.first)
    #expect(hit.message.id.rawValue == "mail")
    let passage = String(decoding: Array(mail.utf8)[hit.passage], as: UTF8.self)
    #expect(passage.contains("refund"))
    #expect(passage.utf8.count < mail.utf8.count / 2)
  }

  func aLongBacklogIsReportedAsPendingAndAShortOneFinished() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add((0..<30).map { try MessageDraft("contract clause \($0)", session: "s", minute: $0) })
    var request = SearchRequest("legal agreement")
    request.backlogToFinish = 10
    #expect(try await tenant.search(request).semantic == .pending(30))
    request.backlogToFinish = 30
    let result = try await tenant.search(request)
    #expect(result.semantic == .ready)
    #expect(!result.hits.isEmpty)
    request.backlogToFinish = 0
    #expect(try await tenant.search(request).semantic == .ready)
  }
}
