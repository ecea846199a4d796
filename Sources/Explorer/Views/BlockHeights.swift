// How many lines each block of a scrolled pane takes, measured only for the blocks near the screen.

import ConversationMemory
import Terminal

/// The measures of a transcript in a pane of some width.
struct TranscriptMeasure {
  let transcript: TranscriptState
  let text: MessageText
  let dates: DateText

  /// The pointer, a space before the text and one after it.
  static let margins = 3
  /// Longer lines are hard to read.
  static let longestLine = 100

  init(_ transcript: TranscriptState, _ text: MessageText, dates: DateText) {
    self.transcript = transcript
    self.text = text
    self.dates = dates
  }

  static func columns(paneColumns: Int) -> Int { min(longestLine, max(1, paneColumns - margins)) }

  struct Body {
    var lines: [MarkupLine]
    /// Lines left out by folding, counted up to a limit; zero where all is shown.
    var hidden: Int
  }

  /// Counting the lines of a megabyte takes time nobody gains from.
  static let countedLines = 400

  func body(_ index: Int) -> Body {
    let message = transcript.messages[index]
    let limit = TranscriptState.foldedLines
    if let lines = unfolded(message) { return Body(lines: lines, hidden: 0) }
    let lines = text.lines(of: message, limit: limit + 1)
    guard lines.count > limit else { return Body(lines: lines, hidden: 0) }
    let total = text.lineCount(of: message.content, limit: Self.countedLines)
    return Body(lines: Array(lines.prefix(limit - 2)), hidden: total - limit + 2)
  }

  private func unfolded(_ message: ConversationMessage) -> [MarkupLine]? {
    guard let shown = transcript.unfolded[message.id] else { return nil }
    return shown.text == text ? shown.lines : text.lines(of: message)
  }

  func startsDay(_ index: Int) -> Bool {
    guard index > 0 else { return true }
    let messages = transcript.messages
    return dates.day(of: messages[index].timestamp) != dates.day(of: messages[index - 1].timestamp)
  }

  /// Whether the line of a session stands above the message: where messages of one author come from many.
  func startsSession(_ index: Int) -> Bool {
    guard case .author = transcript.source else { return false }
    let messages = transcript.messages
    return index == 0 || messages[index].session != messages[index - 1].session
  }

  /// Day, session line, author line, text, fold line, blank line.
  func height(_ index: Int) -> Int {
    guard transcript.messages.indices.contains(index) else { return 1 }
    let message = transcript.messages[index]
    let count: Int
    if let lines = unfolded(message) {
      count = lines.count
    } else {
      let limit = TranscriptState.foldedLines
      let lines = text.lineCount(of: message.content, limit: limit + 1)
      count = lines > limit ? limit - 1 : lines
    }
    return (startsDay(index) ? 2 : 0) + (startsSession(index) ? 1 : 0) + 1 + count + 1
  }
}

/// The measures of a context: its messages with their reasons, under one heading a group.
struct ContextMeasure {
  let context: AgentContext
  let text: MessageText

  init(_ context: AgentContext, _ text: MessageText) {
    self.context = context
    self.text = text
  }

  /// The text's first lines and how many more there are, counted up to a limit.
  func body(_ index: Int) -> TranscriptMeasure.Body {
    let message = context.messages[index].message
    let limit = ContextState.messageLines
    let lines = text.lines(of: message, limit: limit + 1)
    guard lines.count > limit else { return TranscriptMeasure.Body(lines: lines, hidden: 0) }
    let total = text.lineCount(of: message.content, limit: TranscriptMeasure.countedLines)
    return TranscriptMeasure.Body(lines: Array(lines.prefix(limit - 1)), hidden: total - limit + 1)
  }

  /// Whether a group's heading stands above the message.
  func startsGroup(_ index: Int) -> Bool {
    index == 0 || context.messages[index].origin != context.messages[index - 1].origin
  }

  /// Whether the line of a recalled message's session stands above it.
  func startsSession(_ index: Int) -> Bool {
    let item = context.messages[index]
    guard item.origin == .recalled else { return false }
    guard index > 0 else { return true }
    let previous = context.messages[index - 1]
    return previous.message.session != item.message.session || previous.otherProspect != item.otherProspect
  }

  func reason(_ index: Int) -> [Substring] {
    guard let reason = context.messages[index].reason, !reason.isEmpty else { return [] }
    return TextLayout.wrap("why: \(reason)", columns: text.columns, limit: 3)
  }

  func height(_ index: Int) -> Int {
    guard context.messages.indices.contains(index) else { return 1 }
    let lines = text.lineCount(of: context.messages[index].message.content, limit: ContextState.messageLines)
    let above = (startsGroup(index) ? 2 : 0) + (startsSession(index) ? 1 : 0)
    return above + 1 + lines + reason(index).count + 1
  }
}

extension ExplorerState {
  var dates: DateText { DateText(zone: settings.zone, now: now, style: settings.dateStyle) }

  /// Lines of a hit: score and title, two of text, and a blank one where there is room.
  func hitHeight(_ layout: ScreenLayout) -> Int { layout.rows(of: .results, self) >= 12 ? 4 : 3 }

  /// How many blocks a pane scrolls through, and the height of each.
  func blocks(of pane: Pane, _ layout: ScreenLayout) -> (count: Int, height: (Int) -> Int) {
    switch pane {
    case .tenants: return (tenants.items.count, { _ in 1 })
    case .list:
      let isSessions = place.browse.kind == .sessions
      return (isSessions ? place.browse.sessions.items.count : place.browse.channels.items.count, { _ in 1 })
    case .transcript, .conversation, .person:
      guard let transcript = self[transcript: pane] else { return (0, { _ in 1 }) }
      let measure = TranscriptMeasure(transcript, messageText(in: pane, layout), dates: dates)
      return (transcript.messages.count, measure.height)
    case .query, .results:
      let height = hitHeight(layout)
      return (place.search.rows.count, { _ in height })
    case .context:
      guard let context = place.context?.context else { return (0, { _ in 1 }) }
      let measure = ContextMeasure(context, messageText(in: .context, layout))
      return (context.messages.count, measure.height)
    case .timeline: return (0, { _ in 1 })
    }
  }

  subscript(scroll pane: Pane) -> BlockScroll {
    get {
      switch pane {
      case .tenants: tenants.scroll
      case .list: place.browse.kind == .sessions ? place.browse.sessions.scroll : place.browse.channels.scroll
      case .transcript, .conversation, .person: self[transcript: pane]?.scroll ?? BlockScroll()
      case .query, .results: place.search.scroll
      case .context: place.context?.scroll ?? BlockScroll()
      case .timeline: BlockScroll()
      }
    }
    set {
      switch pane {
      case .tenants: tenants.scroll = newValue
      case .list where place.browse.kind == .sessions: place.browse.sessions.scroll = newValue
      case .list: place.browse.channels.scroll = newValue
      case .transcript, .conversation, .person: self[transcript: pane]?.scroll = newValue
      case .query, .results: place.search.scroll = newValue
      case .context: place.context?.scroll = newValue
      case .timeline: break
      }
    }
  }
}
