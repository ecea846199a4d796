// Fixed-width little-endian numbers in arrays of bytes, and checksums over them.

internal import CVectorKernels

#if _endian(big)
  #error("The files of an index are mapped as they are, which takes a little-endian machine.")
#endif

extension [UInt8] {
  /// Bytes of zeros that begin with a magic number and the version of a format, this module's when nothing else is said.
  package init(zeros count: Int, magic: StaticString, version: UInt32 = FileFormat.version) {
    self.init(repeating: 0, count: count)
    magic.withUTF8Buffer { replaceSubrange(0..<8, with: $0) }
    put(version, at: 8)
  }

  package mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    Swift.withUnsafeBytes(of: number.littleEndian) { replaceSubrange(offset..<offset + $0.count, with: $0) }
  }

  /// The number at an offset; nil when it lies beyond the end.
  package func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
    return withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
  }

  /// CRC-32C of a range of bytes within bounds.
  package func checksum(_ range: Range<Int>) -> UInt32 {
    withUnsafeBytes { row_crc32c(cpu_level(), 0, $0.baseAddress?.advanced(by: range.lowerBound), range.count) }
  }

  /// Writes the checksum of everything before the last four bytes into them.
  package mutating func seal() {
    put(checksum(0..<count - 4), at: count - 4)
  }

  /// Whether the last four bytes are the checksum of everything before them.
  var isSealed: Bool {
    count >= 4 && number(UInt32.self, at: count - 4) == checksum(0..<count - 4)
  }

  /// Throws unless the bytes begin with this magic number and are of this version, telling damage from another version.
  package func checkMagicAndVersion(
    _ magic: StaticString, version known: UInt32 = FileFormat.version, file: String
  ) throws(VectorIndexError) {
    let matches = magic.withUTF8Buffer { starts(with: $0) }
    guard matches, isSealed, let version = number(UInt32.self, at: 8) else {
      throw .damaged(file, "the file's header differs from its checksum")
    }
    if version < known {
      throw VectorIndexError(
        code: .olderVersion, file: file, what: "the index is of format \(version), older than \(known)",
        remedy: "rebuild the index from the messages")
    }
    if version > known {
      throw VectorIndexError(
        code: .newerVersion, file: file,
        what: "the index is of format \(version), and this program knows \(known)",
        remedy: "use the program that wrote it or a later one")
    }
  }
}
