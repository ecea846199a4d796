// The hits of a search: how good, why, where, and the words in question.

import ConversationMemory
import Terminal

struct ResultsView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame, _ layout: ScreenLayout) {
    let search = state.place.search
    let isFocused = state.focus == .results
    PaneChrome.title(
      title,
      remark: search.hits.isEmpty ? "" : "\(state.settings.glyphs.dot) \(search.isFlat ? "best first" : "by session")",
      figure: legend,
      isFocused: isFocused, into: &surface, in: frame.title)
    let content = frame.content
    guard !search.hits.isEmpty else { return drawEmpty(into: &surface, in: content) }
    let height = state.hitHeight(layout)
    for block in search.scroll.visible(rows: content.height, count: search.rows.count, height: { _ in height }) {
      let rect = Rect(x: content.x, y: content.y + block.row, width: content.width, height: 3)
      let row = search.rows[block.index]
      draw(search.hits[row.hit], row, into: &surface, in: rect, clip: content)
      if block.index == search.scroll.selected {
        PaneChrome.mark(
          rect, isFocused: isFocused, glyphs: state.settings.glyphs, into: &surface, clip: content)
      }
    }
  }

  private var title: String {
    let search = state.place.search
    if search.answered == nil { return "Results" }
    let strong = search.hits.filter { !$0.weak }.count
    let weak = search.hits.count - strong
    guard strong > 0 else { return search.hits.isEmpty ? "No hits" : NumberText.count(weak, "weak hit") }
    // The search asks for no more than so many: there may be others.
    let count = search.hits.count >= SearchState.topK ? "\(strong) best hits" : NumberText.count(strong, "hit")
    return count + (weak > 0 ? " \(state.settings.glyphs.dot) \(weak) weak" : "")
  }

  private var legend: String {
    guard !state.place.search.hits.isEmpty else { return "" }
    let glyphs = state.settings.glyphs
    return "\(glyphs.semanticBlock) meaning \(glyphs.keywordBlock) words"
  }

  private func drawEmpty(into surface: inout Surface, in rect: Rect) {
    let search = state.place.search
    if state.requests.isWaiting(.search) { return PaneChrome.waiting(state, into: &surface, in: rect) }
    if search.answered != nil {
      let hasFilter = search.parsed?.pieces.isEmpty == false
      PaneChrome.empty(
        [
          "Nothing was found.",
          hasFilter
            ? "Try without a filter: \(state.hint(.removeFilter, in: .results)) takes the last one out."
            : "Try other words, or fewer.",
        ], into: &surface, in: rect)
    } else if search.error == nil, search.parsed?.pieces.isEmpty == false {
      PaneChrome.empty(
        [
          "These are filters: say what to look for as well.", "To look for the words themselves, put them in quotes.",
        ], into: &surface, in: rect)
    } else if search.error == nil {
      PaneChrome.empty(
        [
          "Type what you are looking for, in your own words.", "Narrow it down anywhere in the line:",
          "\"exact words\"  -without  channel:email  role:user  author:\"Dana Whitfield\"",
          "last week  in March  since:2w  until:2026-10-31  has:price  deal_stage:won",
        ], into: &surface, in: rect)
    }
  }

  private func draw(_ hit: SearchHit, _ row: HitRow, into surface: inout Surface, in rect: Rect, clip: Rect) {
    let message = hit.message
    let figures = Style(hit.weak ? .weak : .muted)
    var x = clip.x + 2
    if rect.width >= 30 {
      let percent = TextLayout.pad(String(Int((hit.score * 100).rounded())), columns: 3, alignRight: true)
      x = surface.put(percent, x: x, y: rect.y, style: figures, clip: clip) + 1
      ScoreBar(hit, glyphs: state.settings.glyphs).draw(into: &surface, x: x, y: rect.y, clip: clip)
      x += ScoreBar.columns + 2
    }
    let date = rect.width >= 60 ? state.dates.long(message.timestamp) : state.dates.short(message.timestamp)
    let glyph = state.settings.glyphs.channel(message.channel)
    let folded = state.place.search.unfolded.contains(message.id) ? 0 : row.neighbours.count
    let tail = [
      Span(folded > 0 ? "+\(folded) near  " : "", Style(hit.weak ? .weak : .muted)),
      Span(glyph, Style(hit.weak ? .weak : .channel)), Span("  \(date)", Style(hit.weak ? .weak : .timestamp)),
    ]
    let tailColumns = tail.reduce(0) { $0 + SafeText.columns($1.text) }
    let title = title(of: row, message)
    let isBookmarked = state.marks.has(Bookmark.ID(message, state.place.tenant))
    if isBookmarked {
      x = surface.put("\(state.settings.glyphs.bookmark) ", x: x, y: rect.y, style: Style(.marked), clip: clip)
    }
    let mark = hit.weak ? "weak " : ""
    x = surface.put(mark, x: x, y: rect.y, style: Style(.weak), clip: clip)
    let room = max(0, clip.maxX - 1 - tailColumns - 2 - x)
    surface.put(
      TextLayout.truncate(title, columns: room), x: x, y: rect.y,
      style: hit.weak ? Style(.weak) : row.place == .leading ? Style(.session, .bold) : muted, clip: clip)
    surface.put(tail, x: clip.maxX - 1 - tailColumns, y: rect.y, clip: clip)
    drawSnippet(hit, into: &surface, in: rect, clip: clip)
  }

  /// A title stands once above all hits of its session.
  private func title(of row: HitRow, _ message: ConversationMessage) -> String {
    let step = state.settings.glyphs.step
    return switch row.place {
    case .leading: state.place.search.titles[message.session]?.title ?? message.session.rawValue
    case .following: "\(step) also there"
    case .neighbour: "\(step)\(step) near it"
    }
  }

  /// Two lines around the best passage, the author in front.
  private func drawSnippet(_ hit: SearchHit, into surface: inout Surface, in rect: Rect, clip: Rect) {
    let columns = max(1, rect.width - 4)
    let author = TextLayout.truncate(AuthorName.of(hit.message), columns: max(1, columns / 3)) + ": "
    let authorColumns = SafeText.columns(author)
    let snippet = Snippet(
      hit, columns: columns, room: columns * 2 - authorColumns, rendersMarkdown: state.rendersMarkdown)
    let ranges = TextRanges.indices(snippet.ranges, in: snippet.text)
    let style = hit.weak ? Style(.weak) : .text
    let marked = snippet.marked(style)
    let shown = marked.text
    surface.put(
      author, x: clip.x + 2, y: rect.y + 1, style: hit.weak ? style : Style(AuthorName.role(hit.message.role)),
      clip: clip)
    let first = TextLayout.wrap(shown, columns: max(1, columns - authorColumns), limit: 1).first ?? ""
    surface.put(
      marked.line(first), highlighting: ranges, x: clip.x + 2 + authorColumns, y: rect.y + 1, clip: clip)
    let rest = shown[first.endIndex...].drop { $0 == " " }
    let second = TextLayout.wrap(rest, columns: columns, limit: 1).first ?? ""
    let end = surface.put(
      marked.line(second), highlighting: ranges, x: clip.x + 2, y: rect.y + 2, clip: clip)
    if second.endIndex < shown.endIndex || snippet.isCut {
      surface.put("…", x: min(end, clip.maxX - 2), y: rect.y + 2, style: muted, clip: clip)
    }
  }

  private var muted: Style { Style(.muted) }
}

