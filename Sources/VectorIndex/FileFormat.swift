// The files of an index, byte by byte, and the constants of the format. Encoding and decoding live in
// CommitRecord.swift, Manifest.swift and SegmentLayout.swift.
//
// All numbers are little-endian; every checksum is CRC-32C. Unnamed bytes are zero and are verified to be zero.
// No file is ever truncated, so a mapping stays valid for as long as a process holds it, even after the file has
// been unlinked. Maps are read-only; the one writer changes files with pwrite only, so that a full disk is an error
// it gets and not a signal somebody else gets.
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
//   its checksum and the other slot still stands. `rows` counts over all segments in the manifest's order. Rows from
//   `rows` on are zero, but those below `rows reserved` may hold anything while the phase is 1. `recoveries` grows
//   when a writer repairs what a killed one left; readers then forget what they had verified.
//
// MANIFEST-<generation>: which segments there are. Written to a temporary file, synchronized, renamed, and the folder
// synchronized, before a slot names it; the one before it is unlinked after both slots name it.
//   0 magic "VECMANIF"   8 u32 version   12 u32 dimensions   16 u64 generation   24 u32 segments
//   28 u32 next segment identifier   32 u32 bytes of fingerprint   36 u32 zero   40 fingerprint, padded to 8 bytes
//   then 32 bytes a segment: 0 u32 identifier   4 u32 capacity   8 i64 no row is earlier   16 i64 no row is later
//                            24 u64 size of the file
//   then u32 checksum of all before it
//   Times are rounded outward, and are the widest there are for the last segment, the one that is filled.
//
// segment-<identifier>: rows, as sections of `capacity` elements, each beginning at a multiple of 4096. Made at its full
// size, sparse, before it is first mapped. Segments are filled one after the other; all but the last are full.
//   0      header page    0 magic "VECSEGMT"   8 u32 version   12 u32 dimensions   16 u32 identifier   20 u32 capacity
//                         24 u32 sections   32 u64 size of the file   40 u32 checksum of the fingerprint
//                         64 32 bytes a section: name (16 bytes of ASCII), u64 offset, u64 size
//                         4092 u32 checksum of bytes 0..<4092
//   then   vectors            dimensions x i8  components, -127...127
//          scales             f32   1 / length of the int8 vector (0 for a zero vector)
//          keys               i64
//          timestamps         i64   milliseconds since 1970
//          sessions           u32
//          channels           u32
//          authors            u32
//          starts             u32   the passage's bytes in the message
//          ends               u32
//          attributes         u32   1 | role << 8 | passage << 16
//          column-checks      u32   checksum of key, timestamp, session, channel, author, start, end, attributes,
//                                   u32 row number within the segment, u32 segment identifier
//          vector-checks      u32   checksum of the components, scale, u32 row number, u32 identifier, u32 dimensions
//          tombstones         1 bit a row, set: deleted
//   A row is written once. Its deletion sets its tombstone (synchronized), then zeroes all its bytes, checksums
//   included. So every row is one of three: committed and equal to its checksums, with the mark 1; deleted and all
//   zero; not yet committed and all zero, without a tombstone. A changed bit anywhere breaks one of these.

enum FileFormat {
  static let version: UInt32 = 1
  static let pageSize = 4096
  static let fingerprintLimit = 1024

  static let commitName = "COMMIT"
  static let commitMagic: StaticString = "VECCOMIT"
  static let commitSize = 3 * pageSize
  static let manifestPrefix = "MANIFEST-"
  static let manifestMagic: StaticString = "VECMANIF"
  static let segmentPrefix = "segment-"
  static let segmentMagic: StaticString = "VECSEGMT"
  static let temporarySuffix = ".tmp"

  /// Capacities in rows of the first segments; the last one repeats. Multiples of 64.
  static let segmentCapacities: [UInt32] = [1024, 4096, 16384, 65536]

  static func manifestName(generation: UInt64) -> String { "\(manifestPrefix)\(generation)" }
  static func segmentName(identifier: UInt32) -> String { "\(segmentPrefix)\(identifier)" }

  static func generation(ofManifest name: String) -> UInt64? {
    name.hasPrefix(manifestPrefix) ? UInt64(name.dropFirst(manifestPrefix.count)) : nil
  }

  static func identifier(ofSegment name: String) -> UInt32? {
    name.hasPrefix(segmentPrefix) ? UInt32(name.dropFirst(segmentPrefix.count)) : nil
  }

  /// Whether this module made a file of that name.
  static func isOurs(_ name: String) -> Bool {
    let base = name.hasSuffix(temporarySuffix) ? String(name.dropLast(temporarySuffix.count)) : name
    return base == commitName || generation(ofManifest: base) != nil || identifier(ofSegment: base) != nil
  }
}
