// Numbers for strings of bytes: the dictionary of a batch while it is being filled.

/// An open-addressed hash table from bytes to 0, 1, 2…, in the order in which they were first seen. Swift's own dictionary of
/// strings would compare letters by their meaning, and be slower by the strings' making.
struct TermTable {
  /// All terms, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each begins, and where the last ends.
  private(set) var offsets: [UInt32] = [0]
  private var hashes: [UInt32] = []
  /// A power of two of places: 0 or a number plus one.
  private var places = [UInt32](repeating: 0, count: 1024)

  var count: Int { hashes.count }

  func range(_ number: Int) -> Range<Int> { Int(offsets[number])..<Int(offsets[number + 1]) }

  func string(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

  /// The term's number, and whether it is a new one.
  mutating func insert(_ term: UnsafeBufferPointer<UInt8>) -> (number: Int, isNew: Bool) {
    // Seeded anew in every process: nobody can send words that all fall into one place.
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(term))
    let hash = UInt32(truncatingIfNeeded: hasher.finalize())
    var place = Int(hash) & (places.count - 1)
    while places[place] != 0 {
      let number = Int(places[place]) - 1
      if hashes[number] == hash, isEqual(number, term) { return (number, false) }
      place = (place + 1) & (places.count - 1)
    }
    let number = count
    places[place] = UInt32(number + 1)
    hashes.append(hash)
    bytes.append(contentsOf: term)
    offsets.append(UInt32(bytes.count))
    if count * 2 > places.count { grow() }
    return (number, true)
  }

  private func isEqual(_ number: Int, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == term.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<term.count where bytes[range.lowerBound + index] != term[index] { return false }
      return true
    }
  }

  private mutating func grow() {
    places = [UInt32](repeating: 0, count: places.count * 2)
    for (number, hash) in hashes.enumerated() {
      var place = Int(hash) & (places.count - 1)
      while places[place] != 0 { place = (place + 1) & (places.count - 1) }
      places[place] = UInt32(number + 1)
    }
  }

  /// The numbers in the order of their terms' bytes.
  func sorted() -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      (0..<count).sorted { left, right in
        TermBytes.precedes(
          UnsafeBufferPointer(rebasing: bytes[range(left)]), UnsafeBufferPointer(rebasing: bytes[range(right)]))
      }
    }
  }
}

/// Comparing terms byte by byte.
enum TermBytes {
  static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    compare(left, right) < 0
  }

  /// Below, at or above zero as the left one comes before, is, or comes after the right one.
  static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let count = min(left.count, right.count)
    for index in 0..<count where left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
    return left.count - right.count
  }

  /// How many bytes of a term count: at most ``KeywordTerm/limit``, whole scalars.
  static func kept(_ term: UnsafeBufferPointer<UInt8>) -> Int {
    guard term.count > KeywordTerm.limit else { return term.count }
    var end = KeywordTerm.limit
    while end > 0, term[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }
}
