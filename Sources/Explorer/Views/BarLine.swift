// The bottom line: the keys that work here and now, made from the command table. Clicking one runs it.

import ConversationMemory
import Terminal

struct BarLine {
  struct Entry {
    var command: ExplorerCommand
    var key: String
    var label: String
    /// Columns, from the bar's start.
    var range: Range<Int>
  }

  private(set) var entries: [Entry] = []

  /// From this rank on an entry stands at the right end.
  private static let pinnedRank = 20

  init(_ state: ExplorerState, columns: Int) {
    let context = KeyContext(state)
    let all = Keymap.bar(state).map { command, key in
      (command: command, key: Keymap.label(key), label: command.label(in: context, state))
    }
    func width(_ key: String, _ label: String) -> Int { SafeText.columns(key) + SafeText.columns(label) + 3 }
    var pinned = all.filter { ($0.command.barRank ?? 0) >= Self.pinnedRank }
    var pinnedColumns = pinned.reduce(0) { $0 + width($1.key, $1.label) }
    while pinnedColumns > columns, let last = pinned.popLast() { pinnedColumns -= width(last.key, last.label) }
    var x = 1
    for entry in all where (entry.command.barRank ?? 0) < Self.pinnedRank {
      let own = width(entry.key, entry.label)
      guard x + own <= columns - pinnedColumns else { break }
      entries.append(Entry(command: entry.command, key: entry.key, label: entry.label, range: x..<x + own - 2))
      x += own
    }
    x = max(x, columns - pinnedColumns + 1)
    for entry in pinned {
      let own = width(entry.key, entry.label)
      entries.append(Entry(command: entry.command, key: entry.key, label: entry.label, range: x..<x + own - 2))
      x += own
    }
  }

  func entry(at x: Int) -> Entry? { entries.first { $0.range.contains(x) } }

  func draw(into surface: inout Surface, in row: Rect) {
    surface.fill(row, style: Style(.keyDescription))
    for entry in entries {
      let x = surface.put(entry.key, x: row.x + entry.range.lowerBound, y: row.y, style: Style(.key), clip: row)
      surface.put(entry.label, x: x + 1, y: row.y, style: Style(.keyDescription), clip: row)
    }
  }
}

extension ExplorerCommand {
  /// The label where a context gives the command a meaning of its own.
  func label(in context: KeyContext, _ state: ExplorerState) -> String {
    switch (id, context) {
    case (.toggleChannels, _): state.place.browse.kind == .channels ? "sessions" : label
    case (.open, .query): "results"
    case (.removeFilter, _) where state.place.search.pieces.count > 1 && state.place.search.marked == nil:
      "drop last filter"
    case (.moveDown, .query): "next hit"
    case (.search, .results), (.search, .conversation): "change search"
    case (.moveDown, .sheet): "scroll"
    case (.moveDown, .themes): "try the next"
    case (.open, .themes): "keep it"
    case (.close, .themes): "as it was"
    case (.open, .filter): "keep filter"
    case (.open, .help), (.open, .commandLine): "run"
    case (.open, .deletion): "delete"
    case (.open, .export): "write"
    case (.moveDown, .export): "next choice"
    case (.open, .tags), (.open, .note): "save"
    case (.open, .transcript), (.open, .conversation): Conditions.isUnfolded(state) ? "fold" : "unfold"
    case (.open, .context), (.open, .person): "open message"
    case (.open, .sheet): "all they said"
    case (.open, .timeline): "search days"
    case (.close, .timeline) where state.place.timeline?.anchor != nil: "drop mark"
    case (.mark, .timeline) where state.place.timeline?.anchor != nil: "unmark"
    case (.close, .filter): "no filter"
    case (.close, .deletion): "keep it"
    case (.open, .inspector): "open message"
    case (.open, .bookmarks): "go there"
    case (.open, .searches): "search"
    case (.open, .naming): "keep"
    case (.moveDown, .bookmarks), (.moveDown, .searches): "next"
    case (.toggleRead, _): state.isSelectedUnread ? "mark read" : "mark unread"
    case (.moveDown, .inspector): "scroll"
    case (.toggleGrouping, _): state.place.search.isFlat ? "by session" : "all hits"
    case (.fold, .results):
      state.place.search.selected.map { state.place.search.unfolded.contains($0.message.id) } == true
        ? "fold" : "unfold"
    case (.close, .help), (.close, .sheet), (.close, .commandLine), (.close, .inspector),
      (.close, .bookmarks), (.close, .searches), (.close, .naming):
      "close"
    case (.close, .export), (.close, .tags), (.close, .note): "leave it"
    default: label
    }
  }
}

/// What just happened, over the lines above the bar until the next key.
struct NoticeView {
  private let lines: [Substring]
  private let style: Style

  init?(_ state: ExplorerState) {
    guard let notice = state.notice else { return nil }
    lines = TextLayout.wrap(notice.text, columns: max(1, state.size.columns - 2), limit: 4)
    style =
      switch notice.kind {
      case .information: Style(.information)
      case .success: Style(.success)
      case .warning: Style(.warning)
      case .error: Style(.error)
      }
  }

  func draw(into surface: inout Surface, above bar: Rect) {
    for (index, line) in lines.enumerated() {
      let row = Rect(x: bar.x, y: bar.y - lines.count + index, width: bar.width, height: 1)
      surface.fill(row, style: style)
      surface.put(line, x: row.x + 1, y: row.y, style: style, clip: row)
    }
  }
}
