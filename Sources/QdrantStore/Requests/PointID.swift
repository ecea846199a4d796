// The ids of points: made from what they stand for, so that writing twice is writing once, and no tenant's point can have
// the id of another's.

import ConversationMemory
import Crypto
import Foundation

/// A UUID (version 8, RFC 9562) made of the first 122 bits of a SHA-256 over the kind, the tenant and a name, each preceded
/// by its length.
struct PointID: Hashable, Sendable, Comparable {
  /// As Qdrant writes it: lower case, with hyphens.
  let text: String

  static func message(_ id: MessageID, of tenant: TenantID) -> PointID {
    PointID(.message, tenant, id.rawValue)
  }

  /// - Parameter number: from 1: the first passage is with the message.
  static func passage(_ number: Int, of message: MessageID, of tenant: TenantID) -> PointID {
    PointID(.passage, tenant, message.rawValue, String(number))
  }

  static func session(_ id: SessionID, of tenant: TenantID) -> PointID {
    PointID(.session, tenant, id.rawValue)
  }

  static func tenant(_ tenant: TenantID) -> PointID { PointID(.tenant, tenant) }

  private init(_ kind: PointKind, _ tenant: TenantID, _ names: String...) {
    var hash = SHA256()
    for part in [kind.rawValue, tenant.rawValue] + names {
      withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
      var part = part
      part.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    var bytes = Array(hash.finalize().prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef")
    var text = ""
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append("-") }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    self.text = text
  }

  /// A number for callers that know messages by numbers: the UUID's first 60 bits. Two messages of one tenant share
  /// one with a probability of 10⁻⁸ at a hundred thousand messages; it orders what equal times and equal sequence numbers
  /// leave open.
  var row: Int64 {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }.prefix(15)
    return Int64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
  }

  static func < (left: PointID, right: PointID) -> Bool { left.text < right.text }
}

extension PointID: Decodable {
  /// Ids that are numbers belong to no point of recollect's, but must not keep an answer from being read.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else {
      text = String(try container.decode(UInt64.self))
    }
  }
}
