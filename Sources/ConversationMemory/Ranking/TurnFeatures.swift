// What a question says of who, when and how, and how far a message agrees.

import Foundation

/// Features of a message beyond its text's likeness to the question.
public struct TurnFeatures: Sendable, Hashable {
  /// 1 where its author is the only person that the question names.
  public var author = 0.0
  /// How well its time agrees with the date that the question names, 0…1.
  public var date = 0.0
  /// 1 where it asks.
  public var question = 0.0
  /// 1 where it holds a time word and the question asks for a time.
  public var time = 0.0

  public init() {}

  /// What they add to the score.
  public func score(_ constants: RankingConstants) -> Double {
    constants.authorWeight * author + constants.dateWeight * date - constants.questionPenalty * question
      + constants.timeWeight * time
  }
}

/// What features need to know of a question.
public struct QuestionFeatures: Sendable {
  private let dates: [NamedDate]
  private let asksForTime: Bool
  private let words: [Substring]
  /// The only author that the question names, folded.
  private var named: String?

  /// - Parameters:
  ///   - question: its text, all parts of it.
  ///   - authors: those of the candidates.
  public init(question: String, authors: Set<String>) {
    dates = NamedDate.all(in: question)
    asksForTime = TimeWords.isAskedFor(in: question)
    words = question.split { !($0.isLetter || $0.isNumber) }
    let mentioned = authors.filter { isNamed($0) }
    named = mentioned.count == 1 ? mentioned.first : nil
  }

  /// - Parameters:
  ///   - author: of the message, where known.
  ///   - content: its text; the first few thousand characters are looked at.
  public func features(author: String?, content: String, timestamp: Timestamp) -> TurnFeatures {
    var features = TurnFeatures()
    if let author, author == named { features.author = 1 }
    features.date = dates.map { $0.agreement(with: timestamp) }.max() ?? 0
    let beginning = content.prefix(4000)
    if beginning.utf8.contains(UInt8(ascii: "?")) { features.question = 1 }
    if asksForTime, TimeWords.occur(in: beginning) { features.time = 1 }
    return features
  }

  /// Whether the question has a word of a name: a proper one, so that "support" in a question is not the author
  /// "support". In a question without any capital, any word may be a name.
  private func isNamed(_ author: String) -> Bool {
    let hasCapitals = words.dropFirst().contains { $0.first?.isUppercase == true }
    return author.split(whereSeparator: { !($0.isLetter || $0.isNumber) }).contains { name in
      guard name.count >= 3, name.first?.isUppercase == true else { return false }
      return words.contains { word in
        (word.first?.isUppercase == true || !hasCapitals) && word.lowercased() == name.lowercased()
      }
    }
  }
}
