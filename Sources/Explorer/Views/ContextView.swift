// What an agent would be told: the recalled messages with their reasons, then the conversation itself.

import ConversationMemory
import Terminal

struct ContextView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame) {
    guard let place = state.place.context else { return }
    let isNarrow = frame.frame.width < 60
    let figure = place.context.map { TokenBudget(state, estimate: $0.tokenEstimate).figure } ?? ""
    PaneChrome.title(
      isNarrow ? "Context" : "What the agent is told", remark: remark(place), figure: figure, isFocused: true,
      into: &surface, in: frame.title)
    guard let context = place.context else { return PaneChrome.waiting(state, into: &surface, in: frame.content) }
    let content = frame.content
    guard !context.messages.isEmpty else {
      PaneChrome.empty(
        ["The agent would be told nothing.", "This session has no messages yet, and nothing was recalled."],
        into: &surface, in: content)
      return
    }
    let measure = ContextMeasure(context, state.messageText(paneColumns: content.width))
    for block in place.scroll.visible(rows: content.height, count: context.messages.count, height: measure.height) {
      let rect = Rect(x: content.x, y: content.y + block.row, width: content.width, height: block.height)
      draw(block.index, measure, place, into: &surface, in: rect, clip: content)
    }
  }

  private func remark(_ place: ContextState) -> String {
    let dot = state.settings.glyphs.dot
    guard place.options.includeCrossSession else { return "\(dot) recall off" }
    return "\(dot) recall on \(dot) " + (place.options.scope == .tenant ? "all prospects" : "same prospect")
  }

  private func draw(
    _ index: Int, _ measure: ContextMeasure, _ place: ContextState, into surface: inout Surface, in rect: Rect,
    clip: Rect
  ) {
    let item = measure.context.messages[index]
    var y = rect.y
    if measure.startsGroup(index) {
      drawHeading(item.origin, measure.context, place, into: &surface, y: y, clip: clip)
      y += 2
    }
    if measure.startsSession(index) {
      drawSession(item, place, into: &surface, y: y, clip: clip)
      y += 1
    }
    let headY = y
    drawHead(item, into: &surface, y: y, clip: clip)
    y += 1
    let body = measure.body(index)
    for line in body.lines {
      surface.put(line, x: clip.x + 2, y: y, columns: measure.text.columns, clip: clip)
      y += 1
    }
    if body.hidden > 0 {
      let text =
        "… \(NumberText.count(body.hidden, "more line")) \(state.settings.glyphs.dot) \(state.hint(.open, in: .context)) opens it"
      surface.put(text, x: clip.x + 2, y: y, style: Style(.muted), clip: clip)
      y += 1
    }
    for line in measure.reason(index) {
      surface.put(line, x: clip.x + 2, y: y, style: Style(.recalled), clip: clip)
      y += 1
    }
    guard index == place.scroll.selected else { return }
    PaneChrome.mark(
      Rect(x: clip.x, y: headY, width: clip.width, height: 1), isFocused: true, glyphs: state.settings.glyphs,
      into: &surface, clip: clip)
    for row in max(headY + 1, clip.y)..<max(headY + 1, clip.y, min(y, clip.maxY)) {
      surface.put(state.settings.glyphs.pointer, x: clip.x, y: row, style: Style(.accent), clip: clip)
    }
  }

  private func drawHeading(
    _ origin: ContextMessage.Origin, _ context: AgentContext, _ place: ContextState, into surface: inout Surface,
    y: Int, clip: Rect
  ) {
    let text =
      switch origin {
      case .recalled: "Recalled from other sessions (\(context.recalled.count))"
      case .current:
        "This conversation, last \(NumberText.count(context.current.count, "message"))" + absence(context, place)
      }
    surface.put(text, x: clip.x + 2, y: y, style: Style(.title), clip: clip)
  }

  /// Where nothing is recalled, why not.
  private func absence(_ context: AgentContext, _ place: ContextState) -> String {
    guard context.recalled.isEmpty, clip(allows: 78) else { return "" }
    let dot = state.settings.glyphs.dot
    return place.options.includeCrossSession
      ? " \(dot) nothing in other sessions is relevant"
      : " \(dot) recall is off: \(state.hint(.toggleRecall, in: .context)) turns it on"
  }

  private func clip(allows columns: Int) -> Bool { state.size.columns >= columns }

  /// Where what follows was said, and a warning where it is about somebody else.
  private func drawSession(
    _ item: ContextMessage, _ place: ContextState, into surface: inout Surface, y: Int, clip: Rect
  ) {
    let message = item.message
    let edge = min(clip.maxX - 1, clip.x + 2 + TranscriptMeasure.longestLine)
    let warning = item.otherProspect.map {
      "\(state.settings.glyphs.warning) about \(TextLayout.truncate($0, columns: max(8, (edge - clip.x) / 3)))"
    }
    let warningColumns = warning.map { SafeText.columns($0) + 2 } ?? 0
    let glyph = state.settings.glyphs.channel(message.channel)
    var x = surface.put("\(glyph) ", x: clip.x + 2, y: y, style: Style(.channel), clip: clip)
    let title = place.titles[message.session]?.title ?? message.session.rawValue
    x = surface.put(
      TextLayout.truncate(title, columns: max(0, edge - x - warningColumns)), x: x, y: y, style: Style(.session, .bold),
      clip: clip)
    if let warning { surface.put(warning, x: x + 2, y: y, style: Style(.otherProspect), clip: clip) }
  }

  private func drawHead(_ item: ContextMessage, into surface: inout Surface, y: Int, clip: Rect) {
    let message = item.message
    let edge = min(clip.maxX - 1, clip.x + 2 + TranscriptMeasure.longestLine)
    let date = clip.width >= 50 ? state.dates.long(message.timestamp) : state.dates.short(message.timestamp)
    let dateX = edge - SafeText.columns(date)
    var x = clip.x + 2
    let name = TextLayout.truncate(AuthorName.of(message), columns: max(1, dateX - x - 1))
    x = surface.put(name, x: x, y: y, style: Style(AuthorName.role(message.role), .bold), clip: clip)
    if let score = item.score, dateX - x > 14 {
      let text = "  score \(Int((score * 100).rounded()))"
      surface.put(text, x: x, y: y, style: Style(.recalled), clip: clip)
    }
    surface.put(date, x: dateX, y: y, style: Style(.timestamp), clip: clip)
  }
}

