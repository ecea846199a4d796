// A checksum beside each stored row or point, so that `verify` finds a flipped bit inside a text, which no check of a
// file's structure can see.

/// FNV-1a, 64 bits (Fowler, Noll, Vo): each step is a bijection, so any change confined to one byte is found.
package struct RowChecksum {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ value: Int64) {
    withUnsafeBytes(of: value.littleEndian) { for byte in $0 { mix(byte) } }
  }

  package mutating func add(_ text: String?) {
    guard var text else {
      add(-1)
      return
    }
    text.withUTF8 { bytes in
      add(Int64(bytes.count))
      for byte in bytes { mix(byte) }
    }
  }

  /// Over what a message says and carries.
  ///
  /// - Parameter withArrival: also over the time of storing and the place in the session, which each store gives by itself.
  package static func of(_ message: ConversationMessage, withArrival: Bool) -> Int64 {
    var checksum = RowChecksum()
    checksum.add(message.id.rawValue)
    checksum.add(message.session.rawValue)
    checksum.add(message.channel.rawValue)
    checksum.add(message.role.rawValue)
    checksum.add(message.author)
    checksum.add(message.content)
    checksum.add(message.timestamp.milliseconds)
    if withArrival {
      checksum.add(message.ingestedAt.milliseconds)
      checksum.add(message.sequence)
    }
    checksum.add(MetadataText.encode(message.metadata))
    return checksum.value
  }

  /// As SQLite stores integers.
  package var value: Int64 { Int64(bitPattern: hash) }

  private mutating func mix(_ byte: UInt8) {
    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
