// How messages are cut into passages.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct PassageTests {
  private func cutter(maximumTokens: Int = 256) throws -> PassageCutter {
    PassageCutter(maximumTokens: maximumTokens, tokenizer: try RealModel.tokenizer())
  }

  /// What must hold for any message: ranges at scalar boundaries in order, texts that are what the ranges say, nothing
  /// but white space left out, and no passage beyond the budget.
  private func check(
    _ content: String, author: String? = nil, by cutter: PassageCutter,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> [Passage] {
    let passages = cutter.passages(of: content, author: author)
    let bytes = Array(content.utf8)
    var covered = 0
    var previousStart = -1
    for passage in passages {
      let part = String(validating: bytes[passage.range], as: UTF8.self)
      #expect(part != nil, "a scalar is cut in two", sourceLocation: sourceLocation)
      #expect(
        passage.text.hasSuffix(part ?? "?")
          || passage.text.utf8.suffix(passage.range.count)
            .elementsEqual(bytes[passage.range]),
        sourceLocation: sourceLocation)
      #expect(passage.range.lowerBound > previousStart, sourceLocation: sourceLocation)
      previousStart = passage.range.lowerBound
      if passage.range.lowerBound > covered {
        let gap = bytes[covered..<passage.range.lowerBound]
        #expect(gap.allSatisfy { $0 == 32 || 9...13 ~= $0 }, "text is left out", sourceLocation: sourceLocation)
      }
      covered = max(covered, passage.range.upperBound)
      let tokens = cutter.tokenizer.encode(passage.text, limit: .max).count
      #expect(tokens <= cutter.maximumTokens, "a passage is too long", sourceLocation: sourceLocation)
    }
    let rest = bytes[min(covered, bytes.count)...]
    #expect(
      passages.isEmpty || rest.allSatisfy { $0 == 32 || 9...13 ~= $0 }, "the end is left out",
      sourceLocation: sourceLocation)
    return passages
  }

  private func sentences(_ count: Int) -> String {
    (0..<count).map { "Sentence number \($0) is about the price of seats." }.joined(separator: " ")
  }

  @Test func aShortMessageIsOnePassageWithItsAuthor() throws {
    let content = "  What does it cost?\n"
    #expect(
      try cutter().passages(of: content, author: "Anna")
        == [Passage(text: "Anna: " + content, range: 0..<content.utf8.count)])
    #expect(try cutter().passages(of: content, author: nil).map(\.text) == [content])
    #expect(try cutter().passages(of: content, author: "").map(\.text) == [content])
  }

  @Test(arguments: ["", "   \n\t ", "\u{0}\u{200B}\u{301}"])
  func aMessageWithNothingToEmbedHasNoPassages(content: String) throws {
    #expect(try cutter().passages(of: content, author: "Anna").isEmpty)
  }

  @Test func aLongMessageIsCutAtSentenceEndsWithOverlap() throws {
    let content = sentences(100)
    let passages = check(content, author: "Anna", by: try cutter())
    #expect(passages.count > 4)
    for passage in passages {
      #expect(passage.text.hasPrefix("Anna: Sentence number"))
      #expect(passage.text.hasSuffix("."))
    }
    for (first, second) in zip(passages, passages.dropFirst()) {
      #expect(second.range.lowerBound < first.range.upperBound, "neighbours overlap")
    }
  }

  @Test func emptyLinesCountAsSentenceEnds() throws {
    let content = (0..<60).map { "Agenda item \($0): pricing, security and next steps" }.joined(separator: "\n\n")
    for passage in check(content, by: try cutter()) {
      #expect(passage.text.hasPrefix("Agenda item") && passage.text.hasSuffix("next steps"))
    }
  }

  @Test func withoutSentencesWordsStayWhole() throws {
    let content = Array(repeating: "pricing", count: 1000).joined(separator: " ")
    let passages = check(content, by: try cutter())
    #expect(passages.count > 4)
    #expect(passages.allSatisfy { $0.text.split(separator: " ").allSatisfy { $0 == "pricing" } })
  }

  @Test(arguments: [
    String(repeating: "a", count: 20_000), String(repeating: "中", count: 5_000),
    String(repeating: "价格是多少。", count: 500), String(repeating: "👨‍👩‍👧‍👦", count: 1_000),
    String(repeating: "e\u{301}", count: 5_000), "a" + String(repeating: "\u{301}", count: 20_000) + " b",
    String(repeating: "!", count: 5_000), String(repeating: ". ", count: 5_000), String(repeating: "가", count: 3_000),
    String(repeating: "x y\u{0}", count: 3_000), String(repeating: "🇩🇪", count: 2_000),
  ])
  func hostileMessagesAreCutWithinBounds(content: String) throws {
    let passages = check(content, by: try cutter())
    #expect(passages.count <= content.utf8.count / 40 + 2)
  }

  @Test func joinedEmojiStayWhole() throws {
    // Without spaces, so that cuts fall wherever the length says.
    let passages = check(String(repeating: "👨‍👩‍👧‍👦中", count: 500), by: try cutter())
    #expect(passages.count > 1)
    #expect(passages.allSatisfy { $0.text.allSatisfy { $0 == "👨‍👩‍👧‍👦" || $0 == "中" } })
  }

  @Test func aMegabyteIsCutIntoAFewThousandPassages() throws {
    let content = String(sentences(22_000).prefix(1 << 20))
    let passages = try cutter().passages(of: content, author: "Anna")
    #expect(passages.count > 1_000 && passages.count < 4_000)
    #expect(passages.last?.range.upperBound == content.utf8.count)
  }

  @Test func anEndlessAuthorIsShortened() throws {
    let author = String(repeating: "Maximilian von Württemberg ", count: 1_000)
    let passages = check(sentences(50), author: author, by: try cutter())
    #expect(passages.count > 1)
    #expect(passages.allSatisfy { $0.text.hasPrefix("Maximilian") && $0.text.contains(": Sentence") })
    #expect(passages.allSatisfy { $0.text.utf8.count < $0.range.count + 200 })
  }

  @Test func aModelOfFewTokensGetsShortPassages() throws {
    let passages = check(sentences(20), author: "Anna", by: try cutter(maximumTokens: 32))
    #expect(passages.count >= 8)
  }
}
