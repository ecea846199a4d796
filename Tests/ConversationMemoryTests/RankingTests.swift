// The stages of ranking, each against numbers worked out by hand.

import Testing

@testable import ConversationMemory

/// Noon of a day, UTC.
private func noon(_ day: String) throws -> Timestamp {
  try Timestamp(milliseconds: TimestampParser.parse(day).start.milliseconds + 43_200_000)
}

@Suite struct RankingTests {
  @Test func `turns are linked within their sessions, across overlapping runs`() {
    let graph = TurnGraph(runs: [[10, 20, 30], [20, 30, 40, 50], [7, 8]])
    #expect(graph.rows == [7, 8, 10, 20, 30, 40, 50])
    #expect(graph.turn(2, offset: 4).map { graph.rows[$0] } == 50)
    #expect(graph.turn(6, offset: -4).map { graph.rows[$0] } == 10)
    #expect(graph.turn(2, offset: -1) == nil)
    #expect(graph.turn(1, offset: 1) == nil, "another session")
    #expect(graph.turn(3, offset: 0) == 3)
  }

  @Test func `a value is lent to the turns around at a discount by distance`() {
    let graph = TurnGraph(runs: [[1, 2, 3, 4], [9]])
    let window = TurnWindow(before: [0.7, 0.5, 0.4], after: [0.5, 0.4])
    #expect(graph.widened([0, 2, 0, 0, 1], window) == [1, 2, 1.4, 1, 1])
  }

  @Test func `candidates are fused by score, and what no leg touched is none`() {
    let graph = TurnGraph(runs: [[1], [2], [3], [4]])
    let selection = CandidateSelection(
      graph: graph, similarities: [1: 0.8, 2: 0.4], keywordScores: [2: 10, 3: 4], constants: .standard)
    // mm(D) = 1, .5, 0, 0 and mm(L) = 0, 1, .4, 0: .5, .75, .2 and nothing.
    #expect(selection.order == [1, 0, 2])
    let words = CandidateSelection(graph: graph, similarities: nil, keywordScores: [3: 4], constants: .standard)
    #expect(words.order == [2])
  }

  @Test func `a token of the question may be met by the turn before, which is then named`() throws {
    let graph = TurnGraph(runs: [[1, 2]])
    // Two tokens: the first is met in the first turn, the second in the second.
    let interaction = LateInteraction(
      similarities: [1, 0, 0.2, 0.8], weights: [3, 1], window: TurnWindow(before: [0.5], after: [0.25]))
    let answer = interaction.outcome(of: 1, in: graph)
    #expect(abs(answer.score - (3 * 0.5 + 0.8) / 4) < 1e-6)
    #expect(abs(answer.ownScore - (3 * 0.2 + 0.8) / 4) < 1e-6)
    #expect(answer.lender == LateInteraction.Lender(turn: 0, offset: -1))
    let question = interaction.outcome(of: 0, in: graph)
    #expect(abs(question.score - (3 + 0.2) / 4) < 1e-6)
    #expect(question.lender == nil, "a sixteenth is not worth naming")
    let weightless = LateInteraction(similarities: [1], weights: [0], window: TurnWindow(before: [], after: []))
    #expect(weightless.outcome(of: 0, in: TurnGraph(runs: [[1]])).score == 0)
  }

  @Test func `rare words weigh more, function words and punctuation little`() throws {
    let tokens = QuestionTokens(
      [
        .init(stem: "price", isFunctionWord: false, partWeight: 1),
        .init(stem: "the", isFunctionWord: true, partWeight: 1),
        .init(stem: nil, isFunctionWord: true, partWeight: 1),
        .init(stem: "call", isFunctionWord: false, partWeight: 0.5),
      ], documents: 99, constants: .standard
    ) { ["price": 9, "the": 99, "call": 9][$0] ?? 0 }
    // ln(100 / 10) + .1
    #expect(abs(tokens.poolingWeights[0] - 2.402585) < 1e-5)
    #expect(abs(tokens.weights[0] - 1.550027) < 1e-5)
    #expect(abs(tokens.weights[1] - 0.2 * 0.316228) < 1e-5)
    #expect(abs(tokens.poolingWeights[2] - 0.01) < 1e-9)
    #expect(abs(tokens.weights[3] - tokens.weights[0] / 2) < 1e-9)
    let pooled = try #require(tokens.pooled([1, 0, 0, 0, 0, 0, 0, 1], dimensions: 2))
    #expect(abs(pooled[0] / pooled[1] - 2) < 1e-4)
    #expect(tokens.pooled([0, 0, 0, 0, 0, 0, 0, 0], dimensions: 2) == nil)
  }

