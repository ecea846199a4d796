// A piece of a message that gets a vector of its own.

/// A part of a message, as it is embedded and as it can be shown.
public struct Passage: Sendable, Hashable {
  /// What is embedded: `author: part of the content`, or only the part where no author is known.
  public let text: String
  /// Where the part lies in the content: offsets in UTF-8 bytes, at scalar boundaries.
  public let range: Range<Int>

  public init(text: String, range: Range<Int>) {
    self.text = text
    self.range = range
  }
}
