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
      the same; a session ranks by its best message.

        recollect evaluate --tenant acme --questions questions.jsonl
      """)

  /// Enough for five sessions to show.
  private static let depth = 50

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions

  @Option(help: ArgumentHelp("The file of questions; - is standard input.", valueName: "file"))
  var questions: String

  func run() async throws {
    let all = try EvaluationQuestion.read(path: questions)
    let usable = all.filter { !$0.relevant.isEmpty }
    guard !usable.isEmpty else {
      throw CommandFailure(.failed, "\(questions): no question names a relevant message: give each its `relevant`")
    }
    let memory = try await data.memory(of: tenant)
    let progress = ProgressLine("asking", noun: "question")
    var total = RetrievalMeasures()
    var categories: [String: RetrievalMeasures] = [:]
    var unknown = Set<MessageID>()
    var semantic = SemanticStatus.ready
    for (index, question) in usable.enumerated() {
      let sessions = try await sessions(of: question.relevant, in: memory, unknown: &unknown)
      let result = try await memory.search(SearchRequest(question.query, topK: Self.depth))
      semantic = result.semantic
      let ranked = result.hits.map { (message: $0.message.id, session: $0.message.session) }
      total.add(ranked: ranked, relevant: question.relevant, sessions: sessions)
      categories[question.category, default: RetrievalMeasures()]
        .add(ranked: ranked, relevant: question.relevant, sessions: sessions)
      progress.update(fraction: Double(index + 1) / Double(usable.count), count: index + 1)
    }
    progress.clear()
    try show(total, categories)
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

  private func show(_ total: RetrievalMeasures, _ categories: [String: RetrievalMeasures]) throws {
    let sorted = categories.sorted { $0.key < $1.key }
    if format.isJSON {
      let byCategory = sorted.map { JSONText.Member($0.key, .object($0.value.members)) }
      try Console.print(.object(total.members + [.init("by_category", .object(byCategory))]))
      return
    }
    var table = Table(
      [.init(heading: "CATEGORY", isFlexible: true), .init(heading: "QUESTIONS", alignsRight: true)]
        + RetrievalMeasures.Measure.allCases.map { .init(heading: $0.rawValue, alignsRight: true) })
    func add(_ name: StyledText, _ measures: RetrievalMeasures) {
      table.add(
        [name, StyledText(Figures.count(measures.questions))]
          + RetrievalMeasures.Measure.allCases.map { StyledText(Figures.fraction(measures.mean($0), places: 3)) })
    }
    for (name, measures) in sorted { add(StyledText(name), measures) }
    add(.bold("all"), total)
    try Console.print(table.lines(width: Console.output.columns))
  }
}
