// The token stage of a search: the values of candidates and of the turns around them, by vectors or else by words.

import ConversationMemory
import TextAnalysis

/// How candidates fare in late interaction.
struct TokenStage {
  /// By turn of the graph.
  let outcomes: [Int: LateInteraction.Outcome]
  /// The best passage of each turn that has vectors.
  let passages: [Int: Range<Int>]

  init(
    _ weighed: WeighedQuestion, graph: TurnGraph, candidates: [Candidate], evidence: some SearchEvidence
  ) throws {
    let constants = weighed.question.constants
    let tokens = weighed.tokens
    let count = tokens.tokens.count
    let turns = Self.turns(candidates, graph: graph, window: constants.tokenWindow)
    var values = [Float](repeating: 0, count: graph.count * count)
    var passages: [Int: Range<Int>] = [:]
    var wordless: [Int] = turns
    let meaning = weighed.question.meaning
    if let meaning, count > 0 {
      let found = try evidence.tokenValues(
        of: turns.map { graph.rows[$0] }, question: meaning, weights: tokens.weights.map(Float.init))
      wordless = []
      for (place, turn) in turns.enumerated() {
        guard let passage = found.passages[place] else {
          wordless.append(turn)
          continue
        }
        passages[turn] = passage
        values.replaceSubrange(
          turn * count..<(turn + 1) * count, with: found.values[place * count..<(place + 1) * count])
      }
    }
    if !wordless.isEmpty, count > 0 {
      let words = WordInteraction(
        stems: tokens.tokens.map(\.stem), present: meaning == nil ? 1 : Float(constants.wordPresent),
        absent: meaning == nil ? 0 : Float(constants.wordAbsent))
      try Self.fill(&values, turns: wordless, graph: graph, words: words, candidates: candidates, evidence)
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
    _ candidates: [Candidate], graph: TurnGraph, window: TurnWindow
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
    _ values: inout [Float], turns: [Int], graph: TurnGraph, words: WordInteraction, candidates: [Candidate],
    _ evidence: some SearchEvidence
  ) throws {
    let known = Dictionary(candidates.map { ($0.turn, $0.message) }, uniquingKeysWith: { first, _ in first })
    let stemmer = Stemmer()
    let count = words.stems.count
    for turn in turns {
      let text: TurnText? =
        if let message = known[turn] {
          TurnText(content: message.content, author: message.author)
        } else {
          try evidence.text(of: graph.rows[turn])
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
