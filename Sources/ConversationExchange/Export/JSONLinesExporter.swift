// Exports messages as the JSON lines that the importer reads: what goes out comes back in as it was.

public import ConversationMemory

/// Streams a session or a whole tenant, a page at a time.
public struct JSONLinesExporter: Sendable {
  /// Content bytes a page should have: one page is in memory at a time.
  private static let pageBytes = 4 << 20

  private let memory: any TenantStore

  public init(from memory: any TenantStore) { self.memory = memory }

  /// Writes all sessions, oldest first, each one's messages in order.
  ///
  /// - Parameter progress: told the number of messages written so far.
  /// - Returns: how many messages were written.
  @discardableResult
  public func exportAll(to file: ExportFile, progress: (Int) -> Void = { _ in }) async throws -> Int {
    var query = SessionQuery(order: .startedAt, reversed: true, limit: 500)
    var written = 0
    repeat {
      let page = try await memory.sessions(query)
      for session in page.items {
        let before = written
        written += try await export(session.id, to: file) { progress(before + $0) }
      }
      query.cursor = page.next
    } while query.cursor != nil
    return written
  }

  /// Writes one session's messages, oldest first.
  @discardableResult
  public func export(_ session: SessionID, to file: ExportFile, progress: (Int) -> Void = { _ in }) async throws -> Int
  {
    // Before any message: times begin at 0.
    var cursor: Cursor? = .message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
    var limit = 20
    var written = 0
    // Once a session, with its first message.
    var sheet: ConversationSession? = try await memory.session(session)
    while let place = cursor {
      let page = try await memory.sessionHistory(session, limit: limit, after: place)
      var bytes: [UInt8] = []
      for message in page.items {
        Self.document(of: message, session: sheet).write(into: &bytes, indent: nil)
        sheet = nil
        bytes.append(10)
      }
      try file.write(bytes)
      written += page.items.count
      progress(written)
      if !page.items.isEmpty { limit = max(1, min(1000, Self.pageBytes / (bytes.count / page.items.count + 1))) }
      cursor = page.next
    }
    return written
  }

  /// A message in the import format.
  ///
  /// - Parameter session: what is known about the whole session is written along.
  static func document(of message: ConversationMessage, session: ConversationSession? = nil) -> JSONText {
    var members: [JSONText.Member] = [
      .init("session_id", .string(message.session.rawValue)),
      .init("channel", .string(message.channel.rawValue)),
      .init("role", .string(message.role.rawValue)),
      .init("content", .string(message.content)),
      .init("timestamp", .string(message.timestamp.iso8601)),
      .init("message_id", .string(message.id.rawValue)),
    ]
    if let author = message.author { members.append(.init("author", .string(author))) }
    if !message.metadata.isEmpty { members.append(.init("metadata", .strings(message.metadata))) }
    guard let session else { return .object(members) }
    if !session.metadata.isEmpty { members.append(.init("session_metadata", .strings(session.metadata))) }
    if !session.tags.isEmpty { members.append(.init("session_tags", .array(session.tags.map(JSONText.string)))) }
    if let note = session.note { members.append(.init("session_note", .string(note))) }
    return .object(members)
  }
}
