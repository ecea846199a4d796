// The stages from what the legs found to hits, fed by plain values.

import ConversationMemory
import Retrieval
import Testing
import TextAnalysis

@Suite struct RankingStagesTests {
  private func weighed(
    _ text: String, meaning: EmbeddedQuestion? = nil, topK: Int = 10, frequencies: [String: Int] = [:]
  ) throws -> WeighedQuestion {
    let request = SearchRequest(text, topK: topK)
    let question = SearchQuestion(request, parts: try SearchQuestion.parts(of: request), meaning: meaning)
    return WeighedQuestion(question, WordStatistics(documents: 100, frequencies: frequencies))
  }

  /// Turns of the same session that nothing reaches: the least that words and meaning can give is theirs.
  private let others: [MessagesInMemory.Turn] = (0..<6).map { .init(text: "well \($0)", vector: [0, 0, 1]) }

  @Test func anEmptyQuestionIsRefused() {
    #expect(throws: MemoryError.self) { try SearchQuestion.parts(of: SearchRequest(" \n")) }
    #expect(throws: MemoryError.self) {
      try SearchQuestion.parts(of: SearchRequest(parts: [SearchRequest.Part("price", weight: 0)]))
    }
  }

  @Test func anAnswerIsFoundByTheQuestionBeforeItAndNamesIt() throws {
    let messages = MessagesInMemory(
      turns: [
        .init(text: "hello there", vector: [0, 0, 1]), .init(text: "what is the price", vector: [1, 0, 0]),
        .init(text: "forty dollars", vector: [0, 1, 0]), .init(text: "price of something else", session: "other"),
      ] + others)
    let question = EmbeddedQuestion("price", vector: [1, 0, 0])
    let found = LegFindings(similarities: [1: Similarity(cosine: 1, passage: 0..<17)])
    let outcome = try weighed("price", meaning: question).ranked(found, depth: 20, from: messages)
    #expect(outcome.hits.map(\.message.content).prefix(3) == ["what is the price", "forty dollars", "hello there"])
    let answer = try #require(outcome.hits.first { $0.message.content == "forty dollars" })
    #expect(answer.lender == SearchHit.Lender(message: MessageID(unchecked: "m1"), offset: -1))
    #expect(outcome.hits.first?.lender == nil)
  }

  @Test func whatDoesNotMeetTheFilterLendsButIsNoHit() throws {
    let messages = MessagesInMemory(
      turns: [.init(text: "what is the price", isAdmitted: false), .init(text: "forty dollars")] + others)
    let outcome = try weighed("price").ranked(LegFindings(keywordScores: [0: 3]), depth: 20, from: messages)
    #expect(outcome.hits.map(\.message.content).first == "forty dollars")
    #expect(!outcome.hits.contains { $0.message.content == "what is the price" })
    #expect(outcome.hits.first?.lender?.message.rawValue == "m0")
  }

  @Test func aMessageThatWentMeanwhileIsNoHit() throws {
    let messages = MessagesInMemory(turns: [.init(text: "the price", isGone: true), .init(text: "our price")])
    let outcome = try weighed("price").ranked(LegFindings(keywordScores: [0: 3, 1: 2]), depth: 20, from: messages)
    #expect(outcome.hits.map(\.message.content) == ["our price"])
  }

  @Test func messagesWithoutVectorsAreComparedByWordsAmongOthersThatHaveThem() throws {
    let messages = MessagesInMemory(turns: [
      .init(text: "the price", session: "a"), .init(text: "the weather", session: "b"),
      .init(text: "what it costs", session: "c", vector: [1, 0, 0]),
    ])
    let question = EmbeddedQuestion("price", vector: [1, 0, 0])
    let found = LegFindings(
      keywordScores: [0: 2, 1: 0.1], similarities: [2: Similarity(cosine: 1, passage: 0..<13)])
    let hits = try weighed("price", meaning: question).ranked(found, depth: 20, from: messages).hits
    let scores = Dictionary(uniqueKeysWithValues: hits.map { ($0.message.content, $0.interaction ?? .nan) })
    #expect(scores["the price"] == 0.75)
    #expect(scores["the weather"] == 0.25)
    #expect(scores["what it costs"] == 1)
  }

  @Test func goingDeeperIsWorthItWhileALegHasMore() throws {
    let messages = MessagesInMemory(turns: (0..<300).map { .init(text: "price \($0)", session: "s\($0)") })
    let question = try weighed("price")
    func outcome(_ count: Int64) throws -> SearchOutcome {
      let scores = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1.0) })
      return try question.ranked(LegFindings(keywordScores: scores), depth: 20, from: messages)
    }
    #expect(try outcome(Int64(question.legDepth(20)) - 1).isExhausted)
    #expect(try !outcome(Int64(question.legDepth(20))).isExhausted)
  }

  @Test func conditionsOnTheTextAreSearchedDeeperAndThenExhaustively() async throws {
    let request = SearchRequest("price", topK: 5)
    let question = SearchQuestion(request, parts: request.parts, meaning: nil)
    var depths: [Int] = []
    func outcome(_ depth: Int) -> SearchOutcome {
      depths.append(depth)
      var outcome = SearchOutcome()
      outcome.isExhausted = false
      return outcome
    }
    let none = TextConditions(SearchFilter())
    _ = try await Deepening.search(question, under: none, attempt: outcome, exhaustive: outcome)
    #expect(depths == [10])
    depths = []
    let phrase = TextConditions(SearchFilter(phrases: ["net price"]))
    _ = try await Deepening.search(question, under: phrase, attempt: outcome, exhaustive: outcome)
    #expect(depths == [200, 1000, 10])
  }
}