  @Test(arguments: [
    ("What happened on 8 May 2023?", "2023-05-08", 1.0), ("What happened on May 8th?", "2024-05-15", 1.0),
    ("and on the 8th of May, 2023", "2023-05-07", 1.0), ("What happened on 8 May 2023?", "2023-05-16", 0.5),
    ("What happened on 8 May 2023?", "2022-05-08", 0.0), ("the order of 2023-05-08", "2023-05-09", 1.0),
    ("What did we agree in March?", "2026-03-30", 0.7), ("What did we agree in March 2025?", "2026-03-30", 0.0),
    ("Who left in 2022?", "2022-12-31", 0.4), ("Who left in 2022?", "2023-01-01", 0.0),
    ("May I march in?", "2023-05-08", 0.0), ("Is there a sept of clan Grant?", "2023-09-08", 0.7),
    ("Why did the 14 people leave?", "2023-05-14", 0.0), ("What of 30000000000000000-05-08?", "2023-05-08", 0.0),
    ("What of 9223372036854775807 May?", "2023-05-08", 0.0), ("and in 99999999999999999999-01-01", "2023-01-01", 0.0),
  ])
  func `a named date agrees with times around it`(question: String, day: String, agreement: Double) throws {
    let features = QuestionFeatures(question: question, authors: [])
      .features(author: nil, content: "Fine.", timestamp: try noon(day))
    #expect(features.date == agreement)
  }

  @Test func `an author counts only where the question names no other, by a proper name`() throws {
    func author(_ question: String, _ authors: Set<String>, _ author: String) throws -> Double {
      QuestionFeatures(question: question, authors: authors)
        .features(author: author, content: "", timestamp: try noon("2026-01-01")).author
    }
    #expect(try author("What did Dana say about prices?", ["Dana Whitfield", "Bob"], "Dana Whitfield") == 1)
    #expect(try author("What did Dana say about prices?", ["Dana Whitfield", "Bob"], "Bob") == 0)
    #expect(try author("What did Dana tell Bob?", ["Dana Whitfield", "Bob"], "Bob") == 0)
    #expect(try author("what did dana say", ["Dana Whitfield", "Bob"], "Dana Whitfield") == 1)
    #expect(try author("Which Plan includes support?", ["Support", "Bob"], "Support") == 0)
  }

  @Test(arguments: [
    ("When did she go?", "I went yesterday.", true), ("How long have they used it?", "For three years now", true),
    ("In which year was it?", "in 1998, I think", true), ("When did she go?", "I went alone.", false),
    ("Where did she go?", "I went yesterday.", false), ("When did she go?", "Last time was fun", false),
    ("What day suits you?", "next Monday", true), ("When is it due?", "this month", true),
  ])
  func `where a question asks for a time, a message that holds one counts`(
    question: String, content: String, counts: Bool
  ) throws {
    let features = QuestionFeatures(question: question, authors: [])
      .features(author: nil, content: content, timestamp: try noon("2026-01-01"))
    #expect(features.time == (counts ? 1 : 0))
    #expect(features.question == 0)
  }

  @Test func `parts are relative to the best candidate's, features are added`() throws {
    var asks = TurnFeatures()
    asks.question = 1
    var dated = TurnFeatures()
    dated.date = 0.5
    let parts = FinalRanking.parts(
      [
        .init(interaction: 0.5, similarity: 0.4, keyword: 0, features: asks),
        .init(interaction: 0.25, similarity: 0.4, keyword: 8, features: dated),
      ], consultedMeaning: true, constants: .standard)
    #expect(abs(parts[0].total - (0.70 + 0.15 - 0.06)) < 1e-9)
    #expect(abs(parts[1].total - (0.35 + 0.15 + 0.15 + 0.15)) < 1e-9)
    let alone = FinalRanking.parts(
      [.init(interaction: 2, similarity: 0.4, keyword: 8, features: asks)], consultedMeaning: false,
      constants: .withoutFeatures)
    #expect(alone == [ScoreParts(semantic: 0, keyword: 0.25, tokens: 0.75, features: 0)])
    #expect(FinalRanking.parts([], consultedMeaning: true, constants: .standard).isEmpty)
  }
}
