// The top line: where one is at the left, how the memory is at the right.

import ConversationMemory
import Terminal

struct HeaderView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, in row: Rect) {
    let ground = Role.header
    surface.fill(row, style: Style(ground))
    let name = row.width >= 50 ? " recollect " : " "
    var x = surface.put(name, x: row.x, y: row.y, style: Style(.accent, on: ground, .bold), clip: row)
    let crumbs = crumbs
    let status = fittingStatus(columns: row.width - x - min(row.width / 2, width(of: crumbs)) - 2)
    let statusColumns = status.reduce(0) { $0 + SafeText.columns($1.text) }
    let limit = row.maxX - statusColumns - (statusColumns > 0 ? 2 : 0)
    let clip = Rect(x: row.x, y: row.y, width: limit - row.x, height: 1)
    for (index, crumb) in crumbs.enumerated() {
      if index > 0 || row.width >= 50 {
        let step = index == 0 ? " " : " \(state.settings.glyphs.step) "
        x = surface.put(step, x: x, y: row.y, style: Style(.muted, on: ground), clip: clip)
      }
      let text = TextLayout.truncate(crumb.text, columns: max(0, limit - x))
      x = surface.put(text, x: x, y: row.y, style: crumb.style, clip: clip)
    }
    surface.put(status, x: row.maxX - statusColumns, y: row.y, clip: row)
  }

  private func width(of crumbs: [Span]) -> Int {
    crumbs.reduce(0) { $0 + SafeText.columns($1.text) + 3 }
  }

  /// Tenant, view, and what is open in it.
  private var crumbs: [Span] {
    let plain = Style(.text, on: .header)
    guard let tenant = state.place.tenant else {
      return [Span(state.settings.dataDescription, Style(.muted, on: .header))]
    }
    var result = [Span(tenant.rawValue, Style(.tenant, on: .header, .bold))]
    switch state.focus {
    case .tenants: break
    case .list: result.append(Span(state.place.browse.kind == .sessions ? "Sessions" : "Channels", plain))
    case .transcript: result.append(Span(TranscriptView.title(state.place.browse.transcript), plain))
    case .query, .results: result.append(Span("Search", plain))
    case .conversation:
      result.append(Span("Search", plain))
      result.append(Span(TranscriptView.title(state.place.search.conversation), plain))
    case .context:
      result.append(Span("Context", plain))
      result.append(Span(state.place.context?.title ?? "", plain))
    case .timeline: result.append(Span("Timeline", plain))
    case .person:
      result.append(Span("Person", plain))
      result.append(Span(state.place.person?.name ?? "", plain))
    }
    return result
  }

  /// The parts of the status that fit, the most important ones kept longest.
  private func fittingStatus(columns: Int) -> [Span] {
    let ground = Role.header
    let glyphs = state.settings.glyphs
    var parts: [Span] = []
    if let frame = state.spinner { parts.append(Span(glyphs.spinner(frame), Style(.spinner, on: ground))) }
    switch state.semantic {
    case .ready: parts.append(Span("semantic ready", Style(.muted, on: ground)))
    case .pending(let count):
      parts.append(Span("\(NumberText.grouped(count)) not embedded yet", Style(.warning, on: ground)))
    case .loading: parts.append(Span("semantic loading", Style(.warning, on: ground)))
    case .off: parts.append(Span("semantic off", Style(.warning, on: ground)))
    case nil: break
    }
    if let counts = state.place.counts {
      parts.append(Span(NumberText.count(counts.messages, "message"), Style(.muted, on: ground)))
    }
    if state.settings.isReadOnly { parts.append(Span("read-only", Style(.muted, on: ground))) }
    var result: [Span] = []
    var used = 1
    for part in parts {
      let separator = result.isEmpty ? "" : " \(glyphs.dot) "
      let own = SafeText.columns(separator) + SafeText.columns(part.text)
      guard used + own <= columns else { break }
      if !separator.isEmpty { result.append(Span(separator, Style(.muted, on: ground))) }
      result.append(part)
      used += own
    }
    return result.isEmpty ? [] : result + [Span(" ", Style(.muted, on: ground))]
  }
}

/// The line that says plainly what keeps search by meaning from working. In views whose results depend on it.
struct BannerText {
  let text: String
  let style: Style

  init?(_ state: ExplorerState) {
    guard let status = state.semantic, let notice = status.notice, [.search, .context].contains(state.focus.view)
    else { return nil }
    text = "\(state.settings.glyphs.warning) \(notice)"
    style = Style(.warning)
  }

  func rows(columns: Int, atMost limit: Int) -> Int {
    max(1, TextLayout.lineCount(text, columns: max(1, columns - 2), limit: limit))
  }

  func draw(into surface: inout Surface, in rect: Rect) {
    surface.fill(rect, style: style)
    let lines = TextLayout.wrap(text, columns: max(1, rect.width - 2), limit: rect.height + 1)
    for (index, line) in lines.prefix(rect.height).enumerated() {
      let isCut = index == rect.height - 1 && lines.count > rect.height
      let shown = isCut ? TextLayout.truncate("\(line) …", columns: rect.width - 2) : String(line)
      surface.put(shown, x: rect.x + 1, y: rect.y + index, style: style, clip: rect)
    }
  }
}
