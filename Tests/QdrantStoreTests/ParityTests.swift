// Both stores rank alike: the same messages and questions give the same first ten, in no more than three round trips.

import ConversationExchange
import ConversationMemory
import EmbeddedStore
import EvaluationSet
import Foundation
import QdrantTestSupport
import StoreContract
import TextEmbedding
import Testing

@testable import QdrantStore

@Suite struct ParityTests {
  /// One tenant's memory in both stores, with the installed model.
  private final class Both: Sendable {
    let server: QdrantTestServer
    let embedded: any TenantStore
    let cluster: any TenantStore
    private let store: ClusterStore
    private let folder: URL

    init(_ messages: [MessageDraft]) async throws {
      let service = SemanticSource.service(try InstalledEncoder.service.get())
      folder = FileManager.default.temporaryDirectory.appending(
        path: "recollect-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
      server = try await QdrantTestServer.start(requiresFilter: true)
      let tenant = try TenantID("cobalt")
      embedded = try await EmbeddedStore(folder: folder, semantic: service).creatingTenant(tenant)
      store = try await ClusterStore.make(on: server)
      cluster = try await store.store.creatingTenant(tenant)
      // Words of others must not count.
      let other = try await store.store.creatingTenant(TenantID("other"))
      try await other.add(
        messages.prefix(100).map { draft in
          var draft = draft
          draft.content += " pricing rollout terminal"
          return draft
        })
      for store in [embedded, cluster] {
        try await store.add(messages)
        try await store.finishIndexing { _ in }
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
  }

  @Test func bothStoresFindTheSameInTheProjectsOwnConversations() async throws {
    let both = try await Both(EvaluationData.messages("conversations"))
    let questions = try EvaluationQuestion.read(path: EvaluationData.path("questions"))
    func overlap(_ name: String, _ change: (inout SearchRequest) -> Void) async throws -> Double {
      var shared = 0
      var wanted = 0
      var sameFirst = 0
      for question in questions {
        var request = SearchRequest(question.query, topK: 10)
        change(&request)
        let here = try await both.embedded.search(request).hits
        let there = try await both.cluster.search(request).hits
        shared += Set(here.map(\.message.id)).intersection(there.map(\.message.id)).count
        wanted += max(here.count, there.count)
        sameFirst += here.first?.message.id == there.first?.message.id ? 1 : 0
      }
      let share = Double(shared) / Double(max(1, wanted))
      print("\(name): \(String(format: "%.3f", share)) of the first ten, \(sameFirst) of \(questions.count) first hits")
      return share
    }
    #expect(try await overlap("hybrid") { _ in } >= 0.9)
    #expect(try await overlap("without features") { $0.usesFeatures = false } >= 0.9)
    #expect(try await overlap("by meaning") { $0.evidence = .semantic } >= 0.9)
    #expect(try await overlap("by words") { $0.evidence = .keyword } >= 0.9)
    #expect(try await overlap("in one channel") { $0.filter.channel = try? Channel("teams") } >= 0.9)
    #expect(try await overlap("typing") { $0.lastWordIsPrefix = true } >= 0.9)
  }

  @Test func hitsAreExplainedAlike() async throws {
    let both = try await Both(EvaluationData.messages("conversations"))
    let request = SearchRequest("What did Maren ask about the price of Plus?", topK: 5)
    let here = try await both.embedded.search(request).hits
    let there = try await both.cluster.search(request).hits
    let found = Dictionary(uniqueKeysWithValues: there.map { ($0.message.id, $0) })
    for hit in here {
      let other = try #require(found[hit.message.id])
      #expect(other.message.content == hit.message.content)
      #expect(other.message.metadata == hit.message.metadata)
      #expect(abs(other.score - hit.score) < 0.03)
      #expect(other.weak == hit.weak)
      #expect(abs((other.similarity ?? 0) - (hit.similarity ?? 9)) < 0.01)
      #expect(abs((other.interaction ?? 0) - (hit.interaction ?? 9)) < 0.01)
      #expect(other.matchedWords == hit.matchedWords)
      #expect(other.matchedRanges == hit.matchedRanges)
      #expect(abs(other.wordCoverage - hit.wordCoverage) < 0.01)
      #expect(other.passage == hit.passage)
      #expect(other.lender == hit.lender)
    }
  }

  @Test func aSearchTakesThreeRoundTripsAndNamesItsTenantInEach() async throws {
    let both = try await Both(EvaluationData.messages("conversations"))
    guard both.server.isOwn else { return }
    var filter = SearchFilter(excludedSession: try SessionID("none"), role: .user)
    filter.hasMetadata = ["company"]
    // Connections are made once.
    _ = try await both.cluster.search(SearchRequest("pilot"))
    // Long enough for requests that are sent at once to be under way at once.
    try await both.server.setLatency(50)
    for evidence in [SearchRequest.Evidence.hybrid, .semantic, .keyword] {
      let before = try await both.server.log().last
      var request = SearchRequest("when does the pilot start", topK: 10)
      request.evidence = evidence
      request.filter = filter
      _ = try await both.cluster.search(request)
      let log = try await both.server.log(after: before)
      let trips = log.requests.map { "\($0.path) \($0.started)-\($0.ended)" }
      #expect(log.sequentialRoundTrips == 3, "\(evidence): \(trips)")
      #expect(log.unfiltered.isEmpty)
    }
  }
}
