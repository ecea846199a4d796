// Words as dimensions of the sparse vector.

/// The number of a word's dimension: a hash, so that no dictionary has to be kept and agreed on.
///
/// Of 2³² dimensions a tenant with a hundred thousand different words has about one pair that shares one. What such a
/// pair does: the server takes a message with the one word for one with the other. The search reads the messages it found, and
/// counts their words itself (``KeywordRecount``), so that a message is never a hit for a word that it does not have; the
/// other word's frequency is too high by the one's.
enum TermDimension {
  /// A word by its stem.
  static func stem(_ stem: String) -> UInt32 { hash(0, stem.utf8) }

  /// Any word that begins so, for questions that are still being typed.
  static func beginning(_ letters: some StringProtocol) -> UInt32 { hash(1, letters.utf8) }

  /// The beginnings of a word that have dimensions, in letters. Others are looked for by the longest one that they begin with,
  /// and then compared with the messages' texts: each more would cost eight bytes for each word of each message.
  static let beginnings = [3, 5]

  /// FNV-1a of 64 bits, then MurmurHash3's finalizer, as FNV's upper bits depend on the last letters too little.
  private static func hash(_ kind: UInt8, _ bytes: some Sequence<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    hash = (hash ^ UInt64(kind)) &* 0x100_0000_01B3
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return UInt32(truncatingIfNeeded: hash ^ hash >> 33)
  }
}
