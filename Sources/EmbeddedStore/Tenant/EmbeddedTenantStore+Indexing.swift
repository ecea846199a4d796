// Keeping the vectors level with the messages.

import ConversationMemory
import Foundation
import GRDB
import Retrieval
import TextEmbedding
import VectorIndex

extension EmbeddedTenantStore {
  func finishIndexing(progress: @Sendable (IndexingProgress) -> Void) async throws {
    // Where another process is at it, or nothing can be written, who searches makes up for it.
    _ = try? catchUpKeywords()
    try? await scrubKeywords(within: .seconds(5))
    guard let service = await context.semantic.service() else {
      if case .off(let reason, let remedy) = await context.semantic.status() {
        throw MemoryError(.semanticUnavailable, "semantic search is off (\(reason))", remedy: remedy)
      }
      return
    }
    var done = 0
    var total: Int?
    while true {
      guard let lock = try TenantLock.tryAcquire(folder) else {
        // Another process embeds: watch it, and take over should it stop.
        guard let index = try vectors.current(for: service.model) else {
          try await Task.sleep(for: .milliseconds(100))
          continue
        }
        let left = try await backlog(above: index.highWater, limit: .max)
        let whole = max(total ?? left, left)
        total = whole
        progress(IndexingProgress(done: whole - left, total: whole))
        if left == 0 { return rest() }
        done = whole - left
        try await Task.sleep(for: .milliseconds(100))
        continue
      }
      let writer = try VectorWriter(tenant: self, service: service, lock: lock)
      try await writer.scrub()
      let whole = max(total ?? 0, done + (try await writer.backlog(limit: .max)))
      total = whole
      progress(IndexingProgress(done: done, total: whole))
      try await embedAll(writer) { count in
        done += count
        progress(IndexingProgress(done: done, total: max(whole, done)))
      }
      try await finishRewrite()
      rest()
      return
    }
  }

  /// Embeds round after round until nothing is left. What has been appended is sealed meanwhile, on another thread.
  private func embedAll(_ writer: VectorWriter, covered: (_ messages: Int) -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      while true {
        try Task.checkCancellation()
        let count = try await writer.embedRound()
        guard count > 0 else { break }
        covered(count)
        try await writer.scrub()
        if writer.needsMaintenance, !writer.isMaintaining { group.addTask { try await writer.maintain() } }
      }
      try await group.waitForAll()
    }
    try await writer.maintain()
  }

  /// Embeds a short backlog on the way to a search. Returns what is left over, for the answer to say.
  ///
  /// - Parameter limit: more than this many are left to whoever imports them.
  func finishShortBacklog(_ limit: Int, service: any EmbeddingService) async throws -> Int {
    let mark = try vectors.current(for: service.model)?.highWater ?? 0
    let waiting = try await backlog(above: mark, limit: 1_000_000)
    guard waiting > 0, waiting <= limit, let lock = try TenantLock.tryAcquire(folder) else { return waiting }
    let writer = try VectorWriter(tenant: self, service: service, lock: lock)
    while try await writer.embedRound() > 0 {}
    try await writer.scrub()
    if writer.needsMaintenance {
      // The search does not wait for it. Should it fail, or the process end first, the next writer makes up for it.
      Task.detached(priority: .utility) { try? await writer.maintain() }
    }
    return 0
  }

  /// Empties an index in which a search met damage, so that it is filled anew from the messages; left to the next search
  /// where somebody else is writing. Returns how many messages are to be embedded again.
  func discardDamagedVectors(_ configuration: VectorIndexConfiguration) async throws -> Int {
    vectors.drop()
    if let lock = try TenantLock.tryAcquire(folder) {
      try VectorShelf.translating { try VectorIndex.reset(folder: folder.vectors, configuration: configuration) }
      withExtendedLifetime(lock) {}
    }
    return try await backlog(above: 0, limit: .max)
  }

  /// Messages stored above a mark, counted no further than `limit`.
  func backlog(above mark: Int64, limit: Int) async throws -> Int {
    try await read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM (SELECT 1 FROM messages WHERE row > ? LIMIT ?)",
        arguments: [mark, limit]) ?? 0
    }
  }
}
