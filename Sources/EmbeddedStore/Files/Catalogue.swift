// All tenants in one small database, so that the first screen is one read however many there are. Derived: what is
// missing or damaged is made again from the tenants themselves.

import ConversationMemory
import Foundation
import GRDB

final class Catalogue: Sendable {
  private let data: DataFolder
  private let pool: ConnectionPool

  static let version = 1

  /// Opens or makes the catalogue; a damaged one is replaced, and what was wrong with it comes back.
  static func open(_ data: DataFolder) throws -> (Catalogue, damage: String?) {
    do {
      return (try Catalogue(data), nil)
    } catch let error as DatabaseError
      where [.SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_IOERR].contains(error.resultCode)
    {
      try remove(data)
      return (try Catalogue(data), error.message ?? "it cannot be read")
    } catch {
      throw StorageFailure.translate(error, file: data.catalogue)
    }
  }

  static func remove(_ data: DataFolder) throws {
    let files = ["", "-wal", "-shm"].map { URL(filePath: data.catalogue.path + $0) } + [data.catalogueSeal]
    for file in files {
      if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }
  }

  private init(_ data: DataFolder) throws {
    self.data = data
    try PrivateFiles.makeFolder(data.root)
    try PrivateFiles.makeFile(data.catalogue)
    var configuration = Configuration()
    // Short: nothing waits long for what can be made again.
    configuration.busyMode = .timeout(2)
    configuration.prepareDatabase { database in
      // NORMAL: a power cut may lose the last counts, never the file; they are compared again when a tenant opens.
      try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON")
    }
    pool = try ConnectionPool(path: data.catalogue.path, configuration: configuration)
    try pool.write { database in
      let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard found <= Self.version else {
        throw StorageFailure.newerVersion(data.catalogue, found: found, known: Self.version)
      }
      guard found == 0 else { return }
      try database.execute(
        sql: """
          CREATE TABLE tenants (
            id BLOB PRIMARY KEY,
            messages INTEGER NOT NULL,
            sessions INTEGER NOT NULL,
            last_activity INTEGER,
            changes INTEGER NOT NULL,
            writing INTEGER NOT NULL DEFAULT 0
          ) WITHOUT ROWID;
          CREATE TABLE state (seal INTEGER NOT NULL);
          INSERT INTO state (seal) VALUES (0);
          PRAGMA user_version = \(Self.version);
          """)
    }
  }

  /// Marks a tenant before its own transaction: should the process die between the two, the mark tells that the
  /// counts are to be read from the tenant.
  func willWrite(_ tenant: TenantID) throws {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO tenants (id, messages, sessions, changes, writing) VALUES (?, 0, 0, 0, 1)
          ON CONFLICT (id) DO UPDATE SET writing = 1
          """, arguments: [Data(tenant.rawValue.utf8)])
    }
  }

  /// Takes over a tenant's counts where they are not known yet: a tenant that is opened writes nothing here.
  func note(_ counts: TenantCounts) throws {
    let known = try StorageFailure.translating(data.catalogue) {
      try pool.read { database in
        try Row.fetchOne(
          database, sql: "SELECT changes, writing FROM tenants WHERE id = ?",
          arguments: [Data(counts.summary.id.rawValue.utf8)])
      }
    }
    if let known, known[0] == counts.changes, known[1] == false { return }
    // An older copy of the tenant may have been put back: then its older counts are the true ones.
    if let known, (known[0] as Int64) > counts.changes { try remove(counts.summary.id) }
    try didWrite(counts)
  }

  /// Takes over the counts after the tenant's transaction; older counts than those known are ignored.
  func didWrite(_ counts: TenantCounts) throws {
    try write { database in
      try database.execute(
        sql: """
          INSERT INTO tenants (id, messages, sessions, last_activity, changes, writing) VALUES (?, ?, ?, ?, ?, 0)
          ON CONFLICT (id) DO UPDATE SET messages = excluded.messages, sessions = excluded.sessions,
            last_activity = excluded.last_activity, changes = excluded.changes, writing = 0
          WHERE excluded.changes >= changes
          """,
        arguments: [
          Data(counts.summary.id.rawValue.utf8), counts.summary.messages, counts.summary.sessions,
          counts.summary.lastActivity?.milliseconds, counts.changes,
        ])
    }
  }

  func remove(_ tenant: TenantID) throws {
    try write { database in
      try database.execute(sql: "DELETE FROM tenants WHERE id = ?", arguments: [Data(tenant.rawValue.utf8)])
    }
    try StorageFailure.translating(data.catalogue) {
      try pool.writeWithoutTransaction { _ = try? $0.checkpoint(.truncate) }
    }
  }

  struct Entry: Sendable {
    var counts: TenantCounts
    /// A writer was at work, or died at it.
    var isWriting: Bool
  }

  /// Tenants in the order of their ids' bytes.
  func entries(limit: Int, after: TenantID?) throws -> [Entry] {
    try StorageFailure.translating(data.catalogue) {
      try pool.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT id, messages, sessions, last_activity, changes, writing FROM tenants
            WHERE ? IS NULL OR id > ? ORDER BY id LIMIT ?
            """,
          arguments: [
            after.map { Data($0.rawValue.utf8) }, after.map { Data($0.rawValue.utf8) }, limit,
          ]
        ).map { values in
          let id: Data = values[0]
          return Entry(
            counts: TenantCounts(
              summary: TenantSummary(
                id: TenantID(unchecked: String(decoding: id, as: UTF8.self)), messages: values[1],
                sessions: values[2], lastActivity: (values[3] as Int64?).map { Timestamp(milliseconds: $0) }),
              changes: values[4]),
            isWriting: values[5])
        }
      }
    }
  }

  func count() throws -> Int {
    try StorageFailure.translating(data.catalogue) {
      try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tenants") ?? 0 }
    }
  }

  /// SQLite's own check and the seal's; empty where all is well. A catalogue without a seal of its present state is
  /// sealed then.
  func structuralDamage() throws -> [String] {
    try StorageFailure.translating(data.catalogue) {
      let faults = try pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check").filter { $0 != "ok" } }
      let sealed = try PageSeal.faults(pool, seal: data.catalogueSeal, place: Self.sealPlace)
      if faults.isEmpty, sealed == nil { try seal() }
      return faults + (sealed ?? [])
    }
  }

  func seal() throws { try PageSeal.write(pool, to: data.catalogueSeal, place: Self.sealPlace) }

  private static let sealPlace = PageSeal.Place(table: "state")

  private func write(_ work: (Database) throws -> Void) throws {
    try StorageFailure.translating(data.catalogue) {
      try pool.write { database in
        try work(database)
        try Self.sealPlace.write(0, database)
      }
    }
  }

  func close() throws { try pool.close() }
}

/// A tenant's counters with the number of the change they are of.
struct TenantCounts: Hashable, Sendable {
  var summary: TenantSummary
  var changes: Int64

  static func fetch(_ database: Database, tenant: TenantID) throws -> TenantCounts {
    let statement = try database.cachedStatement(
      sql: "SELECT messages, sessions, last_activity, changes FROM tenant")
    guard let values = try Row.fetchOne(statement) else {
      throw MemoryError(.damaged, "tenant \"\(tenant)\" has lost its counters", remedy: "run `recollect verify`")
    }
    return TenantCounts(
      summary: TenantSummary(
        id: tenant, messages: values[0], sessions: values[1],
        lastActivity: (values[2] as Int64?).map { Timestamp(milliseconds: $0) }),
      changes: values[3])
  }
}
