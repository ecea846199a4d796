// What is asked of a search.

/// A search: words or weighted messages, exact filters, and which evidence counts.
public struct SearchRequest: Hashable, Sendable {
  /// Which legs of the search run.
  public enum Evidence: String, Sendable {
    case hybrid
    /// By meaning alone.
    case semantic
    /// By words alone.
    case keyword
  }

  /// One text of the question. Several are weighed: a context's last messages, the newest most.
  public struct Part: Hashable, Sendable {
    public var text: String
    /// Relative to the other parts; any positive scale.
    public var weight: Double

    public init(_ text: String, weight: Double = 1) {
      self.text = text
      self.weight = weight
    }
  }

  public var parts: [Part]
  public var topK: Int
  public var filter: SearchFilter
  public var evidence: Evidence
  /// The question is still being typed: its last word matches as a prefix.
  public var lastWordIsPrefix: Bool
  /// How many unembedded messages the search embeds by itself before it answers; more are reported as pending.
  public var backlogToFinish: Int

  /// Whether author, date, question and time features count; without them a score is the text's alone.
  public var usesFeatures = true

  public init(
    parts: [Part], topK: Int = 10, filter: SearchFilter = SearchFilter(), evidence: Evidence = .hybrid,
    lastWordIsPrefix: Bool = false, backlogToFinish: Int = 64
  ) {
    self.parts = parts
    self.topK = topK
    self.filter = filter
    self.evidence = evidence
    self.lastWordIsPrefix = lastWordIsPrefix
    self.backlogToFinish = backlogToFinish
  }

  public init(_ query: String, topK: Int = 10) {
    self.init(parts: [Part(query)], topK: topK)
  }
}

/// Exact conditions: what does not meet them is never returned, whatever its score. A session, channel or author that
/// does not exist matches nothing; an unknown *field* cannot be expressed.
public struct SearchFilter: Hashable, Sendable {
  public var session: SessionID?
  /// Everything but this session: cross-session recall.
  public var excludedSession: SessionID?
  public var channel: Channel?
  public var role: Role?
  public var author: String?
  public var timeRange: TimeRange
  /// Names and values, byte for byte, all of which the message's own metadata or its session's must have.
  public var metadata: [String: String]
  /// Names that the message's own metadata or its session's must have, with any value but an empty one.
  public var hasMetadata: Set<String>
  /// Tags that the message's session must have, all of them, as ``SessionTag/normalized(_:)`` makes them.
  public var tags: Set<String>
  /// What must stand in its session's note; case and accents do not matter.
  public var note: String?
  /// What the text must have, all of it.
  public var has: Set<MessageFeature>
  /// Words that must stand in the text one after the other, each of these; case, accents and punctuation do not matter.
  public var phrases: [String]
  /// The same that must not stand there, none of these.
  public var excluded: [String]

  public init(
    session: SessionID? = nil, excludedSession: SessionID? = nil, channel: Channel? = nil, role: Role? = nil,
    author: String? = nil, timeRange: TimeRange = TimeRange(), metadata: [String: String] = [:],
    hasMetadata: Set<String> = [], tags: Set<String> = [], note: String? = nil, has: Set<MessageFeature> = [],
    phrases: [String] = [], excluded: [String] = []
  ) {
    self.session = session
    self.excludedSession = excludedSession
    self.channel = channel
    self.role = role
    self.author = author
    self.timeRange = timeRange
    self.metadata = metadata
    self.hasMetadata = hasMetadata
    self.tags = tags
    self.note = note
    self.has = has
    self.phrases = phrases
    self.excluded = excluded
  }

  public var isEmpty: Bool { self == SearchFilter() }
}
