// Deleting: at once out of sight of every reader, and then off the disk. SQLite's secure_delete zeroes freed bytes, the
// database is written anew, the write-ahead log is truncated, the segments of words are written anew without the deleted
// messages, vectors are overwritten.

import ConversationMemory
import Foundation
import GRDB
import TextEmbedding
import VectorIndex

extension EmbeddedTenantStore {
  /// How long a deletion waits for another process to let go of the vectors or of an old snapshot.
  private static let patience = Duration.seconds(30)

  func deleteSession(_ session: SessionID) async throws -> Int {
    let tenant = id
    let count = try await write { database in
      guard let record = try SessionRecord.fetch(database, id: session) else {
        throw MemoryError.unknownSession(session, tenant: tenant)
      }
      return try Self.remove(record, database)
    }
    keywords.drop()
    do {
      try await finishRewrite()
      try await scrubKeywords(within: Self.patience)
      try await scrubVectors()
    } catch let error as MemoryError {
      throw MemoryError(
        error.code,
        "session \"\(session)\" is deleted and no reader sees it, but its bytes are not all overwritten yet: "
          + error.message,
        remedy: "mend that and run `recollect verify`, which finishes it")
    }
    rest()
    return count
  }

  /// Takes a session out of every table, inside the caller's transaction.
  private static func remove(_ record: SessionRecord, _ database: Database) throws -> Int {
    let rows = try Int64.fetchAll(
      database, sql: "SELECT row FROM messages WHERE session = ?", arguments: [record.ordinal])
    try database.execute(
      sql: """
        INSERT INTO scrubs (row) SELECT row FROM messages WHERE session = :session;
        INSERT INTO keyword_scrubs (row) SELECT row FROM messages WHERE session = :session;
        UPDATE channel_counts SET messages = messages
          - (SELECT messages FROM channel_sessions x WHERE x.channel = channel_counts.channel AND x.session = :session)
          WHERE channel IN (SELECT channel FROM channel_sessions WHERE session = :session);
        """, arguments: ["session": record.ordinal])
    let channels = try Int64.fetchAll(
      database, sql: "SELECT channel FROM channel_sessions WHERE session = ?", arguments: [record.ordinal])
    let authors = try Int64.fetchAll(
      database, sql: "SELECT DISTINCT author FROM messages WHERE session = ? AND author IS NOT NULL",
      arguments: [record.ordinal])
    let home = try Int64.fetchOne(
      database, sql: "SELECT channel FROM sessions WHERE ordinal = ?", arguments: [record.ordinal])
    try database.execute(
      sql: """
        DELETE FROM session_annotations WHERE session = :session;
        DELETE FROM channel_sessions WHERE session = :session;
        DELETE FROM messages WHERE session = :session;
        DELETE FROM sessions WHERE ordinal = :session;
        """, arguments: ["session": record.ordinal])
    for channel in Set(channels + (home.map { [$0] } ?? [])) { try settle(channel: channel, database) }
    for author in authors {
      try database.execute(
        sql: "DELETE FROM authors WHERE ordinal = ? AND NOT EXISTS (SELECT 1 FROM messages WHERE author = ?)",
        arguments: [author, author])
    }
    try database.execute(
      sql: """
        UPDATE tenant SET messages = messages - ?, sessions = sessions - 1, rewrite_due = 1,
          last_activity = (SELECT max(timestamp) FROM messages)
        """, arguments: [rows.count])
    return rows.count
  }

  /// Counts a channel's latest message again, or removes the channel with its last session.
  private static func settle(channel: Int64, _ database: Database) throws {
    try database.execute(
      sql: """
        UPDATE channel_counts SET last_activity = (SELECT max(timestamp) FROM messages m WHERE m.channel = :channel)
          WHERE channel = :channel;
        DELETE FROM channel_counts WHERE channel = :channel AND messages = 0;
        DELETE FROM channels WHERE ordinal = :channel
          AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.channel = :channel)
          AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.channel = :channel);
        """, arguments: ["channel": channel])
  }

