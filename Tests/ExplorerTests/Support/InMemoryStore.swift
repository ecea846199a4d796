// A store in memory, behind the same protocols as the real ones: everything the explorer asks for, nothing else.

import ConversationMemory
import Foundation
import Synchronization

final class InMemoryStore: ConversationStore {
  private let tenantStores: Mutex<[TenantID: InMemoryTenant]>

  init(_ tenants: [InMemoryTenant]) {
    tenantStores = Mutex(Dictionary(uniqueKeysWithValues: tenants.map { ($0.id, $0) }))
  }

  /// As another process would bring one in.
  func add(_ tenant: InMemoryTenant) { tenantStores.withLock { $0[tenant.id] = tenant } }

  func tenant(_ id: TenantID) async throws -> any TenantStore {
    guard let store = tenantStores.withLock({ $0[id] }) else { throw MemoryError.unknownTenant(id) }
    return store
  }

  func creatingTenant(_ id: TenantID) async throws -> any TenantStore { try await tenant(id) }

  func tenants(limit: Int, after cursor: Cursor?) async throws -> Page<TenantSummary> {
    let all = tenantStores.withLock { Array($0.values) }.sorted { $0.id < $1.id }.map(\.summary)
    let start = try cursor.map { Int(try $0.integers(listing: "tenants", count: 1)[0]) } ?? 0
    let end = min(all.count, start + limit)
    return Page(
      items: Array(all[start..<end]), next: end < all.count ? Cursor(listing: "tenants", key: [String(end)]) : nil)
  }

  func verify(repair: Bool, progress: @Sendable (String) -> Void) async throws -> [VerificationFinding] { [] }
}

/// One tenant's messages in memory. Search counts shared words; "meaning" is a short list of words that mean the same.
final class InMemoryTenant: TenantStore {
  private struct Contents {
    var messages: [ConversationMessage] = []
    var sessions: [SessionID: ConversationSession] = [:]
    var changes: Int64 = 0
    var status = SemanticStatus.ready
  }

  let id: TenantID
  private let contents: Mutex<Contents>

  init(_ id: String) {
    self.id = TenantID(unchecked: id)
    contents = Mutex(Contents())
  }

  /// One of its own with the same contents.
  init(copying other: InMemoryTenant) {
    id = other.id
    contents = Mutex(other.contents.withLock { $0 })
  }

  var status: SemanticStatus {
    get { contents.withLock { $0.status } }
    set { contents.withLock { $0.status = newValue } }
  }

  var summary: TenantSummary {
    contents.withLock {
      TenantSummary(
        id: id, messages: $0.messages.count, sessions: $0.sessions.count,
        lastActivity: $0.messages.map(\.timestamp).max())
    }
  }

  /// Adds what is said in a session, which is made where it is missing.
  func say(
    _ session: String, on channel: String, _ role: Role, _ author: String?, at time: Timestamp, _ content: String,
    metadata: [String: String] = [:]
  ) {
    contents.withLock { contents in
      let id = SessionID(unchecked: session)
      let count = contents.messages.count + 1
      let message = ConversationMessage(
        id: MessageID(unchecked: "m\(count)"), session: id, channel: Channel(unchecked: channel), role: role,
        author: author, content: content, timestamp: time, ingestedAt: time, sequence: Int64(count),
        metadata: metadata)
      contents.messages.append(message)
      contents.messages.sort { ($0.timestamp, $0.sequence) < ($1.timestamp, $1.sequence) }
      contents.changes += 1
      let own = contents.messages.filter { $0.session == id }
      var merged = contents.sessions[id]?.metadata ?? [:]
      for (name, value) in metadata where MetadataKey.sessionWide.contains(name) { merged[name] = value }
      contents.sessions[id] = ConversationSession(
        id: id, channel: message.channel,
        title: SessionTitle.make(
          metadata: merged, opening: own.first { $0.role == .user }?.content ?? own.first?.content, id: id),
        startedAt: own.first?.timestamp ?? time, lastActivity: own.last?.timestamp ?? time, messageCount: own.count,
        metadata: merged, tags: contents.sessions[id]?.tags ?? [], note: contents.sessions[id]?.note)
    }
  }

