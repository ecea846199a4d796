// The measures and their intervals, against examples worked by hand.

import ConversationMemory
import Foundation
import Testing

@Suite struct RetrievalMeasureTests {
  /// `a1` is message 1 of session a.
  private func scores(_ ranked: String, relevant: String) throws -> RetrievalScores {
    func messages(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    func session(_ message: String) throws -> SessionID { try SessionID(String(message.prefix(1))) }
    return RetrievalScores(
      ranked: try messages(ranked).map { (try MessageID($0), try session($0)) },
      relevant: Set(try messages(relevant).map { try MessageID($0) }),
      sessions: Set(try messages(relevant).map(session)))
  }

  @Test func recallIsTheShareOfTheRelevantMessagesFoundSoFar() throws {
    let found = try scores("a1 b1 b2 b3 a2 c1 d1 a3", relevant: "a2 a3 e1 e2")
    #expect(found[.turnRecallAt5] == 0.25)
    #expect(found[.turnRecallAt10] == 0.5)
    #expect(try scores("b1 b2 b3 b4 b5 a1", relevant: "a1")[.turnRecallAt5] == 0)
    #expect(try scores("b1 b2 b3 b4 b5 b6 b7 b8 b9 b0 a1", relevant: "a1")[.turnRecallAt10] == 0)
  }

  @Test func gainsAreBinaryAndDiscountedByTheirRank() throws {
    #expect(try scores("a1 a2", relevant: "a2 a1")[.gainAt10] == 1)
    // Second and fourth, where first and second were best: (1/log2 3 + 1/log2 5) / (1 + 1/log2 3).
    let found = try scores("b1 a1 b2 a2", relevant: "a1 a2")[.gainAt10]
    #expect(abs(found - (0.630930 + 0.430677) / 1.630930) < 1e-5)
    // One of two found, at the first place: what is missing counts against it.
    #expect(abs(try scores("a1 b1", relevant: "a1 a2")[.gainAt10] - 1 / 1.630930) < 1e-5)
    #expect(try scores("b1 b2 b3 b4 b5 b6 b7 b8 b9 b0 a1", relevant: "a1")[.gainAt10] == 0)
  }

  @Test func aSessionRanksByItsBestMessage() throws {
    // The relevant message is sixth, its session first.
    let found = try scores("a1 b1 b2 c1 c2 a2", relevant: "a2")
    #expect(found[.sessionHitAt1] == 1)
    #expect(found[.turnRecallAt5] == 0)
    // Fifth of the sessions, although ninth of the messages; then sixth.
    let fifth = try scores("a1 a2 a3 b1 b2 c1 c2 d1 e1", relevant: "e1")
    #expect(fifth[.sessionHitAt1] == 0)
    #expect(fifth[.sessionAnyAt5] == 1)
    #expect(try scores("a1 b1 c1 d1 e1 f1", relevant: "f1")[.sessionAnyAt5] == 0)
  }

  @Test func nothingFoundAndNothingToFindAreZero() throws {
    for measure in RetrievalMeasure.allCases {
      #expect(try scores("", relevant: "a1")[measure] == 0)
      #expect(try scores("a1", relevant: "")[measure] == 0)
    }
  }

  @Test func meansCountEveryQuestionTheSame() throws {
    // One of one found, and one of four: not two of five.
    let questions = [try scores("a1", relevant: "a1"), try scores("a1", relevant: "a1 a2 a3 a4")]
    #expect(Bootstrap.mean(questions.map { $0[.turnRecallAt5] }) == 0.625)
    #expect(Bootstrap.mean([]) == 0)
  }

  @Test func anIntervalIsAsWideAsTheTheorySays() {
    // Half of 400 questions answered: the mean's standard deviation is 0.025, and 1.96 of it lie on either side.
    let values = (0..<400).map { Double($0 % 2) }
    let interval = Bootstrap.interval(values)
    #expect(abs(interval.lowerBound - (0.5 - 0.049)) < 0.006)
    #expect(abs(interval.upperBound - (0.5 + 0.049)) < 0.006)
    // Four times the questions, half the width.
    let more = Bootstrap.interval((0..<1600).map { Double($0 % 2) })
    let ratio = (interval.upperBound - interval.lowerBound) / (more.upperBound - more.lowerBound)
    #expect(abs(ratio - 2) < 0.25)
  }

  @Test func anIntervalIsTheSameEveryTimeAndFollowsTheSkewOfItsValues() {
    let values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0]
    let interval = Bootstrap.interval(values)
    #expect(interval == Bootstrap.interval(values))
    // None drawn happens in 35% of the draws, four or more in 1.3%, three or more in 7%.
    #expect(interval == 0...0.3)
    // A single question says nothing about others: its interval is a point.
    #expect(Bootstrap.interval([0.75]) == 0.75...0.75)
    #expect(Bootstrap.interval([]) == 0...0)
  }

  @Test func pairsShowADifferenceThatTheTwoIntervalsHide() {
    // Two hundred questions of any difficulty, each a little better but every tenth a little worse.
    let before = (0..<200).map { Double($0 % 11) / 11 }
    let after = before.enumerated().map { $0.element + ($0.offset % 10 == 0 ? -0.02 : 0.03) }
    let paired = PairedDifference(Array(zip(before, after)))
    #expect(paired.better == 180)
    #expect(paired.worse == 20)
    #expect(abs(paired.difference - 0.025) < 1e-9)
    #expect(paired.direction == 1)
    #expect(Bootstrap.interval(before).overlaps(Bootstrap.interval(after)))
    let swapped = PairedDifference(Array(zip(after, before)))
    #expect(swapped.direction == -1)
    let same = PairedDifference(before.map { ($0, $0 + 1e-12) })
    #expect(same.better == 0 && same.worse == 0)
    #expect(PairedDifference([(0.2, 0.4), (0.6, 0.4)]).direction == 0)
  }
}
