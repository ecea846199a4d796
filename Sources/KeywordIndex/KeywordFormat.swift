// The files of a keyword index, byte by byte, and the constants of the format. Encoding and decoding live in
// KeywordManifest.swift, SegmentHeader.swift, SegmentLayout.swift and PostingsWriter.swift.
//
// All numbers are little-endian; every checksum is CRC-32C. Unnamed bytes are zero. Every file is written once, whole, and
// never changed or truncated, so a mapping stays valid for as long as a process holds it, even after the file has been
// unlinked.
//
// MANIFEST: which segments there are. Written to a temporary file, synchronized, renamed over the one before, and the
// folder synchronized. The segments it names are whole and synchronized before; those that only the one before it
// names are unlinked after. Readers keep the manifest they read open, so that a new one never has the same inode.
//   0 magic "KEYMANIF"   8 u32 version   12 u32 segments   16 u64 generation   24 i64 high-water mark
//   32 u32 next identifier   36 u32 version of what cut the words
//   then from 40 on, 32 bytes a segment, in the order of their keys:
//      0 u32 identifier   4 u32 documents   8 u64 size of the file   16 i64 lowest key   24 i64 highest key
//   then u32 checksum of all before it
//
// terms-<identifier>: a segment. Documents in the order of their keys, which no other segment's come between.
//   0      header page    0 magic "KEYSEGMT"   8 u32 version   12 u32 identifier   16 u32 documents   20 u32 stems
//                         24 u32 words   28 u32 blocks   32 u64 size of the file   40 u64 lengths, added up
//                         48 u32 checksum of the checks   52 u32 sections   56 u64 bytes of the body
//                         64 32 bytes a section: name (16 bytes of ASCII), u64 offset in the body, u64 size
//                         4092 u32 checksum of bytes 0..<4092
//   4096   checks         u32   the checksum of each 16384 bytes of the body, the last ones fewer; padded to 64 bytes
//   then   the body, as sections, each beginning at a multiple of 64:
//          keys           i64   ascending
//          timestamps     i64   milliseconds since 1970
//          lengths        u32   words, each occurrence counted
//          sessions, channels, authors   u32
//          roles          u8
//          zones          24 bytes for 4096 documents: i64 lowest, i64 highest time, u32 lowest, u32 highest session
//          stem-offsets   u32   where each stem begins in stem-bytes, and where the last ends
//          stem-bytes     UTF-8, ascending byte by byte
//          stem-lists     16 bytes a stem: u32 documents that have it, u32 its first block, u64 its postings' first byte
//          word-offsets, word-bytes, word-lists: the same of the words as written
//          word-stems     u32   each word's stem
//          blocks         16 bytes for 128 postings: u32 last document, u32 offset from the list's first byte,
//                         u16 highest frequency (65535: or more), u16 lowest length (65535: or more),
//                         u8 bits of a distance, u8 bits of a frequency, u16 zero
//          postings       a block: distances of documents less one, then frequencies less one, packed (see
//                         postings_kernels.h); then 16 bytes of zero
//   A list of n documents has (n + 127) / 128 blocks. Where all words of a stem are one word, both have one list.

enum KeywordFormat {
  static let version: UInt32 = 1
  static let pageSize = 4096
  /// Bytes under one checksum.
  static let chunkSize = 16384
  /// Documents that a search looks at together, and that one zone describes.
  static let windowSize = 4096
  static let blockSize = 128
  static let sectionAlignment = 64

  static let manifestName = "MANIFEST"
  static let manifestMagic: StaticString = "KEYMANIF"
  static let segmentPrefix = "terms-"
  static let segmentMagic: StaticString = "KEYSEGMT"

  static func segmentName(identifier: UInt32) -> String { "\(segmentPrefix)\(identifier)" }

  static func identifier(ofSegment name: String) -> UInt32? {
    name.hasPrefix(segmentPrefix) ? UInt32(name.dropFirst(segmentPrefix.count)) : nil
  }

  /// Whether this module made a file of that name.
  static func isOurs(_ name: String) -> Bool {
    let base = name.hasSuffix(".tmp") ? String(name.dropLast(4)) : name
    return base == manifestName || identifier(ofSegment: base) != nil
  }

  static func padded(_ size: Int, to alignment: Int) -> Int { (size + alignment - 1) / alignment * alignment }

  static func blockCount(_ documents: Int) -> Int { (documents + blockSize - 1) / blockSize }
}
