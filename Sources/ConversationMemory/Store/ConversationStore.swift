// What every back end offers: first the door (tenants), then, behind a tenant's handle, everything else. There is no
// operation that takes a tenant as an argument beside data: a handle reaches one tenant and nothing else.

public import Foundation

/// Conversation memory of many tenants.
public protocol ConversationStore: Sendable {
  /// The handle of a tenant that exists.
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/unknownTenant``.
  func tenant(_ id: TenantID) async throws -> any TenantStore

  /// The handle of a tenant, made on first use.
  func creatingTenant(_ id: TenantID) async throws -> any TenantStore

  /// Tenants by id, a page at a time, read from the catalogue without opening them.
  func tenants(limit: Int, after cursor: Cursor?) async throws -> Page<TenantSummary>

  /// Checks everything that is stored; repairs what is derived where asked.
  func verify(repair: Bool, progress: @Sendable (String) -> Void) async throws -> [VerificationFinding]
}

/// One tenant's memory.
public protocol TenantStore: Sendable {
  var id: TenantID { get }

  /// Stores messages: one call is one transaction, durable when it returns, idempotent on the message id.
  /// - Parameter policy: whether one bad message refuses the batch or only itself.
  func add(_ drafts: [MessageDraft], policy: RejectionPolicy) async throws -> AddResult

  /// Makes a session that may not have a message yet. Adding a message makes its session by itself.
  /// - Throws: ``MemoryError/Code/conflict`` where the id is taken.
  func createSession(_ session: NewSession) async throws -> ConversationSession

  func session(_ id: SessionID) async throws -> ConversationSession

  func sessions(_ query: SessionQuery) async throws -> Page<ConversationSession>

  func message(_ id: MessageID) async throws -> ConversationMessage

  /// A session's messages, oldest first: the `limit` just before the cursor, or the last ones.
  func sessionHistory(_ session: SessionID, limit: Int, before cursor: Cursor?) async throws -> Page<
    ConversationMessage
  >

  /// The messages that follow the cursor in their session, oldest first.
  func sessionHistory(_ session: SessionID, limit: Int, after cursor: Cursor) async throws -> Page<ConversationMessage>

