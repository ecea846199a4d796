// One search of a tenant in three requests, one after the other: how rare the question's words are; what words and meaning
// find; the messages around that, with their tokens. The ranking is the same code as the embedded store's.

import ConversationMemory
import Foundation
import Retrieval
import TextAnalysis

struct ClusterSearch: Sendable {
  let points: TenantPoints
  let question: SearchQuestion
  /// What the points say that have vectors of the question's model; nil where meaning is not consulted.
  let mark: String?
  let terms: QuestionTerms

  init(points: TenantPoints, question: SearchQuestion, mark: String?) {
    self.points = points
    self.question = question
    self.mark = mark
    terms = QuestionTerms(question)
  }

  private static let action = "search"

  // MARK: How rare the words are

  /// What the first request tells.
  struct Preparation: Sendable {
    let weighed: WeighedQuestion
    let conditions: SearchConditions
    /// How many messages have each of the question's terms.
    let termFrequencies: [Int]
    /// Messages without vectors of the question's model; nil where meaning is not consulted.
    let waiting: Int?
    var stages = SearchStages()
  }

  func prepare(_ filter: SearchFilter) async throws -> Preparation {
    var stages = SearchStages()
    var watch = Stopwatch()
    let lookups = SearchConditions.lookups(filter)
    let probes = terms.counted.map { dimension in
      PointQuery(
        .words(indices: [dimension], values: [1], corpus: .messages), filter: .messages, limit: 1, payload: .none,
        vectors: [VectorName.sparse])
    }
    async let counted = points.facet(.model, .messages)
    var answers = try await points.query(Self.action, lookups.map(\.query) + probes)[...]
    let models = try await counted.byText
    let documents = models.reduce(0) { $0 + $1.count }
    let conditions = SearchConditions(filter, lookups: lookups, answers: answers.prefix(lookups.count))
    answers = answers.dropFirst(lookups.count)
    var frequencies: [UInt32: Int] = [:]
    for (dimension, found) in zip(terms.counted, answers) {
      frequencies[dimension] = found.first.flatMap { Self.frequency(of: dimension, $0, documents: documents) } ?? 0
    }
    watch.lap(&stages.keyword)
    return Preparation(
      weighed: WeighedQuestion(question, terms.statistics(documents: documents, frequencies: frequencies)),
      conditions: conditions,
      termFrequencies: terms.termFrequencies(frequencies),
      waiting: mark.map { mark in documents - (models.first { $0.value == mark }?.count ?? 0) }, stages: stages)
  }

  /// How many messages have a word, read off the score of one that has it: that is the word's rarity among the tenant's
  /// messages, times what the word weighs in this message. No other request tells a word's frequency without an index of
  /// words beside the one of vectors.
  private static func frequency(of dimension: UInt32, _ point: StoredPoint, documents: Int) -> Int? {
    guard let score = point.score, let sparse = point.vector?.sparse,
      let place = sparse.indices.firstIndex(of: dimension), place < sparse.values.count, sparse.values[place] > 0
    else { return nil }
    return frequency(rarity: score / Double(sparse.values[place]), documents: documents)
  }

  /// The n of ``KeywordRecount/rarity(documents:containing:)``.
  static func frequency(rarity: Double, documents: Int) -> Int {
    let count = (Double(documents) + 1) / exp(rarity) - 0.5
    guard !count.isNaN else { return 1 }
    // Clamped before it becomes an integer: a score is whatever the server says.
    return count < Double(documents) ? max(1, Int(count.rounded())) : max(1, documents)
  }

  // MARK: What words and meaning find

  func run(_ preparation: Preparation, depth: Int) async throws -> SearchOutcome {
    try await run(preparation, among: preparation.conditions.filter, depth: depth)
  }

  private func run(_ preparation: Preparation, among filter: PointFilter, depth: Int) async throws -> SearchOutcome {
    guard !preparation.conditions.isVain else { return SearchOutcome() }
    var stages = SearchStages()
    var watch = Stopwatch()
    let weighed = preparation.weighed
    let legs = try await legs(weighed, filter, limit: weighed.legDepth(depth))
    watch.lap(&stages.vector)
    let turns = try await turns(around: legs, weighed, preparation)
    watch.lap(&stages.turns)
    let (found, evidence) = findings(legs, turns, preparation)
    watch.lap(&stages.keyword)
    var outcome = try weighed.ranked(found, depth: depth, from: evidence)
    outcome.isExhausted = legs.isExhausted
    outcome.stages.keyword = stages.keyword
    outcome.stages.vector = stages.vector
    outcome.stages.turns += stages.turns
    return outcome
  }

  /// Long messages are several points, of which the nearest ones may crowd out other messages.
  private static func points(for messages: Int) -> Int { messages + messages / 2 }

