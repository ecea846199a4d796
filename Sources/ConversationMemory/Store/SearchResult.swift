// What a search answers.

/// The hits and how far they can be trusted.
public struct SearchResult: Hashable, Sendable {
  /// Best first; equal scores newest first.
  public var hits: [SearchHit]
  public var semantic: SemanticStatus
  /// How long each stage took.
  public var stages: SearchStages

  public init(hits: [SearchHit], semantic: SemanticStatus, stages: SearchStages = SearchStages()) {
    self.hits = hits
    self.semantic = semantic
    self.stages = stages
  }
}

/// How long the stages of one search took.
public struct SearchStages: Hashable, Sendable {
  /// The model reads the question.
  public var encoder = Duration.zero
  /// Words and their rarities.
  public var keyword = Duration.zero
  /// The nearest vectors.
  public var vector = Duration.zero
  /// The turns around what was found, and the candidates' texts.
  public var turns = Duration.zero
  /// Late interaction.
  public var tokens = Duration.zero
  /// Features, the final order, explanations.
  public var assembly = Duration.zero

  public init() {}

  /// In the order in which they run, by name.
  public var all: [(name: String, duration: Duration)] {
    [
      ("encoder", encoder), ("keyword", keyword), ("vector", vector), ("turns", turns), ("tokens", tokens),
      ("assembly", assembly),
    ]
  }
}

/// One found message and why.
public struct SearchHit: Hashable, Sendable {
  public var message: ConversationMessage
  /// The parts' sum, relative to the best candidates of this question: it orders hits, and does not compare between
  /// questions.
  public var score: Double
  /// Below the floor of relevance: returned, but not to be relied on.
  public var weak: Bool
  public var parts: ScoreParts
  /// Cosine of question and passage, −1…1; nil where meaning was not consulted.
  public var similarity: Double?
  /// The question's words, as written there, that the message has.
  public var matchedWords: [String]
  /// Their share of the question's words, each weighed by its rarity in the tenant: 0…1.
  public var wordCoverage: Double
  /// Where they stand in the content: UTF-8 byte ranges, ascending, not overlapping.
  public var matchedRanges: [Range<Int>]
  /// The part of the content that scored best: a UTF-8 byte range.
  public var passage: Range<Int>
  /// Its place in its session, to open it there.
  public var cursor: Cursor
  /// Late interaction of the question's tokens with this message's and, at a discount, those of the turns around it: the
  /// weighted mean of the best cosines; nil where meaning was not consulted.
  public var interaction: Double?
  /// The turn around it that it owes a telling part of that to.
  public var lender: Lender?

  /// What meaning gave to the score, pooled and token by token.
  public var meaning: Double { parts.semantic + (interaction == nil ? 0 : parts.tokens) }

  /// What words gave.
  public var words: Double { parts.keyword + (interaction == nil ? parts.tokens : 0) }

  /// A turn that lent to a hit.
  public struct Lender: Hashable, Sendable {
    public var message: MessageID
    /// How many turns after the hit it stands; negative: before.
    public var offset: Int

    public init(message: MessageID, offset: Int) {
      self.message = message
      self.offset = offset
    }
  }

  public init(
    message: ConversationMessage, score: Double, weak: Bool, parts: ScoreParts, similarity: Double?,
    matchedWords: [String], wordCoverage: Double, matchedRanges: [Range<Int>], passage: Range<Int>, cursor: Cursor,
    interaction: Double? = nil, lender: Lender? = nil
  ) {
    self.message = message
    self.score = score
    self.weak = weak
    self.parts = parts
    self.similarity = similarity
    self.matchedWords = matchedWords
    self.wordCoverage = wordCoverage
    self.matchedRanges = matchedRanges
    self.passage = passage
    self.cursor = cursor
    self.interaction = interaction
    self.lender = lender
  }
}

/// What each kind of evidence gave to a score.
public struct ScoreParts: Hashable, Sendable {
  public var semantic: Double
  public var keyword: Double
  /// Late interaction over token vectors, the turns around included; of words where meaning was not consulted.
  public var tokens: Double
  /// Author, date, question and time features; may be negative.
  public var features: Double

  public init(semantic: Double = 0, keyword: Double = 0, tokens: Double = 0, features: Double = 0) {
    self.semantic = semantic
    self.keyword = keyword
    self.tokens = tokens
    self.features = features
  }

  public var total: Double { semantic + keyword + tokens + features }
}

/// Whether search by meaning took part.
public enum SemanticStatus: Hashable, Sendable {
  case ready
  /// It did, but this many messages are not embedded yet and were found by words only.
  case pending(Int)
  /// The model is being loaded: by words only for the moment.
  case loading
  /// It did not, and will not until something is done.
  case off(reason: String, remedy: String)

  /// One line for people; nil where all is well.
  public var notice: String? {
    switch self {
    case .ready: nil
    case .pending(let count):
      "\(count) messages are not searchable by meaning yet: `recollect verify --repair` embeds them"
    case .loading: "search by meaning is starting; these are matches by words"
    case .off(let reason, let remedy): "semantic search is off (\(reason)): \(remedy)"
    }
  }
}
