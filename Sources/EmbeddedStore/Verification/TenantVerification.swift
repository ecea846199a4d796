// Checks one tenant: the database against its checksums and counters, then what is derived against the database.

import ConversationMemory
import Foundation
import GRDB
import VectorIndex

struct TenantVerification {
  let tenant: EmbeddedTenantStore
  /// Turns a path into the one to report.
  let name: (URL) -> String
  let repair: Bool

  func run() async -> [VerificationFinding] {
    let file = name(tenant.folder.database)
    var findings: [VerificationFinding] = []
    do {
      let sealed = try PageSeal.faults(
        tenant.pool, seal: tenant.folder.seal, place: EmbeddedTenantStore.sealPlace)
      var faults = try await tenant.read { try DatabaseVerification.faults($0) }
      // The rows say more of the same damage than the bytes do.
      if faults.isEmpty { faults = sealed ?? [] }
      if faults == [PageSeal.damage(of: tenant.folder.seal)] {
        // Only the seal itself, which is derived.
        faults = []
        if repair { tenant.rest() }
        findings.append(
          VerificationFinding(
            file: name(tenant.folder.seal), outcome: repair ? .repaired : .damaged,
            detail: "differs from its own checksum" + (repair ? "; made again" : ": --repair makes it again")))
      }
      findings += faults.map {
        VerificationFinding(
          file: file, outcome: .damaged,
          detail: "\($0): restore it from a backup, or delete the session and import it again")
      }
      findings += try await derived(
        file: file, what: "counters", check: DatabaseVerification.counterFaults,
        mend: DatabaseVerification.recount)
      if findings.isEmpty {
        // What a deletion that was cut short left to do.
        try await tenant.finishRewrite()
        if sealed == nil || repair { tenant.rest() }
        let counts = try await tenant.counts()
        findings.append(
          VerificationFinding(
            file: file, outcome: .sound, detail: "\(counts.messages) messages in \(counts.sessions) sessions"))
      }
    } catch {
      findings.append(VerificationFinding(file: file, outcome: .outcome(of: error), detail: "\(error)"))
    }
    do { findings += try await KeywordVerification(tenant: tenant, name: name, repair: repair).run() } catch {
      findings.append(
        VerificationFinding(file: name(tenant.folder.keywords), outcome: .outcome(of: error), detail: "\(error)"))
    }
    do { findings += try await vectors() } catch {
      findings.append(
        VerificationFinding(file: name(tenant.folder.vectors), outcome: .outcome(of: error), detail: "\(error)"))
    }
    return findings
  }

  private func derived(
    file: String, what: String, check: @Sendable @escaping (Database) throws -> [String],
    mend: @Sendable @escaping (Database) throws -> Void
  ) async throws -> [VerificationFinding] {
    let faults = try await tenant.read(check)
    if repair, !faults.isEmpty { try await tenant.write(mend) }
    return faults.map {
      VerificationFinding(
        file: file, outcome: repair ? .repaired : .damaged,
        detail: "\(what): \($0)" + (repair ? "; made again" : ": --repair makes it again"))
    }
  }

  private func vectors() async throws -> [VerificationFinding] {
    let folder = tenant.folder.vectors
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    // Under the lock, so that nobody writes meanwhile.
    var lock = try await TenantLock.acquire(tenant.folder, within: .seconds(30))
    guard lock != nil else {
      return [
        VerificationFinding(
          file: name(folder), outcome: .unchecked,
          detail: "another process is embedding this tenant; run it again when that is done")
      ]
    }
    if let held = lock { try await tenant.overwriteVectors(holding: held) }
    let (faults, rows) = try await faults(of: folder)
    guard !faults.isEmpty else {
      return [VerificationFinding(file: name(folder), outcome: .sound, detail: rows)]
    }
    var remedy = ": --repair makes it again"
    if repair {
      tenant.vectors.drop()
      try StoreContext.scrub(folder)
      lock = nil
      remedy = try await embedAnew()
    }
    withExtendedLifetime(lock) {}
    return faults.map { [remedy] fault in
      VerificationFinding(
        file: name(folder.appending(path: fault.file, directoryHint: .notDirectory)),
        outcome: repair ? .repaired : .damaged,
        detail: fault.what + remedy)
    }
  }

  private func embedAnew() async throws -> String {
    do {
      try await tenant.finishIndexing { _ in }
      return "; made again"
    } catch let error as MemoryError where error.code == .semanticUnavailable {
      return "; removed, to be made again once a model is installed"
    }
  }

  private struct Fault {
    var file: String
    var what: String
  }

  /// What is wrong, and what there is, in words.
  private func faults(of folder: URL) async throws -> ([Fault], rows: String) {
    do {
      guard let configuration = try VectorIndex.recordedConfiguration(folder: folder) else {
        return ([], "nothing embedded yet")
      }
      let index = try VectorIndex.open(folder: folder, configuration: configuration, access: .reading)
      var faults = index.verify().map { Fault(file: $0.file, what: $0.what) }
      guard faults.isEmpty else { return (faults, "") }
      let indexed = try index.keys()
      let mark = index.highWater
      // One snapshot: a deletion in between would look like a stale vector.
      let (stored, scrubbed) = try await tenant.read { database in
        (
          try Set(Int64.fetchAll(database, sql: "SELECT row FROM messages WHERE row <= ?", arguments: [mark])),
          try Set(Int64.fetchAll(database, sql: "SELECT row FROM scrubs"))
        )
      }
      let stale = indexed.subtracting(stored).subtracting(scrubbed).count
      if stale > 0 { faults.append(Fault(file: "", what: "\(stale) passages belong to no message")) }
      let missing = stored.subtracting(indexed).count
      if missing > 0 { faults.append(Fault(file: "", what: "\(missing) messages have no vector")) }
      let waiting = try await tenant.backlog(above: mark, limit: .max)
      return (
        faults, "\(index.liveCount) passages" + (waiting == 0 ? "" : "; \(waiting) messages are not embedded yet")
      )
    } catch let error as VectorIndexError where error.asksForRebuild || error.code == .newerVersion {
      return ([Fault(file: (error.file as NSString).lastPathComponent, what: error.what)], "")
    }
  }
}
