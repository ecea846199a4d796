// The files of an index, byte by byte, and the constants of the format. Encoding and decoding live in
// CommitRecord.swift, Manifest.swift, TailLayout.swift, SegmentLayout.swift, BlockGuard.swift and Codebook.swift.
//
// All numbers are little-endian; every checksum is CRC-32C. Unnamed bytes are zero and are verified to be zero.
// No file is ever truncated, so a mapping stays valid for as long as a process holds it, even after the file has
// been unlinked. Maps are read-only; the one writer changes files with pwrite only, so that a full disk is an error
// it gets and not a signal somebody else gets.
//
// Rows are appended to a tail. Full tails are sealed into a segment, in which rows have product-quantized codes in
// coarse lists; segments are merged into larger ones. A row keeps its quantized components through all of this, so its
// score does not change.
//
// COMMIT, 12288 bytes: what is committed. Created by rename, then changed in place; a new one takes its place only at
// a reset, which readers notice by its inode.
//   0      header page    0 magic "VECCOMIT"   8 u32 version   4092 u32 checksum of bytes 0..<4092
//   4096   slot 0         even sequence numbers
//   8192   slot 1         odd sequence numbers
//          0 u64 sequence   8 u64 generation of the manifest   16 u64 rows   24 i64 high-water mark
//          32 u32 phase (0 idle, 1 appending, 2 deleting)   36 u32 recoveries   40 u64 rows reserved
//          60 u32 checksum of bytes 0..<60
//   The valid slot with the higher sequence number counts. A slot is 60 bytes within one sector: a torn write shows in
//   its checksum and the other slot still stands. `rows` counts over all tails in the manifest's order. Rows from
//   `rows` on are zero, but those below `rows reserved` may hold anything while the phase is 1. `recoveries` grows
//   when a writer repairs what a killed one left; readers then forget what they had verified.
//
// MANIFEST-<generation>: which files there are. Written to a temporary file, synchronized, renamed, and the folder
// synchronized, before a slot names it; the one before it is unlinked after both slots name it, and so are the files
// that only the one before it names. Files are made whole and synchronized before a manifest names them.
//   0 magic "VECMANIF"   8 u32 version   12 u32 dimensions   16 u64 generation   24 u32 tails
//   28 u32 next identifier   32 u32 bytes of fingerprint   36 u32 segments   40 fingerprint, padded to 8 bytes
//   then 40 bytes a segment: 0 u32 identifier   4 u32 rows       8 u32 codebook
//                            16 i64 no row is earlier   24 i64 no row is later   32 u64 size of the file
//   then 40 bytes a tail:    0 u32 identifier   4 u32 capacity   8 u32 rows, 2^32 - 1 while it is the one being filled
//                            16, 24, 32 as above
//   then u32 checksum of all before it
//   Times are rounded outward, and are the widest there are for a tail that is being filled.
//
// tail-<identifier>: rows, as sections of `capacity` elements, each beginning at a multiple of 4096. Made at its full
// size, sparse, before it is first mapped. Tails are filled one after the other.
//   0      header page    0 magic "VECTAILS"   8 u32 version   12 u32 dimensions   16 u32 identifier   20 u32 capacity
//                         24 u32 sections   32 u64 size of the file   40 u32 checksum of the fingerprint
//                         64 32 bytes a section: name (16 bytes of ASCII), u64 offset, u64 size
//                         4092 u32 checksum of bytes 0..<4092
//   then   vectors            dimensions x i8  q of each component: v = scale * (q + (2 u - 3) / 8), -127...127
//          residuals          2 bits a component: u; 16 bytes for every 64 components begun, whose byte b holds those of
//                             components b, 16 + b, 32 + b, 48 + b, lowest bits first
//          scales             f32   8 / length of the vector of 8 q + 2 u - 3 (0 for a zero vector, whose bits are zero)
//          keys               i64
//          timestamps         i64   milliseconds since 1970
//          sessions           u32
//          channels           u32
//          authors            u32
//          starts             u32   the passage's bytes in the message
//          ends               u32
//          attributes         u32   1 | role << 8 | passage << 16
//          column-checks      u32   checksum of key, timestamp, session, channel, author, start, end, attributes,
//                                   u32 row number within the tail, u32 tail identifier
//          vector-checks      u32   checksum of components, residuals, scale, u32 row number, u32 identifier,
//                                   u32 dimensions
//          token-checks       u32   checksum of the row's tokens, u32 first token, u32 row number, u32 identifier
//          tombstones         1 bit a row, set: deleted
//          token-ends         u32 tokens of this row and all before it   u32 checksum of that number, u32 row number,
//                             u32 tail identifier
//          tokens             the signs of token vectors, dimensions / 8 bytes a token, row after row without gaps: bit
//                             c % 8 of byte c / 8 is set where component c is not negative. Room for 64 tokens a row
//   A row is written once. Its deletion sets its tombstone (synchronized), then zeroes all its bytes, checksums
//   included. So every row is one of three: committed and equal to its checksums, with the mark 1; deleted and all
//   zero; not yet committed and all zero, without a tombstone. Only `token-ends` outlives a deletion: it tells where the
//   next row's tokens begin. A changed bit anywhere breaks one of these.
//
// codebook-<identifier>: the sub-quantizers of product quantization. Written once.
//   0      header page    0 magic "VECCODEB"   8 u32 version   12 u32 dimensions   16 u32 identifier
//                         20 u32 sub-quantizers   24 u32 components of a subvector   28 u32 checksum of the fingerprint
//                         32 f64 mean squared error of a unit vector, over the training rows
//                         40 u32 checksum of the centroids   4092 u32 checksum of bytes 0..<4092
//   4096   centroids      [sub-quantizers][components of a subvector][16] f32
//
// segment-<identifier>: sealed rows, as named sections, each beginning at a multiple of 4096. Written once; only
// deletions change it.
//   0      header page    0 magic "VECSEGMT"   8 u32 version   12 u32 dimensions   16 u32 identifier   20 u32 rows
//                         24 u32 lists   28 u32 sub-quantizers   32 u64 size of the file
//                         40 u32 checksum of the fingerprint   44 u32 codebook   48 u32 checksum of the codebook's
//                         centroids   52 u32 sections   56 u32 1 where it has sketches   60 u32 groups of lists
//                         64 40 bytes a section: name (16 bytes of ASCII), u64 offset, u64 size, u32 checksum of the
//                         whole section (0 for sections that guards cover)
//                         2040 u64 tokens
//                         2048 what was measured of it (see Calibration.swift)
//                         4092 u32 checksum of bytes 0..<4092
//   whole sections, checked when a process first uses the segment:
//          group-centroids, group-scales, group-sums: as of lists, below, of groups of neighbouring lists
//          group-lists        u32   the first list of each group, then the number of lists
//          centroids          [lists] dimensions x i8   unit vectors, quantized
//          centroid-scales    f32   a list
//          centroid-sums      i32   a list: sum of the components
//          lists              u32   the first slot of each list, then the number of slots
//          zones              32 bytes for 64 rows: i64 lowest and highest time, rounded outward to 2^16 ms, i64 lowest
//                             and highest key, rounded outward to 64
//   by slot, in the order of the lists, in blocks of 64, the last one padded:
//          slots              u32   the row
//          codes              [sub-quantizers / 2] lines of 64 bytes (see pq_kernels.h)
//          code-guards        32 bytes a block (see BlockGuard.swift)
//   by row, in the order in which they were appended, in blocks of 64, the last one padded:
//          sketches           [sub-quantizers / 2] bytes: the row's codes once more, low nibble first, where it has them
//          vectors, residuals, scales, keys, timestamps, sessions, channels, authors, starts, ends, attributes: as in a
//                             tail
//          tombstones         1 bit a row, set: deleted
//          token-starts       u32   the first token of each row, then the number of tokens; not zeroed
//          tokens             as in a tail
//          guards             32 bytes a block (see BlockGuard.swift)
//   A guard holds the checksums of its block's bytes as they are once the rows that it lists as deleted read as zero.
//   A deletion writes the guards first (synchronized), then the tombstones (synchronized), then zeroes the rows. So
//   whoever reads the guard, takes those rows as zero and finds the checksum equal has read what was written, whatever
//   of the deletion was done.

