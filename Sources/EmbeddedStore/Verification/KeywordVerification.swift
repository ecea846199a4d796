// Checks one tenant's words: every byte of the files, then the index against the messages.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex
import TextAnalysis
import VectorIndex

struct KeywordVerification {
  let tenant: EmbeddedTenantStore
  /// Turns a path into the one to report.
  let name: (URL) -> String
  let repair: Bool

  func run() async throws -> [VerificationFinding] {
    let folder = tenant.folder.keywords
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    // What a deletion that was cut short left to do is done first. Then under the lock, so that nobody writes words meanwhile;
    // messages are added and deleted all the same.
    try await tenant.scrubKeywords(within: .seconds(30))
    guard let lock = try await TenantLock.acquire(tenant.folder, .words, within: .seconds(30)) else {
      return [
        VerificationFinding(
          file: name(folder), outcome: .unchecked,
          detail: "another process is indexing this tenant's words; run it again when that is done")
      ]
    }
    let (faults, state) = try await faults(of: folder)
    guard !faults.isEmpty else { return [VerificationFinding(file: name(folder), outcome: .sound, detail: state)] }
    if repair {
      tenant.keywords.drop()
      try KeywordWriter.empty(tenant, lock: lock)
      try KeywordWriter(tenant: tenant, lock: lock).catchUp()
    }
    withExtendedLifetime(lock) {}
    return faults.map { fault in
      VerificationFinding(
        file: name(folder.appending(path: fault.file, directoryHint: .notDirectory)),
        outcome: repair ? .repaired : .damaged,
        detail: fault.what + (repair ? "; made again" : ": --repair makes it again"))
    }
  }

  struct Fault {
    var file: String
    var what: String
  }

  /// What is wrong, and what there is, in words. The caller holds the lock of the words.
  func faults(of folder: URL) async throws -> (faults: [Fault], state: String) {
    do {
      let index = try KeywordIndex.open(folder: folder, analyzer: TextAnalyzer.version, access: .reading)
      var faults = index.verify().map { Fault(file: $0.file, what: $0.what) }
      guard faults.isEmpty else { return (faults, "") }
      let entries = Set(try index.keys())
      let mark = index.snapshot.highWater
      // Together, so that a message is in one of the two whenever its deletion is committed.
      let (stored, deleted) = try await tenant.read { database in
        (
          try Set(Int64.fetchAll(database, sql: "SELECT row FROM messages WHERE row <= ?", arguments: [mark])),
          try Set(Int64.fetchAll(database, sql: "SELECT row FROM keyword_scrubs"))
        )
      }
      // Whoever deletes waits for the lock to take those out; no search shows them.
      let indexed = entries.subtracting(deleted)
      let stale = indexed.subtracting(stored).count
      if stale > 0 { faults.append(Fault(file: "", what: "\(stale) entries belong to no message")) }
      let missing = stored.subtracting(indexed).count
      if missing > 0 { faults.append(Fault(file: "", what: "\(missing) messages are missing from it")) }
      let waiting = try await tenant.backlog(above: mark, limit: .max)
      return (
        faults, "words of \(indexed.count) messages" + (waiting == 0 ? "" : "; those of \(waiting) are not in it yet")
      )
    } catch let error as VectorIndexError where error.asksForRebuild || error.code == .newerVersion {
      return ([Fault(file: (error.file as NSString).lastPathComponent, what: error.what)], "")
    }
  }
}
