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
    "what was said, in your words; last week, channel:email, \"exact words\", -without narrow it down"
  }

  /// Filters stand out; what is wrong is underlined.
  private func spans(_ style: Style) -> [Span] {
    let search = state.place.search
    let text = search.field.text
    var marks: [(Range<Int>, Style)] = (search.parsed?.pieces ?? []).map { ($0.range, Style(.key, on: .input)) }
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
    var piece: SearchQuery.Piece
    var text: String
    var range: Range<Int>
    var isMarked: Bool
  }

  private var chips: [Chip] = []
  private let error: String?
  private let glyphs: Glyphs
  /// Columns scrolled away at the left, so that the marked chip is in sight.
  private var shift = 0

  init(_ state: ExplorerState) {
    glyphs = state.settings.glyphs
    let search = state.place.search
    error = search.error?.description
    var x = 1
    for (index, piece) in search.pieces.enumerated() {
      let isMarked = index == search.marked
      let text = "\(isMarked ? glyphs.pointer : " ")\(Self.text(piece, state)) × "
      let width = SafeText.columns(text)
      chips.append(Chip(piece: piece, text: text, range: x..<x + width, isMarked: isMarked))
      x += width + 1
    }
    let edge = state.size.columns - 1
    if let marked = chips.first(where: \.isMarked), marked.range.upperBound > edge {
      shift = min(marked.range.lowerBound - 1, marked.range.upperBound - edge)
    }
  }

  var isShown: Bool { error != nil || !chips.isEmpty }

  func piece(at x: Int) -> SearchQuery.Piece? { chips.first { $0.range.contains(x + shift) }?.piece }

  func draw(into surface: inout Surface, in row: Rect) {
    if let error {
      surface.put(
        TextLayout.truncate("\(glyphs.warning) \(error)", columns: row.width - 2), x: row.x + 1, y: row.y,
        style: Style(.error, on: .text), clip: row)
      return
    }
    for chip in chips {
      let role: Role = chip.piece.kind == .exclusion ? .chipExcluded : .chip
      let style = chip.isMarked ? Style(.accent, on: .selection, .bold) : Style(role)
      surface.put(chip.text, x: row.x + chip.range.lowerBound - shift, y: row.y, style: style, clip: row)
    }
    if shift > 0 { surface.put("…", x: row.x, y: row.y, style: Style(.muted), clip: row) }
    if let last = chips.last, last.range.upperBound - shift > row.width {
      surface.put("…", x: row.maxX - 1, y: row.y, style: Style(.muted), clip: row)
    }
  }

  /// As it was understood: a session by its title, a date as a date.
  private static func text(_ piece: SearchQuery.Piece, _ state: ExplorerState) -> String {
    let filter = state.place.search.parsed?.filter ?? SearchFilter()
    let value = TextLayout.truncate(piece.value, columns: 30)
    switch piece.kind {
    case .field(.session):
      let title = filter.session.flatMap { state.knownSheet($0)?.title } ?? piece.value
      return "in \(TextLayout.truncate(title, columns: 40))"
    case .field(.channel): return "\(filter.channel.map(state.settings.glyphs.channel) ?? "") \(value)"
    case .field(.role): return "role \(value)"
    case .field(.author): return "by \(value)"
    case .field(.since): return "since " + (filter.timeRange.since.map { state.dates.edge($0) } ?? value)
    case .field(.until): return "before " + (filter.timeRange.until.map { state.dates.edge($0) } ?? value)
    case .field(.has): return "has \(value)"
    case .field(.tag): return "#\((try? SessionTag.normalized(piece.value)) ?? value)"
    case .field(.note): return "noted \(value)"
    case .field(.metadata(let key)): return "\(TextLayout.truncate(key, columns: 20)) \(value)"
    case .phrase: return "\"\(value)\""
    case .exclusion: return "not \(value)"
    case .time(let range): return "\(value): \(days(range, state))"
    }
  }

  /// The days a phrase means, the last one with them.
  private static func days(_ range: TimeRange, _ state: ExplorerState) -> String {
    let last = range.until.map { state.dates.edge($0.adding(milliseconds: -1), isLast: true) }
    switch (range.since.map { state.dates.edge($0) }, last) {
    case (let first?, let last?): return first == last ? first : "\(first) – \(last)"
    case (let first?, nil): return "from \(first)"
    case (nil, let last?): return "up to \(last)"
    case (nil, nil): return ""
    }
  }
}
