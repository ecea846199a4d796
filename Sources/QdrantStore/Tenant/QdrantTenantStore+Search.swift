// Search: reads the question, and asks the cluster as often as its conditions need.

import ConversationMemory
import Retrieval
import TextEmbedding

extension QdrantTenantStore {
  func search(_ request: SearchRequest) async throws -> SearchResult {
    let parts = try SearchQuestion.parts(of: request)
    let started = ContinuousClock.now
    let (service, embedded) = try await meaning(request, parts: parts)
    let encoder = started.duration(to: .now)
    let question = SearchQuestion(request, parts: parts, meaning: embedded)
    let search = ClusterSearch(
      points: points, question: question, mark: service.map { PassageTokens.mark(of: $0.model) })
    let preparation = try await search.prepare(request.filter)
    var semantic = await status(waiting: preparation.waiting)
    if case .pending(let count) = semantic, count <= request.backlogToFinish, let service {
      semantic = await status(waiting: try await finishShortBacklog(request.backlogToFinish, service: service))
    }
    if preparation.weighed.statistics.documents == 0 { try await requireTenant() }
    var outcome = try await Deepening.search(question, under: preparation.conditions.text) { depth in
      try await search.run(preparation, depth: depth)
    } exhaustive: { depth in
      try await search.runExhaustively(preparation, depth: depth)
    }
    outcome.stages.encoder = encoder
    outcome.stages.keyword += preparation.stages.keyword
    return SearchResult(hits: outcome.hits, semantic: semantic, stages: outcome.stages)
  }

  /// The question as the model reads it; none where meaning cannot be consulted or is not wanted.
  private func meaning(
    _ request: SearchRequest, parts: [SearchRequest.Part]
  ) async throws -> ((any EmbeddingService)?, EmbeddedQuestion?) {
    guard request.evidence != .keyword, let service = await context.semantic.service() else { return (nil, nil) }
    let embeddings = try await service.embedQuestions(parts.map(\.text))
    return (
      service, EmbeddedQuestion(parts: parts, embeddings: embeddings, dimensions: service.model.dimensions)
    )
  }

  /// - Parameter count: messages without vectors; nil where meaning is not consulted.
  private func status(waiting count: Int?) async -> SemanticStatus {
    guard let count else { return await context.semantic.status() }
    return count == 0 ? .ready : .pending(count)
  }
}
