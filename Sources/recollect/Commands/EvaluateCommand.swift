// `recollect evaluate`: measures search on questions whose answers are known.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure search on questions whose answers are known.",
    discussion: """
      Questions are JSON lines of query, relevant (message ids) and category, plain or gzip. Means count every question \
      the same; a session ranks by its best message. Behind each mean stands half the width of its 95% interval \
      (bootstrap over questions, the same in every run); --json has both ends. The columns are turn_recall@5, \
      turn_recall@10, ndcg@10, session_hit@1 and session_any@5.

      Judge a change of the ranking by --compare, not by two tables: it asks question by question, so far smaller \
      differences show.

        recollect evaluate --tenant acme --questions q.jsonl
        recollect evaluate --tenant acme --questions q.jsonl --save before.json
        recollect evaluate --tenant acme --questions q.jsonl --compare before.json
      """)

  /// Enough for five sessions to show.
  private static let depth = 50

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The file of questions; - is standard input.", valueName: "file"))
  var questions: String

  @Option(
    help: ArgumentHelp("Write every question's figures to this file; one that is there is replaced.", valueName: "file")
  )
  var save: String?

  @Option(help: ArgumentHelp("Compare with a run that --save wrote, question by question.", valueName: "file"))
  var compare: String?

  @Flag(
    name: .customLong("no-features"),
    help: "Rank by the texts alone: not by author, date, whether a message asks, or time words.")
  var leavesFeaturesOut = false

  func run() async throws {
    let all = try EvaluationQuestion.read(path: questions)
    let usable = all.filter { !$0.relevant.isEmpty }
    guard !usable.isEmpty else {
      throw CommandFailure(.failed, "\(questions): no question names a relevant message: give each its `relevant`")
    }
    // Before the questions are asked: a wrong file should not cost minutes.
    let earlier = try compare.map { try EvaluationRun.read(from: $0) }
    let memory = try await data.memory(of: tenant)
    let progress = ProgressLine("asking", noun: "question")
    var run = EvaluationRun()
    var unknown = Set<MessageID>()
    var semantic = SemanticStatus.ready
    for (index, question) in usable.enumerated() {
      let sessions = try await sessions(of: question.relevant, in: memory, unknown: &unknown)
      var request = SearchRequest(question.query, topK: Self.depth)
      request.usesFeatures = !leavesFeaturesOut
      let result = try await memory.search(request)
      semantic = result.semantic
      let scores = RetrievalScores(
        ranked: result.hits.map { ($0.message.id, $0.message.session) }, relevant: question.relevant,
        sessions: sessions)
      run.questions.append(
        EvaluationRun.Question(
          query: question.query, relevant: question.relevant, category: question.category, scores: scores))
      progress.update(fraction: Double(index + 1) / Double(usable.count), count: index + 1)
    }
    progress.clear()
    try show(run, comparedWith: try earlier.map { try paired(run, with: $0) })
    if let save { try run.save(to: save) }
    SemanticIndexing.note(semantic)
    if usable.count < all.count {
      Console.note("\(Figures.count(all.count - usable.count, "question")) without a relevant message left out")
    }
    if let example = unknown.min() {
      Console.note(
        .warning(
          "\(Figures.count(unknown.count, "relevant message")) not in this tenant, such as \(example): they count as not found"
        ))
    }
  }

  private func sessions(
    of messages: Set<MessageID>, in memory: any TenantStore, unknown: inout Set<MessageID>
  ) async throws -> Set<SessionID> {
    var sessions = Set<SessionID>()
    for id in messages {
      do {
        sessions.insert(try await memory.message(id).session)
      } catch let error as MemoryError where error.code == .unknownMessage {
        unknown.insert(id)
      }
    }
    return sessions
  }

  private func paired(_ run: EvaluationRun, with earlier: EvaluationRun) throws -> PairedRuns {
    let runs = run.paired(with: earlier)
    guard !runs.pairs.isEmpty else {
      throw CommandFailure(
        .failed, "\(compare ?? "") has none of these questions: compare runs of the same file of questions")
    }
    return runs
  }

  private func show(_ run: EvaluationRun, comparedWith runs: PairedRuns?) throws {
    guard !format.isJSON else {
      let categories = run.byCategory.map { JSONText.Member($0.name, .object($0.run.members)) }
      var members = run.members + [.init("by_category", .object(categories))]
      if let runs { members.append(.init("comparison", runs.document)) }
      return try Console.print(.object(members))
    }
    try Console.print(run.table(width: Console.output.columns))
    guard let runs else { return }
    try Console.print("", "Change since \(compare ?? ""), \(Figures.count(runs.pairs.count, "question")) in both:")
    try Console.print(runs.table(width: Console.output.columns))
    if runs.onlyNow + runs.onlyBefore > 0 {
      Console.note(
        "\(Figures.count(runs.onlyNow)) asked only now and \(Figures.count(runs.onlyBefore)) only then left out")
    }
  }
}
