// Turns what SQLite and the file system report into errors that say what to do.

import ConversationMemory
import Foundation
import GRDB

enum StorageFailure {
  static func unavailable(_ path: String, _ what: String, _ cause: any Error) -> MemoryError {
    MemoryError(
      .storageUnavailable, "\(path) \(what) (\(brief(cause)))",
      remedy: "check that the folder exists, is yours and is writable, or name another with --data")
  }

  static func newerVersion(_ file: URL, found: Int, known: Int) -> MemoryError {
    MemoryError(
      .newerVersion, "\(file.path) was written by a newer recollect (format \(found); this one knows \(known))",
      remedy: "upgrade recollect; the data is untouched")
  }

  static func damaged(_ file: URL, _ detail: String) -> MemoryError {
    MemoryError(
      .damaged, "\(file.path) is damaged (\(detail))",
      remedy: "run `recollect verify`; derived files are rebuilt with --repair, this one comes back from a backup")
  }

  /// Runs database work and translates what it throws.
  static func translating<Value>(_ file: URL, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw translate(error, file: file) }
  }

  static func translating<Value>(_ file: URL, _ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch { throw translate(error, file: file) }
  }

  static func translate(_ error: any Error, file: URL) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_FULL:
      return full(file)
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE && isDiskFull(at: file):
      return full(file)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      if !FileManager.default.fileExists(atPath: file.path) { return gone(file) }
      return damaged(file, error.message ?? "SQLite code \(error.resultCode.rawValue)")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return MemoryError(
        .busy, "\(file.path) is being written by another process", remedy: "try again in a moment")
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR:
      if !FileManager.default.fileExists(atPath: file.path) { return gone(file) }
      return unavailable(file.path, "cannot be read or written", error)
    case .SQLITE_MISUSE, .SQLITE_INTERRUPT, .SQLITE_ABORT:
      // What a handle meets whose tenant is being deleted.
      return gone(file)
    default:
      return unavailable(file.path, "cannot be used", error)
    }
  }

  /// SQLite reports some writes to a full disk as input/output errors.
  private static func isDiskFull(at file: URL) -> Bool {
    var status = statvfs()
    return statvfs(file.path, &status) == 0 && status.f_bavail < 16
  }

  private static func full(_ file: URL) -> MemoryError {
    MemoryError(
      .storageFull, "the disk that holds \(file.path) is full",
      remedy: "make room and run the same command again: what was acknowledged is safe, the rest was not stored")
  }

  private static func gone(_ file: URL) -> MemoryError {
    MemoryError(
      .unknownTenant, "\(file.path) is not there any more",
      remedy: "the tenant was deleted; `recollect tenants` lists the others")
  }

  private static func brief(_ error: any Error) -> String {
    if let error = error as? DatabaseError { return error.message ?? "SQLite code \(error.resultCode.rawValue)" }
    if let error = error as? SystemFailure { return error.description }
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let underlying, underlying.domain == NSPOSIXErrorDomain {
      return SystemFailure(Int32(underlying.code)).description
    }
    return (error as NSError).localizedDescription
  }
}
