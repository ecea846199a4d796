// A tenant's memory in a dictionary, for tests of what an import does to a store and with its refusals.

import ConversationMemory
import Foundation
import Synchronization

/// Stores, lists and pages; search and deletion are not what these tests are about.
final class MemoryFake: TenantStore {
  let id: TenantID
  private let state = Mutex(State())

  private struct State {
    var messages: [MessageID: ConversationMessage] = [:]
    var annotations: [SessionID: SessionAnnotations] = [:]
    var batches: [Int] = []
    var batchesUntilFull: Int?
  }

  init(_ tenant: String = "acme") { id = TenantID(unchecked: tenant) }

  var messages: [ConversationMessage] { state.withLock { Self.sorted(Array($0.messages.values)) } }
  var batches: [Int] { state.withLock { $0.batches } }

  /// From now on the store takes this many batches and then says that the disk is full; nil for no limit.
  func fail(afterBatches count: Int?) { state.withLock { $0.batchesUntilFull = count } }

  func add(_ drafts: [MessageDraft], policy: RejectionPolicy) async throws -> AddResult {
    try state.withLock { state in
      if let left = state.batchesUntilFull {
        guard left > 0 else { throw MemoryError(.storageFull, "the disk is full", remedy: "free some space") }
        state.batchesUntilFull = left - 1
      }
      state.batches.append(drafts.count)
      var result = AddResult(ids: [], added: 0, duplicates: 0, newSessions: 0, rejections: [])
      for (index, draft) in drafts.enumerated() {
        do throws(MemoryError) {
          try draft.validate()
        } catch {
          result.rejections.append(.init(index: index, reason: error))
          result.ids.append(nil)
          continue
        }
        let id = draft.id ?? MessageIdentity.fresh()
        result.ids.append(id)
        if state.messages[id] != nil {
          result.duplicates += 1
          continue
        }
        let siblings = state.messages.values.count { $0.session == draft.session }
        if siblings == 0 { result.newSessions += 1 }
        result.added += 1
        let annotations = state.annotations[draft.session] ?? SessionAnnotations()
        state.annotations[draft.session] = try annotations.applying(draft.annotation(of: annotations))
        state.messages[id] = ConversationMessage(
          id: id, session: draft.session, channel: draft.channel, role: draft.role, author: draft.author,
          content: draft.content, timestamp: draft.timestamp ?? .now, ingestedAt: .now, sequence: Int64(siblings + 1),
          metadata: draft.metadata)
      }
      return result
    }
  }

  func session(_ id: SessionID) async throws -> ConversationSession {
    guard let session = sheets().first(where: { $0.id == id }) else { throw NotFaked() }
    return session
  }

  private func sheets() -> [ConversationSession] {
    let annotations = state.withLock { $0.annotations }
    return Dictionary(grouping: messages, by: \.session).map { session, messages in
      var sheet = ConversationSession(
        id: session, channel: messages[0].channel, title: session.rawValue, startedAt: messages[0].timestamp,
        lastActivity: messages[messages.count - 1].timestamp, messageCount: messages.count, metadata: [:])
      sheet.annotations = annotations[session] ?? SessionAnnotations()
      return sheet
    }
    .sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }

  func sessions(_ query: SessionQuery) async throws -> Page<ConversationSession> {
    let all = sheets()
    let from = query.cursor.flatMap { Int($0.key[0]) } ?? 0
    // Two a page, so that every test crosses pages.
    let items = Array(all.dropFirst(from).prefix(2))
    let isLast = from + items.count >= all.count
    return Page(items: items, next: isLast ? nil : Cursor(listing: "sessions", key: [String(from + items.count)]))
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, after cursor: Cursor
  ) async throws -> Page<ConversationMessage> {
    try following(limit: limit, after: cursor) { $0.session == session }
  }

  private func following(
    limit: Int, after cursor: Cursor, _ isWanted: (ConversationMessage) -> Bool
  ) throws -> Page<ConversationMessage> {
    let key = try cursor.integers(listing: "messages", count: 3)
    let rest = messages.filter { isWanted($0) && ($0.timestamp.milliseconds, $0.sequence) > (key[0], key[1]) }
    let items = Array(rest.prefix(limit))
    let next = items.count < rest.count ? items.last : nil
    return Page(
      items: items, next: next.map { .message(timestamp: $0.timestamp, sequence: $0.sequence, row: 0) })
  }

  private static func sorted(_ messages: [ConversationMessage]) -> [ConversationMessage] {
    messages.sorted { ($0.timestamp, $0.session, $0.sequence) < ($1.timestamp, $1.session, $1.sequence) }
  }

  private struct NotFaked: Error {}

  func createSession(_ session: NewSession) async throws -> ConversationSession { throw NotFaked() }
  func message(_ id: MessageID) async throws -> ConversationMessage { throw NotFaked() }
  func sessionHistory(
    _ session: SessionID, limit: Int, before cursor: Cursor?
  ) async throws -> Page<ConversationMessage> { throw NotFaked() }
  func channelHistory(
    _ channel: Channel, limit: Int, before cursor: Cursor?
  ) async throws -> Page<ConversationMessage> { throw NotFaked() }
  func authorHistory(_ author: String, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> {
    throw NotFaked()
  }
  func authorHistory(_ author: String, limit: Int, after cursor: Cursor) async throws -> Page<ConversationMessage> {
    try following(limit: limit, after: cursor) { $0.author == author }
  }
  func person(_ author: String) async throws -> PersonSummary { throw NotFaked() }
  func tags() async throws -> [TagSummary] { throw NotFaked() }
  func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws -> AnnotationChange { throw NotFaked() }
  func recentContext(limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> { throw NotFaked() }
  func search(_ request: SearchRequest) async throws -> SearchResult { throw NotFaked() }
  func channels() async throws -> [ChannelSummary] { throw NotFaked() }
  func metadataKeys() async throws -> Set<String> { throw NotFaked() }
  func counts() async throws -> TenantSummary { throw NotFaked() }
  func activity(in range: TimeRange, zone: TimeZone) async throws -> [DayActivity] { throw NotFaked() }
  func finishIndexing(progress: @Sendable (IndexingProgress) -> Void) async throws { throw NotFaked() }
  func semanticStatus() async -> SemanticStatus { .ready }
  func changeCounter() async throws -> Int64 { throw NotFaked() }
  func deleteSession(_ session: SessionID) async throws -> Int { throw NotFaked() }
  func deleteTenant() async throws -> TenantSummary { throw NotFaked() }
}
