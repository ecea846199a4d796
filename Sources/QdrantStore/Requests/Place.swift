// Where a message stands in every history: one integer, since the server orders by one field only.

import ConversationMemory

/// Time, then order of arrival: milliseconds in the upper 43 bits, the sequence number within the session in the lower 20.
/// Times end in 2199 (``Timestamp/plausible``), so it stays positive. From the millionth message of a session on, equal times
/// have equal places; readers then compare sequence numbers.
struct Place: Hashable, Comparable, Sendable {
  private static let sequenceBits: Int64 = 20

  let rawValue: Int64

  init(timestamp: Timestamp, sequence: Int64) {
    let largest: Int64 = 1 << Self.sequenceBits - 1
    rawValue = timestamp.milliseconds << Self.sequenceBits | min(max(0, sequence), largest)
  }

  /// The place of a tenant among tenants: the first bytes of its name, as many as a double holds whole.
  init(of tenant: TenantID) {
    var bytes = Array(tenant.rawValue.utf8.prefix(6))
    bytes += [UInt8](repeating: 0, count: 6 - bytes.count)
    rawValue = bytes.reduce(0) { $0 << 8 | Int64($1) }
  }

  static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
}
