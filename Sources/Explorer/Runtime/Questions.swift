// Puts questions to the store.

import ConversationMemory

/// Answers operations; keeps the handle of the tenant in use.
actor Questions {
  private let store: any ConversationStore
  private var handles: [TenantID: any TenantStore] = [:]

  /// Handles of more tenants than this are dropped: each may hold files open.
  private static let handleLimit = 8

  init(store: any ConversationStore) { self.store = store }

  func handle(_ id: TenantID) async throws -> any TenantStore {
    if let handle = handles[id] { return handle }
    let handle = try await store.tenant(id)
    if handles.count >= Self.handleLimit { handles.removeAll() }
    handles[id] = handle
    return handle
  }

  nonisolated func tenants(after cursor: Cursor?) async throws -> Page<TenantSummary> {
    try await store.tenants(limit: 200, after: cursor)
  }

  nonisolated func answer(_ operation: Operation) async throws -> Answer {
    switch operation {
    case .tenants(let cursor): .tenants(try await tenants(after: cursor))
    case .counts(let tenant): try await counts(tenant)
    case .sessions(let tenant, let query): .sessions(try await handle(tenant).sessions(query))
    case .relevantSessions(let tenant, let request, let isReversed):
      .sessions(try await relevantSessions(tenant, request, isReversed))
    case .channels(let tenant): .channels(try await handle(tenant).channels())
    case .history(let tenant, .session(let session), let limit, let cursor):
      .messages(try await handle(tenant).sessionHistory(session, limit: limit, before: cursor))
    case .history(let tenant, .channel(let channel), let limit, let cursor):
      .messages(try await handle(tenant).channelHistory(channel, limit: limit, before: cursor))
    case .history(let tenant, .author(let author), let limit, let cursor):
      .messages(try await handle(tenant).authorHistory(author, limit: limit, before: cursor))
    case .following(let tenant, let source, let limit, let cursor):
      .messages(try await following(source, in: handle(tenant), limit: limit, after: cursor))
    case .author(let tenant, let author, let limit): try await firstPage(by: author, of: tenant, limit: limit)
    case .person(let tenant, let author): .person(try await handle(tenant).person(author))
    case .titles(let tenant, let sessions): .titles(try await sheets(of: sessions, handle(tenant)))
    case .surroundings(let tenant, let message, let limit): try await surroundings(tenant, message, limit)
    case .search(let tenant, let request, let known): try await search(tenant, request, known)
    case .metadataKeys(let tenant): .metadataKeys(try await handle(tenant).metadataKeys())
    case .context(let tenant, let session, let options): try await context(tenant, session, options)
    case .activity(let tenant, let zone): .activity(try await handle(tenant).activity(in: TimeRange(), zone: zone))
    case .sheet(let tenant, let session): try await sheet(tenant, session)
    case .message(let tenant, let id): .message(try await handle(tenant).message(id))
    case .landing(let tenant, let session, let message):
      .landing(
        tenant, try await handle(tenant).session(session),
        try await existing(message, of: tenant))
    case .export(let tenant, let scope, let options, let path, let overwrites):
      try await export(tenant, scope, options, path: path, overwrites: overwrites)
    case .text(let tenant, let scope, let options, let use): try await text(tenant, scope, options, use)
    case .keep(let text, let what, let folder): try keep(text, what: what, folder: folder)
    case .tags(let tenant): .action(.tags(try await handle(tenant).tags()))
    case .annotate(let tenant, let session, let edit): try await annotate(tenant, session, edit)
    case .delete(let tenant, let session):
      .deleted(tenant, session, messages: try await handle(tenant).deleteSession(session))
    }
  }

  private nonisolated func existing(_ id: MessageID?, of tenant: TenantID) async throws -> ConversationMessage? {
    guard let id else { return nil }
    return try await handle(tenant).message(id)
  }

  /// Channels have no way forward from the middle: they are always read from their end.
  private nonisolated func following(
    _ source: TranscriptSource, in handle: any TenantStore, limit: Int, after cursor: Cursor
  ) async throws -> Page<ConversationMessage> {
    switch source {
    case .session(let session): try await handle.sessionHistory(session, limit: limit, after: cursor)
    case .author(let author): try await handle.authorHistory(author, limit: limit, after: cursor)
    case .channel: Page(items: [], next: nil)
    }
  }

  private nonisolated func firstPage(by author: String, of tenant: TenantID, limit: Int) async throws -> Answer {
    let handle = try await handle(tenant)
    let page = try await handle.authorHistory(author, limit: limit, before: nil)
    return .author(author, page, try await sheets(of: Set(page.items.map(\.session)), handle))
  }

  private nonisolated func sheet(_ tenant: TenantID, _ session: SessionID) async throws -> Answer {
    let handle = try await handle(tenant)
    let summary = try await SessionManager(handle).summarize(session)
    try Task.checkCancellation()
    return .sheet(summary, try await handle.participation(in: session))
  }

  private nonisolated func counts(_ tenant: TenantID) async throws -> Answer {
    let handle = try await handle(tenant)
    return .counts(try await handle.counts(), await handle.semanticStatus())
  }

  /// What stands around a message: a message's own time and sequence number are its place.
  private nonisolated func surroundings(
    _ tenant: TenantID, _ message: ConversationMessage, _ limit: Int
  ) async throws -> Answer {
    let handle = try await handle(tenant)
    let start = Cursor.message(timestamp: message.timestamp, sequence: message.sequence, row: 0)
    let end = Cursor.message(timestamp: message.timestamp, sequence: message.sequence, row: .max)
    let before = try await handle.sessionHistory(message.session, limit: limit, before: start)
    try Task.checkCancellation()
    let after = try await handle.sessionHistory(message.session, limit: limit, after: end)
    return .surroundings(message, before: before, after: after)
  }

  private nonisolated func search(
    _ tenant: TenantID, _ request: SearchRequest, _ known: Set<SessionID>
  ) async throws -> Answer {
    let handle = try await handle(tenant)
    let result = try await handle.search(request)
    try Task.checkCancellation()
    let wanted = Set(result.hits.map(\.message.session)).subtracting(known)
    return .search(result, try await sheets(of: wanted, handle))
  }

  private nonisolated func relevantSessions(
    _ tenant: TenantID, _ request: SearchRequest, _ isReversed: Bool
  ) async throws -> Page<ConversationSession> {
    let handle = try await handle(tenant)
    let hits = try await handle.search(request).hits
    try Task.checkCancellation()
    var seen = Set<SessionID>()
    let order = hits.map(\.message.session).filter { seen.insert($0).inserted }
    let sheets = try await sheets(of: seen, handle)
    let sessions = order.compactMap { sheets[$0] }
    return Page(items: isReversed ? sessions.reversed() : sessions, next: nil)
  }

  private nonisolated func context(
    _ tenant: TenantID, _ session: SessionID, _ options: ContextOptions
  ) async throws -> Answer {
    let handle = try await handle(tenant)
    let manager = SessionManager(handle)
    let context = try await manager.context(for: session, options: options)
    try Task.checkCancellation()
    let summary = try await manager.summarize(session)
    return .context(context, summary, try await sheets(of: Set(context.recalled.map(\.message.session)), handle))
  }

  /// A session deleted in between has no sheet; its hits go by their id.
  private nonisolated func sheets(
    of sessions: Set<SessionID>, _ handle: any TenantStore
  ) async throws -> [SessionID: ConversationSession] {
    var result: [SessionID: ConversationSession] = [:]
    for session in sessions {
      do {
        result[session] = try await handle.session(session)
      } catch let error as MemoryError where error.code == .unknownSession {
        continue
      }
    }
    return result
  }
}
