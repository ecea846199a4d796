// The guard of a block of 64 rows or slots of a segment: 32 bytes.
//
//   rows:   0 u64 deleted rows   8 u32 vectors and scales   12 u32 residuals   16 u32 columns   20 u32 sketches
//           24 u32 first tokens of the block's rows and of the row after it, then their tokens
//   slots:  0 u64 deleted slots  8 u32 codes and slots      12, 16, 20, 24 u32 zero
//           28 u32 checksum of bytes 0..<28, u32 number of the block, u32 identifier of the segment
//
// The checksums are of the block as it is with the deleted elements read as zero (row_block_checksum), each column's
// continuing from the one before it. The slots' row numbers are not zeroed.

/// What a guard says.
struct BlockGuard: Sendable, Hashable {
  static let size = 32

  var deleted: UInt64 = 0
  /// Vectors, residuals, columns, sketches, tokens; of slots only the first, codes.
  var checksums: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)

  func encoded(block: Int, identifier: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    bytes.put(deleted, at: 0)
    bytes.put(checksums.0, at: 8)
    bytes.put(checksums.1, at: 12)
    bytes.put(checksums.2, at: 16)
    bytes.put(checksums.3, at: 20)
    bytes.put(checksums.4, at: 24)
    bytes.put(Self.seal(bytes, block: block, identifier: identifier), at: 28)
    return bytes
  }

  init() {}

  /// Nil where the bytes are no guard of that block, or torn.
  init?(bytes: [UInt8], block: Int, identifier: UInt32) {
    guard bytes.count == Self.size,
      bytes.number(UInt32.self, at: 28) == Self.seal(bytes, block: block, identifier: identifier),
      let deleted = bytes.number(UInt64.self, at: 0), let vectors = bytes.number(UInt32.self, at: 8),
      let residuals = bytes.number(UInt32.self, at: 12), let columns = bytes.number(UInt32.self, at: 16),
      let sketches = bytes.number(UInt32.self, at: 20), let tokens = bytes.number(UInt32.self, at: 24)
    else { return nil }
    self.deleted = deleted
    checksums = (vectors, residuals, columns, sketches, tokens)
  }

  private static func seal(_ bytes: [UInt8], block: Int, identifier: UInt32) -> UInt32 {
    var covered = Array(bytes[..<28]) + [UInt8](repeating: 0, count: 8)
    covered.put(UInt32(truncatingIfNeeded: block), at: 28)
    covered.put(identifier, at: 32)
    return covered.checksum(0..<covered.count)
  }

  static func == (left: BlockGuard, right: BlockGuard) -> Bool {
    left.deleted == right.deleted && left.checksums == right.checksums
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(deleted)
    hasher.combine(checksums.0)
    hasher.combine(checksums.1)
    hasher.combine(checksums.2)
    hasher.combine(checksums.3)
    hasher.combine(checksums.4)
  }
}
