// All fields of one message, and why it was found or told.

import ConversationMemory
import Terminal

struct InspectorView {
  let state: ExplorerState
  let inspector: InspectorState

  /// Lines of the message's own text: the conversation shows it whole.
  private static let textLines = 6

  init(_ state: ExplorerState, _ inspector: InspectorState) {
    self.state = state
    self.inspector = inspector
  }

  static func rows(_ size: Size, lines: Int) -> Int { FactLines.rows(size, lines: lines) }

  func draw(into surface: inout Surface) {
    FactLines.draw(lines, title: "Message", top: inspector.top, into: &surface)
  }

  var lines: [[Span]] {
    let message = inspector.message
    var facts = FactLines(columns: FactLines.columns(state.size))
    facts.text("\(AuthorName.of(message)), \(state.dates.sentence(message.timestamp))", .title, limit: 2)
    facts.text(message.content, limit: Self.textLines)
    if let hit = inspector.hit { HitFacts(hit, lender: inspector.lender, state).add(to: &facts) }
    if let told = inspector.told { add(told, to: &facts) }
    facts.heading("Message")
    add(message, to: &facts)
    facts.heading("Metadata")
    if message.metadata.isEmpty { facts.text("none of its own", .muted) }
    for (name, value) in message.metadata.sorted(by: { $0.key < $1.key }) { facts.fact(name, value, limit: 40) }
    return facts.lines
  }

  private func add(_ told: ContextMessage, to facts: inout FactLines) {
    facts.heading("Why the agent is told")
    switch told.origin {
    case .current: facts.fact("part of", "the conversation itself: one of its last messages")
    case .recalled:
      facts.fact("part of", "what was recalled from other sessions", .recalled)
      if let score = told.score { facts.fact("score", NumberText.percent(score)) }
      if let reason = told.reason, !reason.isEmpty { facts.fact("reason", reason, limit: 12) }
      if let other = told.otherProspect {
        facts.fact("about", "\(state.settings.glyphs.warning) \(other), another prospect", .otherProspect)
      }
    }
    facts.fact("tokens", "~\(NumberText.grouped(TokenEstimate.tokens(of: told.message))), estimated")
  }

  private func add(_ message: ConversationMessage, to facts: inout FactLines) {
    let dates = state.dates
    facts.fact("id", message.id.rawValue)
    facts.fact("session", message.session.rawValue)
    if let sheet = state.knownSheet(message.session) { facts.fact("", sheet.title, .session, limit: 2) }
    facts.fact("channel", "\(state.settings.glyphs.channel(message.channel)) \(message.channel)", .channel)
    facts.fact("role", message.role.rawValue, AuthorName.role(message.role))
    facts.fact("author", message.author ?? "not known", message.author == nil ? .muted : .author)
    facts.fact("said", "\(dates.exact(message.timestamp)) \(dates.zoneName(message.timestamp))")
    facts.fact("", message.timestamp.iso8601, .timestamp)
    facts.fact("stored", "\(dates.exact(message.ingestedAt)) \(dates.zoneName(message.ingestedAt))")
    facts.fact("", message.ingestedAt.iso8601, .timestamp)
    facts.fact("arrival in session", NumberText.grouped(Int(clamping: message.sequence)))
    facts.fact("size", "\(NumberText.count(message.content.utf8.count, "byte")) of text")
  }
}

/// Why a search found a message.
struct HitFacts {
  private let hit: SearchHit
  private let lender: ConversationMessage?
  private let state: ExplorerState

  init(_ hit: SearchHit, lender: ConversationMessage?, _ state: ExplorerState) {
    self.hit = hit
    self.lender = lender
    self.state = state
  }

  func add(to facts: inout FactLines) {
    facts.heading("Why it was found")
    let bar = max(8, min(40, facts.valueColumns - 6))
    let percent = TextLayout.pad(String(Int((hit.score * 100).rounded())), columns: 3, alignRight: true)
    facts.fact("score", spans: [Span("\(percent) ", Style(.text, on: .overlay))] + ScoreParts.bar(hit, bar, state))
    facts.fact("", spans: ScoreParts.legend(hit, state))
    if let similarity = hit.similarity {
      facts.fact("similarity", "\(NumberText.decimal(similarity)) between the question and the passage")
    }
    if let interaction = hit.interaction {
      facts.fact("word by word", "\(NumberText.decimal(interaction)), the turns around it lending")
    }
    facts.fact("words", words, hit.matchedWords.isEmpty ? .muted : .match)
    if let passage { facts.fact("passage", passage, limit: 4) }
    if let turn = hit.lender { facts.fact("lent by", text(of: turn), .recalled, limit: 4) }
    facts.fact("to be relied on", reliance, hit.weak ? .weak : .text)
  }

