// What a search fetches around what it found, and how that is put together again.

import ConversationMemory
import Foundation
import Retrieval
import TextEmbedding
import Testing

@testable import QdrantStore

@Suite struct FetchedTurnsTests {
  private func turn(
    _ id: String, _ sequence: Int64, session: String = "s", minute: Int64? = nil, passages: [FetchedTurns.Passage] = []
  ) -> FetchedTurns.Turn {
    let timestamp = Timestamp(milliseconds: 1_700_000_000_000 + (minute ?? sequence) * 60_000)
    let message = ConversationMessage(
      id: MessageID(unchecked: id), session: SessionID(unchecked: session), channel: Channel(unchecked: "chat"),
      role: .user, author: nil, content: id, timestamp: timestamp, ingestedAt: timestamp, sequence: sequence,
      metadata: [:])
    let cursor = Cursor.message(timestamp: timestamp, sequence: sequence, row: 0)
    return FetchedTurns.Turn(stored: StoredMessage(message: message, cursor: cursor), passages: passages)
  }

  private func names(_ turns: FetchedTurns) -> [[String]] {
    turns.turns(around: [], reach: 6).map { $0.compactMap { turns.id(of: $0)?.rawValue } }.sorted { $0[0] < $1[0] }
  }

  @Test func turnsOfASessionFollowEachOtherByTimeWhereNoneIsMissing() {
    let turns = FetchedTurns(
      [
        turn("d", 4), turn("a", 1), turn("late", 3, minute: 1), turn("far", 40), turn("farther", 41),
        turn("other", 2, session: "o"),
      ], reach: 6
    ) { _ in true }
    #expect(names(turns) == [["a", "late", "d"], ["far", "farther"], ["other"]])
  }

  @Test func numbersAscendWithTimeAndArrival() throws {
    let turns = FetchedTurns([turn("b", 2, minute: 5), turn("c", 1, minute: 9), turn("a", 1, minute: 5)], reach: 6) {
      $0.id.rawValue != "c"
    }
    let rows = try ["a", "b", "c"].map { try #require(turns.row(of: MessageID(unchecked: $0))) }
    #expect(rows == rows.sorted())
    #expect(turns.admitted(rows[1]) != nil)
    #expect(turns.admitted(rows[2]) == nil)
    #expect(turns.stored(rows[2]) != nil)
  }

  @Test func theBestPassageCountsForTokensAndForTheCosine() throws {
    let dimensions = 64
    let vector = (0..<dimensions).map { Float($0.isMultiple(of: 2) ? 1 : -1) }
    let question = EmbeddedQuestion(
      parts: [SearchRequest.Part("price")],
      embeddings: [.init(vector: vector, tokens: [.init(word: 0..<5, isPunctuation: false)], tokenVectors: vector)],
      dimensions: dimensions)
    let (alike, unlike) = ([UInt8](repeating: 0b0101_0101, count: 8), [UInt8](repeating: 0b1010_1010, count: 8))
    let turns = FetchedTurns(
      [
        turn(
          "a", 1,
          passages: [
            .init(range: 0..<10, tokens: unlike, cosine: 0.9),
            .init(range: 8..<20, tokens: unlike + alike, cosine: 0.1),
          ]), turn("b", 2),
      ], reach: 6
    ) { _ in true }
    let values = turns.tokenValues(of: [0, 1], question: question, weights: [1])
    #expect(abs(values.values[0] - 1) < 0.01)
    #expect(values.passages == [8..<20, nil])
    #expect(turns.similarities(to: vector, of: [0, 1]) == [0: Similarity(cosine: 0.9, passage: 0..<10)])
  }

  private func point(_ id: String, _ session: String, _ arrival: Int) throws -> StoredPoint {
    let json = """
      {"id": "\(id)", "payload": {"kind": "message", "message_id": "\(id)", "session_id": "\(session)", "seq": \(arrival)}}
      """
    return try JSONDecoder().decode(StoredPoint.self, from: Data(json.utf8))
  }

  @Test func stretchesAroundFoundMessagesOverlapIntoOne() throws {
    var legs = SearchLegs()
    for (session, arrival) in [("a", 40), ("a", 3), ("b", 1), ("a", 12)] {
      legs.note(try point("\(session)\(arrival)", session, arrival)) { $0.isByWords = true }
    }
    #expect(
      legs.stretches(reach: 6) == [
        SearchLegs.Stretch(session: "a", arrivals: 0..<19), SearchLegs.Stretch(session: "a", arrivals: 34..<47),
        SearchLegs.Stretch(session: "b", arrivals: 0..<8),
      ])
  }
}
