// What stands above the messages of one author: how many, where, from when to when.

import ConversationMemory
import Terminal

struct PersonFacts {
  private let state: ExplorerState
  private let person: PersonState

  static let rows = 2

  init?(_ state: ExplorerState) {
    guard let person = state.place.person else { return nil }
    self.state = state
    self.person = person
  }

  func draw(into surface: inout Surface, in rect: Rect) {
    let columns = rect.width - 3
    for (index, line) in lines.prefix(rect.height).enumerated() {
      var x = rect.x + 2
      for span in line {
        let text = TextLayout.truncate(span.text, columns: max(0, columns - (x - rect.x - 2)))
        x = surface.put(text, x: x, y: rect.y + index, style: span.style, clip: rect)
      }
    }
  }

  private var lines: [[Span]] {
    guard let summary = person.summary else { return [[Span("counting…", Style(.muted))]] }
    let glyphs = state.settings.glyphs
    let counts =
      "\(NumberText.count(summary.messages, "message")) in \(NumberText.count(summary.sessions, "session"))"
    var first = [Span(counts, .text)]
    for channel in summary.channels {
      first.append(Span(" \(glyphs.dot) ", Style(.muted)))
      first.append(Span("\(glyphs.channel(channel)) \(channel)", Style(.channel)))
    }
    let dates = "\(state.dates.sentence(summary.first)) to \(state.dates.sentence(summary.last))"
    return [first, [Span(dates, Style(.timestamp))]]
  }
}
