// One pass over a text that finds its word pieces: BERT's normalisation, word by word, and the longest pieces that fit.
// Which scalars are what stands in `ScalarClass`; the pieces in `Vocabulary`.

/// One pass over a text.
struct WordPieceScanner {
  /// A word of more scalars is unknown as a whole.
  private static let longestWord = 100

  private let vocabulary: Vocabulary
  private let limit: Int
  private(set) var ids: [Int32] = []
  /// Whether `words` is filled.
  var recordsWords = false
  var stopWords: Set<String> = []
  /// The words that `ids` are pieces of; a word whose pieces are beyond the limit has the others only.
  private(set) var words: [WordPieceWord] = []
  /// Where the scalar stands that is being read.
  private var position = 0..<0
  /// Where the word stands that is being read.
  private var wordSource = 0..<0
  private var wordIsPunctuation = false
  /// The bytes of the word being read, in lower case and without accents; none beyond the longest word.
  private var word: [UInt8] = []
  private var scalarsInWord = 0
  /// Scalars that combine but are kept, whose order is not yet settled, and where they stand.
  private var combining: [(scalar: Unicode.Scalar, position: Range<Int>)] = []

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
        position = at..<at + 1
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
    words.removeAll(keepingCapacity: true)
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
      wordIsPunctuation = true
      endWord()
    }
  }

  private mutating func appendToWord(_ byte: UInt8) {
    extendWord()
    scalarsInWord += 1
    if scalarsInWord <= Self.longestWord { word.append(byte) }
  }

  /// Takes the scalar being read into the word's place in the text.
  private mutating func extendWord() {
    wordSource =
      scalarsInWord == 0
      ? position
      : min(wordSource.lowerBound, position.lowerBound)..<max(wordSource.upperBound, position.upperBound)
  }

  /// Reads scalars outside ASCII from `start` on, and returns where it stopped.
  private mutating func scanOthers(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    // Bounded, so that a long text of which only the beginning counts is not decoded to its end.
    var end = start
    while end < bytes.count, bytes[end] >= 0x80, end - start < 256 || bytes[end] & 0xC0 == 0x80 { end += 1 }
    var at = start
    for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
      if isFull { break }
      position = at..<at + UTF8.width(scalar)
      at = position.upperBound
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
      if part.categoryInUnicode8 == .nonspacingMark {
        // It leaves no piece, but the letter that it belongs to ends with it.
        if scalarsInWord > 0 { extendWord() }
        return
      }
      if part.properties.canonicalCombiningClass != .notReordered {
        combining.append((part, position))
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
        left.element.scalar.properties.canonicalCombiningClass.rawValue,
        right.element.scalar.properties.canonicalCombiningClass.rawValue
      )
      return (first, left.offset) < (second, right.offset)
    }
    combining.removeAll(keepingCapacity: true)
    let current = position
    for mark in marks {
      position = mark.element.position
      emit(mark.element.scalar)
    }
    position = current
  }

  private mutating func emit(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      // A decomposition's base letter, or a sign such as U+037E that decomposes to ASCII.
      if scalar.value != 0x20, scalar.isWordPiecePunctuation {
        endWord()
        appendToWord(UInt8(truncatingIfNeeded: scalar.value))
        wordIsPunctuation = true
        endWord()
      } else {
        scanASCIILetter(UInt8(truncatingIfNeeded: scalar.value))
      }
      return
    }
    if scalar.isWordPiecePunctuation {
      endWord()
      appendToWord(scalar)
      wordIsPunctuation = true
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
    extendWord()
    scalarsInWord += 1
    if scalarsInWord <= Self.longestWord { word.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
  }

  /// Finds the pieces of the word read: the longest that fits, then the longest that continues it, and so on.
  private mutating func endWord() {
    if scalarsInWord == 0 { return }
    let mark = ids.count
    appendPieces(mark: mark)
    if recordsWords, ids.count > mark {
      words.append(
        WordPieceWord(
          pieces: mark..<ids.count, source: wordSource, isPunctuation: wordIsPunctuation,
          isStopWord: !stopWords.isEmpty && scalarsInWord <= Self.longestWord
            && stopWords.contains(String(decoding: word, as: UTF8.self))))
    }
    word.removeAll(keepingCapacity: true)
    scalarsInWord = 0
    wordIsPunctuation = false
  }

  private mutating func appendPieces(mark: Int) {
    if scalarsInWord > Self.longestWord {
      append(vocabulary.unknown)
      return
    }
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
