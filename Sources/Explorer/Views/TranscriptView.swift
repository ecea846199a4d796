// A conversation: day, author and time, words.

import ConversationMemory
import Terminal

struct TranscriptView {
  let state: ExplorerState
  let pane: Pane

  init(_ state: ExplorerState, _ pane: Pane) {
    self.state = state
    self.pane = pane
  }

  static func title(_ transcript: TranscriptState?) -> String {
    guard let transcript else { return "Conversation" }
    switch transcript.source {
    case .session(let id): return transcript.sheet?.title ?? id.rawValue
    case .channel(let channel): return channel.rawValue
    case .author(let name): return name
    }
  }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame) {
    let isFocused = state.focus == pane
    let transcript = state[transcript: pane]
    PaneChrome.title(
      Self.title(transcript), remark: remark(transcript), figure: figure(transcript), isFocused: isFocused,
      into: &surface, in: frame.title)
    guard let transcript else { return }
    let isLate = state.spinner != nil && state[awaited: pane] != nil
    guard transcript.isLoaded, !isLate else { return PaneChrome.waiting(state, into: &surface, in: frame.content) }
    guard !transcript.messages.isEmpty else {
      PaneChrome.empty(["Nothing has been said here yet."], into: &surface, in: frame.content)
      return
    }
    let measure = TranscriptMeasure(
      transcript, state.messageText(paneColumns: frame.content.width), dates: state.dates)
    let content = frame.content
    for block in transcript.scroll.visible(
      rows: content.height, count: transcript.messages.count, height: measure.height)
    {
      let rect = Rect(x: content.x, y: content.y + block.row, width: content.width, height: block.height)
      draw(block.index, measure, into: &surface, in: rect, clip: content)
    }
  }

  private func remark(_ transcript: TranscriptState?) -> String {
    guard let transcript else { return "" }
    let dot = state.settings.glyphs.dot
    switch transcript.source {
    case .session: return transcript.sheet.map { "\(dot) \($0.channel)" } ?? ""
    case .channel: return "\(dot) all sessions"
    case .author: return "\(dot) everything they said"
    }
  }

  private func figure(_ transcript: TranscriptState?) -> String {
    transcript?.sheet.map { NumberText.count($0.messageCount, "message") } ?? ""
  }

  private func draw(
    _ index: Int, _ measure: TranscriptMeasure, into surface: inout Surface, in rect: Rect, clip: Rect
  ) {
    let message = measure.transcript.messages[index]
    var y = rect.y
    if measure.startsDay(index) {
      drawDay(of: message, into: &surface, y: y, clip: clip)
      y += 2
    }
    if measure.startsSession(index) {
      drawSession(of: message, into: &surface, y: y, clip: clip)
      y += 1
    }
    let headY = y
    drawHead(message, into: &surface, y: y, clip: clip)
    y += 1
    let body = measure.body(index)
    let isTarget = measure.transcript.target?.message == message.id
    let matches = isTarget ? TextRanges.indices(measure.transcript.target?.matches ?? [], in: message.content) : []
    let first = y
    for index in max(0, clip.y - first)..<max(0, clip.y - first, min(body.lines.count, clip.maxY - first)) {
      surface.put(
        body.lines[index], highlighting: matches, x: clip.x + 2, y: first + index, columns: measure.text.columns,
        clip: clip)
    }
    y += body.lines.count
    if body.hidden > 0 {
      let more = body.hidden + TranscriptState.foldedLines - 2 >= TranscriptMeasure.countedLines ? "over " : ""
      let text =
        "… \(more)\(NumberText.count(body.hidden, "more line")) \(state.settings.glyphs.dot) \(state.hint(.fold, in: .transcript)) shows them"
      surface.put(text, x: clip.x + 2, y: y, style: Style(.accent), clip: clip)
      y += 1
    }
    if isTarget {
      for row in max(headY, clip.y)..<max(headY, clip.y, min(y, clip.maxY)) {
        surface.put("▎", x: clip.x, y: row, style: Style(.marked), clip: clip)
      }
    }
    if index == measure.transcript.scroll.selected, state.focus == pane {
      let head = Rect(x: clip.x, y: headY, width: clip.width, height: 1)
      // A head that is scrolled away still shows which message is meant.
      let rows = headY >= clip.y ? head : Rect(x: clip.x, y: clip.y, width: 1, height: 1)
      PaneChrome.mark(rows, isFocused: true, glyphs: state.settings.glyphs, into: &surface, clip: clip)
      for row in max(headY + 1, clip.y)..<max(headY + 1, clip.y, min(y, clip.maxY)) {
        surface.put(state.settings.glyphs.pointer, x: clip.x, y: row, style: Style(.accent), clip: clip)
      }
    }
  }

  private func drawDay(of message: ConversationMessage, into surface: inout Surface, y: Int, clip: Rect) {
    let text = " \(state.dates.heading(state.dates.day(of: message.timestamp))) "
    let columns = min(clip.width - 2, TranscriptMeasure.longestLine)
    let side = max(0, (columns - SafeText.columns(text)) / 2)
    let rule = String(repeating: "┈", count: side)
    surface.put("\(rule)\(text)\(rule)", x: clip.x + 1, y: y, style: Style(.timestamp), clip: clip)
  }

  private func drawSession(of message: ConversationMessage, into surface: inout Surface, y: Int, clip: Rect) {
    let glyph = state.settings.glyphs.channel(message.channel)
    let x = surface.put("\(glyph) ", x: clip.x + 2, y: y, style: Style(.channel), clip: clip)
    let title = state.knownSheet(message.session)?.title ?? message.session.rawValue
    let columns = min(clip.maxX - 1, clip.x + 2 + TranscriptMeasure.longestLine) - x
    surface.put(TextLayout.truncate(title, columns: columns), x: x, y: y, style: Style(.session, .bold), clip: clip)
  }

  private func drawHead(_ message: ConversationMessage, into surface: inout Surface, y: Int, clip: Rect) {
    let edge = min(clip.maxX - 1, clip.x + 2 + TranscriptMeasure.longestLine)
    let time = state.dates.clock(message.timestamp)
    let timeX = edge - SafeText.columns(time)
    let role = AuthorName.role(message.role)
    var x = clip.x + 2
    let name = TextLayout.truncate(AuthorName.of(message), columns: max(1, timeX - x - 1))
    x = surface.put(name, x: x, y: y, style: Style(role, .bold), clip: clip)
    if state.marks.has(Bookmark.ID(message, state.place.tenant)), timeX - x > 4 {
      x = surface.put(" \(state.settings.glyphs.bookmark)", x: x, y: y, style: Style(.marked), clip: clip)
    }
    if let detail = detail(message), timeX - x - 2 > 8 {
      let text = TextLayout.truncate("\(state.settings.glyphs.dot) \(detail)", columns: timeX - x - 2)
      surface.put(text, x: x + 1, y: y, style: Style(.muted), clip: clip)
    }
    surface.put(time, x: timeX, y: y, style: Style(.timestamp), clip: clip)
  }

  /// Beside the author: the role where a name hides it, the session where many are mixed.
  private func detail(_ message: ConversationMessage) -> String? {
    if case .channel = state[transcript: pane]?.source {
      return state.knownSheet(message.session)?.title ?? message.session.rawValue
    }
    return nil
  }
}

/// Who said something, as people call it.
enum AuthorName {
  static func of(_ message: ConversationMessage) -> String {
    if let author = message.author, !author.isEmpty { return author }
    return switch message.role {
    case .user: "Customer"
    case .assistant: "Agent"
    case .system: "System"
    }
  }

  static func role(_ role: ConversationMemory.Role) -> Terminal.Role {
    switch role {
    case .user: .user
    case .assistant: .assistant
    case .system: .system
    }
  }
}

/// From the store's byte ranges to places in a text.
enum TextRanges {
  /// Ranges that do not lie in the text are left out.
  static func indices(_ ranges: [Range<Int>], in text: String) -> [Range<String.Index>] {
    let bytes = text.utf8
    let count = bytes.count
    return ranges.compactMap { range in
      guard range.lowerBound >= 0, range.upperBound <= count, !range.isEmpty else { return nil }
      let lower = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
      return lower..<bytes.index(lower, offsetBy: range.count)
    }
  }
}