  /// In time order.
  var messages: [ConversationMessage] { contents.withLock { $0.messages } }

  var annotated: [SessionID: SessionAnnotations] {
    contents.withLock { $0.sessions.mapValues(\.annotations).filter { !$0.value.isEmpty } }
  }

  func set(_ annotations: SessionAnnotations, of session: SessionID) {
    contents.withLock {
      $0.sessions[session]?.annotations = annotations
      $0.changes += 1
    }
  }

  func add(_ drafts: [MessageDraft], policy: RejectionPolicy) async throws -> AddResult {
    for draft in drafts {
      say(
        draft.session.rawValue, on: draft.channel.rawValue, draft.role, draft.author,
        at: draft.timestamp ?? Timestamp(milliseconds: 0), draft.content, metadata: draft.metadata)
    }
    return AddResult(ids: [], added: drafts.count, duplicates: 0, newSessions: 0, rejections: [])
  }

  func createSession(_ session: NewSession) async throws -> ConversationSession {
    throw MemoryError(.invalidArgument, "this store makes no sessions by themselves")
  }

  func session(_ id: SessionID) async throws -> ConversationSession {
    guard let session = contents.withLock({ $0.sessions[id] }) else {
      throw MemoryError.unknownSession(id, tenant: self.id)
    }
    return session
  }

  func sessions(_ query: SessionQuery) async throws -> Page<ConversationSession> {
    var all = contents.withLock { Array($0.sessions.values) }
    all.removeAll { Self.meets($0, query) == query.isInverted }
    all.sort { left, right in
      switch query.order {
      case .lastActivity: (right.lastActivity, left.id) < (left.lastActivity, right.id)
      case .startedAt: (right.startedAt, left.id) < (left.startedAt, right.id)
      case .messageCount: (right.messageCount, left.id) < (left.messageCount, right.id)
      case .title: (left.title, left.id) < (right.title, right.id)
      }
    }
    if query.reversed { all.reverse() }
    let start = try query.cursor.map { Int(try $0.integers(listing: "sessions", count: 1)[0]) } ?? 0
    let end = min(all.count, start + query.limit)
    return Page(
      items: Array(all[min(start, end)..<end]),
      next: end < all.count ? Cursor(listing: "sessions", key: [String(end)]) : nil)
  }

  private static func meets(_ session: ConversationSession, _ query: SessionQuery) -> Bool {
    func has(_ text: String) -> Bool {
      let texts = [session.title, session.id.rawValue, session.note ?? ""] + session.tags.map { "#" + $0 }
      return (texts + session.metadata.values).contains {
        $0.lowercased().contains(text.lowercased())
      }
    }
    func holds(_ condition: SessionCondition) -> Bool {
      switch condition.kind {
      case .text(let text): has(text) != condition.isExcluded
      case .channel(let channel): (session.channel == channel) != condition.isExcluded
      case .tag(let tag): session.tags.contains(tag) != condition.isExcluded
      case .note(let text): session.annotations.meets(tags: [], note: text) != condition.isExcluded
      case .metadata(let key, let value): (session.metadata[key] == value) != condition.isExcluded
      }
    }
    return (query.channel.map { session.channel == $0 } ?? true)
      && (query.timeRange.since.map { session.lastActivity >= $0 } ?? true)
      && (query.timeRange.until.map { session.startedAt < $0 } ?? true)
      && query.metadata.allSatisfy { session.metadata[$0] == $1 }
      && session.annotations.meets(tags: query.tags, note: query.note) && (query.text.map(has) ?? true)
      && query.conditions.allSatisfy(holds)
  }

  func message(_ id: MessageID) async throws -> ConversationMessage {
    guard let message = contents.withLock({ $0.messages.first { $0.id == id } }) else {
      throw MemoryError(.unknownMessage, "there is no message \(id)")
    }
    return message
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, before cursor: Cursor?
  ) async throws -> Page<ConversationMessage> {
    _ = try await self.session(session)
    return try page(limit: limit, before: cursor) { $0.session == session }
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, after cursor: Cursor
  ) async throws -> Page<ConversationMessage> {
    try following(limit: limit, after: cursor) { $0.session == session }
  }

