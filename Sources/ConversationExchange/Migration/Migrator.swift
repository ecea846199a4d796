// Copies one tenant's memory from a store to another, session by session, and checks at the end that nothing differs.

public import ConversationMemory

/// Copies a tenant from store to store. Messages keep their ids, so running it again adds only what is missing: one that was
/// stopped is resumed by starting it again.
public struct Migrator: Sendable {
  /// Sessions that are read at once: on a network, one after the other would mostly wait.
  private static let sessionsAtOnce = 8
  private static let page = 1000

  private let source: any TenantStore
  private let target: any TenantStore
  private let stored: @Sendable ([ConversationMessage]) async throws -> Void

  /// - Parameter stored: told of messages that the target has now, batch by batch: to take over what else belongs to them.
  public init(
    from source: any TenantStore, to target: any TenantStore,
    stored: @escaping @Sendable ([ConversationMessage]) async throws -> Void = { _ in }
  ) {
    self.source = source
    self.target = target
    self.stored = stored
  }

  /// Copies what the target lacks, then compares every session.
  ///
  /// - Parameters:
  ///   - shouldStop: asked between sessions; true ends the copying once what is at hand is stored.
  ///   - progress: told as it goes.
  public func run(
    shouldStop: () -> Bool = { false }, progress: (MigrationProgress) -> Void = { _ in }
  ) async throws -> MigrationReport {
    let total = try await source.counts()
    var report = MigrationReport()
    var step = MigrationProgress(phase: .copying, messages: 0, total: total.messages)
    try await forEachSessions { sessions in
      guard !shouldStop() else {
        report.isStopped = true
        return false
      }
      let missing = try await self.missing(of: sessions)
      try await copy(missing, into: &report)
      report.sessions += sessions.count
      step.messages += sessions.reduce(0) { $0 + $1.messageCount }
      progress(step)
      return true
    }
    guard !report.isStopped else { return report }
    step = MigrationProgress(phase: .checking, messages: 0, total: total.messages)
    try await forEachSessions { sessions in
      guard !shouldStop() else {
        report.isStopped = true
        return false
      }
      report.differences += try await differences(of: sessions)
      step.messages += sessions.reduce(0) { $0 + $1.messageCount }
      progress(step)
      return true
    }
    return report
  }

  /// The source's sessions, the earliest first, some at a time, until `body` returns false.
  private func forEachSessions(_ body: ([ConversationSession]) async throws -> Bool) async throws {
    var query = SessionQuery(order: .startedAt, reversed: true, limit: 200)
    repeat {
      try Task.checkCancellation()
      let page = try await source.sessions(query)
      guard try await body(page.items) else { return }
      query.cursor = page.next
    } while query.cursor != nil
  }

  /// A session to be copied.
  private struct Missing: Sendable {
    let session: ConversationSession
    /// The target has none of that name.
    let isNew: Bool
    /// What to add to the target's tags and note; nil where it lacks nothing.
    let annotation: AnnotationEdit?
  }

  /// Sessions of which the target has other numbers of messages, other metadata or not all tags or no note.
  private func missing(of sessions: [ConversationSession]) async throws -> [Missing] {
    let target = target
    return try await concurrently(sessions) { session in
      do {
        let there = try await target.session(session.id)
        let annotation = Self.addition(of: session.annotations, to: there.annotations)
        let isThere =
          there.messageCount == session.messageCount && there.metadata == session.metadata && annotation == nil
        return isThere ? nil : Missing(session: session, isNew: false, annotation: annotation)
      } catch let error as MemoryError where error.code == .unknownSession {
        let annotation = Self.addition(of: session.annotations, to: SessionAnnotations())
        return Missing(session: session, isNew: true, annotation: annotation)
      }
    }.compactMap { $0 }
  }

  private func copy(_ missing: [Missing], into report: inout MigrationReport) async throws {
    var batch = Batch()
    for start in stride(from: 0, to: missing.count, by: Self.sessionsAtOnce) {
      let group = Array(missing[start..<min(start + Self.sessionsAtOnce, missing.count)])
      let (source, target) = (source, target)
      let histories = try await concurrently(group) { each in
        let session = each.session
        // In the order of arrival, which gives them their sequence numbers again.
        let messages = try await Self.messages(of: session.id, in: source).sorted { $0.sequence < $1.sequence }
        // A first message would make the session, but on its own channel.
        if each.isNew, messages.first?.channel != session.channel { try await Self.create(session, in: target) }
        return messages
      }
      for (session, messages) in zip(group.map(\.session), histories) {
        for message in messages {
          batch.messages.append(message)
          batch.drafts.append(draft(of: message, in: session))
          batch.bytes += message.content.utf8.count
          guard batch.drafts.count >= Importer.batchMessages || batch.bytes >= Importer.batchBytes else { continue }
          try await store(&batch, into: &report)
        }
      }
    }
    try await store(&batch, into: &report)
    for each in missing {
      if let annotation = each.annotation { try await annotate(each.session.id, with: annotation) }
    }
  }

