// Drives an import: reads files, stores their messages in batches, counts what became of them.

public import ConversationMemory

/// Imports files into one tenant. Running it again adds only what is not there yet, so an import that was stopped at
/// any point is resumed by starting it again.
public struct Importer: Sendable {
  /// Messages stored in one transaction.
  public static let batchMessages = 1000
  /// Content bytes after which a transaction is closed early.
  public static let batchBytes = 4 << 20

  private let memory: any TenantStore

  public init(into memory: any TenantStore) { self.memory = memory }

  /// Imports the files in order.
  ///
  /// - Parameters:
  ///   - paths: the files; `-` is standard input.
  ///   - format: nil to find it out file by file.
  ///   - shouldStop: asked between records; true ends the import once the batch at hand is stored.
  ///   - rejected: told of every record that is not stored, in the order of the files as far as batches keep it.
  ///   - progress: told after every batch.
  /// - Returns: the counts; a failure of the store is in ``ImportReport/outcome``, since what was stored before it counts.
  public func run(
    paths: [String], format: ImportFormat?, shouldStop: () -> Bool = { false },
    rejected: (ImportRejection) -> Void, progress: (ImportProgress) -> Void = { _ in }
  ) async -> ImportReport {
    var run = Run(tenant: memory.id)
    for path in paths {
      do {
        var importer = try ImportFormat.open(path: path, format: format)
        try await importFile(
          &importer, path: path, run: &run, shouldStop: shouldStop, rejected: rejected, progress: progress)
        run.bytesOfFilesDone += importer.totalBytes ?? importer.bytesRead
      } catch let error as ExchangeError {
        run.report.brokenFiles.append(error)
      } catch {
        run.report.outcome = .failed(error)
        return run.report
      }
      if case .stopped = run.report.outcome { break }
    }
    return run.report
  }

  private func importFile(
    _ importer: inout any ConversationImporter, path: String, run: inout Run, shouldStop: () -> Bool,
    rejected: (ImportRejection) -> Void, progress: (ImportProgress) -> Void
  ) async throws {
    // Counted file by file: files imported together must give the same ids as files imported one after the other.
    run.occurrences = OccurrenceCounter()
    var batch = Batch()
    var failure: ExchangeError?
    reading: while !shouldStop() {
      do throws(ExchangeError) {
        switch try importer.next() {
        case .success(let line)?: batch.add(line, id: run.identity(of: line.draft))
        case .failure(let rejection)?:
          run.report.rejected += 1
          rejected(rejection)
          // Files of nothing but faults must report progress too.
          if run.report.rejected % Self.batchMessages == 0 { progress(run.progress(importer, path: path)) }
        case nil: break reading
        }
      } catch {
        failure = error
        break
      }
      if batch.drafts.count >= Self.batchMessages || batch.bytes >= Self.batchBytes {
        try await store(&batch, path: path, run: &run, rejected: rejected)
        progress(run.progress(importer, path: path))
      }
    }
    try await store(&batch, path: path, run: &run, rejected: rejected)
    progress(run.progress(importer, path: path))
    if shouldStop() { run.report.outcome = .stopped }
    if let failure { throw failure }
  }

  private func store(
    _ batch: inout Batch, path: String, run: inout Run, rejected: (ImportRejection) -> Void
  ) async throws {
    guard !batch.drafts.isEmpty else { return }
    let result = try await memory.add(batch.drafts, policy: .skipMessage)
    run.report.messages += result.added
    run.report.sessions += result.newSessions
    run.report.duplicates += result.duplicates
    run.report.rejected += result.rejections.count
    for rejection in result.rejections where batch.lines.indices.contains(rejection.index) {
      rejected(
        ImportRejection(file: path, line: batch.lines[rejection.index], reason: rejection.reason.description))
    }
    batch = Batch()
  }

  /// Messages read and not stored yet.
  private struct Batch {
    var drafts: [MessageDraft] = []
    var lines: [Int] = []
    var bytes = 0

    mutating func add(_ line: ImportedLine, id: MessageID?) {
      var draft = line.draft
      draft.id = id
      drafts.append(draft)
      lines.append(line.line)
      bytes += draft.content.utf8.count
    }
  }

  /// The state of one import.
  private struct Run {
    let tenant: TenantID
    var report = ImportReport()
    var occurrences = OccurrenceCounter()
    var bytesOfFilesDone: Int64 = 0

    init(tenant: TenantID) { self.tenant = tenant }

    /// The message's own id, else one that is the same whenever this file is imported.
    mutating func identity(of draft: MessageDraft) -> MessageID? {
      guard draft.id == nil, let timestamp = draft.timestamp else { return draft.id }
      return occurrences.identity(of: draft, at: timestamp, tenant: tenant)
    }

    func progress(_ importer: any ConversationImporter, path: String) -> ImportProgress {
      ImportProgress(
        file: path, bytesDone: bytesOfFilesDone + importer.bytesRead,
        bytesTotal: importer.totalBytes.map { bytesOfFilesDone + $0 },
        records: report.messages + report.duplicates + report.rejected)
    }
  }
}
