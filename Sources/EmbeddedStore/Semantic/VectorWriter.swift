// The writing side of a tenant's vectors: embeds what the database holds and the index does not, and overwrites what the
// database no longer holds. Lives only while its process holds the tenant's lock.

import ConversationMemory
import Foundation
import GRDB
import Retrieval
import Synchronization
import TextEmbedding
import VectorIndex

struct VectorWriter: Sendable {
  /// A round embeds at most this many messages…
  static let messagesPerRound = 512
  /// …and about this much text: what a kill may make it do again.
  static let bytesPerRound = 256 << 10

  private let tenant: EmbeddedTenantStore
  private let service: any EmbeddingService
  private let index: VectorIndex
  /// Held as long as this writer lives.
  private let lock: TenantLock
  private let maintenance = Maintenance()

  private final class Maintenance: Sendable {
    let isRunning = Mutex(false)
  }

  /// Opens the index for writing; one that cannot be used is emptied, to be filled again.
  init(tenant: EmbeddedTenantStore, service: any EmbeddingService, lock: TenantLock) throws {
    self.tenant = tenant
    self.service = service
    self.lock = lock
    let configuration = VectorShelf.configuration(of: service.model)
    let folder = tenant.folder.vectors
    index = try VectorShelf.translating {
      do {
        return try VectorIndex.open(folder: folder, configuration: configuration, access: .writing)
      } catch let error as VectorIndexError where error.asksForRebuild {
        try VectorIndex.reset(folder: folder, configuration: configuration)
        return try VectorIndex.open(folder: folder, configuration: configuration, access: .writing)
      }
    }
  }

  /// Messages that are stored and not embedded, counted no further than `limit`.
  func backlog(limit: Int) async throws -> Int { try await tenant.backlog(above: index.highWater, limit: limit) }

  /// Embeds the next round. Returns how many messages it covered: 0 when there is nothing left.
  func embedRound() async throws -> Int {
    let mark = index.highWater
    let batch = try await tenant.read { database in
      var batch: [WaitingMessage] = []
      try WaitingMessage.forEach(
        after: mark, limit: Self.messagesPerRound, bytes: Self.bytesPerRound, database
      ) { batch.append($0) }
      return batch
    }
    guard let last = batch.last else { return 0 }
    var rows: [PassageRow] = []
    var texts: [String] = []
    for message in batch {
      let content = String(decoding: message.content, as: UTF8.self)
      for (number, passage) in service.passages(of: content, author: message.author).enumerated() {
        rows.append(message.row(passage: number, range: passage.range))
        texts.append(passage.text)
      }
    }
    // A long mail is many passages: embedded in slices, so that memory stays bounded.
    var vectors: [Float] = []
    var tokens: [[UInt8]] = []
    vectors.reserveCapacity(rows.count * service.model.dimensions)
    var position = 0
    while position < texts.count {
      let end = min(position + 256, texts.count)
      let passages = try await service.embedPassages(
        Array(texts[position..<end]), keeping: PassageTokens.selection)
      vectors += passages.vectors.values
      tokens += passages.tokens.map(\.bytes)
      position = end
    }
    try VectorShelf.translating {
      try index.append(rows: rows, vectors: vectors, tokens: tokens, highWater: last.row)
    }
    return batch.count
  }

  /// Whether there are rows to seal or segments to merge.
  var needsMaintenance: Bool { index.needsMaintenance }

  /// Whether ``maintain()`` is at it.
  var isMaintaining: Bool { maintenance.isRunning.withLock { $0 } }

  /// Seals and merges what has been appended, beside everything else; ends when there is nothing left to do. The lock is
  /// held until then.
  func maintain() async throws {
    guard needsMaintenance else { return }
    maintenance.isRunning.withLock { $0 = true }
    defer { maintenance.isRunning.withLock { $0 = false } }
    // It computes for seconds: not on a thread that others wait for.
    let task = Task.detached(priority: .utility) { [index, lock] in
      try withExtendedLifetime(lock) { try VectorShelf.translating { try index.maintain() } }
    }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Overwrites the vectors of deleted messages, then forgets that they were to be.
  func scrub() async throws {
    try await tenant.scrub { try index.delete(keys: $0) }
  }
}

extension WaitingMessage {
  /// The index's row of one of its passages.
  fileprivate func row(passage: Int, range: Range<Int>) -> PassageRow {
    PassageRow(
      key: row, passage: UInt16(clamping: passage),
      utf8Range: UInt32(clamping: range.lowerBound)..<UInt32(clamping: range.upperBound), session: session,
      channel: channel, author: authorOrdinal, role: role, timestamp: timestamp)
  }
}
