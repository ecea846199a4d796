// The lists of the browse view: tenants, sessions, channels.

import ConversationMemory
import Terminal

struct TenantsView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame) {
    let isFocused = state.focus == .tenants
    let tenants = state.tenants
    let figure = tenants.isLoaded ? NumberText.grouped(tenants.items.count) + (tenants.next == nil ? "" : "+") : ""
    PaneChrome.title("Tenants", figure: figure, isFocused: isFocused, into: &surface, in: frame.title)
    guard tenants.isLoaded else { return PaneChrome.waiting(state, into: &surface, in: frame.content) }
    guard !tenants.isEmpty else {
      PaneChrome.empty(
        [
          "There are no conversations yet.", "recollect import --tenant NAME FILE… brings some in.",
          "recollect demo shows made-up ones.",
          "They appear here as they come. Data: \(state.settings.dataDescription)",
        ], into: &surface, in: frame.content)
      return
    }
    let content = frame.content
    for block in tenants.scroll.visible(rows: content.height, count: tenants.items.count, height: { _ in 1 }) {
      let tenant = tenants.items[block.index]
      let row = content.row(block.row)
      let count = NumberText.grouped(tenant.messages)
      let room = row.width - 3 - SafeText.columns(count)
      let isSelected = block.index == tenants.scroll.selected
      let style = isSelected ? Style(.tenant, .bold) : Style(.text)
      surface.put(
        TextLayout.truncate(tenant.id.rawValue, columns: room - 1), x: row.x + 1, y: row.y, style: style, clip: row)
      surface.put(count, x: row.maxX - 1 - SafeText.columns(count), y: row.y, style: Style(.muted), clip: row)
      if isSelected {
        PaneChrome.mark(row, isFocused: isFocused, glyphs: state.settings.glyphs, into: &surface, clip: content)
      }
    }
  }
}

