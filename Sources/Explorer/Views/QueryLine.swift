// The search line with its filters marked, and below it the filters as they were understood.

import ConversationMemory
import Terminal

struct QueryLine {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, in row: Rect) {
    let isFocused = state.focus == .query && state.overlay == nil
    let style = Style(.input)
    surface.fill(row, style: style)
    var x = row.x + 1
    if row.width >= 40 {
      let label = Style(.key, on: .input)
      x = surface.put("Search \(state.settings.glyphs.step) ", x: x, y: row.y, style: label, clip: row)
    }
    FieldView.draw(
      state.place.search.field, placeholder: placeholder, style: style, isFocused: isFocused, spans: spans(style),
      into: &surface, in: Rect(x: x, y: row.y, width: row.maxX - x - 1, height: 1))
  }

  private var placeholder: String {
    "what was said, in your words; channel:email role:user author:\"…\" since:2026-10-01 narrow it down"
  }

  /// Filters stand out; what is wrong is underlined.
  private func spans(_ style: Style) -> [Span] {
    let search = state.place.search
    let text = search.field.text
    var marks: [(Range<Int>, Style)] = (search.parsed?.fields ?? []).map { ($0.range, Style(.key, on: .input)) }
    if let unfinished = search.parsed?.unfinished { marks.append((unfinished, Style(.muted, on: .input))) }
    if let error = search.error { marks = [(error.range, Style(.error, on: .input, .underline))] }
    marks.sort { $0.0.lowerBound < $1.0.lowerBound }
    var result: [Span] = []
    var position = text.startIndex
    for (range, look) in marks {
      guard let place = TextRanges.indices([range], in: text).first, place.lowerBound >= position else { continue }
      result.append(Span(text[position..<place.lowerBound], style))
      result.append(Span(text[place], look))
      position = place.upperBound
    }
    return result + [Span(text[position...], style)]
  }
}

/// The filters of the search as chips, or what is wrong with the line. Clicking a chip takes it out.
struct ChipLine {
  private struct Chip {
    var field: SearchQuery.Field
    var text: String
    var range: Range<Int>
  }

  private var chips: [Chip] = []
  private let error: String?
  private let glyphs: Glyphs

  init(_ state: ExplorerState) {
    glyphs = state.settings.glyphs
    error = state.place.search.error?.description
    var x = 1
    for field in state.place.search.parsed?.fields ?? [] {
      let text = " \(Self.text(field, state)) × "
      let width = SafeText.columns(text)
      chips.append(Chip(field: field, text: text, range: x..<x + width))
      x += width + 1
    }
  }

  var isShown: Bool { error != nil || !chips.isEmpty }

  func field(at x: Int) -> SearchQuery.Field? { chips.first { $0.range.contains(x) }?.field }

  func draw(into surface: inout Surface, in row: Rect) {
    if let error {
      surface.put(
        TextLayout.truncate("\(glyphs.warning) \(error)", columns: row.width - 2), x: row.x + 1, y: row.y,
        style: Style(.error, on: .text), clip: row)
      return
    }
    for chip in chips {
      surface.put(chip.text, x: row.x + chip.range.lowerBound, y: row.y, style: Style(.chip), clip: row)
    }
  }

  /// As it was understood: a session by its title, a date as a date.
  private static func text(_ field: SearchQuery.Field, _ state: ExplorerState) -> String {
    let filter = state.place.search.parsed?.filter ?? SearchFilter()
    switch field.name {
    case .session:
      let title = filter.session.flatMap { state.knownSheet($0)?.title } ?? field.value
      return "in \(TextLayout.truncate(title, columns: 40))"
    case .channel: return "\(filter.channel.map(state.settings.glyphs.channel) ?? "") \(field.value)"
    case .role: return "role \(field.value)"
    case .author: return "by \(TextLayout.truncate(field.value, columns: 30))"
    case .since: return "since " + (filter.timeRange.since.map { state.dates.edge($0) } ?? field.value)
    case .until: return "before " + (filter.timeRange.until.map { state.dates.edge($0) } ?? field.value)
    }
  }
}
