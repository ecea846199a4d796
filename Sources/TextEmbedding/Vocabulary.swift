// The word pieces of a vocabulary file, found by their bytes: an open-addressing hash table over the file's bytes, so
// that loading makes no string per entry.

internal import Foundation

/// The pieces of a WordPiece vocabulary. A line's number, from 0, is its piece's id.
struct Vocabulary: Sendable {
  /// A hash that grows by one byte at a time (FNV-1a), so that one pass over a word gives the hash of every prefix.
  struct Hash {
    private(set) var value: UInt64

    /// - Parameter continuing: Whether the piece continues a word (`##` in the file).
    init(continuing: Bool) { value = continuing ? 0x9E37_79B9_7F4A_7C15 : 0xCBF2_9CE4_8422_2325 }

    @inline(__always) mutating func append(_ byte: UInt8) {
      value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
  }

  /// How many ids there are: the number of lines.
  let count: Int
  /// The length of the longest piece in bytes, without `##`.
  let longestPiece: Int
  let classification: Int32
  let separator: Int32
  let unknown: Int32

  private let bytes: [UInt8]
  /// Where each piece's own bytes lie in `bytes`, by id: start in the upper 32 bits, end in the lower ones.
  private let extents: [UInt64]
  /// Upper half of the hash and id + 1; 0 is a free slot. The number of slots is a power of two.
  private let slots: [UInt64]

  /// Reads `vocab.txt`: a piece per line, in UTF-8. Where a piece stands twice, the later line counts, as it does in
  /// the reference implementation; an empty line only uses up an id.
  init(path: String) throws(EmbeddingError) {
    try self.init(bytes: try MappedFile(path: path).withBytes { Array($0) }, path: path)
  }

  init(bytes: [UInt8], path: String) throws(EmbeddingError) {
    func damaged(_ what: String) -> EmbeddingError {
      EmbeddingError(
        .damaged, "not a WordPiece vocabulary: \(what)", at: path,
        remedy: "Install the model again: recollect model install")
    }
    guard bytes.count < 64 << 20 else { throw damaged("\(bytes.count) bytes are too many") }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw damaged("it is not UTF-8") }
    var extents: [UInt64] = []
    extents.reserveCapacity(bytes.count / 6)
    var builder = TableBuilder(expected: bytes.count / 6)
    var longest = 0
    bytes.withUnsafeBufferPointer { bytes in
      var lineStart = 0
      while lineStart < bytes.count {
        var end = lineStart
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let next = end + 1
        if end > lineStart, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let hashes = UInt8(ascii: "#")
        let continuing = end - lineStart > 2 && bytes[lineStart] == hashes && bytes[lineStart + 1] == hashes
        let start = continuing ? lineStart + 2 : lineStart
        extents.append(UInt64(start) << 32 | UInt64(end))
        if end > start {
          var hash = Hash(continuing: continuing)
          for at in start..<end { hash.append(bytes[at]) }
          builder.add(hash.value)
          longest = max(longest, end - start)
        } else {
          builder.skip()
        }
        lineStart = next
      }
    }
    self.bytes = bytes
    self.extents = extents
    self.slots = builder.slots(extents: extents, bytes: bytes)
    self.count = extents.count
    self.longestPiece = longest
    var special: [Int32] = []
    for name in ["[CLS]", "[SEP]", "[UNK]"] {
      guard let id = Self.find(name, extents: extents, bytes: bytes, slots: slots) else {
        throw damaged("\(name) is not in it")
      }
      special.append(id)
    }
    (classification, separator, unknown) = (special[0], special[1], special[2])
  }

  /// The id of the piece with this hash and these bytes.
  @inline(__always)
  func id(hash: Hash, bytes piece: UnsafeBufferPointer<UInt8>, continuing: Bool) -> Int32? {
    Self.lookup(hash.value, piece, continuing, extents: extents, bytes: bytes, slots: slots)
  }

  private static func find(_ name: String, extents: [UInt64], bytes: [UInt8], slots: [UInt64]) -> Int32? {
    var hash = Hash(continuing: false)
    for byte in name.utf8 { hash.append(byte) }
    return Array(name.utf8).withUnsafeBufferPointer {
      lookup(hash.value, $0, false, extents: extents, bytes: bytes, slots: slots)
    }
  }

  @inline(__always)
  private static func lookup(
    _ hash: UInt64, _ piece: UnsafeBufferPointer<UInt8>, _ continuing: Bool, extents: [UInt64], bytes: [UInt8],
    slots: [UInt64]
  ) -> Int32? {
    let mask = slots.count - 1
    var slot = TableBuilder.slot(hash, mask: mask)
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let id = Int(slots[slot] & 0xFFFF_FFFF) - 1
        let start = Int(extents[id] >> 32)
        let end = Int(extents[id] & 0xFFFF_FFFF)
        // Before a piece's own bytes stands the `#` of its mark, or the line before.
        let entryContinues = start > 0 && bytes[start - 1] == UInt8(ascii: "#")
        if end - start == piece.count, entryContinues == continuing {
          var equal = true
          for offset in 0..<piece.count where bytes[start + offset] != piece[offset] {
            equal = false
            break
          }
          if equal { return Int32(id) }
        }
      }
      slot = (slot + 1) & mask
    }
    return nil
  }
}

/// Collects the hashes of a vocabulary's lines and lays them out in a table with free slots.
private struct TableBuilder {
  /// By id; nil for an empty line.
  private var hashes: [UInt64?] = []

  init(expected: Int) { hashes.reserveCapacity(expected) }

  mutating func add(_ hash: UInt64) { hashes.append(hash) }
  mutating func skip() { hashes.append(nil) }

  @inline(__always) static func slot(_ hash: UInt64, mask: Int) -> Int {
    Int(truncatingIfNeeded: hash ^ (hash >> 29)) & mask
  }

  func slots(extents: [UInt64], bytes: [UInt8]) -> [UInt64] {
    var capacity = 16
    while capacity < hashes.count * 3 { capacity *= 2 }
    let mask = capacity - 1
    var slots = [UInt64](repeating: 0, count: capacity)
    // From the last line to the first: of equal pieces the later one is met first by a search.
    for id in hashes.indices.reversed() {
      guard let hash = hashes[id] else { continue }
      var slot = Self.slot(hash, mask: mask)
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = hash & ~0xFFFF_FFFF | UInt64(id + 1)
    }
    return slots
  }
}
