// Comma-separated values (RFC 4180) with the importer's header.

import ConversationMemory

struct CSVWriter: ExportWriter {
  let guardsFormulas: Bool
  private var hasHeader = false

  init(guardsFormulas: Bool) { self.guardsFormulas = guardsFormulas }

  // The header depends on what comes: messages or sessions.
  mutating func open() -> String { "" }
  mutating func session(_ sheet: ConversationSession) -> String { "" }
  mutating func close() -> String { hasHeader ? "" : header(Self.messageColumns) }

  private static let messageColumns = [
    "session_id", "channel", "role", "author", "timestamp", "content", "message_id", "metadata", "session_metadata",
    "session_tags", "session_note",
  ]
  private static let sessionColumns = [
    "session_id", "channel", "title", "messages", "started_at", "last_activity", "session_metadata", "session_tags",
    "session_note",
  ]

  mutating func message(_ entry: ExportEntry) -> String {
    let message = entry.message
    return header(Self.messageColumns)
      + record(
        [
          message.session.rawValue, message.channel.rawValue, message.role.rawValue, message.author ?? "",
          message.timestamp.iso8601, message.content, message.id.rawValue, Self.object(message.metadata),
        ] + Self.fields(of: entry.isFirstOfSession ? entry.sheet : nil))
  }

  mutating func row(_ sheet: ConversationSession) -> String {
    header(Self.sessionColumns)
      + record(
        [
          sheet.id.rawValue, sheet.channel.rawValue, sheet.title, String(sheet.messageCount), sheet.startedAt.iso8601,
          sheet.lastActivity.iso8601,
        ] + Self.fields(of: sheet))
  }

  private static func fields(of sheet: ConversationSession?) -> [String] {
    guard let sheet else { return ["", "", ""] }
    return [object(sheet.metadata), sheet.tags.joined(separator: " "), sheet.note ?? ""]
  }

  private static func object(_ values: [String: String]) -> String {
    values.isEmpty ? "" : JSONText.strings(values).line
  }

  private mutating func header(_ columns: [String]) -> String {
    guard !hasHeader else { return "" }
    hasHeader = true
    return record(columns)
  }

  private func record(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

  private func field(_ text: String) -> String {
    let guarded = guardsFormulas && Self.beginsFormula(text) ? "'" + text : text
    // By bytes: CRLF is one character.
    let needsQuotes = guarded.utf8.contains {
      [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0)
    }
    return needsQuotes || guarded.first == " " || guarded.last == " "
      ? "\"" + guarded.replacing("\"", with: "\"\"") + "\"" : guarded
  }

  /// What spreadsheets take for a formula (OWASP, "CSV Injection"), the wide forms of East Asian locales with it.
  private static func beginsFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first)
  }
}
