// The tokens of several texts, one text after the other, and how they are divided among threads.

/// Tokenized texts without padding.
struct TokenBatch: Sendable {
  /// A run of whole texts.
  struct Chunk: Sendable {
    let texts: Range<Int>
    let tokens: Range<Int>
  }

  /// One text's tokens, and which of them have a vector of their own kept: places among `ids`, ascending.
  struct Text {
    var ids: [Int32]
    var kept: any Sequence<Int> = []
  }

  private(set) var ids: [Int32] = []
  /// The number of tokens of each text.
  private(set) var lengths: [Int] = []
  /// The tokens kept, of all texts: places in `ids`, ascending.
  private(set) var kept: [Int] = []
  /// Where in `kept` each text's tokens are.
  private(set) var keptTexts: [Range<Int>] = []

  /// - Parameters:
  ///   - count: The number of texts.
  ///   - tokenize: Is asked for each text in turn.
  /// - Throws: `CancellationError` when the calling task is cancelled meanwhile.
  init(count: Int, tokenize: (Int) -> Text) throws {
    lengths.reserveCapacity(count)
    for index in 0..<count {
      if index % 256 == 255 { try Task.checkCancellation() }
      let text = tokenize(index)
      let first = kept.count
      for place in text.kept { kept.append(ids.count + place) }
      keptTexts.append(first..<kept.count)
      ids += text.ids
      lengths.append(text.ids.count)
    }
  }

  /// The places in `kept` of a chunk's tokens.
  func keptRows(of chunk: Chunk) -> Range<Int> {
    guard let first = keptTexts[chunk.texts].first, let last = keptTexts[chunk.texts].last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  /// Runs of texts with at most `tokens` tokens each, but at least one text.
  func chunks(of tokens: Int) -> [Chunk] {
    var chunks: [Chunk] = []
    var firstText = 0
    var firstToken = 0
    var end = 0
    for (text, length) in lengths.enumerated() {
      if text > firstText, end + length - firstToken > tokens {
        chunks.append(Chunk(texts: firstText..<text, tokens: firstToken..<end))
        (firstText, firstToken) = (text, end)
      }
      end += length
    }
    if firstText < lengths.count { chunks.append(Chunk(texts: firstText..<lengths.count, tokens: firstToken..<end)) }
    return chunks
  }
}
