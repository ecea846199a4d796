// The tokens of several texts, one text after the other, and how they are divided among threads.

/// Tokenized texts without padding.
struct TokenBatch: Sendable {
  /// A run of whole texts.
  struct Chunk: Sendable {
    let texts: Range<Int>
    let tokens: Range<Int>
  }

  private(set) var ids: [Int32] = []
  /// The number of tokens of each text.
  private(set) var lengths: [Int] = []

  /// - Throws: `CancellationError` when the calling task is cancelled meanwhile.
  init(_ texts: [String], tokenizer: WordPieceTokenizer, limit: Int) throws {
    lengths.reserveCapacity(texts.count)
    for (index, text) in texts.enumerated() {
      if index % 256 == 255 { try Task.checkCancellation() }
      let tokens = tokenizer.encode(text, limit: limit)
      ids += tokens
      lengths.append(tokens.count)
    }
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
