// A question's words as the cluster is asked for them.

import Retrieval
import TextAnalysis

/// The dimensions of a question.
struct QuestionTerms: Sendable {
  /// What finds messages: those of the question's terms. A word that is being typed has two, its stem's, should it be whole
  /// already, and its beginning's.
  let searched: [UInt32]
  /// What frequencies are needed of: those, and the stems that late interaction weighs.
  let counted: [UInt32]
  private let question: SearchQuestion

  init(_ question: SearchQuestion) {
    self.question = question
    let terms = question.words.terms
    let searched = Set(terms.flatMap { [TermDimension.stem($0.stem)] + [Self.beginning(of: $0)].compactMap(\.self) })
    self.searched = searched.sorted()
    counted = searched.union(question.stems.map(TermDimension.stem)).sorted()
  }

  /// The dimension that finds words which begin like one that is being typed; nil where it has too few letters.
  private static func beginning(of term: KeywordQuery.Term) -> UInt32? {
    guard term.isPrefix else { return nil }
    let letters = TermDimension.beginnings.last { $0 <= term.word.count }
    return letters.map { TermDimension.beginning(term.word.prefix($0)) }
  }

  /// How many messages have each of the question's stems.
  ///
  /// - Parameter frequencies: by dimension.
  func statistics(documents: Int, frequencies: [UInt32: Int]) -> WordStatistics {
    WordStatistics(
      documents: documents,
      frequencies: Dictionary(
        question.stems.map { ($0, frequencies[TermDimension.stem($0)] ?? 0) }, uniquingKeysWith: max))
  }

  /// How many messages have each term of the question, in their order.
  func termFrequencies(_ frequencies: [UInt32: Int]) -> [Int] {
    question.words.terms.map { term in
      let whole = frequencies[TermDimension.stem(term.stem)] ?? 0
      return max(whole, Self.beginning(of: term).flatMap { frequencies[$0] } ?? 0)
    }
  }
}
