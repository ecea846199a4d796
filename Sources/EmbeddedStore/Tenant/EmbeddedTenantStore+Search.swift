// Search: reads the question, runs the pipeline in a snapshot, and does without meaning where the vectors are damaged.

import ConversationMemory
import Foundation
import GRDB
import TextEmbedding
import VectorIndex

extension EmbeddedTenantStore {
  private static let mostHits = 10_000

  func search(_ request: SearchRequest) async throws -> SearchResult {
    let parts = request.parts.filter { part in
      part.weight > 0 && part.text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
    guard !parts.isEmpty else {
      throw MemoryError(.invalidArgument, "the question is empty", remedy: "give at least one word")
    }
    let started = ContinuousClock.now
    var (semantic, question) = try await embedded(request, parts: parts)
    let encoder = started.duration(to: .now)
    guard let filter = try await read({ try ResolvedFilter(request.filter, $0) }) else {
      return SearchResult(hits: [], semantic: semantic)
    }
    let topK = min(max(1, request.topK), Self.mostHits)
    let words = KeywordQuery(parts: parts, lastWordIsPrefix: request.lastWordIsPrefix)
    while true {
      let embedded = question
      do {
        var outcome = try await withKeywords { keywords in
          let pipeline = SearchPipeline(
            words: words, keywords: keywords, text: parts.map(\.text).joined(separator: " "), question: embedded,
            usesKeywords: request.evidence != .semantic, topK: topK,
            constants: request.usesFeatures ? .standard : .withoutFeatures)
          return try await deepening(filter, topK: topK, depth: 2 * topK) { filter, depth in
            try await read { try pipeline.run(filter, depth: depth, $0) }
          }
        }
        outcome.stages.encoder = encoder
        return SearchResult(hits: outcome.hits, semantic: semantic, stages: outcome.stages)
      } catch let error as VectorIndexError {
        guard error.asksForRebuild, let damaged = question else { throw VectorShelf.translate(error) }
        // Damage found while reading gives no evidence rather than wrong evidence.
        question = nil
        semantic = .pending(try await discardDamagedVectors(damaged.index.configuration))
      }
    }
  }

  /// The question as the model reads it with the index it is asked of, and what to say about it; none where meaning cannot
  /// be consulted or is not wanted.
  private func embedded(
    _ request: SearchRequest, parts: [SearchRequest.Part]
  ) async throws -> (SemanticStatus, EmbeddedQuestion?) {
    guard request.evidence != .keyword else { return (await context.semantic.status(), nil) }
    guard let service = await context.semantic.service() else { return (await context.semantic.status(), nil) }
    let pending = try await finishShortBacklog(request.backlogToFinish, service: service)
    let status: SemanticStatus = pending == 0 ? .ready : .pending(pending)
    guard let index = try vectors.current(for: service.model) else { return (status, nil) }
    let embeddings = try await service.embedQuestions(parts.map(\.text))
    return (status, EmbeddedQuestion(parts: parts, embeddings: embeddings, index: index))
  }
}
