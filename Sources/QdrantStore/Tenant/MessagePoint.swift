// A message as a point, and back.

import ConversationMemory
import Crypto
import Foundation

/// A message with its place among others.
struct StoredTurn: Sendable {
  let message: ConversationMessage
  /// See ``PointID/row``.
  let row: Int64

  var cursor: Cursor { .message(timestamp: message.timestamp, sequence: message.sequence, row: row) }

  /// What histories are ordered by.
  var key: (Timestamp, Int64, Int64) { (message.timestamp, message.sequence, row) }

  init(_ point: StoredPoint) throws {
    guard let payload = point.payload, let message = MessagePoint.message(payload) else {
      throw MemoryError(
        .damaged, "the point \(point.id.text) is not a whole message", remedy: "run `recollect verify`")
    }
    self.message = message
    row = point.id.row
  }
}

enum MessagePoint {
  /// The payload of a message, but for what embedding adds.
  static func payload(_ message: ConversationMessage) -> [(String, JSONValue)] {
    var payload = payload(placing: message, as: .message)
    payload += [
      (PayloadField.place.rawValue, .integer(Place(timestamp: message.timestamp, sequence: message.sequence).rawValue)),
      (PayloadField.quarterHour.rawValue, .integer(message.timestamp.milliseconds / 900_000)),
      (PayloadName.content, .string(message.content)),
      (PayloadName.ingestedAt, .integer(message.ingestedAt.milliseconds)),
      (PayloadName.checksum, .string(checksum(message))),
    ]
    if !message.metadata.isEmpty {
      payload += [
        (PayloadName.metadata, .map(message.metadata))
      ]
    }
    return payload
  }

  /// What searches filter by, of a message or of one of its passages.
  static func payload(placing message: ConversationMessage, as kind: PointKind) -> [(String, JSONValue)] {
    var payload: [(String, JSONValue)] = [
      (PayloadField.kind.rawValue, .string(kind.rawValue)),
      (PayloadName.messageID, .string(message.id.rawValue)),
      (PayloadField.session.rawValue, .string(message.session.rawValue)),
      (PayloadField.channel.rawValue, .string(message.channel.rawValue)),
      (PayloadField.role.rawValue, .string(message.role.rawValue)),
      (PayloadField.timestamp.rawValue, .integer(message.timestamp.milliseconds)),
      (PayloadField.sequence.rawValue, .integer(message.sequence)),
    ]
    if let author = message.author { payload.append((PayloadField.author.rawValue, .string(author))) }
    if !message.metadata.isEmpty {
      payload += [
        (PayloadField.metadataNames.rawValue, .strings(message.metadata.keys.sorted())),
        (PayloadField.metadataPairs.rawValue, .strings(MetadataDigest.digests(of: message.metadata))),
      ]
    }
    return payload
  }

  /// The message; nil where something of it is missing.
  static func message(_ payload: PointPayload) -> ConversationMessage? {
    guard let id = payload.messageID, let session = payload.session, let channel = payload.channel,
      let role = payload.role.flatMap(Role.init(rawValue:)), let content = payload.content,
      let timestamp = payload.timestamp, let ingestedAt = payload.ingestedAt, let sequence = payload.sequence
    else { return nil }
    return ConversationMessage(
      id: MessageID(unchecked: id), session: SessionID(unchecked: session), channel: Channel(unchecked: channel),
      role: role, author: payload.author, content: content, timestamp: Timestamp(milliseconds: timestamp),
      ingestedAt: Timestamp(milliseconds: ingestedAt), sequence: sequence, metadata: payload.metadata ?? [:])
  }

  /// Over everything that a message is, as text: JSON's numbers would not keep 64 bits everywhere.
  static func checksum(_ message: ConversationMessage) -> String {
    String(UInt64(bitPattern: RowChecksum.of(message, withArrival: true)), radix: 16)
  }
}

/// Names with their values as one short word each, so that an index can find them whatever they are called.
enum MetadataDigest {
  /// 96 bits of SHA-256: two pairs that share a digest would have to be made for it, and hits are checked against the metadata
  /// itself.
  static func digest(_ name: String, _ value: String) -> String {
    var hash = SHA256()
    for part in [name, value] {
      withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Data(part.utf8))
    }
    return Data(hash.finalize().prefix(12)).base64EncodedString()
  }

  static func digests(of metadata: [String: String]) -> [String] {
    metadata.sorted { $0.key < $1.key }.map { digest($0.key, $0.value) }
  }
}
