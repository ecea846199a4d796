// `recollect-bench keyword`: the keyword index by itself, on a tenant's own messages.

import ArgumentParser
import ConversationMemory
import EmbeddedStore
import Foundation

struct KeywordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keyword",
    abstract: "Measures the keyword index of a tenant: exact BM25 over all of its messages.",
    discussion: """
      The questions are messages of the tenant itself; stop words are dropped, any of the other words suffices. Each \
      question is asked once before it counts. The index is made anew first, so use a copy of what must not change.

        recollect-bench keyword --tenant sgd --data DIR
        recollect-bench keyword --tenant sgd --data DIR --check --json --dump questions.jsonl
      """)

  @Option(help: "The data folder.") var data: String?
  @Option(help: "The tenant to search.") var tenant = "bench"
  @Option(help: "How many questions to ask.") var questions = 300
  @Option(help: "How many words a question has at least.") var words = 7
  @Option(help: "How many messages to rank.") var topK = 100
  @Flag(help: "Compare every answer with a look at every message.") var check = false
  @Option(help: "Write the questions and answers to this file, a JSON line each.") var dump: String?
  @Flag(help: "Print one JSON document.") var json = false

  func run() async throws {
    let folder =
      data.map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? EmbeddedStore.defaultFolder(environment: ProcessInfo.processInfo.environment)
    var probe = try await KeywordProbe(folder: folder, tenant: TenantID(tenant))
    let clock = ContinuousClock()
    let started = clock.now
    try await probe.rebuild()
    let seconds = (clock.now - started).inSeconds
    let asked = try await probe.questions(questions, words: words)
    guard !asked.isEmpty else { throw ValidationError("No message of \(tenant) has \(words) words.") }

    var answers: [[(row: Int64, score: Double)]] = []
    for question in asked { answers.append(try probe.search(question, limit: topK)) }
    var latencies = Latencies()
    for _ in 0..<3 {
      for question in asked {
        let start = clock.now
        _ = try probe.search(question, limit: topK)
        latencies.add(clock.now - start)
      }
    }
    var report = KeywordReport(
      messages: probe.documents, questions: asked.count,
      terms: Double(asked.reduce(0) { $0 + $1.stems.count }) / Double(asked.count), topK: topK,
      p50: latencies.microseconds(0.5), p95: latencies.microseconds(0.95), p99: latencies.microseconds(0.99),
      buildSeconds: seconds, bytesPerMessage: Double(probe.bytes) / Double(max(1, probe.documents)))
    if check {
      let exact = try await probe.exhaustive(asked, limit: topK)
      report.exact = zip(answers, exact).count { KeywordReport.agree($0, $1) }
    }
    if let dump { try write(asked, answers, to: dump) }
    if json { try JSONOutput.print(report) } else { print(report.table) }
  }

  private struct Line: Encodable {
    let text: String
    let stems: [String]
    let rows: [Int64]
  }

  private func write(_ asked: [KeywordProbe.Question], _ answers: [[(row: Int64, score: Double)]], to path: String)
    throws
  {
    let lines = try zip(asked, answers).map { question, answer in
      let line = Line(text: question.text, stems: question.stems, rows: answer.map(\.row))
      return String(decoding: try JSONEncoder().encode(line), as: UTF8.self)
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
  }
}

/// What was measured; times of one search in microseconds.
struct KeywordReport: Codable, Sendable {
  var messages: Int
  var questions: Int
  /// Terms of a question, on average.
  var terms: Double
  var topK: Int
  var p50: Double
  var p95: Double
  var p99: Double
  var buildSeconds: Double
  var bytesPerMessage: Double
  /// How many answers were those of a look at every message, where that was asked for.
  var exact: Int?

  enum CodingKeys: String, CodingKey {
    case messages, questions, terms
    case topK = "top_k"
    case p50 = "p50_us"
    case p95 = "p95_us"
    case p99 = "p99_us"
    case buildSeconds = "build_s"
    case bytesPerMessage = "bytes_per_message"
    case exact
  }

  /// Whether two answers have the same scores, and the same messages wherever scores differ.
  static func agree(_ left: [(row: Int64, score: Double)], _ right: [(row: Int64, score: Double)]) -> Bool {
    guard left.count == right.count else { return false }
    let tolerance = 1e-5 * max(1, right.first?.score ?? 1)
    guard zip(left, right).allSatisfy({ abs($0.score - $1.score) < tolerance }) else { return false }
    // Messages that score as much as the last one may be exchanged for each other.
    let least = (right.last?.score ?? 0) + tolerance
    return Set(left.filter { $0.score > least }.map(\.row)) == Set(right.filter { $0.score > least }.map(\.row))
  }

  var table: String {
    func figure(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
    var lines = [
      "\(messages) messages, \(questions) questions of \(figure(terms, 1)) terms on average, the best \(topK)",
      "p50 \(figure(p50, 0)) us   p95 \(figure(p95, 0)) us   p99 \(figure(p99, 0)) us",
      "made in \(figure(buildSeconds, 2)) s, \(figure(bytesPerMessage, 1)) bytes a message",
    ]
    if let exact { lines.append("\(exact) of \(questions) answers as a look at every message gives them") }
    return lines.joined(separator: "\n")
  }
}
