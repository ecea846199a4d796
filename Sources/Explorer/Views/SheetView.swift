// A session's sheet: what it was, who took part, what is known about it.

import ConversationMemory
import Terminal

struct SheetView {
  let state: ExplorerState
  let sheet: SheetState

  init(_ state: ExplorerState, _ sheet: SheetState) {
    self.state = state
    self.sheet = sheet
  }

  static func rows(_ size: Size, lines: Int) -> Int { FactLines.rows(size, lines: lines) }

  func draw(into surface: inout Surface) {
    FactLines.draw(lines, title: "Session", top: sheet.top, into: &surface)
  }

  /// All lines, wrapped.
  var lines: [[Span]] {
    guard let session = sheet.summary?.session ?? sheet.sheet else {
      return [[Span("reading…", Style(.muted, on: .overlay))]]
    }
    var facts = FactLines(columns: FactLines.columns(state.size))
    facts.text(session.title, .title, limit: 3)
    facts.blank()
    facts.fact("id", session.id.rawValue)
    facts.fact("channel", "\(state.settings.glyphs.channel(session.channel)) \(session.channel)", .channel)
    facts.fact("messages", NumberText.grouped(session.messageCount))
    facts.fact("started", state.dates.full(session.startedAt))
    facts.fact("last activity", state.dates.full(session.lastActivity))
    if let summary = sheet.summary {
      facts.fact("duration", summary.duration)
      if !summary.participants.isEmpty {
        facts.fact("people", summary.participants.joined(separator: ", "), .author)
      }
      facts.blank()
      facts.fact("topics", summary.topics.isEmpty ? "none stand out" : summary.topics.joined(separator: ", "))
    }
    if !session.metadata.isEmpty {
      facts.heading("Metadata")
      for (name, value) in session.metadata.sorted(by: { $0.key < $1.key }) { facts.fact(name, value) }
    }
    return facts.lines
  }
}
