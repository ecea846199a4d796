// `recollect search`: finds messages by meaning and by words.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find messages by meaning and by words.",
    discussion: """
      A hit below the floor of relevance is marked as weak. The query may hold
      filters, anywhere in it; what does not meet them is never shown.

        recollect search --tenant acme "what would it cost a big company"
        recollect search --tenant acme 'what was said on pricing last week?'
        recollect search --tenant acme '"annual plan" -refund has:price'
        recollect search --tenant acme 'discount author:"Dana Whitfield" since:7d'
        recollect search --tenant acme refund --channel email --since 2026-10-01

      "exact words"   stand so in the message
      -word           does not stand there, nor do -"exact words"; a query that
                      begins so goes behind --
      channel:email   and session: role: author: as the options below
      since:7d        and until:, with 2026-10-01, yesterday, 2w, monday,
                      march, "last week"
      has:price       or \(MessageFeature.allCases.filter { $0 != .price }.map(\.rawValue).joined(separator: ", ")),
                      or a name of metadata
      deal_stage:won  metadata of the message or its session, by its name
      last week       and today, this quarter, past two weeks, 3 days ago,
                      in March, on Monday, since Friday, between March and May,
                      …, in UTC. They stay words in quotes, in a query that
                      asks for a time (when, how long, which year, …), and
                      where --since or --until is given.
      """)

  private static let largestTopK = 1000

  @OptionGroup var data: DataOptions
  @OptionGroup var tenant: TenantOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var time: TimeOptions

  @Option(help: ArgumentHelp("Only this session.", valueName: "session"), transform: { try SessionID($0) })
  var session: SessionID?

  @Option(help: ArgumentHelp("Only this channel.", valueName: "channel"), transform: { try Channel($0) })
  var channel: Channel?

  @Option(
    help: ArgumentHelp("Only what this side said: user, assistant or system.", valueName: "role"),
    transform: { try Role($0) })
  var role: Role?

  @Option(help: ArgumentHelp("Only what this person wrote.", valueName: "name"))
  var author: String?

  @Option(name: .customLong("top-k"), help: ArgumentHelp("The most hits.", valueName: "count"), transform: Self.topK)
  var topK = 10

  @Flag(name: .customLong("explain"), help: "Show what each hit's score is made of.")
  var explains = false

  @Argument(help: ArgumentHelp("What to look for, in your own words, and filters.", valueName: "query"))
  var words: [String]

  @Sendable private static func topK(_ text: String) throws -> Int {
    guard let count = Int(text), (1...largestTopK).contains(count) else {
      throw ValidationError("use a number from 1 to \(largestTopK)")
    }
    return count
  }

  func validate() throws {
    guard query.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("the query is empty: say what to look for")
    }
  }

  private var query: String { words.joined(separator: " ") }

  func run() async throws {
    let memory = try await data.memory(of: tenant)
    let line = try await SearchLine(
      query, options: .init(session: session, channel: channel, role: role, author: author, time: time.range),
      metadataKeys: memory.metadataKeys)
    let filter = line.filter
    let started = ContinuousClock.now
    let result = try await memory.search(SearchRequest(parts: [.init(line.text)], topK: topK, filter: filter))
    let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
    if format.isJSON {
      try Console.print(
        .object([
          .init("query", .string(query)),
          .init("hits", .array(result.hits.map(JSONText.hit))),
          .init("filters", line.json),
          .init("pending", .integer(result.semantic.pendingMessages)),
          .init("semantic", .semantic(result.semantic)),
          .init("elapsed_ms", .real((milliseconds * 100).rounded() / 100)),
          .init("stages_ms", .stages(result.stages)),
        ]))
    } else {
      let heading = line.labels.isEmpty ? [] : MessageLines.wrappedHeading(.dim("only \(line.labels)").folded)
      try Console.print(
        (result.hits.isEmpty ? [] : heading) + result.hits.enumerated().flatMap { lines(rank: $0 + 1, hit: $1) })
    }
    if result.hits.isEmpty {
      let unknown = try await memory.unknownNames(
        session: filter.session, channel: filter.channel, tags: filter.tags)
      for line in unknown.isEmpty ? [noHits(line)] : unknown { Console.note(line) }
    }
    SemanticIndexing.note(result.semantic)
  }

  private func noHits(_ line: SearchLine) -> String {
    line.filter.isEmpty
      ? "nothing found" : "nothing found with these filters (\(line.labels)): leave one out to look further"
  }

  private func lines(rank: Int, hit: SearchHit) -> [StyledText] {
    let number = String(rank)
    var heading = StyledText(String(repeating: " ", count: max(0, 3 - number.count)) + number, .dim)
    heading += StyledText.bold("  \(Figures.fraction(hit.score))")
    heading += .dim(" = \(Figures.fraction(hit.meaning)) meaning + \(Figures.fraction(hit.words)) words")
    if abs(hit.parts.features) >= 0.005 {
      heading += .dim(" \(hit.parts.features < 0 ? "−" : "+") \(Figures.fraction(abs(hit.parts.features))) features")
    }
    if hit.weak { heading += .warning("  weak") }
    heading += "  " + MessageLines.heading(hit.message, showsSession: true)
    let below = [Snippet.text(of: hit)] + (explains ? explanation(of: hit) : [])
    return MessageLines.wrappedHeading(heading.folded) + below.flatMap { MessageLines.indented($0, by: 5) }
  }

  private func lent(_ lender: SearchHit.Lender) -> String {
    let turns = Figures.count(abs(lender.offset), "turn")
    return "with the help of \(lender.message), \(turns) \(lender.offset < 0 ? "before" : "after") it"
  }

  private func explanation(of hit: SearchHit) -> [StyledText] {
    let parts = [
      ("semantic", hit.parts.semantic), ("keyword", hit.parts.keyword), ("tokens", hit.parts.tokens),
      ("features", hit.parts.features),
    ].map { "\($0) \(Figures.fraction($1, places: 3))" }.joined(separator: ", ")
    let similarity = hit.similarity.map { Figures.fraction($0, places: 3) } ?? "not consulted"
    let interaction = hit.interaction.map { ", token by token \(Figures.fraction($0, places: 3))" } ?? ""
    let words = hit.matchedWords.isEmpty ? "none" : hit.matchedWords.joined(separator: ", ")
    return [
      .dim("parts: \(parts)"),
      .dim("cosine: \(similarity)\(interaction)"),
      .dim("shared words: \(words) (\(Int((hit.wordCoverage * 100).rounded()))% of the query)"),
    ] + (hit.lender.map { [.dim(lent($0))] } ?? []) + [.dim("message: \(hit.message.id)")]
  }
}
