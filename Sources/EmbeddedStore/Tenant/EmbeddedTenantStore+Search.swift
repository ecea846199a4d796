// Search: reads the question, runs it in a snapshot, and does without meaning where the vectors are damaged.

import ConversationMemory
import Foundation
import GRDB
import Retrieval
import TextEmbedding
import VectorIndex

extension EmbeddedTenantStore {
  func search(_ request: SearchRequest) async throws -> SearchResult {
    let parts = try SearchQuestion.parts(of: request)
    defer { searches.touch() }
    let started = ContinuousClock.now
    var (semantic, meaning) = try await meaning(request, parts: parts)
    let encoder = started.duration(to: .now)
    guard let filter = try await read({ try ResolvedFilter(request.filter, $0) }) else {
      return SearchResult(hits: [], semantic: semantic)
    }
    var question = SearchQuestion(request, parts: parts, meaning: meaning?.question)
    while true {
      do {
        var outcome = try await search(question, filter, index: meaning?.index)
        outcome.stages.encoder = encoder
        return SearchResult(hits: outcome.hits, semantic: semantic, stages: outcome.stages)
      } catch let error as VectorIndexError {
        guard error.asksForRebuild, let damaged = meaning else { throw VectorShelf.translate(error) }
        // Damage found while reading gives no evidence rather than wrong evidence.
        meaning = nil
        question.meaning = nil
        semantic = .pending(try await discardDamagedVectors(damaged.index.configuration))
      }
    }
  }

  private func search(
    _ question: SearchQuestion, _ filter: ResolvedFilter, index: VectorIndex?
  ) async throws -> SearchOutcome {
    try await withKeywords { keywords in
      let search = SnapshotSearch(question: question, keywords: keywords, index: index)
      return try await Deepening.search(question, under: filter.text) { depth in
        try await read { try search.run(filter, depth: depth, $0) }
      } exhaustive: { depth in
        let narrowed = try await read { try filter.narrowed($0) }
        guard narrowed.rows?.isEmpty == false else { return SearchOutcome() }
        return try await read { try search.run(narrowed, depth: depth, $0) }
      }
    }
  }

  /// The question as the model reads it with the index it is asked of, and what to say about it; none where meaning cannot
  /// be consulted or is not wanted.
  private func meaning(
    _ request: SearchRequest, parts: [SearchRequest.Part]
  ) async throws -> (SemanticStatus, (question: EmbeddedQuestion, index: VectorIndex)?) {
    guard request.evidence != .keyword else { return (await context.semantic.status(), nil) }
    guard let service = await context.semantic.service() else { return (await context.semantic.status(), nil) }
    let pending = try await finishShortBacklog(request.backlogToFinish, service: service)
    let status: SemanticStatus = pending == 0 ? .ready : .pending(pending)
    guard let index = try vectors.current(for: service.model) else { return (status, nil) }
    let embeddings = try await service.embedQuestions(parts.map(\.text))
    let question = EmbeddedQuestion(
      parts: parts, embeddings: embeddings, dimensions: index.configuration.dimensions)
    return (status, (question, index))
  }
}
