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

  /// The ids of a text as `encode(_:limit:)` gives them, and the words that they are pieces of.
  ///
  /// - Parameters:
  ///   - prompt: What is put before the text: its pieces are among the ids, its words are not among the words, whose
  ///     places are those in `text`.
  ///   - stopWords: Which words to mark as such, in lower case and without accents.
  func words(
    of text: String, after prompt: String = "", limit: Int, stopWords: Set<String> = []
  ) -> (ids: [Int32], words: [WordPieceWord]) {
    var text = prompt + text
    let start = prompt.utf8.count
    return text.withUTF8 { bytes in
      var scanner = WordPieceScanner(vocabulary: vocabulary, limit: limit - 1)
      scanner.recordsWords = true
      scanner.stopWords = stopWords
      scanner.append(vocabulary.classification)
      scanner.scan(bytes)
      return (scanner.ids + [vocabulary.separator], scanner.words.compactMap { $0.after(start) })
    }
  }

  /// The number of pieces of a text, without special ones.
  func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var scanner = WordPieceScanner(vocabulary: vocabulary, limit: .max)
    scanner.scan(text)
    return scanner.ids.count
  }
}

/// A word of a text: what stands between spaces, or a sign or ideograph, which is a word of its own.
struct WordPieceWord: Sendable, Equatable {
  /// Its pieces: places among the text's ids.
  let pieces: Range<Int>
  /// Where it stands: offsets in UTF-8 bytes, its accents included.
  let source: Range<Int>
  let isPunctuation: Bool
  let isStopWord: Bool

  /// The word in the text from `start` on; nil where it does not lie there.
  func after(_ start: Int) -> WordPieceWord? {
    guard source.lowerBound >= start else { return nil }
    return WordPieceWord(
      pieces: pieces, source: source.lowerBound - start..<source.upperBound - start, isPunctuation: isPunctuation,
      isStopWord: isStopWord)
  }
}
