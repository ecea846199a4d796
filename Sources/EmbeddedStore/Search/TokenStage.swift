// The token stage of a search: the values of candidates and of the turns around them, by vectors or else by words.

import ConversationMemory
import Foundation
import GRDB
import VectorIndex

/// How candidates fare in late interaction.
struct TokenStage: Sendable {
  /// By turn of the graph.
  let outcomes: [Int: LateInteraction.Outcome]
  /// The best passage of each turn that has vectors.
  let passages: [Int: Range<Int>]

  init(
    tokens: QuestionTokens, question: EmbeddedQuestion?, constants: RankingConstants, graph: TurnGraph,
    candidates: [SearchPipeline.Candidate], _ database: Database
  ) throws {
    let count = tokens.tokens.count
    let turns = Self.turns(candidates, graph: graph, window: constants.tokenWindow)
    var values = [Float](repeating: 0, count: graph.count * count)
    var passages: [Int: Range<Int>] = [:]
    var wordless: [Int] = turns
    if let question, count > 0 {
      let found = try question.index.tokenSimilarities(
        of: turns.map { graph.rows[$0] }, to: TokenQuestion(vectors: question.vectors, dimensions: question.dimensions),
        weights: tokens.weights.map(Float.init))
      wordless = []
      for (place, turn) in turns.enumerated() {
        guard let passage = found.passages[place] else {
          wordless.append(turn)
          continue
        }
        passages[turn] = Int(passage.lowerBound)..<Int(passage.upperBound)
        values.replaceSubrange(turn * count..<(turn + 1) * count, with: found.values(of: place))
      }
    }
    if !wordless.isEmpty, count > 0 {
      let words = WordInteraction(
        stems: tokens.tokens.map(\.stem), present: question == nil ? 1 : Float(constants.wordPresent),
        absent: question == nil ? 0 : Float(constants.wordAbsent))
      try Self.fill(&values, turns: wordless, graph: graph, words: words, candidates: candidates, database)
    }
    let interaction = LateInteraction(
      similarities: values, weights: tokens.weights, window: constants.tokenWindow)
    outcomes = Dictionary(
      candidates.map { ($0.turn, interaction.outcome(of: $0.turn, in: graph)) }, uniquingKeysWith: { first, _ in first }
    )
    self.passages = passages
  }

  /// The candidates and the turns that may lend to them, ascending.
  private static func turns(
    _ candidates: [SearchPipeline.Candidate], graph: TurnGraph, window: TurnWindow
  ) -> [Int] {
    var turns = Set<Int>()
    for candidate in candidates {
      for offset in -window.before.count...window.after.count {
        if let turn = graph.turn(candidate.turn, offset: offset) { turns.insert(turn) }
      }
    }
    return turns.sorted()
  }

  private static func fill(
    _ values: inout [Float], turns: [Int], graph: TurnGraph, words: WordInteraction,
    candidates: [SearchPipeline.Candidate], _ database: Database
  ) throws {
    let known = Dictionary(candidates.map { ($0.turn, $0.record.message) }, uniquingKeysWith: { first, _ in first })
    let statement = try database.cachedStatement(
      sql: """
        SELECT m.content, a.name FROM messages m LEFT JOIN authors a ON a.ordinal = m.author WHERE m.row = ?
        """)
    let stemmer = Stemmer()
    let count = words.stems.count
    for turn in turns {
      var text: (content: String, author: String?)?
      if let message = known[turn] {
        text = (message.content, message.author)
      } else if let row = try Row.fetchOne(statement, arguments: [graph.rows[turn]]) {
        let content: Data = row[0]
        text = (String(decoding: content, as: UTF8.self), row[1])
      }
      guard let text else { continue }
      values.withUnsafeMutableBufferPointer { values in
        words.fill(
          UnsafeMutableBufferPointer(rebasing: values[turn * count..<(turn + 1) * count]), content: text.content,
          author: text.author, stemmer: stemmer)
      }
    }
  }
}
