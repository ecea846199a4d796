// Markdown as lines: what is drawn, what stays as it was written, and where each piece came from.

import Foundation
import Testing

@testable import Terminal

@Suite("Markdown") struct MarkdownTests {
  private func lines(_ text: String, columns: Int = 60) -> [String] {
    MarkdownLines.wrap(text[...], columns: columns).map(\.text)
  }

  /// Spans with a look of their own, as `text{role+attributes}`.
  private func looks(_ text: String, columns: Int = 60) -> [String] {
    MarkdownLines.wrap(text[...], columns: columns).flatMap(\.spans).filter { $0.style != .text }
      .map { "\($0.text){\($0.style)}" }
  }

  // MARK: Within lines

  @Test func `Emphasis, code and links lose their signs and get a look`() {
    #expect(lines("a **bold** and *slanted* `code`") == ["a bold and slanted code"])
    #expect(looks("a **bold** and *slanted* `code`") == ["bold{text+bold}", "slanted{text+italic}", "code{code}"])
    #expect(looks("__b__ _i_ ***both***") == ["b{text+bold}", "i{text+italic}", "both{text+bold+italic}"])
    #expect(looks("**a *b* c**") == ["a {text+bold}", "b{text+bold+italic}", " c{text+bold}"])
    #expect(looks("***a** b*") == ["a{text+bold+italic}", " b{text+italic}"])
    #expect(lines("see [the offer](https://x.example/a_b)!") == ["see the offer (https://x.example/a_b)!"])
    #expect(looks("[the *offer*](x.html)") == ["the {link}", "offer{link+italic}", "(x.html){link-target}"])
    #expect(lines("[https://x.example](https://x.example)") == ["https://x.example"])
    #expect(lines("![](https://x.example/p.png)") == ["(https://x.example/p.png)"])
    #expect(looks("at https://x.example/a_b_c, or") == ["https://x.example/a_b_c{link}"])
    #expect(lines(#"\*kept\* and \_so\_"#) == ["*kept* and _so_"])
    #expect(lines("``a ` b`` and `` ` ``") == ["a ` b and `"])
    #expect(lines("这是**重点**内容") == ["这是重点内容"])
  }

  @Test(arguments: [
    "2 * 3 * 4", "snake_case_words", "3*40*12", "2**3**4", "a*b*c", "*.txt and *.csv", "f(**kwargs, *args)",
    "__init__.py_", #"C:\temp\new and \\server\share"#, "**open", "close**", "`open", "[no](target)", "f[i](x)",
    "[1] (see below)", "a_", "_ _", "* ", "**", "****x", "_____x", "/__pycache__/x", "~~kept~~", "a & b < c > d",
    "#hashtag", "#", "-", "-5", "-- ", "1.5 or 2)", ">50 seats", ">= 3", "a | b", "|", "|---|", "   indented", "\ttab",
    "12345678901. no", "", " ", "** a **", "e**\u{301}x**",
  ])
  func `What is not clearly markup stays as it is`(text: String) {
    #expect(lines(text, columns: 200) == TextLayout.wrap(text, columns: 200).map(String.init))
  }

  @Test(arguments: ["a\n", "a\n\n", "\n", "a\r\nb", "a\rb\n\nc", "one two three four\n five", "日本語のテキスト 👍🏽 é"])
  func `Text without markup has the lines that wrapping gives it`(text: String) {
    for columns in [1, 4, 9, 40] {
      #expect(lines(text, columns: columns) == TextLayout.wrap(text, columns: columns).map(String.init), "\(columns)")
    }
  }

  // MARK: Blocks

  @Test func `Headings, rules and quotes are drawn`() {
    #expect(lines("# One\n### Three ###\nC# is\n# C#", columns: 20) == ["One", "Three", "C# is", "C#"])
    #expect(looks("# One\n## Two") == ["One{heading+underline}", "Two{heading}"])
    #expect(lines("a\n---\nb\n* * *", columns: 6) == ["a", "──────", "b", "──────"])
    #expect(lines("****", columns: 6) == ["──────"])
    #expect(lines("> a\n>> b\n>c", columns: 30) == ["│ a", "│ │ b", "│ c"])
    #expect(looks("> **a**") == ["│ {border}", "a{quote+bold}"])
    #expect(lines("> a long sentence that is cut", columns: 12) == ["│ a long", "│ sentence", "│ that is", "│ cut"])
  }

