// Words as dimensions of the sparse vector, and BM25 in two halves.

import ConversationMemory
import Foundation
import Retrieval
import Testing
import TextAnalysis

@testable import QdrantStore

@Suite struct WordsTests {
  private func question(_ text: String, typing: Bool = false) -> SearchQuestion {
    let request = SearchRequest(parts: [SearchRequest.Part(text)], lastWordIsPrefix: typing)
    return SearchQuestion(request, parts: request.parts, meaning: nil)
  }

  private func dimensions(_ content: String, author: String? = nil) -> Set<UInt32> {
    Set(TermWeights.vector(content: content, author: author).indices)
  }

  @Test func dimensionsAreUniqueAndAscendingAndTheSameEveryTime() {
    let text = (0..<5000).map { "word\($0) word\($0 % 7)" }.joined(separator: " ")
    let vector = TermWeights.vector(content: text, author: nil)
    #expect(zip(vector.indices, vector.indices.dropFirst()).allSatisfy { $0 < $1 })
    #expect(vector.indices.count == vector.values.count)
    // Stored by every version of the program: no change may go unnoticed.
    #expect(TermDimension.stem("invoic") == 0x30BB_375D)
    #expect(TermDimension.beginning("inv") == 0x3D4D_C5C1)
    #expect(TermDimension.beginning("inv") != TermDimension.stem("inv"))
  }

  @Test func aQuestionMeetsMessagesThatHaveItsWordsInAnyForm() {
    let terms = QuestionTerms(question("the invoices"))
    #expect(terms.searched == [TermDimension.stem(Stemmer().stem("invoice"))])
    #expect(!dimensions("invoiced twice").isDisjoint(with: terms.searched))
    #expect(!dimensions("nothing", author: "Invoice").isDisjoint(with: terms.searched))
    #expect(dimensions("nothing of it").isDisjoint(with: terms.searched))
  }

  @Test(arguments: ["hos", "hosp", "hospi", "hospitali"])
  func aWordBeingTypedMeetsWhatBeginsLikeIt(_ typed: String) {
    let question = question(typed, typing: true)
    #expect(!dimensions("two hospitalities").isDisjoint(with: QuestionTerms(question).searched))
    let recount = KeywordRecount(question, documents: 10, frequencies: [2])
    #expect(recount.score(content: "two hospitalities", author: nil) != nil)
    // What only its first letters have in common with the word is found by the server and does not pass the count.
    #expect(recount.score(content: "a hose", author: nil) == nil || typed == "hos")
  }

  @Test func theTwoHalvesMakeBM25() throws {
    let question = question("annual invoice")
    let recount = KeywordRecount(question, documents: 100, frequencies: [4, 20])
    let (content, author) = ("An invoice, and an invoice again", "Dana")
    let vector = TermWeights.vector(content: content, author: author)
    let place = try #require(vector.indices.firstIndex(of: TermDimension.stem(Stemmer().stem("invoice"))))
    let score = try #require(recount.score(content: content, author: author))
    // The server multiplies the stored half with the word's rarity.
    let rarity = KeywordRecount.rarity(documents: 100, containing: 20)
    #expect(abs(score - rarity * Double(vector.values[place])) < 1e-6)
    let constants = RankingConstants.standard
    let norm = 1.2 * (1 - 0.4 + 0.4 * 7 / TermWeights.usualLength)
    #expect(constants.saturation == 1.2 && constants.lengthNormalization == 0.4)
    #expect(abs(Double(vector.values[place]) - 2 * 2.2 / (2 + norm)) < 1e-6)
  }

  @Test(arguments: [1, 2, 40, 1000, 312_000])
  func frequenciesAreReadOffRarities(_ documents: Int) {
    for count in Set([1, 2, 3, documents / 3, documents - 1, documents]) where (1...documents).contains(count) {
      // As a server has it: of single precision.
      let rarity = Double(Float(KeywordRecount.rarity(documents: documents, containing: count)))
      let found = ClusterSearch.frequency(rarity: rarity, documents: documents)
      #expect(abs(found - count) <= documents / 100_000, "\(count) of \(documents)")
    }
  }
}
