// Drives an export: reads what is asked for, a page at a time, and hands it to the format's writer.

public import ConversationMemory

/// Writes conversations of one tenant, a page in memory at a time.
public struct ConversationExporter: Sendable {
  /// Content bytes that a page should have.
  private static let pageBytes = 4 << 20
  private static let sessionsPage = 500

  private let memory: any TenantStore

  public init(from memory: any TenantStore) { self.memory = memory }

  /// Writes all of a scope. The file is not finished: that is the caller's decision.
  ///
  /// - Parameter progress: told what was written so far.
  /// - Throws: ``ExchangeError`` where the file cannot be written, besides what the store throws.
  @discardableResult
  public func write(
    _ scope: ExportScope, _ options: ExportOptions, to file: ExportFile, progress: (ExportReport) -> Void = { _ in }
  ) async throws -> ExportReport {
    var run = Run(writer: options.format.writer(options), file: file)
    try file.write(run.writer.open())
    switch scope {
    case .sessions(let query, let range):
      try await forEachSession(of: query) { session in
        try await write(session, channel: query.channel, within: range, &run, progress)
      }
    case .chosen(let sessions):
      for session in sessions {
        try await write(memory.session(session), channel: nil, within: TimeRange(), &run, progress)
      }
    case .author(let author): try await write(author: author, &run, progress)
    case .messages(let messages):
      for entry in messages { try await write(alone: entry, &run) }
      progress(run.report)
    case .list(let query):
      try await forEachSession(of: query) { session in
        try file.write(run.writer.row(session))
        run.report.sessions += 1
        progress(run.report)
      }
    }
    try file.write(run.writer.close())
    return run.report
  }

  /// The state of one export.
  private struct Run {
    var writer: any ExportWriter
    let file: ExportFile
    var report = ExportReport()
    /// Of messages that stand alone: each is looked up once.
    var sheets: [SessionID: ConversationSession?] = [:]
  }

  private func forEachSession(
    of query: SessionQuery, _ body: (ConversationSession) async throws -> Void
  ) async throws {
    var query = query
    query.limit = Self.sessionsPage
    query.cursor = nil
    repeat {
      let page = try await memory.sessions(query)
      for session in page.items {
        try Task.checkCancellation()
        try await body(session)
      }
      query.cursor = page.next
    } while query.cursor != nil
  }

  /// One session's messages, oldest first. A session of which nothing is in the range is left out.
  private func write(
    _ session: ConversationSession, channel: Channel?, within range: TimeRange, _ run: inout Run,
    _ progress: (ExportReport) -> Void
  ) async throws {
    // Before any message: times begin at 0, sequence numbers at 1.
    let start = range.since?.milliseconds ?? -1
    var cursor: Cursor? = .message(timestamp: Timestamp(milliseconds: start), sequence: 0, row: 0)
    var limit = 20
    var isFirst = true
    while let place = cursor {
      try Task.checkCancellation()
      let page = try await memory.sessionHistory(session.id, limit: limit, after: place)
      var bytes = 0
      for message in page.items {
        guard range.contains(message.timestamp) else { continue }
        if let channel, message.channel != channel { continue }
        if isFirst { try run.file.write(run.writer.session(session)) }
        let text = run.writer.message(
          ExportEntry(
            message: message, sheet: session, isFirstOfSession: isFirst, standsAlone: false, remark: nil))
        try run.file.write(text)
        bytes += text.utf8.count
        isFirst = false
        run.report.messages += 1
      }
      progress(run.report)
      if let last = page.items.last {
        limit = max(1, min(1000, Self.pageBytes / (bytes / page.items.count + 1)))
        if let until = range.until, last.timestamp >= until { break }
      }
      cursor = page.next
    }
    if !isFirst { run.report.sessions += 1 }
  }

  private func write(author: String, _ run: inout Run, _ progress: (ExportReport) -> Void) async throws {
    var cursor: Cursor? = .message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
    while let place = cursor {
      try Task.checkCancellation()
      let page = try await memory.authorHistory(author, limit: 500, after: place)
      for message in page.items { try await write(alone: ExportedMessage(message), &run) }
      progress(run.report)
      cursor = page.next
    }
  }

  private func write(alone entry: ExportedMessage, _ run: inout Run) async throws {
    let id = entry.message.session
    let isFirst = run.sheets[id] == nil
    if isFirst {
      do {
        run.sheets[id] = .some(try await memory.session(id))
      } catch let error as MemoryError where error.code == .unknownSession {
        run.sheets[id] = .some(nil)
      }
      run.report.sessions += 1
    }
    try run.file.write(
      run.writer.message(
        ExportEntry(
          message: entry.message, sheet: run.sheets[id] ?? nil, isFirstOfSession: isFirst, standsAlone: true,
          remark: entry.remark)))
    run.report.messages += 1
  }
}