  private var words: String {
    guard !hit.matchedWords.isEmpty else { return "none of the question's" }
    let quote = state.settings.glyphs.quote
    let list = hit.matchedWords.map { "\(quote.open)\($0)\(quote.close)" }.joined(separator: ", ")
    return "\(list): \(NumberText.percent(hit.wordCoverage)) of the question, by rarity"
  }

  /// The part of the content that scored best; nil where that is all of it.
  private var passage: String? {
    let content = hit.message.content
    let length = content.utf8.count
    guard hit.passage.lowerBound > 0 || hit.passage.upperBound < length else { return nil }
    let bytes = Array(content.utf8)[hit.passage.clamped(to: 0..<length)]
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? nil : words
  }

  private func text(of turn: SearchHit.Lender) -> String {
    let distance = abs(turn.offset)
    let side = turn.offset < 0 ? "before" : "after"
    let place = distance == 1 ? "the turn \(side) it" : "the turn \(distance) \(side) it"
    guard let lender else { return place }
    let quote = state.settings.glyphs.quote
    let words = lender.content.prefix(300).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return
      "\(place), by \(AuthorName.of(lender)): \(quote.open)\(TextLayout.truncate(words, columns: 100))\(quote.close); "
      + "\(state.hint(.openLender, in: .inspector)) opens it"
  }

  /// Which of the floors of relevance it passes, or that it passes none.
  private var reliance: String {
    let floor = RelevanceFloor()
    typealias Measure = (name: String, value: Double?, least: Double)
    let measures: [Measure] = [
      ("similarity", hit.similarity, floor.similarity), ("word by word", hit.interaction, floor.interaction),
      ("words", hit.wordCoverage, floor.coverage),
    ]
    let known = measures.compactMap { measure in measure.value.map { (measure.name, $0, measure.least) } }
    if !hit.weak, let passed = known.first(where: { $0.1 >= $0.2 }) {
      return "yes: \(passed.0) \(NumberText.decimal(passed.1)) reaches \(NumberText.decimal(passed.2))"
    }
    guard hit.weak else { return "yes" }
    let missed = known.map { "\($0.0) \(NumberText.decimal($0.1)) is below \(NumberText.decimal($0.2))" }
    return "weak: " + missed.joined(separator: ", ")
  }
}

extension ScoreParts {
  /// The score as a bar: what meaning, words and features gave, the rest of 1 empty.
  fileprivate static func bar(_ hit: SearchHit, _ columns: Int, _ state: ExplorerState) -> [Span] {
    let glyphs = state.settings.glyphs
    var room = columns
    func part(_ value: Double, _ sign: String, _ role: Role) -> Span {
      let cells = value.isFinite ? Int((min(1, max(0, value)) * Double(columns)).rounded()) : 0
      // The least evidence shows.
      let count = min(room, value > 0 ? max(1, cells) : 0)
      room -= count
      return Span(String(repeating: sign, count: count), Style(hit.weak ? .weak : role, on: .overlay))
    }
    let parts = [
      part(hit.meaning, glyphs.semanticBlock, .barSemantic), part(hit.words, glyphs.keywordBlock, .barKeyword),
      part(hit.parts.features, glyphs.featureBlock, .accent),
    ]
    return parts + [Span(String(repeating: glyphs.trackBlock, count: room), Style(.barTrack, on: .overlay))]
  }

  fileprivate static func legend(_ hit: SearchHit, _ state: ExplorerState) -> [Span] {
    let glyphs = state.settings.glyphs
    func figure(_ value: Double) -> String { String(Int(value.isFinite ? (value * 100).rounded() : 0)) }
    return [
      Span("\(glyphs.semanticBlock) meaning \(figure(hit.meaning))  ", Style(.barSemantic, on: .overlay)),
      Span("\(glyphs.keywordBlock) words \(figure(hit.words))  ", Style(.barKeyword, on: .overlay)),
      Span("\(glyphs.featureBlock) features \(figure(hit.parts.features))", Style(.accent, on: .overlay)),
    ]
  }
}
