// A message as the tables hold it, and the SELECT that reads it.

import ConversationMemory
import Foundation
import GRDB

/// A stored message with the numbers it has inside the database.
struct MessageRecord: Sendable {
  let row: Int64
  let sessionOrdinal: Int64
  let channelOrdinal: Int64
  let authorOrdinal: Int64?
  let message: ConversationMessage
  let checksum: Int64

  /// Columns by position, read by ``init(_:)``.
  static let select = """
    SELECT m.row, m.session, m.channel, m.author, m.id, s.id, c.name, m.role, a.name, m.content, m.timestamp,
      m.ingested_at, m.sequence, m.metadata, m.checksum
    FROM messages m
    JOIN sessions s ON s.ordinal = m.session
    JOIN channels c ON c.ordinal = m.channel
    LEFT JOIN authors a ON a.ordinal = m.author
    """

  /// - Parameter readsMetadata: else the message comes without its own metadata, which takes as long to read as the rest.
  init(_ values: Row, readsMetadata: Bool = true) throws {
    row = values[0]
    sessionOrdinal = values[1]
    channelOrdinal = values[2]
    authorOrdinal = values[3]
    let content: Data = values[9]
    let metadata: String? = values[13]
    message = ConversationMessage(
      id: MessageID(unchecked: values[4]), session: SessionID(unchecked: values[5]),
      channel: Channel(unchecked: values[6]), role: try RoleCode.role(of: values[7]), author: values[8],
      content: String(decoding: content, as: UTF8.self), timestamp: Timestamp(milliseconds: values[10]),
      ingestedAt: Timestamp(milliseconds: values[11]), sequence: values[12],
      metadata: readsMetadata ? try MetadataText.decode(metadata) : [:])
    checksum = values[14]
  }

  /// The message with that number; nil where there is none.
  static func fetch(row: Int64, readsMetadata: Bool = true, _ database: Database) throws -> MessageRecord? {
    let statement = try database.cachedStatement(sql: select + " WHERE m.row = ?")
    return try Row.fetchOne(statement, arguments: [row]).map { try MessageRecord($0, readsMetadata: readsMetadata) }
  }

  /// What ``checksum`` should be.
  var expectedChecksum: Int64 { Self.checksum(of: message) }

  static func checksum(of message: ConversationMessage) -> Int64 {
    var checksum = RowChecksum()
    checksum.add(message.id.rawValue)
    checksum.add(message.session.rawValue)
    checksum.add(message.channel.rawValue)
    checksum.add(message.role.rawValue)
    checksum.add(message.author)
    checksum.add(message.content)
    checksum.add(message.timestamp.milliseconds)
    checksum.add(message.ingestedAt.milliseconds)
    checksum.add(message.sequence)
    checksum.add(MetadataText.encode(message.metadata))
    return checksum.value
  }

  var cursor: ConversationMemory.Cursor { .message(timestamp: message.timestamp, sequence: message.sequence, row: row) }
}

/// Roles as small integers, in the tables and in the vector index.
enum RoleCode {
  static func code(of role: Role) -> UInt8 {
    switch role {
    case .user: 0
    case .assistant: 1
    case .system: 2
    }
  }

  static func role(of code: Int) throws -> Role {
    switch code {
    case 0: return .user
    case 1: return .assistant
    case 2: return .system
    default:
      throw MemoryError(
        .damaged, "a stored message has the unknown role \(code)", remedy: "run `recollect verify`")
    }
  }
}

/// Metadata as JSON text with sorted names, so that equal metadata is equal text.
enum MetadataText {
  static func encode(_ metadata: [String: String]) -> String? {
    guard !metadata.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What ``encode(_:)`` writes where nothing in it needs escaping: a search reads a hundred of these. Nil for all else.
  private static func plain(_ text: String) -> [String: String]? {
    let bytes = text.utf8
    guard !bytes.contains(UInt8(ascii: "\\")), text.hasPrefix("{\""), text.hasSuffix("\"}") else { return nil }
    // Without escapes every quote is one of JSON's own: {"name":"value","name":"value"}
    let parts = bytes.dropFirst(2).dropLast(2).split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    guard parts.count % 4 == 3 else { return nil }
    var metadata: [String: String] = [:]
    for name in stride(from: 0, to: parts.count, by: 4) {
      guard parts[name + 1].elementsEqual(":".utf8),
        name + 3 == parts.count || parts[name + 3].elementsEqual(",".utf8),
        let key = String(parts[name]), let value = String(parts[name + 2])
      else { return nil }
      metadata[key] = value
    }
    return metadata
  }

  static func decode(_ text: String?) throws -> [String: String] {
    guard let text else { return [:] }
    if let plain = plain(text) { return plain }
    guard let metadata = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
      throw MemoryError(.damaged, "stored metadata is not JSON", remedy: "run `recollect verify`")
    }
    return metadata
  }
}
