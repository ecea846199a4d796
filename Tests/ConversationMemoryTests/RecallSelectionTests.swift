// Which of the messages that matter are recalled.

import Foundation
import Testing

@testable import ConversationMemory

@Suite struct RecallSelectionTests {
  private func chosen(
    _ candidates: [(text: String, evidence: Double)], session: [String] = [], limit: Int = 5
  ) throws -> [Int] {
    var policy = RecallPolicy()
    policy.limit = limit
    let messages = try candidates.enumerated().map { number, candidate in
      let message = ConversationMessage(
        id: try MessageID("m\(number)"), session: try SessionID("s"), channel: try Channel("web"), role: .user,
        author: nil, content: candidate.text, timestamp: Timestamp(milliseconds: Int64(number)),
        ingestedAt: Timestamp(milliseconds: 0), sequence: Int64(number), metadata: [:])
      return (message: message, evidence: candidate.evidence)
    }
    return RecallSelection(policy: policy, session: session).chosen(from: messages)
  }

  private func says(_ known: String, _ other: String) -> Bool {
    Wording(known).says(Wording(other), share: RecallPolicy().sameWording)
  }

  @Test func whatTheSessionAlreadySaysIsNotRecalled() throws {
    let session = [
      "Sorry to ask again: you wrote that the webhook lost 163 shipment events last week, is it mended by now?"
    ]
    #expect(
      try chosen(
        [
          ("The webhook lost 163 shipment events last week.", 0.5), ("The mended webhook comes with 7.1.4.", 0.1),
        ], session: session) == [1])
  }

  @Test func repetitionsAreRecalledOnce() throws {
    let repeated = [
      ("The price per seat stays at $41 until January.", 0.2),
      ("the price per seat  stays at $41, until January", 0.3),
      ("We have an office in Bergen too.", 0.1),
    ]
    #expect(try chosen(repeated) == [1, 2])
  }

  @Test func aNewFigureADenialAndAnAnswerAreNotRepetitions() {
    #expect(says("The price per seat stays at $41 until January.", "The price per seat stays at $41 until January"))
    #expect(!says("The price per seat stays at $41 until January.", "The price per seat stays at $45 until January."))
    #expect(!says("We can hold the price for you until January.", "We can not hold the price for you until January."))
    #expect(!says("We can't hold the price for you until January.", "We can hold the price for you until January."))
    #expect(!says("Does the interface support webhooks?", "Yes, the interface does support webhooks."))
    #expect(!says("What about the price?", "The price?  It's what we said in March."))
    #expect(!says("…", "…"))
    // Scripts without spaces.
    #expect(says("価格は一月まで据え置きです。よろしいですか", "価格は一月まで据え置きです。"))
    #expect(!says("価格は一月まで据え置きです。", "価格は三月から上がります。"))
  }

  @Test func varietyGoesBeforeALittleMoreOfTheSame() throws {
    let candidates = [
      ("Webhook events were lost on Friday in the shipment queue.", 0.40),
      ("Shipment events lost, webhook queue, seen on Monday again.", 0.38),
      ("Our contract allows us to cancel when deliveries fail.", 0.30),
    ]
    #expect(try chosen(candidates, limit: 2) == [0, 2])
    #expect(try chosen(candidates, limit: 3) == [0, 2, 1])
    // Much more evidence is not given up for variety.
    let distant = [candidates[0], candidates[1], (candidates[2].0, 0.1)]
    #expect(try chosen(distant, limit: 2) == [0, 1])
  }

  @Test func equalEvidenceGoesToTheNewerAndTheLimitHolds() throws {
    let texts = ["alpha bravo", "charlie delta", "echo foxtrot", "golf hotel", "india juliet", "kilo lima"]
    #expect(try chosen(texts.map { ($0, 0.1) }) == [5, 4, 3, 2, 1])
    #expect(try chosen([]).isEmpty)
  }
}
