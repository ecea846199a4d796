// The lists of bookmarks and of saved searches.

import Terminal

struct EntryListView {
  let state: ExplorerState
  let list: EntryListState

  init(_ state: ExplorerState, _ list: EntryListState) {
    self.state = state
    self.list = list
  }

  private static let columns = 92
  private static let wanted = 20

  /// Rows of the list: the same whatever is in it.
  static func rows(_ size: Size) -> Int { OverlayFrame.innerRows(size, wanted: wanted) }

  private static func inner(_ size: Size) -> Rect {
    OverlayFrame.inner(size, width: min(columns, size.columns - 4), height: rows(size) + 2)
  }

  private var title: String { list.kind == .bookmarks ? "Bookmarks" : "Saved searches" }

  func draw(into surface: inout Surface) {
    let entries = state.entries(list.kind)
    let inner = OverlayFrame.draw(
      title: title, width: min(Self.columns, surface.size.columns - 4), height: Self.rows(surface.size) + 2,
      into: &surface)
    guard !entries.isEmpty else { return drawEmpty(into: &surface, in: inner) }
    let top = top(count: entries.count, rows: inner.height)
    for (offset, entry) in entries.dropFirst(top).prefix(inner.height).enumerated() {
      draw(entry, isSelected: top + offset == list.selected, into: &surface, in: inner.row(offset))
    }
    surface.scrollbar(
      x: inner.maxX, y: inner.y, height: inner.height, first: top, visible: inner.height, total: entries.count,
      style: Style(.scrollbar, on: .overlay))
  }

  private func top(count: Int, rows: Int) -> Int { min(max(0, list.selected - rows / 2), max(0, count - rows)) }

  /// The entry in a row of the screen.
  func entry(at point: Point) -> Int? {
    let inner = Self.inner(state.size)
    guard inner.contains(point) else { return nil }
    let count = state.entries(list.kind).count
    let index = top(count: count, rows: inner.height) + point.y - inner.y
    return index < count ? index : nil
  }

  private func draw(_ entry: ListEntry, isSelected: Bool, into surface: inout Surface, in row: Rect) {
    let ground = Role.overlay
    // A name gives way to its line, and a date to what it is of.
    let detailColumns = list.kind == .bookmarks ? min(row.width / 2, SafeText.columns(entry.detail)) : row.width * 3 / 5
    let detail = TextLayout.truncate(entry.detail, columns: detailColumns)
    let detailX = list.kind == .bookmarks ? row.maxX - 1 - SafeText.columns(detail) : row.maxX - detailColumns
    surface.put(
      TextLayout.truncate(entry.title, columns: max(1, detailX - row.x - 2)), x: row.x + 1, y: row.y,
      style: Style(list.kind == .bookmarks ? .session : .text, on: ground), clip: row)
    surface.put(
      TextLayout.truncate(detail, columns: row.maxX - detailX - 1), x: detailX, y: row.y,
      style: Style(list.kind == .bookmarks ? .timestamp : .muted, on: ground), clip: row)
    guard isSelected else { return }
    surface.restyle(row) { $0.on(.selection) }
    surface.put(state.settings.glyphs.pointer, x: row.x, y: row.y, style: Style(.accent, on: .selection), clip: row)
    surface.cursor = Point(x: row.x, y: row.y)
  }

  private func drawEmpty(into surface: inout Surface, in rect: Rect) {
    let lines =
      list.kind == .bookmarks
      ? ["No bookmarks yet.", "\(state.hint(.bookmark, in: .list)) marks the session or the message one stands on."]
      : [
        "No saved searches yet.",
        "\(state.hint(.saveSearch, in: .query)) in the search line saves it under a name.",
      ]
    var y = rect.y
    for (index, line) in lines.enumerated() {
      for part in TextLayout.wrap(line, columns: max(1, rect.width)) {
        surface.put(part, x: rect.x, y: y, style: Style(index == 0 ? .text : .muted, on: .overlay), clip: rect)
        y += 1
      }
    }
  }
}

/// A name being typed.
struct NamingView {
  let state: ExplorerState
  let naming: NamingState

  init(_ state: ExplorerState, _ naming: NamingState) {
    self.state = state
    self.naming = naming
  }

  func draw(into surface: inout Surface) {
    let inner = OverlayFrame.draw(
      title: title, width: min(64, surface.size.columns - 4), height: 5, into: &surface)
    surface.put(
      TextLayout.truncate(line, columns: inner.width), x: inner.x, y: inner.y, style: Style(.muted, on: .overlay),
      clip: inner)
    FieldView.draw(
      naming.field, placeholder: "a name", style: Style(.input), isFocused: true, into: &surface,
      in: Rect(x: inner.x, y: min(inner.y + 2, inner.maxY - 1), width: inner.width, height: 1))
  }

  private var title: String {
    if case .rename = naming.purpose { "Rename the search" } else { "Save the search" }
  }

  private var line: String {
    switch naming.purpose {
    case .save(let line): line
    case .rename(let id): state.marks.marks.search(named: id)?.line ?? ""
    }
  }
}
