// Asks a tenant's store questions and measures the answers.

import ConversationMemory
import Foundation

/// One kind of search and its figures, in milliseconds.
struct SearchFigures: Codable, Sendable {
  var kind: String
  var p50: Double
  var p99: Double
  /// Mean of each stage, in milliseconds.
  var stages: [String: Double]

  enum CodingKeys: String, CodingKey {
    case kind
    case p50 = "p50_ms"
    case p99 = "p99_ms"
    case stages = "stages_mean_ms"
  }
}

struct SearchReport: Codable, Sendable {
  var messages: Int
  var questions: Int
  var results: [SearchFigures]

  var table: String {
    func figure(_ value: Double) -> String {
      let text = String(format: "%.2f", value)
      return String(repeating: " ", count: max(0, 12 - text.count)) + text
    }
    let width = max(12, results.map(\.kind.count).max() ?? 0)
    let lines = results.map { result in
      result.kind.padding(toLength: width, withPad: " ", startingAt: 0) + figure(result.p50) + figure(result.p99)
        + SearchStages().all.map(\.name).map { figure(result.stages[$0] ?? 0) }.joined()
    }
    return
      (["\(messages) messages, \(questions) questions", ""]
      + [
        "kind".padding(toLength: width, withPad: " ", startingAt: 0) + "      p50 ms      p99 ms"
          + SearchStages().all.map { String(repeating: " ", count: 12 - $0.name.count) + $0.name }.joined()
      ] + lines)
      .joined(separator: "\n")
  }
}

struct SearchBenchmark {
  let memory: any TenantStore

  func run(questions count: Int) async throws -> SearchReport {
    let counts = try await memory.counts()
    let questions = try await questions(count)
    let recent = try await memory.recentContext(limit: 1, before: nil).items
    let channel = try await memory.channels().first?.id
    var results: [SearchFigures] = []
    func measure(_ kind: String, _ evidence: SearchRequest.Evidence, _ filter: SearchFilter) async throws {
      results.append(try await figures(kind, questions, evidence: evidence, filter: filter))
    }
    try await measure("whole search", .hybrid, SearchFilter())
    try await measure("by meaning alone", .semantic, SearchFilter())
    try await measure("by words alone", .keyword, SearchFilter())
    if let channel { try await measure("whole, one channel", .hybrid, SearchFilter(channel: channel)) }
    if let last = recent.first {
      try await measure("whole, not one session", .hybrid, SearchFilter(excludedSession: last.session))
      try await measure("whole, one session", .hybrid, SearchFilter(session: last.session))
      let month = Timestamp(milliseconds: last.timestamp.milliseconds - 30 * 86_400_000)
      try await measure("whole, last 30 days", .hybrid, SearchFilter(timeRange: TimeRange(since: month)))
    }
    return SearchReport(messages: counts.messages, questions: questions.count, results: results)
  }

  /// Messages from all over the tenant, as questions of a few words.
  private func questions(_ count: Int) async throws -> [String] {
    var texts: [String] = []
    var cursor: Cursor?
    // Every page is a step back in time; some of each are taken.
    while texts.count < count {
      let page = try await memory.recentContext(limit: 500, before: cursor)
      texts += page.items.enumerated().filter { $0.offset % 25 == 0 }.map { $0.element.content }
      guard let next = page.next else { break }
      cursor = next
    }
    return texts.prefix(count).map { $0.split(separator: " ").prefix(12).joined(separator: " ") }
  }

  private func figures(
    _ kind: String, _ questions: [String], evidence: SearchRequest.Evidence, filter: SearchFilter
  ) async throws -> SearchFigures {
    var latencies = Latencies()
    var stages: [String: Duration] = [:]
    let clock = ContinuousClock()
    for round in 0..<2 {
      for question in questions {
        let request = SearchRequest(parts: [.init(question)], filter: filter, evidence: evidence)
        let start = clock.now
        let result = try await memory.search(request)
        let taken = start.duration(to: clock.now)
        guard round > 0 else { continue }
        latencies.add(taken)
        for stage in result.stages.all { stages[stage.name, default: .zero] += stage.duration }
      }
    }
    return SearchFigures(
      kind: kind, p50: latencies.microseconds(0.5) / 1000, p99: latencies.microseconds(0.99) / 1000,
      stages: stages.mapValues { $0.inSeconds * 1000 / Double(max(1, questions.count)) })
  }
}