package enum FileFormat {
  package static let version: UInt32 = 3
  package static let pageSize = 4096
  static let fingerprintLimit = 1024

  static let commitName = "COMMIT"
  static let commitMagic: StaticString = "VECCOMIT"
  static let commitSize = 3 * pageSize
  static let manifestPrefix = "MANIFEST-"
  static let manifestMagic: StaticString = "VECMANIF"
  static let tailPrefix = "tail-"
  static let tailMagic: StaticString = "VECTAILS"
  static let segmentPrefix = "segment-"
  static let segmentMagic: StaticString = "VECSEGMT"
  static let codebookPrefix = "codebook-"
  static let codebookMagic: StaticString = "VECCODEB"
  package static let temporarySuffix = ".tmp"

  /// Capacities in rows of the first tails; the last one repeats. Multiples of 64.
  static let tailCapacities: [UInt32] = [1024, 4096, 16384]

  /// Components of a subvector that one sub-quantizer stands for. By measuring: with 8 codes take half the bytes, and five
  /// times the candidates have to be looked at for the same recall.
  static let subvectorWidth = 4

  /// The most tokens that a row may have.
  static let mostTokens = 64

  /// Bytes of a token's signs.
  static func tokenBytes(dimensions: Int) -> Int { dimensions / 8 }

  static func manifestName(generation: UInt64) -> String { "\(manifestPrefix)\(generation)" }
  static func tailName(identifier: UInt32) -> String { "\(tailPrefix)\(identifier)" }
  static func segmentName(identifier: UInt32) -> String { "\(segmentPrefix)\(identifier)" }
  static func codebookName(identifier: UInt32) -> String { "\(codebookPrefix)\(identifier)" }

  static func generation(ofManifest name: String) -> UInt64? {
    name.hasPrefix(manifestPrefix) ? UInt64(name.dropFirst(manifestPrefix.count)) : nil
  }

  /// The number in the name of a tail, a segment or a codebook.
  static func identifier(of name: String) -> UInt32? {
    for prefix in [tailPrefix, segmentPrefix, codebookPrefix] where name.hasPrefix(prefix) {
      return UInt32(name.dropFirst(prefix.count))
    }
    return nil
  }

  /// Whether this module made a file of that name.
  package static func isOurs(_ name: String) -> Bool {
    let base = name.hasSuffix(temporarySuffix) ? String(name.dropLast(temporarySuffix.count)) : name
    return base == commitName || generation(ofManifest: base) != nil || identifier(of: base) != nil
  }
}
