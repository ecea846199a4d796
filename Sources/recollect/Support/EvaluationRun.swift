// One run of `recollect evaluate`, question by question: what its means are taken over, and what another run is compared
// with. How it is shown is `EvaluationReport`'s.

import ConversationExchange
import ConversationMemory
import Foundation

/// The measured questions of a run, in the order they were asked.
struct EvaluationRun {
  struct Question {
    var query: String
    var relevant: Set<MessageID>
    var category: String
    var scores: RetrievalScores

    /// What makes it the same question in another run.
    fileprivate struct Identity: Hashable {
      var query: String
      var relevant: Set<MessageID>
      /// Files may ask the same thing twice: the how-manieth this is.
      var occurrence = 0
    }
  }

  var questions: [Question] = []

  func values(_ measure: RetrievalMeasure) -> [Double] { questions.map { $0.scores[measure] } }

  /// The run's parts by category, in the order of their names.
  var byCategory: [(name: String, run: EvaluationRun)] {
    Dictionary(grouping: questions, by: \.category).sorted { $0.key < $1.key }
      .map { ($0.key, EvaluationRun(questions: $0.value)) }
  }

  private var identified: [(identity: Question.Identity, question: Question)] {
    var occurrences: [Question.Identity: Int] = [:]
    return questions.map { question in
      var identity = Question.Identity(query: question.query, relevant: question.relevant)
      let number = occurrences[identity, default: 0]
      occurrences[identity] = number + 1
      identity.occurrence = number
      return (identity, question)
    }
  }

  /// Both runs' values of the questions that both asked.
  func paired(with earlier: EvaluationRun) -> PairedRuns {
    let known = Dictionary(uniqueKeysWithValues: earlier.identified.map { ($0.identity, $0.question) })
    let pairs = identified.compactMap { entry in known[entry.identity].map { (before: $0, after: entry.question) } }
    return PairedRuns(
      pairs: pairs, onlyNow: questions.count - pairs.count, onlyBefore: earlier.questions.count - pairs.count)
  }
}

/// The questions that two runs have in common.
struct PairedRuns {
  var pairs: [(before: EvaluationRun.Question, after: EvaluationRun.Question)]
  /// Questions that only one of the two asked.
  var onlyNow = 0
  var onlyBefore = 0

  func difference(_ measure: RetrievalMeasure) -> PairedDifference {
    PairedDifference(pairs.map { ($0.before.scores[measure], $0.after.scores[measure]) })
  }

  /// By the later run's categories, in the order of their names.
  var byCategory: [(name: String, runs: PairedRuns)] {
    Dictionary(grouping: pairs, by: \.after.category).sorted { $0.key < $1.key }
      .map { ($0.key, PairedRuns(pairs: $0.value)) }
  }
}

// MARK: - The file

extension EvaluationRun {
  private static let version = 1

  /// Writes the run to a file, which appears whole or not at all; one that is there is replaced.
  func save(to path: String) throws {
    let list = questions.map { question in
      JSONText.object(
        [
          .init("query", .string(question.query)),
          .init("relevant", .array(question.relevant.sorted().map { .string($0.rawValue) })),
          .init("category", .string(question.category)),
        ] + RetrievalMeasure.allCases.map { .init($0.rawValue, .real(question.scores[$0])) })
    }
    let document = JSONText.object([.init("evaluation_run", .integer(Self.version)), .init("questions", .array(list))])
    let file = try ExportFile(path: path, overwrite: true)
    try file.write(document.indented + "\n")
    try file.finish()
  }

  /// Reads what ``save(to:)`` wrote.
  static func read(from path: String) throws -> EvaluationRun {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: URL(filePath: path)))
    } catch is DecodingError {
      throw CommandFailure(.failed, "\(path) is no saved run: name a file that `recollect evaluate --save` wrote")
    }
    guard document.evaluation_run == version else {
      throw CommandFailure(
        .failed, "\(path) was saved by another version of recollect (format \(document.evaluation_run)): save it again")
    }
    return EvaluationRun(questions: document.questions)
  }

  /// The file's own names.
  private struct Document: Decodable {
    let evaluation_run: Int
    let questions: [Question]
  }
}

extension EvaluationRun.Question: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Name.self)
    query = try fields.decode(String.self, forKey: Name(stringValue: "query"))
    relevant = try fields.decode(Set<MessageID>.self, forKey: Name(stringValue: "relevant"))
    category = try fields.decode(String.self, forKey: Name(stringValue: "category"))
    var values: [RetrievalMeasure: Double] = [:]
    for measure in RetrievalMeasure.allCases {
      values[measure] = try fields.decode(Double.self, forKey: Name(stringValue: measure.rawValue))
    }
    scores = RetrievalScores(values)
  }
}
