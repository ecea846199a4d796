// The words a question is searched by, and where a text has them.

import ConversationMemory
import Testing
import TextAnalysis

@Suite struct KeywordQueryTests {
  private func query(_ texts: String..., typing: Bool = false) -> KeywordQuery {
    KeywordQuery(parts: texts.map { SearchRequest.Part($0) }, lastWordIsPrefix: typing)
  }

  @Test func stopWordsAreDroppedUnlessThereIsNothingElse() {
    #expect(query("What is the price of it?").terms.map(\.word) == ["price"])
    #expect(query("what is it").terms.map(\.word) == ["what", "is", "it"])
  }

  @Test func aWordInTwoFormsOrTwoPartsIsAskedForOnce() {
    #expect(query("invoice, invoices", "the invoiced").terms.map(\.word) == ["invoice"])
  }

  @Test func theWordBeingTypedMatchesWhatBeginsLikeItOnceItSaysSomething() {
    let typed = query("discount for hosp", typing: true)
    #expect(typed.terms.map(\.isPrefix) == [false, true])
    #expect(typed.matches(in: "two hospitals", stemmer: Stemmer()).terms == [1])
    // Two letters beside a whole word say nothing; alone they are all there is.
    #expect(query("discount ho", typing: true).terms.map(\.word) == ["discount"])
    #expect(query("ho", typing: true).isVague)
    #expect(!query("hosp", typing: true).isVague)
    // A space after it ends the word.
    #expect(query("discount hosp ", typing: true).terms.allSatisfy { !$0.isPrefix })
  }

  @Test func matchesStandInTheTextAsItIsWritten() {
    let text = "Prices — «PRICING», 価格表"
    let matches = query("price 価格表").matches(in: text, stemmer: Stemmer())
    let bytes = Array(text.utf8)
    #expect(matches.ranges.map { String(decoding: bytes[$0], as: UTF8.self) } == ["Prices", "PRICING", "価格表"])
    #expect(matches.terms == [0, 1, 2])
  }

  @Test func aQuestionHasABoundedNumberOfWords() {
    let text = (0..<500).map { "word\($0)" }.joined(separator: " ")
    #expect(query(text).terms.count == KeywordQuery.limit)
  }
}
