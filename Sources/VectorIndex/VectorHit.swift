// One answer of a search.

/// A message found by its best passage.
public struct VectorHit: Sendable, Hashable {
  /// The message: its row in the owner's store.
  public var key: Int64

  /// The best passage's ordinal within its message.
  public var passage: UInt16

  /// Where that passage stands in the message, in bytes of UTF-8.
  public var utf8Range: Range<UInt32>

  /// Cosine similarity of the query and the stored passage, about -1...1.
  public var score: Float

  /// Describes one answer.
  public init(key: Int64, passage: UInt16, utf8Range: Range<UInt32>, score: Float) {
    self.key = key
    self.passage = passage
    self.utf8Range = utf8Range
    self.score = score
  }
}
