// BERT's uncased tokenization: text to the ids of word pieces.
//
// The steps are those of Hugging Face's BertNormalizer, BertPreTokenizer and WordPiece, and the ids are the same;
// only that text that looks like a special token, such as "[SEP]", stays text.

/// Cuts texts into the pieces of a vocabulary.
struct WordPieceTokenizer: Sendable {
  let vocabulary: Vocabulary

  /// The ids of a text between `[CLS]` and `[SEP]`; of a long text, its first pieces.
  ///
  /// - Parameter limit: The largest number of ids, special ones included; at least 2.
  func encode(_ text: String, limit: Int) -> [Int32] {
    var text = text
    return text.withUTF8 { bytes in
      var scanner = WordPieceScanner(vocabulary: vocabulary, limit: limit - 1)
      scanner.append(vocabulary.classification)
      scanner.scan(bytes)
      var ids = scanner.ids
      ids.append(vocabulary.separator)
      return ids
    }
  }

  /// The number of pieces of a text, without special ones.
  func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var scanner = WordPieceScanner(vocabulary: vocabulary, limit: .max)
    scanner.scan(text)
    return scanner.ids.count
  }
}

/// One pass over a text.
struct WordPieceScanner {
  /// A word of more scalars is unknown as a whole.
  private static let longestWord = 100

  private let vocabulary: Vocabulary
  private let limit: Int
  private(set) var ids: [Int32] = []
  /// The bytes of the word being read, in lower case and without accents; none beyond the longest word.
  private var word: [UInt8] = []
  private var scalarsInWord = 0
  /// Scalars that combine but are kept, whose order is not yet settled.
  private var combining: [Unicode.Scalar] = []

  /// - Parameter limit: Stop once there are this many ids.
  init(vocabulary: Vocabulary, limit: Int) {
    self.vocabulary = vocabulary
    self.limit = limit
    ids.reserveCapacity(min(limit, 64))
    word.reserveCapacity(64)
  }

  private var isFull: Bool { ids.count >= limit }

  mutating func append(_ id: Int32) {
    if !isFull { ids.append(id) }
  }

  /// Reads a whole text; `ids` holds the result.
  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
    var at = 0
    while at < bytes.count, !isFull {
      let byte = bytes[at]
      if byte < 0x80 {
        scanASCII(byte)
        at += 1
      } else {
        at = scanOthers(bytes, from: at)
      }
    }
    settleCombining()
    endWord()
  }

  /// Forgets the text read before.
  mutating func reset() {
    ids.removeAll(keepingCapacity: true)
    word.removeAll(keepingCapacity: true)
    combining.removeAll(keepingCapacity: true)
    scalarsInWord = 0
  }

  private mutating func scanASCII(_ byte: UInt8) {
    switch byte {
    case 0..<9, 11, 12, 14..<32, 127: return  // control characters leave no trace, not even a space
    default: break
    }
    settleCombining()
    switch byte {
    case 48...57, 97...122: appendToWord(byte)
    case 65...90: appendToWord(byte | 0x20)
    case 9, 10, 13, 32: endWord()
    default:
      endWord()
      appendToWord(byte)
      endWord()
    }
  }

  private mutating func appendToWord(_ byte: UInt8) {
    scalarsInWord += 1
    if scalarsInWord <= Self.longestWord { word.append(byte) }
  }

  /// Reads scalars outside ASCII from `start` on, and returns where it stopped.
  private mutating func scanOthers(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    // Bounded, so that a long text of which only the beginning counts is not decoded to its end.
    var end = start
    while end < bytes.count, bytes[end] >= 0x80, end - start < 256 || bytes[end] & 0xC0 == 0x80 { end += 1 }
    for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
      if isFull { break }
      switch ScalarClass(scalar) {
      case .dropped: break
      case .whitespace:
        settleCombining()
        endWord()
      case .ideograph:
        settleCombining()
        endWord()
        emitDecomposed(scalar)
        settleCombining()
        endWord()
      case .other: emitDecomposed(scalar)
      }
    }
    return end
  }

  private mutating func emitDecomposed(_ scalar: Unicode.Scalar) {
    scalar.forEachDecomposed { part in
      if part.categoryInUnicode8 == .nonspacingMark { return }
      if part.properties.canonicalCombiningClass != .notReordered {
        combining.append(part)
      } else {
        settleCombining()
        emit(part)
      }
    }
  }

  /// Canonical order: marks between two starters go by their class, equal ones as they came. Marks that take no
  /// space are gone by now, which does not change the order of the others.
  private mutating func settleCombining() {
    if combining.isEmpty { return }
    let marks = combining.enumerated().sorted { left, right in
      let (first, second) = (
        left.element.properties.canonicalCombiningClass.rawValue,
        right.element.properties.canonicalCombiningClass.rawValue
      )
      return (first, left.offset) < (second, right.offset)
    }
    combining.removeAll(keepingCapacity: true)
    for mark in marks { emit(mark.element) }
  }

  private mutating func emit(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      // A decomposition's base letter, or a sign such as U+037E that decomposes to ASCII.
      if scalar.value != 0x20, scalar.isWordPiecePunctuation {
        endWord()
        appendToWord(UInt8(truncatingIfNeeded: scalar.value))
        endWord()
      } else {
        scanASCIILetter(UInt8(truncatingIfNeeded: scalar.value))
      }
      return
    }
    if scalar.isWordPiecePunctuation {
      endWord()
      appendToWord(scalar)
      endWord()
      return
    }
    if scalar.properties.isWhitespace {
      endWord()
      return
    }
    if scalar.properties.changesWhenLowercased {
      for lower in scalar.properties.lowercaseMapping.unicodeScalars { appendToWord(lower) }
    } else {
      appendToWord(scalar)
    }
  }

  private mutating func scanASCIILetter(_ byte: UInt8) {
    if byte == 0x20 {
      endWord()
    } else {
      appendToWord(65...90 ~= byte ? byte | 0x20 : byte)
    }
  }

  private mutating func appendToWord(_ scalar: Unicode.Scalar) {
    scalarsInWord += 1
    if scalarsInWord <= Self.longestWord { word.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
  }

  /// Finds the pieces of the word read: the longest that fits, then the longest that continues it, and so on.
  private mutating func endWord() {
    if scalarsInWord == 0 { return }
    defer {
      word.removeAll(keepingCapacity: true)
      scalarsInWord = 0
    }
    if scalarsInWord > Self.longestWord {
      append(vocabulary.unknown)
      return
    }
    let mark = ids.count
    word.withUnsafeBufferPointer { word in
      var start = 0
      while start < word.count {
        guard let (id, end) = vocabulary.longestPiece(of: word, from: start) else {
          ids.removeSubrange(mark...)
          ids.append(vocabulary.unknown)
          return
        }
        ids.append(id)
        start = end
      }
    }
    if ids.count > limit { ids.removeSubrange(limit...) }
  }
}

extension Vocabulary {
  /// The longest piece that the bytes from `start` begin with, and where it ends.
  @inline(__always)
  fileprivate func longestPiece(of word: UnsafeBufferPointer<UInt8>, from start: Int) -> (Int32, Int)? {
    let continuing = start > 0
    var hash = Hash(continuing: continuing)
    var best: (Int32, Int)?
    var end = start
    let last = min(word.count, start + longestPiece)
    while end < last {
      hash.append(word[end])
      end += 1
      if end < word.count, word[end] & 0xC0 == 0x80 { continue }
      if let id = id(hash: hash, bytes: UnsafeBufferPointer(rebasing: word[start..<end]), continuing: continuing) {
        best = (id, end)
      }
    }
    return best
  }
}
