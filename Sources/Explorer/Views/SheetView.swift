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

  private static let columns = 84
  private static let labelColumns = 19

  private static func width(_ size: Size) -> Int { min(columns, size.columns - 4) }

  static func rows(_ size: Size, lines: Int) -> Int { OverlayFrame.innerRows(size, wanted: lines) }

  func draw(into surface: inout Surface) {
    let lines = lines
    let rows = Self.rows(state.size, lines: lines.count)
    let inner = OverlayFrame.draw(
      title: "Session", width: Self.width(surface.size), height: rows + 2, into: &surface)
    let top = min(sheet.top, max(0, lines.count - inner.height))
    for (offset, line) in lines.dropFirst(top).prefix(inner.height).enumerated() {
      surface.put(line, x: inner.x, y: inner.y + offset, clip: inner)
    }
    surface.scrollbar(
      x: inner.maxX, y: inner.y, height: inner.height, first: top, visible: inner.height, total: lines.count,
      style: Style(.scrollbar, on: .overlay))
    surface.cursor = Point(x: inner.x, y: inner.y)
  }

  /// All lines, wrapped.
  var lines: [[Span]] {
    guard let session = sheet.summary?.session ?? sheet.sheet else {
      return [[Span("reading…", Style(.muted, on: .overlay))]]
    }
    let columns = max(10, Self.width(state.size) - 5)
    let valueColumns = max(8, columns - Self.labelColumns)
    var result: [[Span]] = []
    func add(_ label: String, _ value: String, _ role: Role = .text) {
      for (index, line) in TextLayout.wrap(value, columns: valueColumns, limit: 6).enumerated() {
        let name = TextLayout.pad(index == 0 ? label : "", columns: Self.labelColumns - 1) + " "
        result.append([Span(name, Style(.muted, on: .overlay)), Span(line, Style(role, on: .overlay))])
      }
    }
    for line in TextLayout.wrap(session.title, columns: columns, limit: 3) {
      result.append([Span(line, Style(.title, on: .overlay))])
    }
    result.append([])
    add("id", session.id.rawValue)
    add("channel", "\(state.settings.glyphs.channel(session.channel)) \(session.channel)", .channel)
    add("messages", NumberText.grouped(session.messageCount))
    add("started", state.dates.full(session.startedAt))
    add("last activity", state.dates.full(session.lastActivity))
    if let summary = sheet.summary {
      add("duration", summary.duration)
      if !summary.participants.isEmpty { add("people", summary.participants.joined(separator: ", "), .author) }
      result.append([])
      add("topics", summary.topics.isEmpty ? "none stand out" : summary.topics.joined(separator: ", "))
    }
    if !session.metadata.isEmpty {
      result.append([])
      result.append([Span("Metadata", Style(.title, on: .overlay))])
      for (name, value) in session.metadata.sorted(by: { $0.key < $1.key }) { add(name, value) }
    }
    return result
  }
}
