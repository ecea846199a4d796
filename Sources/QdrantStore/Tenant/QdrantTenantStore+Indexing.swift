// Keeping the vectors level with the messages. A message without the present model's mark waits; whoever comes embeds it, and
// where two do so at once, both write the same.

import ConversationMemory
import Foundation
import Retrieval
import TextEmbedding

extension QdrantTenantStore {
  /// Messages that are embedded in one go, and passages that the model is given at once.
  private static let messagesPerRound = 256
  private static let passagesAtOnce = 256

  func finishIndexing(progress: @Sendable (IndexingProgress) -> Void) async throws {
    guard let service = await context.semantic.service() else {
      if case .off(let reason, let remedy) = await context.semantic.status() {
        throw MemoryError(.semanticUnavailable, "semantic search is off (\(reason))", remedy: remedy)
      }
      return
    }
    try await requireDimensions(of: service.model)
    var done = 0
    var total = try await backlog(of: service.model)
    progress(IndexingProgress(done: 0, total: total))
    try await embedWaiting(with: service) { count in
      done += count
      // Others add, and others embed, meanwhile.
      total = max(total, done)
      progress(IndexingProgress(done: done, total: total))
    }
    progress(IndexingProgress(done: total, total: total))
  }

  /// Embeds a short backlog on the way to a search. Returns what is left over, for the answer to say.
  ///
  /// - Parameter limit: more than this many are left to whoever imports them.
  func finishShortBacklog(_ limit: Int, service: any EmbeddingService) async throws -> Int {
    let waiting = try await backlog(of: service.model)
    guard waiting > 0, waiting <= limit else { return waiting }
    try await requireDimensions(of: service.model)
    try await embedWaiting(with: service) { _ in }
    return 0
  }

  /// Messages that have no vectors of a model.
  func backlog(of model: EmbeddingModel) async throws -> Int { try await points.count(Self.waiting(for: model)) }

  private static func waiting(for model: EmbeddingModel) -> PointFilter {
    PointFilter.messages.butNot(.equals(.model, PassageTokens.mark(of: model)))
  }

  func requireDimensions(of model: EmbeddingModel) async throws {
    guard let found = try await context.preparation.dimensions(), found != model.dimensions else { return }
    throw MemoryError(
      .semanticUnavailable,
      "the vectors of collection \"\(context.collection)\" have \(found) dimensions, those of the model "
        + "\"\(model.name)\" \(model.dimensions)", remedy: "use the model it was made with, or another --collection")
  }

  /// Embeds round after round until nothing waits. The next round is embedded while one is being written.
  private func embedWaiting(
    with service: any EmbeddingService, covered: (_ messages: Int) -> Void
  ) async throws {
    let filter = Self.waiting(for: service.model)
    try await withThrowingTaskGroup(of: Int.self) { group in
      var offset: PointID?
      var isWriting = false
      repeat {
        try Task.checkCancellation()
        // By id: what is added meanwhile on this side of the offset is met in the next pass.
        let page = try await points.scroll(
          "list messages to embed", filter, limit: Self.messagesPerRound, payload: .message, after: offset)
        offset = page.nextPageOffset
        let turns = try page.points.map { (try StoredTurn($0).message, $0.payload?.passages ?? 0) }
        guard !turns.isEmpty else { break }
        let embedded = try await EmbeddedMessage.embed(turns, with: service, atOnce: Self.passagesAtOnce)
        if isWriting, let count = try await group.next() { covered(count) }
        group.addTask {
          try await write(embedded)
          return embedded.count
        }
        isWriting = true
      } while offset != nil
      for try await count in group { covered(count) }
    }
    // Added behind the offset while this went on.
    if try await points.count(filter) > 0 {
      try Task.checkCancellation()
      try await embedWaiting(with: service, covered: covered)
    }
  }

  /// Writes vectors: further passages first, then the messages, whose mark says that all is there.
  func write(_ messages: [EmbeddedMessage]) async throws {
    let long = messages.filter { $0.passages.count > 1 }
    try await points.upsert(long.flatMap { $0.furtherPassages(of: id) })
    try await points.upsert(messages.map { $0.draft(of: id) }, mode: .updateOnly)
    let leftOver = messages.flatMap { $0.formerPassages(of: id) }
    if !leftOver.isEmpty { try await points.delete(PointFilter(.kind(.passage), .hasID(leftOver))) }
    guard !long.isEmpty else { return }
    // A message that was deleted meanwhile must not leave its passages behind.
    let standing = Set(
      try await points.points(
        "see that messages are stored", long.map { .message($0.message.id, of: id) },
        payload: .only([PayloadField.kind.rawValue])
      ).map(\.id))
    let gone = long.filter { !standing.contains(.message($0.message.id, of: id)) }
    if !gone.isEmpty {
      try await points.delete(
        PointFilter(.kind(.passage), .hasID(gone.flatMap { $0.furtherPassages(of: id).map(\.id) })))
    }
  }
}