/// The score as a bar of two colours: what meaning gave and what the words gave.
struct ScoreBar {
  static let columns = 8
  private let semantic: Int
  private let keyword: Int
  private let isWeak: Bool
  private let glyphs: Glyphs

  init(_ hit: SearchHit, glyphs: Glyphs) {
    func cells(_ value: Double) -> Int {
      value.isFinite ? Int((min(1, max(0, value)) * Double(Self.columns)).rounded()) : 0
    }
    let total = max(cells(hit.parts.total), hit.parts.total > 0 ? 1 : 0)
    semantic = min(
      total, hit.words > 0 && total > 1 ? min(total - 1, cells(hit.meaning)) : min(total, cells(hit.meaning)))
    keyword = hit.words > 0 ? total - semantic : 0
    isWeak = hit.weak
    self.glyphs = glyphs
  }

  func draw(into surface: inout Surface, x: Int, y: Int, clip: Rect) {
    func part(_ sign: String, _ count: Int, _ role: Role) -> Span {
      Span(String(repeating: sign, count: max(0, count)), Style(isWeak ? .weak : role))
    }
    surface.put(
      [
        part(glyphs.semanticBlock, semantic, .barSemantic), part(glyphs.keywordBlock, keyword, .barKeyword),
        Span(String(repeating: glyphs.trackBlock, count: max(0, Self.columns - semantic - keyword)), Style(.barTrack)),
      ], x: x, y: y, clip: clip)
  }
}