  @Test func `Lists keep their levels and hang`() {
    let text = "- one\n  - two words more\n    1. three\n* four\n10) five words here"
    #expect(
      lines(text, columns: 14) == [
        "• one", "  • two words", "    more", "    1. three", "• four", "10) five words", "    here",
      ])
    #expect(lines("- one\n  below it, and so on", columns: 14) == ["• one", "  below it,", "  and so on"])
    #expect(looks("1. a") == ["1.{list-marker}"])
  }

  @Test func `Blocks of code keep every character and fill their lines`() {
    let text = "so:\n```swift\nlet a = b * c * d\n  *x*\n\n```\nend"
    #expect(lines(text) == ["so:", " swift", " let a = b * c * d", "   *x*", " ", "end"])
    let drawn = MarkdownLines.wrap(text[...], columns: 60)
    #expect(drawn.map { $0.fill == Style(.code) } == [false, true, true, true, true, false])
    #expect(lines("```\nnever closed") == [" never closed"])
    #expect(lines("````\n```\n````\n*a*") == [" ```", "a"])
    #expect(lines("> ```\n> x\n> ```\ny") == ["│  x", "y"])
    #expect(lines("> ```\n> x\n*y*") == ["│  x", "y"])
    #expect(lines("1. ```sh\n   ls\n   ```\n2. b") == ["1.  sh", "    ls", "2. b"])
    #expect(lines("```one line```") == ["one line"])
    #expect(lines("```") == [""])
  }

  @Test func `Tables have aligned columns, and narrow ones give way`() {
    let text = "| Plan | Seats | Note |\n|:-----|------:|:----:|\n| **Pro** | 400 | a\\|b |\n| 日本 | 5 | x | y |\nend"
    #expect(
      lines(text) == [
        "Plan │ Seats │ Note", "─────┼───────┼──────", "Pro  │   400 │  a|b", "日本 │     5 │ x | y", "end",
      ])
    #expect(looks("a | b\n--|--").prefix(3) == ["a{text+bold}", " │ {border}", "b{text+bold}"])
    let narrow = lines("| a | b |\n|---|---|\n| one two three four | x |", columns: 16)
    #expect(narrow == ["a            │ b", "─────────────┼──", "one two      │ x", "three four   │ "])
    for line in narrow { #expect(SafeText.columns(line) <= 16) }
    #expect(lines("| a | b |\n|---|---|\n| 1 | 2 |", columns: 8) == ["| a | b", "|", "|---|---", "|", "| 1 | 2", "|"])
    #expect(lines("a | b\nc | d") == ["a | b", "c | d"])
    #expect(lines("> a | b\n> --|--\n> c | d") == ["│ a │ b", "│ ──┼──", "│ c │ d"])
  }

  // MARK: Places

  @Test func `Every piece is a slice of the text, so that found words stay found`() throws {
    let text =
      "- The **enterprise** price\n  is `18` [here](https://x.example)\n\n| a | enterprise |\n|--|--|\n| b | c |"
    for columns in [7, 12, 30, 80] {
      let lines = MarkdownLines.wrap(text[...], columns: columns)
      for span in lines.flatMap(\.spans) where span.isSource {
        #expect(text[span.text.startIndex..<span.text.endIndex] == span.text)
      }
      for line in lines { #expect(line.columns <= columns, "\(line.text)") }
    }
    let range = try #require(text.range(of: "enterprise"))
    var surface = Surface(size: Size(columns: 40, rows: 1))
    let line = try #require(MarkdownLines.wrap(text[...], columns: 40).first)
    surface.put(line, highlighting: [range], x: 0, y: 0)
    #expect(surface.golden == "|• The enterprise price\n  0-1 list-marker, 6-15 match")
  }

  @Test func `Counting gives what wrapping gives, up to its limit`() {
    let part = "# a\n- **b** c d e f g\n> h i j\n```\nk\n```\n| l | m |\n|--|--|\n| n | o |\n"
    let text = String(repeating: part, count: 9)
    for columns in [3, 10, 33] {
      let all = MarkdownLines.wrap(text[...], columns: columns).count
      #expect(MarkdownLines.lineCount(text[...], columns: columns) == all)
      #expect(MarkdownLines.lineCount(text[...], columns: columns, limit: 5) == 5)
      #expect(MarkdownLines.wrap(text[...], columns: columns, limit: 5).count == 5)
    }
  }

  // MARK: Hostile text

  @Test(arguments: [
    "*[", "[", "](", "[a](", "`", "``a`", "**a *b ", "_*", "> ", ">", "- ", "|", "| a |\n|--|\n", "*a", "a*", "***a ",
    "https://", "\\", "[a](b.c)", "e\u{301}", "![", "<", "x",
  ])
  func `A megabyte of anything stays within its lines, and only what is asked for is read`(unit: String) {
    let size = unit == "*[" ? 1 << 20 : 1 << 17
    let text = String(repeating: unit, count: size / unit.utf8.count)
    var lines = MarkdownLines(text[...], columns: 80)
    var total = 0
    while let line = lines.next() {
      total += 1
      if line.columns > 80 { Issue.record("\(unit): \(line.text)") }
    }
    #expect(total >= 1)
    var beginning = MarkdownLines(text[...], columns: 80)
    _ = beginning.next()
    #expect(beginning.position <= 2 * MarkdownLines.window)
  }

  @Test func `A long line goes on where its part was cut`() {
    let words = (0..<4000).map { "word\($0)" }.joined(separator: " ")
    let drawn = lines("- " + words, columns: 40)
    let shown = drawn.joined(separator: " ").split(separator: " ").dropFirst().map(String.init)
    #expect(shown == words.split(separator: " ").map(String.init))
  }

  @Test func `Random text never loses a word, nor a line its width`() {
    var generator = SplitMix(state: 7)
    let pieces = [
      "*", "**", "_", "`", "```", "[", "](", ")", "a", "word", " ", "  ", "\n", "> ", "- ", "1. ", "|", "---", "#",
      "# ",
      "日本", "é", "👍🏽", "\u{301}", "\u{200D}", "\t", "\\", "https://x.y", "\u{1B}[31m", "\r\n", "~~~",
    ]
    for _ in 0..<400 {
      var text = ""
      for _ in 0..<Int.random(in: 1...40, using: &generator) { text += pieces.randomElement(using: &generator) ?? "" }
      for columns in [1, 3, 8, 17, 60] {
        let drawn = MarkdownLines.wrap(text[...], columns: columns)
        #expect(!drawn.isEmpty)
        let shown = drawn.map(\.text).joined()
        #expect(shown.ranges(of: "word").count <= text.ranges(of: "word").count)
        if columns == 60 {
          for line in drawn { #expect(line.columns <= 60, "\(text.debugDescription): \(line.text.debugDescription)") }
        }
      }
    }
  }
}

/// The same numbers in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