struct SessionsView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame, _ layout: ScreenLayout) {
    let browse = state.place.browse
    let isFocused = state.focus == .list
    let filter = browse.filter.text
    let figure = filter.isEmpty ? state.place.counts.map { NumberText.grouped($0.sessions) } ?? "" : found
    PaneChrome.title(
      "Sessions", remark: "\(state.settings.glyphs.dot) \(state.orderCaption)",
      figure: figure, isFocused: isFocused, into: &surface, in: frame.title)
    if ScreenLayout.showsFilter(state) { drawFilter(into: &surface, in: frame.content.row(0)) }
    let content = layout.listRows(state)
    let sessions = browse.sessions
    guard sessions.isLoaded else { return PaneChrome.waiting(state, into: &surface, in: content) }
    guard !sessions.isEmpty else { return drawEmpty(into: &surface, in: content) }
    for block in sessions.scroll.visible(rows: content.height, count: sessions.items.count, height: { _ in 1 }) {
      let row = content.row(block.row)
      draw(sessions.items[block.index], into: &surface, in: row)
      if block.index == sessions.scroll.selected {
        PaneChrome.mark(row, isFocused: isFocused, glyphs: state.settings.glyphs, into: &surface, clip: content)
      }
    }
  }

  /// How many the filter left, as far as they were read.
  private var found: String {
    let sessions = state.place.browse.sessions
    return NumberText.grouped(sessions.items.count) + (sessions.next == nil ? " found" : "+ found")
  }

  /// Date, channel, title, size; the date gives way first.
  private func draw(_ session: ConversationSession, into surface: inout Surface, in row: Rect) {
    var x = row.x + 1
    if row.width >= 28 {
      let isLong = row.width >= 46
      let date = isLong ? state.dates.long(session.lastActivity) : state.dates.short(session.lastActivity)
      let columns = isLong ? DateText.longColumns : DateText.shortColumns
      surface.put(
        TextLayout.pad(date, columns: columns, alignRight: true), x: x, y: row.y, style: Style(.timestamp), clip: row)
      x += columns + 2
    }
    if row.width >= 20 {
      surface.put(state.settings.glyphs.channel(session.channel), x: x, y: row.y, style: Style(.channel), clip: row)
      x += 2
    }
    let count = NumberText.grouped(session.messageCount)
    let columns = MetadataColumns(state, room: row.maxX - x - SafeText.columns(count) - 2)
    let room = row.maxX - x - SafeText.columns(count) - 2 - columns.width
    columns.draw(session, into: &surface, x: x + room, in: row)
    let marks = SessionMarks(session, state)
    let titleX = surface.put(marks.spans, x: x, y: row.y, clip: row)
    let tags = SessionTags(session, room: room - (titleX - x))
    let end = surface.put(
      TextLayout.truncate(session.title, columns: room - (titleX - x) - tags.width), x: titleX, y: row.y,
      style: Style(.session, marks.isUnread ? .bold : []), clip: row)
    tags.draw(into: &surface, x: end, in: row)
    surface.put(count, x: row.maxX - 1 - SafeText.columns(count), y: row.y, style: Style(.muted), clip: row)
  }

  private func drawFilter(into surface: inout Surface, in row: Rect) {
    let browse = state.place.browse
    let style = browse.isFiltering ? Style(.input) : Style(.chip)
    surface.fill(row, style: browse.isFiltering ? style : .text)
    if browse.isFiltering {
      surface.put("/", x: row.x + 1, y: row.y, style: Style(.key, on: .input), clip: row)
      FieldView.draw(
        browse.filter, placeholder: "words of title, id, metadata, note; tag:won !email since:yesterday", style: style,
        isFocused: true,
        into: &surface, in: Rect(x: row.x + 3, y: row.y, width: row.width - 4, height: 1))
    } else {
      let text = TextLayout.truncate(" /\(browse.filter.text) ", columns: max(0, row.width - 2))
      surface.put(text, x: row.x + 1, y: row.y, style: style, clip: row)
    }
  }

  private func drawEmpty(into surface: inout Surface, in rect: Rect) {
    if state.place.browse.filter.text.isEmpty {
      PaneChrome.empty(
        [
          "There are no sessions yet.",
          "recollect import --tenant \(state.place.tenant?.rawValue ?? "NAME") FILE… brings some in.",
        ],
        into: &surface, in: rect)
    } else {
      PaneChrome.empty(
        [
          "No session fits the filter.",
          "\(state.hint(.close, in: .list)) drops it; \(state.hint(.search, in: .list)) searches what was said.",
        ],
        into: &surface, in: rect)
    }
  }
}

struct ChannelsView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame) {
    let isFocused = state.focus == .list
    let channels = state.place.browse.channels
    let figure = channels.isLoaded ? NumberText.grouped(channels.items.count) : ""
    PaneChrome.title("Channels", figure: figure, isFocused: isFocused, into: &surface, in: frame.title)
    let content = frame.content
    guard channels.isLoaded else { return PaneChrome.waiting(state, into: &surface, in: content) }
    guard !channels.isEmpty else {
      PaneChrome.empty(
        ["There are no channels yet.", "They come with the first message."], into: &surface, in: content)
      return
    }
    for block in channels.scroll.visible(rows: content.height, count: channels.items.count, height: { _ in 1 }) {
      let row = content.row(block.row)
      draw(channels.items[block.index], into: &surface, in: row)
      if block.index == channels.scroll.selected {
        PaneChrome.mark(row, isFocused: isFocused, glyphs: state.settings.glyphs, into: &surface, clip: content)
      }
    }
  }

  private func draw(_ channel: ChannelSummary, into surface: inout Surface, in row: Rect) {
    surface.put(state.settings.glyphs.channel(channel.id), x: row.x + 2, y: row.y, style: Style(.channel), clip: row)
    let counts =
      row.width >= 44
      ? "\(NumberText.count(channel.sessions, "session"))  \(TextLayout.pad(NumberText.count(channel.messages, "message"), columns: 14, alignRight: true))"
      : NumberText.grouped(channel.messages)
    let room = row.width - 6 - SafeText.columns(counts)
    surface.put(TextLayout.truncate(channel.id.rawValue, columns: room), x: row.x + 4, y: row.y, clip: row)
    surface.put(counts, x: row.maxX - 1 - SafeText.columns(counts), y: row.y, style: Style(.muted), clip: row)
  }
}
