// What the encoder gives beside a text's one vector: the vectors of its tokens, whole for questions, reduced to signs for
// passages, which are kept in great number.

/// Which tokens of a passage are kept, and how many.
public struct TokenSelection: Sendable, Hashable {
  /// Words whose tokens are left out: in lower case and without accents, and words as the model sees them, for which
  /// "don't" is three.
  public var stopWords: Set<String>
  /// How many tokens of a passage are kept at most, from its beginning.
  public var limit: Int

  public init(stopWords: Set<String>, limit: Int) {
    self.stopWords = stopWords
    self.limit = limit
  }
}

/// Token vectors reduced to the sign of each component.
///
/// `bytes` holds `count` rows of `dimensions / 8` bytes; bit `c % 8` of byte `c / 8` is set where component `c` is not
/// negative.
public struct TokenSigns: Sendable, Hashable {
  public let count: Int
  public let bytes: [UInt8]

  public init(count: Int, bytes: [UInt8]) {
    self.count = count
    self.bytes = bytes
  }
}

/// What several passages were embedded as.
public struct PassageBatch: Sendable {
  /// A row per passage.
  public let vectors: EmbeddingBatch
  /// One element per passage, without tokens where the service has none.
  public let tokens: [TokenSigns]

  public init(vectors: EmbeddingBatch, tokens: [TokenSigns]) {
    self.vectors = vectors
    self.tokens = tokens
  }
}

/// What a question was embedded as.
public struct QuestionEmbedding: Sendable {
  /// A word piece of the question.
  public struct Token: Sendable, Hashable {
    /// The whole word that this is a piece of: offsets in UTF-8 bytes in the text given.
    public let word: Range<Int>
    public let isPunctuation: Bool

    public init(word: Range<Int>, isPunctuation: Bool) {
      self.word = word
      self.isPunctuation = isPunctuation
    }
  }

  /// The whole question as one vector of unit length.
  public let vector: [Float]
  /// Every word piece in order, without the special ones; none where the service has no token vectors.
  public let tokens: [Token]
  /// `tokens.count` rows of `vector.count` values: the last layer's vectors as they are, not scaled to unit length.
  public let tokenVectors: [Float]

  public init(vector: [Float], tokens: [Token], tokenVectors: [Float]) {
    self.vector = vector
    self.tokens = tokens
    self.tokenVectors = tokenVectors
  }
}
