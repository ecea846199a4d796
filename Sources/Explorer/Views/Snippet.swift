// What a hit shows of its message.

import ConversationMemory
import Terminal

/// The part of a message that a hit shows: the best passage, moved so that the first found word is in sight.
struct Snippet {
  var text: String
  /// Found words: UTF-8 ranges in `text`.
  var ranges: [Range<Int>]
  /// The message goes on behind it.
  var isCut: Bool

  private let rendersMarkdown: Bool

  init(_ hit: SearchHit, columns: Int, room: Int, rendersMarkdown: Bool) {
    self.rendersMarkdown = rendersMarkdown
    let bytes = hit.message.content.utf8
    let length = bytes.count
    var start = min(max(0, hit.passage.lowerBound), length)
    if let first = hit.matchedRanges.first(where: { $0.lowerBound >= start && $0.lowerBound < hit.passage.upperBound })
      ?? hit.matchedRanges.first, first.lowerBound < start || first.upperBound > start + room * 2 / 3
    {
      start = max(0, min(length, first.lowerBound - columns / 2))
    }
    // Enough for the widest text of one byte a column and the narrowest of four.
    let end = min(length, start + room * 4 + 16)
    var slice = Array(
      bytes[bytes.index(bytes.startIndex, offsetBy: start)..<bytes.index(bytes.startIndex, offsetBy: end)])
    // Not from the middle of a word, and never from the middle of a character.
    if start > 0, let space = slice.prefix(columns).firstIndex(of: 0x20) {
      slice.removeFirst(space + 1)
      start += space + 1
    } else {
      let broken = slice.prefix { $0 & 0xC0 == 0x80 }.count
      slice.removeFirst(broken)
      start += broken
    }
    while end < length, let last = slice.last, last & 0xC0 == 0x80 { slice.removeLast() }
    if end < length, let last = slice.last, last >= 0xC0 { slice.removeLast() }
    if rendersMarkdown { MarkdownLines.blankSigns(in: &slice, isLineStart: start == 0) }
    // Line breaks become spaces of the same length, so that the ranges stay true.
    for index in slice.indices where slice[index] == 10 || slice[index] == 13 || slice[index] == 9 {
      slice[index] = 0x20
    }
    let lead = start > 0 ? "… " : ""
    text = lead + String(decoding: slice, as: UTF8.self)
    let shift = lead.utf8.count - start
    ranges = hit.matchedRanges.filter { $0.lowerBound >= start && $0.upperBound <= start + slice.count }
      .map { $0.lowerBound + shift..<$0.upperBound + shift }
    isCut = end < length
  }

  /// What is shown of it.
  func marked(_ style: Style) -> MarkedText {
    rendersMarkdown
      ? MarkedText(text[...], style: style, collapsesSpaces: true) : MarkedText(plain: text[...], style: style)
  }
}
