// Wrapping and truncation.

import Terminal
import Testing

@Suite struct TextLayoutTests {
  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]),
    ("नमस्ते दुनिया", 5, ["नमस्ते", "दुनिया"]), ("👨‍👩‍👧‍👦👍🏽x", 2, ["👨‍👩‍👧‍👦", "👍🏽", "x"]),
    ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
    ("one two three", 8, ["one two", "three"]),
    ("one   two", 5, ["one", "two"]),
    ("abcdefgh", 3, ["abc", "def", "gh"]),
    ("well-known words", 6, ["well-", "known", "words"]),
    ("a\nb\n\nc\n", 10, ["a", "b", "", "c"]),
    ("a\r\nb\rc", 10, ["a", "b", "c"]),
    ("", 5, [""]),
    ("日本語文字", 4, ["日本", "語文", "字"]),
    ("ab日本", 3, ["ab", "日", "本"]),
    ("日", 1, ["日"]),
    ("  indented text", 10, ["  indented", "text"]),
    ("ends with space   ", 6, ["ends", "with", "space"]),
    ("a   \nb", 2, ["a", "b"]),
    ("stretch ", 7, ["stretch"]),
    ("exactly8 x", 8, ["exactly8", "x"]),
  ])
  func `Text is wrapped by words`(text: String, columns: Int, lines: [String]) {
    #expect(TextLayout.wrap(text, columns: columns).map(String.init) == lines)
    #expect(TextLayout.lineCount(text, columns: columns) == lines.count)
  }

  @Test func `No line is wider than asked, and nothing but spaces and breaks is lost`() {
    var state: UInt64 = 42
    let alphabet = Array("ab c-日é \n👍🏽\u{301}\tx")
    for round in 0..<400 {
      var text = ""
      for _ in 0..<60 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      let columns = 4 + round % 12
      let lines = TextLayout.wrap(text, columns: columns)
      for line in lines { #expect(SafeText.columns(line) <= columns, "\(text.debugDescription) \(columns)") }
      let kept = lines.joined().filter { !$0.isWhitespace }
      #expect(kept == text.filter { !$0.isWhitespace })
    }
  }

  @Test func `Lines are made as they are asked for, and keep their place in the text`() throws {
    let text = String(repeating: "word ", count: 200_000)
    var lines = TextLayout.lines(of: text, columns: 80)
    let taken = [lines.next(), lines.next()].compactMap(\.self)
    let (first, second) = (try #require(taken.first), try #require(taken.last))
    #expect(first.count == 79)
    #expect(text.distance(from: text.startIndex, to: second.startIndex) == 80)
    #expect(TextLayout.wrap(text, columns: 80, limit: 3).count == 3)
    #expect(TextLayout.lineCount(text, columns: 80) == 12_500)
  }

  @Test func `The lines of a slice are slices of the same text`() throws {
    let text = "skipped: some words to wrap"
    let slice = text[text.index(text.startIndex, offsetBy: 9)...]
    let line = try #require(TextLayout.wrap(slice, columns: 10).last)
    let range = try #require(text.firstRange(of: "wrap"))
    #expect(line[range] == "wrap")
    #expect(line.endIndex == text.endIndex)
  }

  @Test(arguments: [
    ("abcdef", 6, TextLayout.Cut.end, "abcdef"), ("abcdef", 4, .end, "abc…"), ("abcdef", 4, .start, "…def"),
    ("abcdef", 4, .middle, "ab…f"), ("日本語", 4, .end, "日…"), ("日本語", 5, .start, "…本語"), ("abc", 0, .end, ""),
    ("abc", 1, .end, "…"), ("", 3, .end, ""),
  ])
  func `Truncation leaves an ellipsis where text was cut`(
    text: String, columns: Int, cut: TextLayout.Cut, result: String
  ) {
    #expect(TextLayout.truncate(text, columns: columns, cut: cut) == result)
  }

  @Test func `Padding gives exactly the columns asked for`() {
    #expect(TextLayout.pad("日", columns: 4) == "日  ")
    #expect(TextLayout.pad("12", columns: 4, alignRight: true) == "  12")
    #expect(TextLayout.pad("日本語", columns: 4) == "日… ")
  }
}
