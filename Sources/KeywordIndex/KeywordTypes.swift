// What goes into the index and what comes out: documents, the terms of a question, filters, hits.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The numbers of one message. Its words are given beside it (see ``KeywordBatchBuilder``).
public struct KeywordDocument: Sendable, Hashable {
  /// The owner's number of the message; later messages have higher ones.
  public var key: Int64
  public var session: UInt32
  public var channel: UInt32
  public var author: UInt32
  public var role: UInt8
  /// Milliseconds since 1970.
  public var timestamp: Int64

  public init(key: Int64, session: UInt32, channel: UInt32, author: UInt32, role: UInt8, timestamp: Int64) {
    self.key = key
    self.session = session
    self.channel = channel
    self.author = author
    self.role = role
    self.timestamp = timestamp
  }
}

/// One term of a question: the words that have a stem, or begin in some way, or either.
///
/// A term scores as one, whatever number of words it stands for: its frequency in a message is that of all of them.
public struct KeywordTerm: Sendable, Hashable {
  /// Words are known by their first 64 bytes, cut between characters' scalars; so are the words of a question.
  public static let limit = 64

  /// Words of this stem.
  public var stem: String?
  /// Words that begin so.
  public var prefix: String?
  /// Messages without it are no hits.
  public var isRequired: Bool
  /// Messages with it are no hits; it does not score.
  public var isExcluded: Bool

  public init(stem: String?, prefix: String? = nil, isRequired: Bool = false, isExcluded: Bool = false) {
    self.stem = stem
    self.prefix = prefix
    self.isRequired = isRequired
    self.isExcluded = isExcluded
  }
}

/// Which messages may be hits; every condition must hold.
public struct KeywordFilter: Sendable, Hashable {
  public var sessions: Set<UInt32>?
  public var excludedSession: UInt32?
  public var channels: Set<UInt32>?
  public var authors: Set<UInt32>?
  public var role: UInt8?
  /// Milliseconds since 1970.
  public var timeRange: Range<Int64>?
  public var allowedKeys: Set<Int64>?
  /// Messages that are deleted, but not yet in the index.
  public var excludedKeys: Set<Int64> = []

  /// Lets everything pass.
  public static let everything = KeywordFilter()

  public init(
    sessions: Set<UInt32>? = nil, excludedSession: UInt32? = nil, channels: Set<UInt32>? = nil,
    authors: Set<UInt32>? = nil, role: UInt8? = nil, timeRange: Range<Int64>? = nil, allowedKeys: Set<Int64>? = nil,
    excludedKeys: Set<Int64> = []
  ) {
    self.sessions = sessions
    self.excludedSession = excludedSession
    self.channels = channels
    self.authors = authors
    self.role = role
    self.timeRange = timeRange
    self.allowedKeys = allowedKeys
    self.excludedKeys = excludedKeys
  }
}

/// A message found.
public struct KeywordHit: Sendable, Hashable {
  public var key: Int64
  /// BM25, positive.
  public var score: Double
  /// Bit i: the message has term i of the question.
  public var matched: UInt64

  public init(key: Int64, score: Double, matched: UInt64) {
    self.key = key
    self.score = score
    self.matched = matched
  }
}

/// A word as written and how many messages have it.
public struct KeywordWord: Sendable, Hashable {
  public var word: String
  public var documents: Int
}

/// The constants of BM25 (Robertson, Walker et al. 1994).
public struct KeywordScoring: Sendable, Hashable {
  /// How soon further occurrences of a term stop counting.
  public var k1: Double
  /// How much a long message is held against it, 0...1.
  public var b: Double

  /// What conversations were found to need: messages are short, so length says little.
  public static let standard = KeywordScoring(k1: 1.2, b: 0.4)

  public init(k1: Double, b: Double) {
    self.k1 = k1
    self.b = b
  }

  /// ln(1 + (N - n + 1/2) / (n + 1/2)), as Lucene has it: positive however common the term, where the original form, and
  /// SQLite's FTS5 with it, lets terms of more than half of the messages count for nothing.
  public func inverseDocumentFrequency(documents: Int, containing count: Int) -> Double {
    let rest = Double(max(0, documents - count)) + 0.5
    let having = Double(count) + 0.5
    return log1p(rest / having)
  }
}

/// When segments are merged. Only tests have reason to choose another than the standard one.
package struct KeywordPolicy: Sendable, Hashable {
  /// So many neighbours of like size become one.
  package var fanIn: Int
  /// Neighbours are of like size while the older has at most so many times the documents of all later ones together.
  package var ratio: Int
  /// A segment of so many documents is left alone.
  package var largest: Int

  package static let standard = KeywordPolicy(fanIn: 4, ratio: 3, largest: 4 << 20)

  package init(fanIn: Int, ratio: Int, largest: Int) {
    self.fanIn = fanIn
    self.ratio = ratio
    self.largest = largest
  }
}
