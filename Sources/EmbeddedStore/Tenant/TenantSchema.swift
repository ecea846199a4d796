// The tables of a tenant's database. The source of truth; everything else beside it is derived.
//
//   tenant     one row: whose database this is, its counters, and a number that grows with every change
//   channels   name ↔ ordinal, with counters
//   authors    name ↔ ordinal
//   sessions   one row a session, counters and title kept in the transaction that adds a message
//   session_annotations   one row a session that has tags or a note: see `AnnotationRecord`
//   messages   one row a message; `row` is never used twice, so a stale vector cannot point at a new message
//   scrubs     rows of deleted messages whose vectors are still to be overwritten
//   keyword_scrubs   rows of deleted messages whose words are still to be taken out of the keyword index
//
// Content is a BLOB of UTF-8: SQLite's C interface would end a TEXT at a NUL, and message text may hold one.

import ConversationMemory
import Foundation
import GRDB

enum TenantSchema {
  /// `PRAGMA application_id`: "RCLT".
  static let applicationID: Int32 = 0x5243_4C54
  /// `PRAGMA user_version`.
  static let version = 3

  /// Has all that counting an author's sessions and channels needs: their messages' rows are not read.
  private static let authorIndex = """
    CREATE INDEX messages_by_author ON messages (author, timestamp, sequence, row, session, channel)
      WHERE author IS NOT NULL;
    """

  private static let annotations = """
    CREATE TABLE session_annotations (
      session INTEGER PRIMARY KEY REFERENCES sessions (ordinal),
      tags TEXT NOT NULL,
      note TEXT,
      checksum INTEGER NOT NULL
    );
    """

  static let statements = """
    CREATE TABLE tenant (
      id BLOB NOT NULL,
      messages INTEGER NOT NULL DEFAULT 0,
      sessions INTEGER NOT NULL DEFAULT 0,
      last_activity INTEGER,
      changes INTEGER NOT NULL DEFAULT 0,
      rewrite_due INTEGER NOT NULL DEFAULT 0,
      seal INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE channels (
      ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE authors (
      ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE sessions (
      ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      channel INTEGER NOT NULL REFERENCES channels (ordinal),
      title TEXT NOT NULL,
      opening TEXT,
      opening_rank INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      last_activity INTEGER NOT NULL,
      messages INTEGER NOT NULL,
      last_sequence INTEGER NOT NULL,
      metadata TEXT NOT NULL,
      checksum INTEGER NOT NULL
    );
    CREATE INDEX sessions_by_activity ON sessions (last_activity, ordinal);
    CREATE INDEX sessions_by_start ON sessions (started_at, ordinal);
    CREATE INDEX sessions_by_size ON sessions (messages, ordinal);
    CREATE INDEX sessions_by_title ON sessions (title COLLATE NOCASE, ordinal);
    CREATE TABLE messages (
      row INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      session INTEGER NOT NULL REFERENCES sessions (ordinal),
      channel INTEGER NOT NULL REFERENCES channels (ordinal),
      role INTEGER NOT NULL,
      author INTEGER REFERENCES authors (ordinal),
      content BLOB NOT NULL,
      timestamp INTEGER NOT NULL,
      ingested_at INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      metadata TEXT,
      checksum INTEGER NOT NULL
    );
    CREATE INDEX messages_by_session ON messages (session, timestamp, sequence, row);
    CREATE INDEX messages_by_channel ON messages (channel, timestamp, sequence, row);
    CREATE INDEX messages_by_time ON messages (timestamp, sequence, row);
    \(authorIndex)
    CREATE TABLE channel_counts (
      channel INTEGER PRIMARY KEY REFERENCES channels (ordinal),
      messages INTEGER NOT NULL,
      last_activity INTEGER
    );
    CREATE TABLE channel_sessions (
      channel INTEGER NOT NULL REFERENCES channels (ordinal),
      session INTEGER NOT NULL REFERENCES sessions (ordinal),
      messages INTEGER NOT NULL,
      PRIMARY KEY (channel, session)
    ) WITHOUT ROWID;
    \(annotations)
    CREATE TABLE scrubs (row INTEGER PRIMARY KEY);
    CREATE TABLE keyword_scrubs (row INTEGER PRIMARY KEY);
    """

