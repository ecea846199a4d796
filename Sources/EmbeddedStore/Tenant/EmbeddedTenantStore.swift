// One tenant's files behind one handle. Its abilities are in the extensions beside this file, one a topic.

import ConversationMemory
import Foundation
import GRDB
import Retrieval

/// A ``TenantStore`` on this machine. Holds the tenant's database and vectors and cannot reach anybody else's.
final class EmbeddedTenantStore: TenantStore {
  let id: TenantID
  let folder: TenantFolder
  let context: StoreContext
  let pool: ConnectionPool
  let vectors: VectorShelf
  /// Between searches the vectors' memory is given back.
  let searches: IdleWatch
  let metadataKeyCache = MetadataKeyCache()
  let keywords: KeywordShelf
  /// The inode of the database this handle opened: a tenant deleted and made again is another one.
  private let identity: UInt64?

  init(id: TenantID, context: StoreContext, create: Bool) throws {
    self.id = id
    self.context = context
    folder = context.data.folder(of: id)
    pool = try TenantSchema.open(folder, tenant: id, create: create)
    let vectors = VectorShelf(folder: folder.vectors)
    self.vectors = vectors
    searches = IdleWatch(patience: .seconds(3)) { [weak vectors] in vectors?.rest() }
    keywords = KeywordShelf(folder: folder.keywords)
    identity = Self.inode(of: folder.database)
  }

  /// Whether the database this handle reads is still the tenant's.
  var isAlive: Bool { identity != nil && Self.inode(of: folder.database) == identity }

  private static func inode(of file: URL) -> UInt64? {
    var status = stat()
    return stat(file.path, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// What a folder turns out to be when it is looked at.
  enum Ownership {
    case tenant(TenantID)
    /// It cannot be told now: busy, or of a newer version.
    case unclear(any Error)
    /// No recollect database.
    case foreign(any Error)
  }

  /// Whose folder it is, read without opening it for work.
  static func owner(of folder: TenantFolder) -> Ownership {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    do {
      let queue = try DatabaseQueue(path: folder.database.path, configuration: configuration)
      let bytes = try queue.read { try Data.fetchOne($0, sql: "SELECT id FROM tenant") } ?? Data()
      return .tenant(try TenantID(String(decoding: bytes, as: UTF8.self)))
    } catch let error as DatabaseError
      where [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN].contains(error.resultCode)
    {
      return .unclear(StorageFailure.translate(error, file: folder.database))
    } catch {
      return .foreign(StorageFailure.translate(error, file: folder.database))
    }
  }

  /// Reads in a snapshot of the database.
  func read<Value: Sendable>(_ work: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    try await StorageFailure.translating(folder.database) {
      try requireAlive()
      return try await pool.read(work)
    }
  }

  /// Writes in one transaction, durable on return, counts it where it changed anything, and keeps the catalogue's counts. The catalogue is derived: whatever
  /// is wrong with it must not fail a write, least of all one that is already committed.
  func write<Value: Sendable>(_ work: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    try await StorageFailure.translating(folder.database) {
      try requireAlive()
      let id = id
      context.tellCatalogue { try $0.willWrite(id) }
      let (value, counts) = try await pool.write { database in
        let before = database.totalChangesCount
        let value = try work(database)
        if database.totalChangesCount != before {
          try database.execute(sql: "UPDATE tenant SET changes = changes + 1")
          try Self.sealPlace.write(0, database)
        }
        return (value, try TenantCounts.fetch(database, tenant: id))
      }
      context.tellCatalogue { try $0.didWrite(counts) }
      return value
    }
  }

  /// Leaves the database and the catalogue at rest and sealed, for `verify`. Whatever is in the way is in nobody's.
  func rest() {
    try? PageSeal.write(pool, to: folder.seal, place: Self.sealPlace)
    context.tellCatalogue { try $0.seal() }
  }

  static let sealPlace = PageSeal.Place(table: "tenant")

  private func requireAlive() throws {
    guard isAlive else { throw MemoryError.unknownTenant(id) }
  }

  func storedCounts() throws -> TenantCounts {
    let id = id
    return try StorageFailure.translating(folder.database) {
      try pool.read { try TenantCounts.fetch($0, tenant: id) }
    }
  }

  func counts() async throws -> TenantSummary {
    let id = id
    return try await read { try TenantCounts.fetch($0, tenant: id).summary }
  }

  func changeCounter() async throws -> Int64 {
    let id = id
    return try await read { try TenantCounts.fetch($0, tenant: id).changes }
  }

  func semanticStatus() async -> SemanticStatus { await context.semantic.status() }

  func add(_ drafts: [MessageDraft], policy: RejectionPolicy) async throws -> AddResult {
    guard !drafts.isEmpty else {
      return AddResult(ids: [], added: 0, duplicates: 0, newSessions: 0, rejections: [])
    }
    let id = id
    let result = try await write { database in
      var writer = MessageWriter(database: database, tenant: id, policy: policy, now: .now)
      return try writer.add(drafts)
    }
    noteAdded(result.added)
    return result
  }
}
