// How text is cut into words, and words are reduced to stems.

import Foundation
import Testing
import TextAnalysis

@Suite struct TextAnalyzerTests {
  private func words(_ text: String) -> [String] { TextAnalyzer.words(of: text).map(\.folded) }

  @Test func wordsAreFoldedAndStandWhereTheySayTheyDo() {
    #expect(words("The QUICK brown-fox, 42nd!") == ["the", "quick", "brown", "fox", "42nd"])
    #expect(words("Crème Brûlée ÜBER ΣΊΣΥΦΟΣ e\u{301}tude") == ["creme", "brulee", "uber", "σισυφοσ", "etude"])
    #expect(words("") == [])
    #expect(words("…—!") == [])
    #expect(
      words("пример Текста 한국어 문장")
        == ["пример", "текста", "한국어", "문장"].map {
          $0.decomposedStringWithCanonicalMapping
        })
    let text = "«Crème», 価格表を送って → ok"
    let utf8 = Array(text.utf8)
    let shown = TextAnalyzer.words(of: text).map { String(decoding: utf8[$0.range], as: UTF8.self) }
    #expect(shown == ["Crème", "価格", "格表", "表を", "を送", "送っ", "って", "ok"])
    #expect(TextAnalyzer.words(of: "one two three", limit: 2).map(\.folded) == ["one", "two"])
  }

  @Test func scriptsWithoutSpacesBecomePairsOfCharacters() {
    #expect(words("会议室") == ["会议", "议室"])
    #expect(words("价") == ["价"])
    #expect(words("会议2024年") == ["会议", "2024", "年"])
    #expect(words("カード") == ["カー", "ード"])
    // A vowel sign stays with its consonant.
    #expect(words("ดีมาก") == ["ดีม", "มา", "าก"])
  }

  @Test func bytesThatAreNoTextStandBetweenWords() {
    var cutter = WordCutter()
    let bytes = Array("one".utf8) + [0xFF, 0xC3] + Array("two".utf8) + [0xE4, 0xBC]
    var found: [String] = []
    bytes.withUnsafeBufferPointer { bytes in
      cutter.cut(bytes) { _, word in
        found.append(String(decoding: word, as: UTF8.self))
        return true
      }
    }
    #expect(found == ["one", "two"])
  }

  @Test func formsOfAWordHaveOneStemAndVeryShortOrLongWordsTheirOwn() {
    let stemmer = Stemmer()
    #expect(Set(["invoice", "invoices", "invoiced", "invoicing"].map(stemmer.stem)).count == 1)
    #expect(stemmer.stem("is") == "is")
    let long = String(repeating: "k", count: Stemmer.lengths.upperBound) + "ing"
    #expect(stemmer.stem(long) == long)
    // Asked again, it says the same.
    #expect(stemmer.stem("invoices") == stemmer.stem("invoices"))
  }
}