  /// Messages read and not stored yet.
  private struct Batch {
    var messages: [ConversationMessage] = []
    var drafts: [MessageDraft] = []
    var bytes = 0
  }

  private func store(_ batch: inout Batch, into report: inout MigrationReport) async throws {
    guard !batch.drafts.isEmpty else { return }
    report.copied += try await target.add(batch.drafts, policy: .refuseBatch).added
    try await stored(batch.messages)
    batch = Batch()
  }

  private func draft(of message: ConversationMessage, in session: ConversationSession) -> MessageDraft {
    MessageDraft(
      id: message.id, session: message.session, channel: message.channel, role: message.role, author: message.author,
      content: message.content, timestamp: message.timestamp, metadata: message.metadata,
      sessionMetadata: session.metadata)
  }

  /// A session without messages.
  private static func create(_ session: ConversationSession, in target: any TenantStore) async throws {
    do {
      _ = try await target.createSession(
        NewSession(id: session.id, channel: session.channel, metadata: session.metadata))
    } catch let error as MemoryError where error.code == .conflict {
      // It is there.
    }
  }

  /// What the target's tags and note lack: what people wrote there is neither taken away nor replaced.
  private static func addition(of source: SessionAnnotations, to target: SessionAnnotations) -> AnnotationEdit? {
    let edit = AnnotationEdit(
      addedTags: source.tags.filter { !target.tags.contains($0) },
      note: target.note == nil ? source.note.map { .set($0) } ?? .keep : .keep)
    return edit == AnnotationEdit() ? nil : edit
  }

  /// Where both sides' tags are too many for one session, the target keeps its own; checking names the difference.
  private func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws {
    do {
      _ = try await target.annotate(session, with: edit)
    } catch let error as MemoryError where error.code == .invalidArgument {
      guard edit.note != .keep else { return }
      _ = try await target.annotate(session, with: AnnotationEdit(note: edit.note))
    }
  }

  // MARK: Checking

  private func differences(of sessions: [ConversationSession]) async throws -> [MigrationReport.Difference] {
    let (source, target) = (source, target)
    return try await concurrently(sessions) { session in
      async let here = Self.digest(of: session.id, in: source)
      async let there = Self.digest(of: session.id, in: target)
      let (left, right) = try await (here, there)
      guard left != right else { return nil }
      let reason =
        left.messages != right.messages
        ? "it has \(right.messages) of \(left.messages) messages"
        : left.checksum != right.checksum
          ? "its messages differ"
          : left.channel != right.channel || left.metadata != right.metadata
            ? "its channel or metadata differ" : "its tags or note differ"
      return MigrationReport.Difference(session: session.id, reason: reason)
    }.compactMap { $0 }
  }

  private struct Digest: Equatable, Sendable {
    var messages = 0
    /// Of all messages, in whatever order they come.
    var checksum: UInt64 = 0
    var channel: Channel?
    var metadata: [String: String] = [:]
    /// Their order is each side's own.
    var tags: Set<String> = []
    var note: String?
  }

  private static func digest(of session: SessionID, in store: any TenantStore) async throws -> Digest {
    var digest = Digest()
    do {
      let sheet = try await store.session(session)
      digest.channel = sheet.channel
      digest.metadata = sheet.metadata
      digest.tags = Set(sheet.tags)
      digest.note = sheet.note
      for message in try await messages(of: session, in: store) {
        digest.messages += 1
        // Not over the time of storing, which is each store's own.
        digest.checksum &+= UInt64(bitPattern: RowChecksum.of(message, withArrival: false))
      }
    } catch let error as MemoryError where error.code == .unknownSession {
      return digest
    }
    return digest
  }

  private static func messages(
    of session: SessionID, in store: any TenantStore
  ) async throws -> [ConversationMessage] {
    var messages: [ConversationMessage] = []
    var cursor: Cursor?
    repeat {
      let page = try await store.sessionHistory(session, limit: Self.page, before: cursor)
      messages += page.items
      cursor = page.next
    } while cursor != nil
    return messages
  }

  /// Works on several things at once; the results come in the order of the things.
  private func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      var values: [Int: Value] = [:]
      var next = items.indices.makeIterator()
      func start() {
        guard let index = next.next() else { return }
        let item = items[index]
        group.addTask { (index, try await work(item)) }
      }
      for _ in 0..<Self.sessionsAtOnce { start() }
      while let (index, value) = try await group.next() {
        values[index] = value
        start()
      }
      return items.indices.compactMap { values[$0] }
    }
  }
}
