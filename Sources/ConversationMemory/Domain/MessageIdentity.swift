// Ids for messages that come without one: the same message always gets the same id, so that importing a file twice
// adds nothing, while two equal lines of one conversation stay two messages.

import Crypto
import Foundation

/// Derives ids from what a message is.
public enum MessageIdentity {
  /// SHA-256, cut to 128 bits and written in hexadecimal after `m-`, over tenant, session, role, time, content and
  /// the occurrence number, each field preceded by its length so that no two sequences of fields are one byte string.
  ///
  /// - Parameter occurrence: 0 for the first message with these fields in an import, 1 for the second, and so on.
  public static func derive(
    tenant: TenantID, session: SessionID, role: Role, timestamp: Timestamp, content: String, occurrence: Int
  ) -> MessageID {
    var hash = SHA256()
    func add(_ text: String) {
      withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
      var text = text
      text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    add(tenant.rawValue)
    add(session.rawValue)
    add(role.rawValue)
    add(String(timestamp.milliseconds))
    add(content)
    add(String(occurrence))
    let digits = Array("0123456789abcdef")
    var text = "m-"
    for byte in hash.finalize().prefix(16) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return MessageID(unchecked: text)
  }

  /// For a message that has neither an id nor a time of its own: it is new by definition.
  public static func fresh() -> MessageID {
    MessageID(unchecked: "m-" + UUID().uuidString.lowercased())
  }
}

/// Counts equal messages of one import, so that the second "Yes." of a second gets an id of its own.
public struct OccurrenceCounter: Sendable {
  /// Keyed by a 64-bit hash of the fields: a collision would only give a message a higher number than it needs.
  private var seen: [UInt64: UInt32] = [:]

  public init() {}

  /// The occurrence number of this message: how many equal ones came before it.
  public mutating func next(session: SessionID, role: Role, timestamp: Timestamp, content: String) -> Int {
    // FNV-1a, not `Hasher`: the same file must number its lines the same way in every process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    mix(session.rawValue.utf8)
    mix(role.rawValue.utf8)
    mix(String(timestamp.milliseconds).utf8)
    mix(content.utf8)
    let count = seen[hash, default: 0]
    seen[hash] = count + 1
    return Int(count)
  }

  /// The id of a draft: its own, or one derived from what it says and how often that was said before.
  ///
  /// - Parameter timestamp: its time, or that of storing where it has none.
  public mutating func identity(of draft: MessageDraft, at timestamp: Timestamp, tenant: TenantID) -> MessageID {
    if let id = draft.id { return id }
    guard draft.timestamp != nil else { return MessageIdentity.fresh() }
    let occurrence = next(session: draft.session, role: draft.role, timestamp: timestamp, content: draft.content)
    return MessageIdentity.derive(
      tenant: tenant, session: draft.session, role: draft.role, timestamp: timestamp, content: draft.content,
      occurrence: occurrence)
  }
}