  /// A channel's messages across sessions, oldest first: the `limit` just before the cursor, or the last ones.
  func channelHistory(_ channel: Channel, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage>

  /// An author's messages across sessions and channels, oldest first: the `limit` just before the cursor, or the last
  /// ones. The name is meant exactly, byte for byte.
  /// - Throws: ``MemoryError/Code/unknownAuthor`` where no message is by them.
  func authorHistory(_ author: String, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage>

  /// The author's messages that follow the cursor, oldest first. Times begin at 0: the cursor of a message at −1 is before
  /// all of them.
  func authorHistory(_ author: String, limit: Int, after cursor: Cursor) async throws -> Page<ConversationMessage>

  /// Newest first, across sessions.
  func recentContext(limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage>

  /// Finds messages by meaning and by words.
  func search(_ request: SearchRequest) async throws -> SearchResult

  func channels() async throws -> [ChannelSummary]

  /// An author in numbers; the name is meant exactly, byte for byte.
  /// - Throws: ``MemoryError/Code/unknownAuthor`` where no message is by them.
  func person(_ author: String) async throws -> PersonSummary

  /// A session's messages counted by who wrote them, in which role and channel; in the order of their first messages.
  func participation(in session: SessionID) async throws -> [Participation]

  /// All tags in use, those of most sessions first, then by name.
  func tags() async throws -> [TagSummary]

  /// The names that metadata of messages and sessions have: what ``SearchQueryParser`` takes for fields. Asked again
  /// without a change in between, it costs nothing.
  func metadataKeys() async throws -> Set<String>

  func counts() async throws -> TenantSummary

  /// Messages per day and channel, by channel name and then by day; days without any are left out.
  /// - Parameters:
  ///   - range: only messages of this time count: a day that it cuts counts in part.
  ///   - zone: whose days are meant, its changes of clocks included.
  func activity(in range: TimeRange, zone: TimeZone) async throws -> [DayActivity]

  /// Embeds what is stored but not yet searchable by meaning. Another process may be at it: then this waits for it.
  func finishIndexing(progress: @Sendable (IndexingProgress) -> Void) async throws

  /// Whether search by meaning works now, without waiting for anything.
  func semanticStatus() async -> SemanticStatus

  /// Grows with every change anybody makes: equal means nothing happened.
  func changeCounter() async throws -> Int64

  /// Changes a session's tags and note, as ``SessionAnnotations/applying(_:)`` says; all or nothing, and durable when it
  /// returns. What changes nothing is no change to ``changeCounter()`` either.
  /// - Returns: what was there, and what is there now.
  func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws -> AnnotationChange

  /// Removes a session with its tags and note, and scrubs its bytes from the disk; returns how many messages went.
  func deleteSession(_ session: SessionID) async throws -> Int

  /// Removes the whole tenant, scrubbed; the handle is dead afterwards. Returns what went.
  func deleteTenant() async throws -> TenantSummary
}

/// A session to create.
public struct NewSession: Hashable, Sendable {
  /// Made up where it is missing.
  public var id: SessionID?
  public var channel: Channel
  public var metadata: [String: String]

  public init(id: SessionID? = nil, channel: Channel, metadata: [String: String] = [:]) {
    self.id = id
    self.channel = channel
    self.metadata = metadata
  }

  /// Its id, made up where it is missing.
  /// - Throws: ``MemoryError/Code/invalidMessage`` where its metadata is too large.
  package func checkedID() throws(MemoryError) -> SessionID {
    let bytes = metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    guard bytes <= MessageLimits.metadataBytes else {
      throw MemoryError(
        .invalidMessage, "the session's metadata has \(bytes) bytes",
        remedy: "keep at most \(MessageLimits.metadataBytes)")
    }
    if let id { return id }
    return try SessionID("s-" + UUID().uuidString.lowercased())
  }
}

/// What a bad message does to its batch.
public enum RejectionPolicy: Sendable {
  /// Nothing of the batch is stored; the first fault is thrown.
  case refuseBatch
  /// The good ones are stored; the others come back in ``AddResult/rejections``.
  case skipMessage
}

/// What became of a batch.
public struct AddResult: Hashable, Sendable {
  /// Of each draft in order, nil where it was rejected.
  public var ids: [MessageID?]
  public var added: Int
  /// Already there, with the same content.
  public var duplicates: Int
  public var newSessions: Int
  public var rejections: [Rejection]

  public struct Rejection: Hashable, Sendable {
    /// Index in the batch.
    public var index: Int
    public var reason: MemoryError

    public init(index: Int, reason: MemoryError) {
      self.index = index
      self.reason = reason
    }
  }

  public init(ids: [MessageID?], added: Int, duplicates: Int, newSessions: Int, rejections: [Rejection]) {
    self.ids = ids
    self.added = added
    self.duplicates = duplicates
    self.newSessions = newSessions
    self.rejections = rejections
  }
}

/// How far embedding has come.
public struct IndexingProgress: Hashable, Sendable {
  public var done: Int
  public var total: Int

  public init(done: Int, total: Int) {
    self.done = done
    self.total = total
  }
}

/// One thing ``ConversationStore/verify(repair:progress:)`` looked at.
public struct VerificationFinding: Hashable, Sendable {
  public enum Outcome: String, Sendable {
    case sound
    case damaged
    case repaired
    /// Could not be looked at now: somebody else is at work on it, or a newer version wrote it.
    case unchecked
  }

  /// A path within the data folder.
  public var file: String
  public var outcome: Outcome
  /// What was checked, or what is wrong and what to do.
  public var detail: String

  public init(file: String, outcome: Outcome, detail: String) {
    self.file = file
    self.outcome = outcome
    self.detail = detail
  }
}

extension TenantStore {
  /// Stores one message and returns its id.
  @discardableResult
  public func add(_ draft: MessageDraft) async throws -> MessageID {
    guard let id = try await add([draft], policy: .refuseBatch).ids.first ?? nil else {
      throw MemoryError(.invalidMessage, "the message was not stored", remedy: "check its fields")
    }
    return id
  }

  /// Stores a batch, all or nothing, and returns the ids in order.
  @discardableResult
  public func add(_ drafts: [MessageDraft]) async throws -> [MessageID] {
    try await add(drafts, policy: .refuseBatch).ids.compactMap { $0 }
  }

  public func sessionHistory(_ session: SessionID, limit: Int = 50) async throws -> [ConversationMessage] {
    try await sessionHistory(session, limit: limit, before: nil).items
  }

  public func channelHistory(_ channel: Channel, limit: Int = 50) async throws -> [ConversationMessage] {
    try await channelHistory(channel, limit: limit, before: nil).items
  }

  public func recentContext(limit: Int = 10) async throws -> [ConversationMessage] {
    try await recentContext(limit: limit, before: nil).items
  }

  /// Hybrid search with its usual filters spelled out.
  public func searchConversations(
    _ query: String, topK: Int = 10, session: SessionID? = nil, channel: Channel? = nil, role: Role? = nil,
    author: String? = nil, timeRange: TimeRange = TimeRange()
  ) async throws -> [SearchHit] {
    var request = SearchRequest(query, topK: topK)
    request.filter = SearchFilter(
      session: session, channel: channel, role: role, author: author, timeRange: timeRange)
    return try await search(request).hits
  }
}