  private func following(
    limit: Int, after cursor: Cursor, _ isWanted: (ConversationMessage) -> Bool
  ) throws -> Page<ConversationMessage> {
    let place = try cursor.integers(listing: "messages", count: 3)
    let all = contents.withLock { $0.messages.filter(isWanted) }
    let rest = all.filter { !Self.isBefore($0, place) && !Self.isAt($0, place) }
    let items = Array(rest.prefix(limit))
    return Page(items: items, next: items.count < rest.count ? items.last.map(Self.cursor) : nil)
  }

  func channelHistory(_ channel: Channel, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage>
  {
    try page(limit: limit, before: cursor) { $0.channel == channel }
  }

  func authorHistory(_ author: String, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> {
    _ = try await person(author)
    return try page(limit: limit, before: cursor) { $0.author == author }
  }

  func authorHistory(_ author: String, limit: Int, after cursor: Cursor) async throws -> Page<ConversationMessage> {
    _ = try await person(author)
    return try following(limit: limit, after: cursor) { $0.author == author }
  }

  func recentContext(limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> {
    var page = try page(limit: limit, before: cursor) { _ in true }
    page.items.reverse()
    return page
  }

  private func page(
    limit: Int, before cursor: Cursor?, _ isWanted: (ConversationMessage) -> Bool
  ) throws -> Page<ConversationMessage> {
    let place = try cursor.map { try $0.integers(listing: "messages", count: 3) }
    let all = contents.withLock { $0.messages.filter(isWanted) }
    let earlier = place.map { place in all.filter { Self.isBefore($0, place) } } ?? all
    let items = Array(earlier.suffix(limit))
    return Page(items: items, next: items.count < earlier.count ? items.first.map(Self.cursor) : nil)
  }

  private static func cursor(_ message: ConversationMessage) -> Cursor {
    .message(timestamp: message.timestamp, sequence: message.sequence, row: message.sequence)
  }

  private static func key(_ message: ConversationMessage) -> [Int64] {
    [message.timestamp.milliseconds, message.sequence, message.sequence]
  }

  private static func isBefore(_ message: ConversationMessage, _ place: [Int64]) -> Bool {
    key(message).lexicographicallyPrecedes(place)
  }

  private static func isAt(_ message: ConversationMessage, _ place: [Int64]) -> Bool {
    !isBefore(message, place) && !place.lexicographicallyPrecedes(key(message))
  }

  private static let alike: [[String]] = [
    ["price", "pricing", "cost", "quote", "pay", "tier"], ["broken", "fails", "down", "timeout", "error"],
  ]

  func search(_ request: SearchRequest) async throws -> SearchResult {
    let words = request.parts.flatMap { $0.text.lowercased().split { !$0.isLetter } }.map(String.init)
    let (messages, status) = contents.withLock { ($0.messages, $0.status) }
    let sessions = contents.withLock { $0.sessions }
    var hits = messages.filter {
      Self.passes($0, request.filter, of: sessions[$0.session])
    }.compactMap {
      Self.hit($0, words, isSemantic: status == .ready)
    }
    hits.sort { ($1.score, $1.message.timestamp) < ($0.score, $0.message.timestamp) }
    if status == .ready { Self.lend(to: &hits, messages) }
    return SearchResult(hits: Array(hits.prefix(request.topK)), semantic: status)
  }

  /// A turn lends to what answers it.
  private static func lend(to hits: inout [SearchHit], _ messages: [ConversationMessage]) {
    for index in hits.indices where hits[index].message.role == .assistant {
      let message = hits[index].message
      guard
        let before = messages.last(where: { $0.session == message.session && $0.sequence == message.sequence - 1 })
      else { continue }
      hits[index].interaction = 0.45
      hits[index].lender = SearchHit.Lender(message: before.id, offset: -1)
    }
  }

  private static func passes(
    _ message: ConversationMessage, _ filter: SearchFilter, of sheet: ConversationSession?
  ) -> Bool {
    let session = sheet?.metadata ?? [:]
    let annotations = sheet?.annotations ?? SessionAnnotations()
    let text = message.content.lowercased()
    guard filter.phrases.allSatisfy({ text.contains($0.lowercased()) }),
      !filter.excluded.contains(where: { text.contains($0.lowercased()) }),
      filter.has.allSatisfy({ $0.isPresent(in: message.content) }),
      filter.metadata.allSatisfy({ message.metadata[$0] == $1 || session[$0] == $1 }),
      filter.hasMetadata.allSatisfy({ message.metadata[$0] != nil || session[$0] != nil }),
      annotations.meets(tags: filter.tags, note: filter.note)
    else { return false }
    return (filter.session.map { $0 == message.session } ?? true) && filter.excludedSession != message.session
      && (filter.channel.map { $0 == message.channel } ?? true) && (filter.role.map { $0 == message.role } ?? true)
      && (filter.author.map { $0 == message.author } ?? true) && filter.timeRange.contains(message.timestamp)
  }

  private static func hit(_ message: ConversationMessage, _ words: [String], isSemantic: Bool) -> SearchHit? {
    let content = message.content.lowercased()
    var ranges: [Range<Int>] = []
    var matched: [String] = []
    for word in Set(words) where word.count > 2 {
      guard let range = content.firstRange(of: word) else { continue }
      let start = content.utf8.distance(from: content.startIndex, to: range.lowerBound)
      ranges.append(start..<start + word.utf8.count)
      matched.append(word)
    }
    let related = alike.filter { group in
      group.contains { words.contains($0) } && group.contains { content.contains($0) }
    }
    guard !ranges.isEmpty || (isSemantic && !related.isEmpty) else { return nil }
    let coverage = Double(matched.count) / Double(max(1, words.count))
    let parts = ScoreParts(semantic: isSemantic ? (related.isEmpty ? 0.05 : 0.5) : 0, keyword: 0.4 * coverage)
    return SearchHit(
      message: message, score: parts.total, weak: parts.total < 0.3, parts: parts,
      similarity: isSemantic ? parts.semantic + 0.1 : nil, matchedWords: matched.sorted(), wordCoverage: coverage,
      matchedRanges: ranges.sorted { $0.lowerBound < $1.lowerBound }, passage: 0..<message.content.utf8.count,
      cursor: cursor(message))
  }

  func channels() async throws -> [ChannelSummary] {
    let messages = contents.withLock { $0.messages }
    return Dictionary(grouping: messages, by: \.channel).map { channel, messages in
      ChannelSummary(
        id: channel, messages: messages.count, sessions: Set(messages.map(\.session)).count,
        lastActivity: messages.map(\.timestamp).max())
    }.sorted { $0.id < $1.id }
  }

  func metadataKeys() async throws -> Set<String> {
    contents.withLock { contents in
      Set(contents.messages.flatMap(\.metadata.keys) + contents.sessions.values.flatMap(\.metadata.keys))
    }
  }

  func counts() async throws -> TenantSummary { summary }
  func activity(in range: TimeRange, zone: TimeZone) async throws -> [DayActivity] {
    var counts: [Channel: [CivilDay: Int]] = [:]
    for message in contents.withLock({ $0.messages }) where range.contains(message.timestamp) {
      let offset = Int64(zone.secondsFromGMT(for: message.timestamp.date)) * 1000
      let day = CivilDay(daysSinceEpoch: (message.timestamp.milliseconds + offset) / 86_400_000)
      counts[message.channel, default: [:]][day, default: 0] += 1
    }
    let channels = counts.sorted { $0.key < $1.key }
    return channels.flatMap { channel, days in
      days.sorted { $0.key < $1.key }.map { DayActivity(channel: channel, day: $0.key, messages: $0.value) }
    }
  }
  func finishIndexing(progress: @Sendable (IndexingProgress) -> Void) async throws {}
  func semanticStatus() async -> SemanticStatus { status }
  func changeCounter() async throws -> Int64 { contents.withLock { $0.changes } }

  func deleteSession(_ session: SessionID) async throws -> Int {
    contents.withLock { contents in
      let count = contents.messages.count { $0.session == session }
      contents.messages.removeAll { $0.session == session }
      contents.sessions[session] = nil
      contents.changes += 1
      return count
    }
  }

  func deleteTenant() async throws -> TenantSummary { summary }
}