  private func legs(_ weighed: WeighedQuestion, _ filter: PointFilter, limit: Int) async throws -> SearchLegs {
    var queries: [PointQuery] = []
    let fields = [
      PayloadField.kind.rawValue, PayloadField.session.rawValue, PayloadField.sequence.rawValue, PayloadName.messageID,
      PayloadName.range,
    ]
    let whole = filter.and(.kind(.message))
    let usesKeywords = question.usesKeywords && !terms.searched.isEmpty
    if usesKeywords {
      if question.words.isVague {
        queries.append(
          PointQuery(
            .ordered(ScrollOrder(.place, descending: true)), filter: whole, limit: Self.newest,
            payload: .only(fields + [PayloadName.content, PayloadField.author.rawValue])))
      } else {
        queries.append(
          PointQuery(
            .words(
              indices: terms.searched, values: [Float](repeating: 1, count: terms.searched.count),
              corpus: .messages), filter: whole, limit: limit, payload: .only(fields)))
      }
    }
    if let mark, let vector = weighed.vector {
      queries.append(
        PointQuery(
          .nearest(vector), filter: filter.and(.kinds([.message, .passage]), .equals(.model, mark)),
          limit: Self.points(for: limit), payload: .only(fields)))
    }
    var answers = try await points.query(Self.action, queries)
    var legs = SearchLegs()
    if usesKeywords {
      var found = answers.removeFirst()
      if question.words.isVague {
        let stemmer = Stemmer()
        found = Array(
          found.lazy.filter { point in
            let text = [point.payload?.author ?? "", point.payload?.content ?? ""].joined(separator: " ")
            return !question.words.matches(in: text, stemmer: stemmer).terms.isEmpty
          }.prefix(limit))
      }
      if found.count >= limit { legs.isExhausted = false }
      for point in found { legs.note(point) { $0.isByWords = true } }
    }
    if let nearest = answers.first {
      var messages = Set<MessageID>()
      for point in nearest where messages.count < limit {
        guard let id = point.payload?.messageID.map({ MessageID(unchecked: $0) }) else { continue }
        messages.insert(id)
        legs.note(point) { found in
          // Best first: a message's first point is its best passage.
          guard found.similarity == nil else { return }
          found.similarity = Similarity(cosine: point.score ?? 0, passage: point.payload?.passageRange ?? 0..<0)
        }
      }
      if nearest.count >= Self.points(for: limit) || messages.count >= limit { legs.isExhausted = false }
    }
    return legs
  }

  /// How many of the newest messages are looked at for the first letters of a word.
  private static let newest = 1000

  // MARK: The messages around

  private func turns(
    around legs: SearchLegs, _ weighed: WeighedQuestion, _ preparation: Preparation
  ) async throws -> [FetchedTurns.Turn] {
    let stretches = legs.stretches(reach: question.reach)
    guard !stretches.isEmpty else { return [] }
    let around = PointFilter(
      must: [.kinds(mark == nil ? [.message] : [.message, .passage])],
      should: stretches.map { stretch in
        .nested(
          PointFilter(
            .equals(.session, stretch.session),
            .range(.sequence, atLeast: stretch.arrivals.lowerBound, below: stretch.arrivals.upperBound)))
      })
    let messages = stretches.reduce(0) { $0 + $1.arrivals.count }
    // Of long messages there are more points; of most, one.
    var queries = [
      PointQuery(.none, filter: around, limit: 4 * messages + 1000, payload: mark == nil ? .message : .all)
    ]
    if let mark, let plain = question.meaning?.plain {
      queries.append(
        PointQuery(
          .nearest(plain), filter: around.and(.equals(.model, mark)), limit: 2 * messages + 500, payload: .none))
    }
    let answers = try await points.query(Self.action, queries)
    let cosines = Dictionary(
      (answers.dropFirst().first ?? []).map { ($0.id, $0.score ?? 0) }, uniquingKeysWith: { first, _ in first })
    return try FetchedTurns.turns(of: answers[0], mark: mark, cosines: cosines)
  }

  /// What the legs found, in the numbers of what was fetched, the words counted in the messages themselves.
  private func findings(
    _ legs: SearchLegs, _ turns: [FetchedTurns.Turn], _ preparation: Preparation
  ) -> (LegFindings, FetchedTurns) {
    let conditions = preparation.conditions
    let evidence = FetchedTurns(turns, reach: question.reach) { conditions.admits($0) }
    let recount = KeywordRecount(
      question, documents: preparation.weighed.statistics.documents, frequencies: preparation.termFrequencies)
    var found = LegFindings()
    for (id, message) in legs.messages {
      guard let row = evidence.row(of: id) else { continue }
      if let similarity = message.similarity { found.similarities[row] = similarity }
      if message.isByWords, let text = evidence.text(of: row) {
        found.keywordScores[row] = recount.score(content: text.content, author: text.author)
      }
    }
    return (found, evidence)
  }

  // MARK: Conditions on the text

  /// The search among the messages that meet the conditions on the text, each of which is read once.
  func runExhaustively(_ preparation: Preparation, depth: Int) async throws -> SearchOutcome {
    let conditions = preparation.conditions
    guard !conditions.isVain else { return SearchOutcome() }
    var passing: [PointID] = []
    let fields = [PayloadField.kind.rawValue, PayloadName.messageID, PayloadName.passages, PayloadName.content]
    try await points.forEachPage(
      Self.action, conditions.filter.and(.kind(.message)), size: 1000, payload: .only(fields)
    ) { page in
      try Task.checkCancellation()
      for point in page {
        guard let payload = point.payload, let id = payload.messageID, conditions.text.admits(payload.content ?? "")
        else { continue }
        passing.append(point.id)
        for number in 1..<max(1, payload.passages ?? 1) {
          passing.append(.passage(number, of: MessageID(unchecked: id), of: points.tenant))
        }
      }
    }
    guard !passing.isEmpty else { return SearchOutcome() }
    return try await run(preparation, among: PointFilter(.hasID(passing)), depth: depth)
  }
}
