// A condition on metadata, resolved to the sessions and messages that meet it. A message's own metadata or its session's
// counts.

import ConversationMemory
import GRDB

struct MetadataCondition: Sendable {
  let key: String
  /// Nil asks for any value but an empty one.
  let value: String?
  /// Sessions whose metadata meets it: all their messages do.
  private(set) var sessions: Set<Int64> = []
  /// All messages that meet it, those of the sessions with them; nil where the sessions say it all.
  private(set) var rows: Set<Int64>?

  init(key: String, value: String?, _ database: Database) throws {
    self.key = key
    self.value = value
    // Few texts differ: most messages repeat those of others. Kept by their bytes: equal strings may differ in these.
    var judged: [[UInt8]: Bool] = [:]
    func meets(_ text: String) throws -> Bool {
      let bytes = Array(text.utf8)
      if let known = judged[bytes] { return known }
      let isMet = isMet(by: try MetadataText.decode(text))
      if judged.count < Self.mostJudged { judged[bytes] = isMet }
      return isMet
    }
    // Metadata is stored as JSON of one form. Its text tells candidates from the rest; reading it tells which they are.
    let needle = try Self.needle(key: key, value: value)
    let sessionRows = try Row.fetchCursor(
      database, sql: "SELECT ordinal, metadata FROM sessions WHERE instr(metadata, ?) > 0", arguments: [needle])
    while let row = try sessionRows.next() {
      if try meets(row[1]) { sessions.insert(row[0]) }
    }
    var own: Set<Int64> = []
    let messageRows = try Row.fetchCursor(
      database,
      sql: "SELECT row, session, metadata FROM messages WHERE metadata IS NOT NULL AND instr(metadata, ?) > 0",
      arguments: [needle])
    while let row = try messageRows.next() {
      if !sessions.contains(row[1]), try meets(row[2]) { own.insert(row[0]) }
    }
    guard !own.isEmpty else { return }
    let inherited = try Int64.fetchCursor(
      database, sql: "SELECT row FROM messages WHERE session IN (SELECT value FROM json_each(?))",
      arguments: [SetText.encode(sessions)])
    while let row = try inherited.next() { own.insert(row) }
    rows = own
  }

  private static let mostJudged = 4096

  /// Nothing in the tenant meets it.
  var isVain: Bool { sessions.isEmpty && rows == nil }

  func admits(_ record: MessageRecord) -> Bool {
    sessions.contains(record.sessionOrdinal) || isMet(by: record.message.metadata)
  }

  /// Byte for byte: Swift's own equality takes different spellings of an accent for the same.
  private func isMet(by metadata: [String: String]) -> Bool {
    metadata.contains { pair in
      guard pair.key.utf8.elementsEqual(key.utf8) else { return false }
      return value.map { pair.value.utf8.elementsEqual($0.utf8) } ?? !pair.value.isEmpty
    }
  }

  /// `"key":"value"` or `"key":` as it stands in stored metadata.
  private static func needle(key: String, value: String?) throws -> String {
    guard let text = MetadataText.encode([key: value ?? ""]) else {
      throw MemoryError(.invalidArgument, "\"\(key.prefix(60))\" is no name of metadata", remedy: "use another name")
    }
    return String(text.dropFirst().dropLast(value == nil ? 3 : 1))
  }
}

/// Sets of numbers as SQLite's `json_each` reads them.
enum SetText {
  static func encode(_ numbers: Set<Int64>) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }
}
