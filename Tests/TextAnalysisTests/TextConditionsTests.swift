// Conditions that only a text can meet.

import ConversationMemory
import Testing
import TextAnalysis

@Suite struct TextConditionsTests {
  private func admits(
    _ text: String, phrases: [String] = [], excluded: [String] = [], has: Set<MessageFeature> = []
  ) -> Bool {
    TextConditions(SearchFilter(has: has, phrases: phrases, excluded: excluded)).admits(text)
  }

  @Test(arguments: ["The annual PRE-PAYMENT, please", "«Annual — pre payment» é"])
  func aPhraseIsMetByItsWordsInOrderHoweverTheyAreWritten(_ text: String) {
    #expect(admits(text, phrases: ["annual pre-payment"]))
    #expect(!admits(text, phrases: ["payment annual"]))
    #expect(!admits(text, phrases: ["annual", "monthly"]))
    #expect(!admits(text, phrases: ["annual pre"], excluded: ["Payment"]))
    #expect(admits(text, excluded: ["pre annual"]))
  }

  @Test func aPhraseIsNoBeginningOfAWord() {
    #expect(!admits("discounts", phrases: ["discount"]))
    #expect(!admits("discounté", phrases: ["discount"]))
  }

  @Test func featuresAreAskedOfTheTextToo() {
    #expect(admits("see https://example.com", phrases: ["see"], has: [.link]))
    #expect(!admits("see nothing", phrases: ["see"], has: [.link]))
  }

  @Test func whatHasNoWordsAsksForNothing() {
    #expect(TextConditions(SearchFilter(phrases: ["…"], excluded: ["!"])).isEmpty)
    #expect(admits("anything", phrases: ["…"]))
  }
}
