// Keeping the words level with the messages.

import ConversationMemory
import Foundation
import GRDB
import VectorIndex

extension EmbeddedTenantStore {
  /// So many messages that are not in the index yet are analysed in memory by whoever searches.
  private static let shortRest = 512
  /// How long a search waits for another process that is taking in more than that.
  private static let patience = Duration.seconds(2)

  /// Runs work on the words as they are now: everything that was acknowledged before is found. The index is made again
  /// where it turns out to be damaged; where that cannot be done now, the messages themselves are read.
  func withKeywords<Value: Sendable>(_ work: (KeywordView) async throws -> Value) async throws -> Value {
    do {
      return try await work(try await keywordView())
    } catch is DamagedKeywords {
      keywords.drop()
      do { try resetKeywords() } catch let error as MemoryError where Self.isOfWriting(error) {}
    }
    do {
      return try await work(try await keywordView())
    } catch is DamagedKeywords {
      // Somebody else holds the lock and has not come to it yet, or nothing can be written here.
      keywords.drop()
    }
    return try await work(try StorageFailure.translating(folder.database) { try KeywordShelf.lookAtMessages(pool) })
  }

  private func keywordView() async throws -> KeywordView {
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      if let view = try preparedKeywords() { return view }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try keywordsOfMessages()
  }

  /// The words, after the index has taken in what is too much for a search; nil where another process is at that.
  private func preparedKeywords() throws -> KeywordView? {
    // The second look comes after the index was emptied or has taken everything in; more may have come meanwhile.
    for _ in 0..<3 {
      let look = try lookAtKeywords(limit: Self.shortRest)
      if case .ready(let view) = look { return view }
      do {
        if case .foreign = look { try resetKeywords() }
        guard try catchUpKeywords() else { return nil }
      } catch let error as MemoryError where Self.isOfWriting(error) {
        // Nothing can be written here: the words are in the messages all the same.
        break
      }
    }
    return try keywordsOfMessages()
  }

  /// Whether nothing can be written here, which is no reason to find nothing.
  private static func isOfWriting(_ error: MemoryError) -> Bool {
    error.code == .storageUnavailable || error.code == .storageFull
  }

  /// The words of all messages that the index does not hold, however many.
  private func keywordsOfMessages() throws -> KeywordView {
    guard case .ready(let view) = try lookAtKeywords(limit: nil) else {
      throw MemoryError(.busy, "the words of tenant \"\(id)\" cannot be read now", remedy: "try again in a moment")
    }
    return view
  }

  private func lookAtKeywords(limit: Int?) throws -> KeywordShelf.Look {
    try StorageFailure.translating(folder.database) {
      try VectorShelf.translating { try keywords.look(pool, limit: limit) }
    }
  }

  /// Takes in every message that is stored. Returns whether that was possible: false where another process is at it.
  @discardableResult
  func catchUpKeywords() throws -> Bool {
    guard let lock = try TenantLock.tryAcquire(folder, .words) else { return false }
    try StorageFailure.translating(folder.database) { try KeywordWriter(tenant: self, lock: lock).catchUp() }
    return true
  }

  /// Takes in what was added, once enough has come together. Whatever is in the way is in nobody's: who searches makes
  /// up for it.
  func noteAdded(_ count: Int) {
    if keywords.noteAdded(count) { _ = try? catchUpKeywords() }
  }

  /// Empties the index, so that it is filled anew from the messages; left to the next search where somebody else writes.
  private func resetKeywords() throws {
    guard let lock = try TenantLock.tryAcquire(folder, .words) else { return }
    try KeywordWriter.empty(self, lock: lock)
  }

  /// Takes the words of what was deleted out of the index.
  func scrubKeywords(within patience: Duration) async throws {
    let isDue = try await read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM keyword_scrubs)") ?? false }
    guard isDue else { return }
    guard let lock = try await TenantLock.acquire(folder, .words, within: patience) else {
      throw MemoryError(
        .busy, "another process is indexing the words of tenant \"\(id)\"", remedy: "try again when it is done")
    }
    try await KeywordWriter(tenant: self, lock: lock).scrub()
  }
}
