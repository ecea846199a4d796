// Messages as the JSON lines that the importer reads: what goes out comes back in as it was.

import ConversationMemory

struct JSONLinesWriter: ExportWriter {
  mutating func open() -> String { "" }
  mutating func session(_ sheet: ConversationSession) -> String { "" }
  mutating func close() -> String { "" }

  mutating func message(_ entry: ExportEntry) -> String {
    let message = entry.message
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
    // Once a session is enough.
    if entry.isFirstOfSession, let sheet = entry.sheet { members += Self.members(of: sheet) }
    return JSONText.object(members).line + "\n"
  }

  mutating func row(_ sheet: ConversationSession) -> String {
    let members: [JSONText.Member] = [
      .init("session_id", .string(sheet.id.rawValue)),
      .init("channel", .string(sheet.channel.rawValue)),
      .init("title", .string(sheet.title)),
      .init("messages", .integer(sheet.messageCount)),
      .init("started_at", .string(sheet.startedAt.iso8601)),
      .init("last_activity", .string(sheet.lastActivity.iso8601)),
    ]
    return JSONText.object(members + Self.members(of: sheet)).line + "\n"
  }

  private static func members(of sheet: ConversationSession) -> [JSONText.Member] {
    var members: [JSONText.Member] = []
    if !sheet.metadata.isEmpty { members.append(.init("session_metadata", .strings(sheet.metadata))) }
    if !sheet.tags.isEmpty { members.append(.init("session_tags", .array(sheet.tags.map(JSONText.string)))) }
    if let note = sheet.note { members.append(.init("session_note", .string(note))) }
    return members
  }
}
