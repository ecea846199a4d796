// The connections to one database: one that writes, some that read beside it.

import Foundation
import GRDB
import Synchronization

/// A writer and readers of a database in WAL mode, as GRDB's `DatabasePool` has them, with one difference that matters
/// here: opening a `DatabasePool` makes and drops a table whenever the write-ahead log is empty, so that a database at
/// rest changes by being looked at. These connections leave it byte for byte as it is, which is what its seal is for.
final class ConnectionPool: Sendable {
  /// Idle readers that are kept.
  private static let idleReaders = 4

  let path: String
  private let writer: DatabaseQueue
  private let readerConfiguration: Configuration
  private let state = Mutex(State())

  private struct State {
    var idle: [DatabaseQueue] = []
    var isClosed = false
  }

  init(path: String, configuration: Configuration) throws {
    self.path = path
    var configuration = configuration
    configuration.prepareDatabase { database in
      guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "this file system does not allow a write-ahead log")
      }
    }
    writer = try DatabaseQueue(path: path, configuration: configuration)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = ON") }
    readerConfiguration = configuration
  }

  /// Reads one snapshot.
  func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
    let reader = try checkOut()
    defer { checkIn(reader) }
    return try reader.read(work)
  }

  func read<Value: Sendable>(_ work: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    let reader = try checkOut()
    defer { checkIn(reader) }
    return try await reader.read(work)
  }

  /// Writes one transaction.
  func write<Value>(_ work: (Database) throws -> Value) throws -> Value { try writer.write(work) }

  func write<Value: Sendable>(_ work: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
    try await writer.write(work)
  }

  func writeWithoutTransaction<Value>(_ work: (Database) throws -> Value) throws -> Value {
    try writer.writeWithoutTransaction(work)
  }

  func writeWithoutTransaction<Value: Sendable>(
    _ work: @Sendable @escaping (Database) throws -> Value
  ) async throws -> Value {
    try await writer.writeWithoutTransaction(work)
  }

  func vacuum() async throws { try await writer.vacuum() }

  func close() throws {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for reader in idle { try reader.close() }
    try writer.close()
  }

  private func checkOut() throws -> DatabaseQueue {
    let idle = try state.withLock { state -> DatabaseQueue? in
      guard !state.isClosed else {
        throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the database was closed")
      }
      return state.idle.popLast()
    }
    return try idle ?? DatabaseQueue(path: path, configuration: readerConfiguration)
  }

  private func checkIn(_ reader: DatabaseQueue) {
    state.withLock { state in
      if !state.isClosed, state.idle.count < Self.idleReaders { state.idle.append(reader) }
    }
  }
}
