// Questions whose right answers are known, to measure search by.

import Foundation
public import ConversationMemory

/// A question and the messages that answer it.
public struct EvaluationQuestion: Hashable, Sendable {
  public var query: String
  /// Ids of the messages that hold the answer; a question without any is not evaluated.
  public var relevant: Set<MessageID>
  /// What the measures are grouped by.
  public var category: String

  public init(query: String, relevant: Set<MessageID>, category: String) {
    self.query = query
    self.relevant = relevant
    self.category = category
  }

  /// Reads JSON lines of `query`, `relevant` (message ids) and `category`, plain or gzip; other fields are passed over.
  ///
  /// - Throws: ``ExchangeError``, with the line, where one is not such a question: a measure over half the questions
  ///   would be no measure.
  public static func read(path: String) throws(ExchangeError) -> [EvaluationQuestion] {
    var lines = LineReader(try ByteStream(path: path))
    let decoder = JSONDecoder()
    var questions: [EvaluationQuestion] = []
    while let line = try lines.next() {
      guard case .bytes(let bytes) = line.content else { throw malformed(path, line.number) }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      do {
        let record = try decoder.decode(Record.self, from: Data(bytes))
        questions.append(
          EvaluationQuestion(
            query: record.query, relevant: Set(record.relevant), category: record.category ?? "uncategorized"))
      } catch {
        throw malformed(path, line.number)
      }
    }
    return questions
  }

  private struct Record: Decodable {
    let query: String
    let relevant: [MessageID]
    let category: String?
  }

  private static func malformed(_ path: String, _ line: Int) -> ExchangeError {
    ExchangeError(
      .wrongFormat, "line \(line) is no question", file: path,
      remedy: #"write {"query":"…","relevant":["message id"],"category":"…"}"#)
  }
}
