// `recollect evaluate`: what it prints, saves and compares. The measures themselves are ConversationMemory's.

import Foundation
import Testing

@Suite struct EvaluateCommandTests {
  private let space: Workspace
  private let questions: String

  init() async throws {
    space = try Workspace()
    let messages = try space.write(Sample.conversations, to: "sample.jsonl")
    _ = try await space.run("import", "--tenant", "acme", messages)
    questions = try space.write(
      """
      {"query":"parking sensor snow","relevant":["m5"],"category":"single"}
      {"query":"parking","relevant":["m5","m2"],"category":"multi"}
      {"query":"zeppelin","relevant":["m1"],"category":"single"}
      """, to: "q.jsonl")
  }

  private func evaluate(_ more: String...) async throws -> Workspace.Outcome {
    try await space.run(arguments: ["evaluate", "--tenant", "acme", "--questions", questions] + more)
  }

  @Test func `every mean has its interval, in total and by category`() async throws {
    let answer = try await evaluate("--json").json()
    let intervals = try #require(answer["intervals"] as? [String: [Double]])
    #expect(
      Set(intervals.keys) == ["turn_recall@5", "turn_recall@10", "ndcg@10", "session_hit@1", "session_any@5"])
    // Found, half found, not found: all of these may be drawn three times.
    #expect(intervals["turn_recall@5"] == [0, 1])
    let categories = try #require(answer["by_category"] as? [String: [String: Any]])
    let multi = try #require(categories["multi"]?["intervals"] as? [String: [Double]])
    #expect(multi["turn_recall@5"] == [0.5, 0.5])
    #expect(try await evaluate("--json", "--no-features").status == 0)
    let again = try await evaluate("--json").json()
    #expect(again["intervals"] as? [String: [Double]] == intervals)
  }

  @Test func `the table fits eighty columns`() async throws {
    let outcome = try await evaluate()
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.last?.hasPrefix("all") == true)
    #expect(lines.last?.contains(".500 ±.50") == true)
  }

  @Test func `a saved run is compared question by question`() async throws {
    let before = space.path("before.json")
    #expect(try await evaluate("--save", before).status == 0)
    // One question is gone, another is new.
    try space.write(
      """
      {"query":"parking sensor snow","relevant":["m5"],"category":"single"}
      {"query":"zeppelin","relevant":["m1"],"category":"single"}
      {"query":"enterprise","relevant":["m1"],"category":"single"}
      """, to: "q.jsonl")
    let saved = try space.text(of: "before.json")
    // As if the first question had not been answered in the run before.
    let range = try #require(saved.firstRange(of: "\"turn_recall@5\": 1.0"))
    try space.write(saved.replacingCharacters(in: range, with: "\"turn_recall@5\": 0.0"), to: "before.json")

    let outcome = try await evaluate("--compare", before, "--json")
    let comparison = try #require(outcome.json()["comparison"] as? [String: Any])
    #expect(comparison["questions"] as? Int == 2)
    #expect(comparison["only_now"] as? Int == 1)
    #expect(comparison["only_before"] as? Int == 1)
    let recall = try #require(comparison["turn_recall@5"] as? [String: Any])
    #expect(recall["before"] as? Double == 0)
    #expect(recall["after"] as? Double == 0.5)
    #expect(recall["difference"] as? Double == 0.5)
    #expect(recall["better"] as? Int == 1)
    #expect(recall["worse"] as? Int == 0)
    #expect(recall["interval"] as? [Double] == [0, 1])
    let gain = try #require(comparison["ndcg@10"] as? [String: Any])
    #expect(gain["better"] as? Int == 0)

    let table = try await evaluate("--compare", before)
    #expect(table.output.contains("Change since \(before), 2 questions in both"))
    #expect(table.output.split(separator: "\n").contains { $0.hasPrefix("turn_recall@5") && $0.contains("+.500") })
    #expect(table.errors.contains("1 asked only now and 1 only then left out"))
  }

  @Test func `what cannot be compared or saved is named`() async throws {
    let missing = try await evaluate("--compare", space.path("nowhere.json"))
    #expect(missing.status == 1)
    #expect(missing.errors.contains("nowhere.json"))
    let wrong = try await evaluate("--compare", questions)
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("is no saved run: name a file that `recollect evaluate --save` wrote"))
    #expect(wrong.output.isEmpty)
    let run = space.path("run.json")
    _ = try await evaluate("--save", run)
    try space.write("{\"query\":\"something else\",\"relevant\":[\"m1\"],\"category\":\"single\"}\n", to: "q.jsonl")
    let strange = try await evaluate("--compare", run)
    #expect(strange.status == 1)
    #expect(strange.errors.contains("has none of these questions"))
    try space.write("{\"evaluation_run\": 9, \"questions\": []}", to: "run.json")
    #expect(try await evaluate("--compare", run).errors.contains("another version"))
    #expect(try await evaluate("--save", space.path("no/folder.json")).status == 1)
  }

  @Test func `a run may take the place of the one it is compared with`() async throws {
    let run = space.path("run.json")
    _ = try await evaluate("--save", run)
    let outcome = try await evaluate("--compare", run, "--save", run, "--json")
    #expect(outcome.status == 0)
    let comparison = try #require(outcome.json()["comparison"] as? [String: Any])
    #expect((comparison["ndcg@10"] as? [String: Any])?["difference"] as? Double == 0)
    #expect(comparison["questions"] as? Int == 3)
  }
}
