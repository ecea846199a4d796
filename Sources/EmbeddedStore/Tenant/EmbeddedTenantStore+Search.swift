// Search: candidates by words and by meaning, fused, looked at once more, explained.

import ConversationMemory
import Foundation
import GRDB
import TextEmbedding
import VectorIndex

extension EmbeddedTenantStore {
  /// How many candidates each leg gives; both are fused.
  private static let candidates = 100
  private static let mostHits = 10_000

  func search(_ request: SearchRequest) async throws -> SearchResult {
    let parts = request.parts.filter { part in
      part.weight > 0 && part.text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
    guard !parts.isEmpty else {
      throw MemoryError(.invalidArgument, "the question is empty", remedy: "give at least one word")
    }
    let query = KeywordQuery(parts: parts, lastWordIsPrefix: request.lastWordIsPrefix)
    var (semantic, leg) = try await semanticLeg(request, parts: parts)
    guard let filter = try await read({ try ResolvedFilter(request.filter, $0) }) else {
      return SearchResult(hits: [], semantic: semantic)
    }
    let topK = min(max(1, request.topK), Self.mostHits)
    let depth = max(Self.candidates, topK * 2)
    var similarities: [Int64: Similarity] = [:]
    if let asked = leg {
      if let found = try asked.search(filter: filter, limit: depth) {
        similarities = found
      } else {
        leg = nil
        semantic = .pending(try await discardDamagedVectors(asked.index.configuration))
      }
    }
    let assembly = HitAssembly(query: query, filter: filter, ranking: HybridRanking(), topK: topK)
    let usesKeywords = request.evidence != .semantic
    let vectorLeg = leg
    let nearest = similarities
    let hits = try await read { database in
      let keyword = usesKeywords ? try assembly.candidates(limit: depth, database) : []
      var evidence = nearest
      let unknown = keyword.map(\.row).filter { evidence[$0] == nil }
      if let vectorLeg, !unknown.isEmpty {
        let found = try vectorLeg.search(filter: filter, among: Set(unknown), limit: unknown.count) ?? [:]
        evidence.merge(found) { known, _ in known }
      }
      return try assembly.hits(
        keyword: keyword, similarities: evidence, consultedMeaning: vectorLeg != nil, database)
    }
    return SearchResult(hits: hits, semantic: semantic)
  }

  /// The question as a vector with the index it is asked of, and what to say about it; no leg where meaning cannot be
  /// consulted or is not wanted.
  private func semanticLeg(
    _ request: SearchRequest, parts: [SearchRequest.Part]
  ) async throws -> (SemanticStatus, SemanticLeg?) {
    guard request.evidence != .keyword else { return (await context.semantic.status(), nil) }
    guard let service = await context.semantic.service() else { return (await context.semantic.status(), nil) }
    let pending = try await finishShortBacklog(request.backlogToFinish, service: service)
    let status: SemanticStatus = pending == 0 ? .ready : .pending(pending)
    guard let index = try vectors.current(for: service.model) else { return (status, nil) }
    let batch = try await service.embed(parts.map(\.text))
    guard let vector = Self.pooled(batch, weights: parts.map(\.weight)) else { return (status, nil) }
    return (status, SemanticLeg(index: index, shelf: vectors, vector: vector))
  }

  /// The weighted mean of unit vectors, at unit length; nil where they cancel out.
  private static func pooled(_ batch: EmbeddingBatch, weights: [Double]) -> [Float]? {
    var sum = [Float](repeating: 0, count: batch.dimensions)
    for (row, weight) in weights.enumerated() {
      for (column, value) in batch[row].enumerated() { sum[column] += Float(weight) * value }
    }
    let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 1e-6 else { return nil }
    return sum.map { $0 / length }
  }
}

/// What the vectors say about one message.
struct Similarity: Sendable {
  /// Cosine of question and best passage.
  let cosine: Double
  /// That passage, in UTF-8 bytes of the content.
  let passage: Range<Int>
}

/// The question's vector and the index it goes to.
struct SemanticLeg: Sendable {
  let index: VectorIndex
  let shelf: VectorShelf
  let vector: [Float]

  /// The nearest messages inside the filter, by row; nil where the index turned out to be damaged.
  ///
  /// - Parameter rows: only these messages, where given.
  func search(filter: ResolvedFilter, among rows: Set<Int64>? = nil, limit: Int) throws -> [Int64: Similarity]? {
    var condition = filter.vectorFilter
    condition.allowedKeys = rows
    let hits = try rebuilding { [condition] in try index.search(query: vector, topK: limit, filter: condition) }
    return hits.map { hits in
      Dictionary(
        hits.map { hit in
          let passage = Int(hit.utf8Range.lowerBound)..<Int(hit.utf8Range.upperBound)
          return (hit.key, Similarity(cosine: Double(hit.score), passage: passage))
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Damage found while reading gives no evidence rather than wrong evidence.
  private func rebuilding<Value>(_ work: () throws -> Value) throws -> Value? {
    try VectorShelf.translating {
      do { return try work() } catch let error as VectorIndexError where error.asksForRebuild {
        shelf.drop()
        return nil
      }
    }
  }
}
