// The part of a message that a search hit is shown by.

import ConversationMemory

enum Snippet {
  /// Bytes of content, about three lines.
  private static let length = 240
  /// Bytes before the first found word.
  private static let lead = 60

  /// The passage that scored best, from a little before its first found word, on one line, found words marked.
  static func text(of hit: SearchHit) -> StyledText {
    let bytes = Array(hit.message.content.utf8)
    let passage = hit.passage.clamped(to: 0..<bytes.count)
    let found = hit.matchedRanges.first { $0.lowerBound >= passage.lowerBound && $0.upperBound <= passage.upperBound }
    var start = passage.lowerBound
    if let found, found.lowerBound - start > length - lead { start = found.lowerBound - lead }
    start = boundary(atOrAfter: start, in: bytes)
    let end = boundary(atOrAfter: min(start + length, max(passage.upperBound, found?.upperBound ?? 0)), in: bytes)
    var result = StyledText(start > 0 ? "…" : "")
    var position = start
    for range in hit.matchedRanges where range.lowerBound >= position && range.upperBound <= end {
      result += piece(bytes[position..<range.lowerBound], .plain) + piece(bytes[range], .match)
      position = range.upperBound
    }
    if position < end { result += piece(bytes[position..<end], .plain) }
    return (result + StyledText(end < bytes.count ? "…" : "")).folded
  }

  private static func piece(_ bytes: ArraySlice<UInt8>, _ style: StyledText.Style) -> StyledText {
    StyledText(String(decoding: bytes, as: UTF8.self), style)
  }

  /// The next place that does not cut a scalar.
  private static func boundary(atOrAfter position: Int, in bytes: [UInt8]) -> Int {
    var position = position
    while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
    return min(position, bytes.count)
  }
}