  /// Overwrites the vectors of what was deleted. Whoever holds the lock does it between two rounds; else this does.
  func scrubVectors() async throws {
    let deadline = ContinuousClock.now + Self.patience
    while try await read({ try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM scrubs)") ?? false }) {
      if let lock = try TenantLock.tryAcquire(folder) {
        try await overwriteVectors(holding: lock)
        return
      }
      guard ContinuousClock.now < deadline else {
        throw MemoryError(
          .busy, "another process is embedding tenant \"\(id)\" and has not overwritten the vectors yet",
          remedy: "it does so by itself")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func overwriteVectors(holding lock: TenantLock) async throws {
    let folder = folder.vectors
    try await scrub { rows in
      do {
        // With the configuration it was made with: deleting needs no model.
        guard let configuration = try VectorIndex.recordedConfiguration(folder: folder) else { return }
        let index = try VectorIndex.open(folder: folder, configuration: configuration, access: .writing)
        try index.delete(keys: rows)
      } catch let error as VectorIndexError where error.asksForRebuild {
        // Unusable, so its rows cannot be found: all of it goes, and comes back from the messages.
        vectors.drop()
        try StoreContext.scrub(folder)
      }
    }
    withExtendedLifetime(lock) {}
  }

  /// Has the vectors of deleted messages overwritten, then forgets exactly those: others may be added meanwhile.
  func scrub(_ overwrite: (Set<Int64>) throws -> Void) async throws {
    let rows = try await read { try Set(Int64.fetchAll($0, sql: "SELECT row FROM scrubs")) }
    guard !rows.isEmpty else { return }
    try VectorShelf.translating { try overwrite(rows) }
    try await write { database in
      let statement = try database.cachedStatement(sql: "DELETE FROM scrubs WHERE row = ?")
      for row in rows { try statement.execute(arguments: [row]) }
    }
  }

  /// Writes the database anew where a deletion asks for it. `secure_delete` zeroes the cells that are freed, but where
  /// SQLite moved cells between pages earlier, copies of them may stand in unused space, which nothing but a rewrite
  /// clears. The deletion's own transaction leaves a mark, so that a process that dies here leaves the rest to the next.
  func finishRewrite() async throws {
    let isDue = try await read { try Bool.fetchOne($0, sql: "SELECT rewrite_due FROM tenant") ?? false }
    guard isDue else { return }
    try await StorageFailure.translating(folder.database) {
      try await pool.writeWithoutTransaction { database in
        // Not in memory, as other temporary data: this is a copy of the whole database.
        try database.execute(sql: "PRAGMA temp_store = FILE")
        defer { try? database.execute(sql: "PRAGMA temp_store = MEMORY") }
        try database.execute(sql: "VACUUM")
      }
    }
    try await truncateLog()
    try await write { try $0.execute(sql: "UPDATE tenant SET rewrite_due = 0") }
    try await truncateLog()
  }

  /// Moves everything out of the write-ahead log and cuts it to nothing. A reader of an older snapshot can hold it up.
  private func truncateLog() async throws {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      do {
        try await pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        return
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        throw StorageFailure.translate(error, file: folder.database)
      }
    }
  }

  func deleteTenant() async throws -> TenantSummary {
    let summary = try await counts()
    guard let lock = try await TenantLock.acquire(folder, within: Self.patience) else {
      throw MemoryError(
        .busy, "another process is embedding tenant \"\(id)\"", remedy: "stop it, or try again when it is done")
    }
    guard let keywordLock = try await TenantLock.acquire(folder, .words, within: Self.patience) else {
      throw MemoryError(
        .busy, "another process is indexing the words of tenant \"\(id)\"",
        remedy: "stop it, or try again when it is done")
    }
    vectors.drop()
    keywords.drop()
    try pool.close()
    try context.discard(id, folder: folder)
    withExtendedLifetime((lock, keywordLock)) {}
    return summary
  }
}