/// Beside the context: its session, what was asked of the memory, and what recall adds.
struct AboutView {
  private let state: ExplorerState
  private let context: AgentContext
  private let place: ContextState

  init?(_ state: ExplorerState) {
    guard let place = state.place.context, let context = place.context else { return nil }
    self.state = state
    self.place = place
    self.context = context
  }

  func draw(into surface: inout Surface, in rect: Rect) {
    if rect.height == ScreenLayout.aboutRows { return drawBriefly(into: &surface, in: rect) }
    PaneChrome.title("About", isFocused: false, into: &surface, in: rect.row(0))
    let clip = Rect(x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 1)
    var y = clip.y + 1
    for section in sections {
      surface.put(section.heading, x: clip.x, y: y, style: Style(.title), clip: clip)
      y += 1
      for paragraph in section.lines {
        let lines = TextLayout.wrap(paragraph.text, columns: clip.width, limit: section.limit + 1)
        for (index, line) in lines.prefix(section.limit).enumerated() {
          let isCut = index == section.limit - 1 && lines.count > section.limit
          let text = isCut ? TextLayout.truncate("\(line) …", columns: clip.width) : String(line)
          surface.put(text, x: clip.x, y: y, style: paragraph.style, clip: clip)
          y += 1
        }
      }
      y += 1
    }
  }

  /// The summary and the question, a line each.
  private func drawBriefly(into surface: inout Surface, in rect: Rect) {
    let question = context.question.first?.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let quote = state.settings.glyphs.quote
    var lines = place.summary.prefix(2).map { Span($0, Style(.muted)) }
    lines.append(
      Span(question.map { "Asked the memory: \(quote.open)\($0)\(quote.close)" } ?? "Nothing was asked of the memory"))
    for (index, line) in lines.prefix(rect.height).enumerated() {
      let text = TextLayout.truncate(line.text, columns: rect.width - 3)
      surface.put(text, x: rect.x + 2, y: rect.y + index, style: line.style, clip: rect)
    }
  }

  private struct Section {
    var heading: String
    var lines: [Span]
    var limit = 4
  }

  private var sections: [Section] {
    var result = [Section(heading: "Session", lines: place.summary.map { Span($0) })]
    if !context.question.isEmpty {
      let most = context.question.map(\.weight).max() ?? 1
      let parts = context.question.map { part in
        let share = Int((part.weight / max(most, 0.001) * 100).rounded())
        let words = part.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return Span("\(share)% \(words)", Style(share == 100 ? .text : .muted))
      }
      result.append(Section(heading: "The memory was asked for", lines: parts, limit: 3))
    }
    func tokens(_ messages: [ContextMessage]) -> Int {
      messages.reduce(0) { $0 + TokenEstimate.tokens(of: $1.message) }
    }
    func line(_ name: String, _ count: Int) -> Span {
      Span(
        TextLayout.pad(name, columns: 14)
          + TextLayout.pad("~\(NumberText.grouped(count))", columns: 9, alignRight: true))
    }
    result.append(
      Section(
        heading: "Tokens, estimated",
        lines: [
          line("recalled", tokens(context.recalled)), line("conversation", tokens(context.current)),
          line("together", context.tokenEstimate),
        ] + TokenBudget(state, estimate: context.tokenEstimate).lines))
    let recallKey = state.hint(.toggleRecall, in: .context)
    let scope = place.options.scope == .tenant ? "all prospects" : "the session's own prospect only"
    result.append(
      Section(
        heading: "Recall",
        lines: [
          Span(
            place.options.includeCrossSession
              ? "on: \(recallKey) shows the context without it" : "off: \(recallKey) turns it on"),
          Span("\(scope): \(state.hint(.toggleScope, in: .context)) changes that"),
        ]))
    return result
  }
}