  /// From each version to the next, from 1 on.
  private static let upgrades = [
    // Version 1 kept the words in tables of FTS5; 2 keeps them in files of their own, which are made from the messages.
    """
    DROP TABLE IF EXISTS vocabulary;
    DROP TABLE IF EXISTS keywords;
    DROP VIEW IF EXISTS message_text;
    CREATE TABLE keyword_scrubs (row INTEGER PRIMARY KEY);
    """,
    // Version 3 has sessions' tags and notes, and an author's messages in time order.
    """
    \(annotations)
    DROP INDEX messages_by_author;
    \(authorIndex)
    """,
  ]

  /// Brings the tables from the version they have to the present one, in the caller's transaction.
  private static func upgrade(_ database: Database) throws {
    let found = try storedVersion(database)
    // Another process may have come first.
    guard (1..<version).contains(found) else { return }
    for statements in upgrades[(found - 1)...] { try database.execute(sql: statements) }
    try EmbeddedTenantStore.sealPlace.write(0, database)
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// Every connection's settings. FULL: a commit is on the disk when it returns. Secure delete: freed bytes become
  /// zeros. Temporary tables stay in memory, so that no deleted text lingers in a temporary file.
  static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(15)
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA secure_delete = ON;
          PRAGMA temp_store = MEMORY;
          PRAGMA cell_size_check = ON;
          PRAGMA cache_size = -8192;
          """)
    }
    return configuration
  }

  /// Opens the tenant's database, making it where it is not there yet, and checks whose it is.
  static func open(_ folder: TenantFolder, tenant: TenantID, create: Bool) throws -> ConnectionPool {
    if !folder.exists {
      guard create else { throw MemoryError.unknownTenant(tenant) }
      try make(folder, tenant: tenant)
    }
    return try StorageFailure.translating(folder.database) {
      let pool = try ConnectionPool(path: folder.database.path, configuration: configuration())
      let found = try pool.read { try check($0, tenant: tenant, file: folder.database) }
      if found < version {
        try pool.write { try upgrade($0) }
      }
      return pool
    }
  }

  /// Makes the folder beside its place and renames it when it is whole: a process that dies, or a disk that is full,
  /// leaves no half-made tenant. Of two that make the same tenant at once, the first wins and the second finds it made.
  private static func make(_ folder: TenantFolder, tenant: TenantID) throws {
    let parent = folder.root.deletingLastPathComponent()
    try PrivateFiles.makeFolder(parent)
    let draft = TenantFolder(
      root: parent.appending(path: ".new-\(UUID().uuidString)", directoryHint: .isDirectory))
    defer { try? FileManager.default.removeItem(at: draft.root) }
    try PrivateFiles.makeFolder(draft.root)
    try PrivateFiles.makeFile(draft.database)
    try StorageFailure.translating(draft.database) {
      let pool = try ConnectionPool(path: draft.database.path, configuration: configuration())
      try pool.write { database in
        try database.execute(sql: statements)
        try database.execute(sql: "INSERT INTO tenant (id) VALUES (?)", arguments: [Data(tenant.rawValue.utf8)])
        try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
      }
      try pool.close()
    }
    // A folder without a database is no tenant: rmdir removes it only when it is empty.
    rmdir(folder.root.path)
    guard rename(draft.root.path, folder.root.path) == 0 || folder.exists else {
      throw StorageFailure.unavailable(folder.root.path, "cannot be made", SystemFailure(errno))
    }
  }

  private static func storedVersion(_ database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// Returns the format's version.
  private static func check(_ database: Database, tenant: TenantID, file: URL) throws -> Int {
    let found = try storedVersion(database)
    guard found <= version else { throw StorageFailure.newerVersion(file, found: found, known: version) }
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id")
    guard application == applicationID else {
      throw StorageFailure.damaged(file, "it is not a recollect database")
    }
    let owner = try Data.fetchOne(database, sql: "SELECT id FROM tenant")
    guard owner == Data(tenant.rawValue.utf8) else {
      throw StorageFailure.damaged(file, "it belongs to another tenant than its folder's name says")
    }
    return found
  }
}
