// The writing side of a tenant's words: takes in what the database holds and the index does not, and takes out what the
// database no longer holds. Lives only while its process holds the lock of the words, which is not that of the
// vectors: words are to be found while another process embeds for minutes.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex
import TextAnalysis
import VectorIndex

struct KeywordWriter {
  /// So many messages that wait are worth a segment of their own, unless somebody searches: each is a few waits for the
  /// disk, and an import has enough of them.
  static let batchMessages = 16_384
  /// A round takes in at most so many messages…
  private static let roundMessages = 32_768
  /// …and about so much text.
  private static let roundBytes = 16 << 20

  private let tenant: EmbeddedTenantStore
  private let index: KeywordIndex
  /// Held as long as this writer lives.
  private let lock: TenantLock

  /// Opens the index for writing; one that cannot be used is emptied, to be filled again.
  init(tenant: EmbeddedTenantStore, lock: TenantLock) throws {
    // The lock may be that of a folder which was deleted while it was waited for: none must be made in its place.
    guard tenant.isAlive else { throw MemoryError.unknownTenant(tenant.id) }
    self.tenant = tenant
    self.lock = lock
    let folder = tenant.folder.keywords
    index = try VectorShelf.translating {
      do {
        return try KeywordIndex.open(folder: folder, analyzer: TextAnalyzer.version, access: .writing)
      } catch let error as VectorIndexError where error.asksForRebuild {
        return try Self.emptied(folder)
      }
    }
  }

  private static func emptied(_ folder: URL) throws -> KeywordIndex {
    try KeywordIndex.reset(folder: folder, analyzer: TextAnalyzer.version)
    return try KeywordIndex.open(folder: folder, analyzer: TextAnalyzer.version, access: .writing)
  }

  /// Empties a tenant's index, whatever state it is in.
  static func empty(_ tenant: EmbeddedTenantStore, lock: TenantLock) throws {
    defer { withExtendedLifetime(lock) {} }
    guard tenant.isAlive else { throw MemoryError.unknownTenant(tenant.id) }
    try VectorShelf.translating { _ = try emptied(tenant.folder.keywords) }
  }

  /// Takes in every message that is stored, and merges segments where there are many. An index in which damage is met on the
  /// way is emptied, and filled from the first message on.
  func catchUp() throws {
    defer { withExtendedLifetime(lock) {} }
    try VectorShelf.translating {
      do { try takeIn(into: index) } catch let error as VectorIndexError where error.asksForRebuild {
        // Once: what was written just now and reads as damage is the disk's trouble, and an error.
        try takeIn(into: Self.emptied(tenant.folder.keywords))
      }
    }
  }

  /// Takes in what an index does not hold. Errors are the index's own.
  private func takeIn(into index: KeywordIndex) throws {
    while true {
      try Task.checkCancellation()
      var words = MessageWords(above: index.snapshot.highWater)
      let count = try tenant.pool.read {
        try words.read($0, limit: Self.roundMessages, bytes: Self.roundBytes)
      }
      guard count > 0 else { return }
      try index.append(words.batch(), highWater: words.lastRow)
      if index.needsMaintenance { try index.maintain() }
    }
  }

  /// Takes out the words of deleted messages, then forgets that they were to be: others may be added meanwhile.
  func scrub() async throws {
    defer { withExtendedLifetime(lock) {} }
    let rows = try await tenant.read { try Set(Int64.fetchAll($0, sql: "SELECT row FROM keyword_scrubs")) }
    guard !rows.isEmpty else { return }
    try VectorShelf.translating {
      do { try index.delete(keys: rows) } catch let error as VectorIndexError where error.asksForRebuild {
        // Unusable, so its messages cannot be found: all of it goes, and comes back from the messages.
        _ = try Self.emptied(tenant.folder.keywords)
      }
    }
    try await tenant.write { database in
      let statement = try database.cachedStatement(sql: "DELETE FROM keyword_scrubs WHERE row = ?")
      for row in rows { try statement.execute(arguments: [row]) }
    }
  }
}
