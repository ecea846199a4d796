// Keys, pastes and the mouse.

import ConversationMemory
import Terminal

extension ExplorerState {
  mutating func handle(_ input: Input) {
    switch input {
    case .key(let key):
      notice = nil
      handle(key)
    case .paste(let text): type(text)
    case .mouse(let mouse): handle(mouse)
    case .focus: break
    }
  }

  private mutating func handle(_ key: Key) {
    let context = KeyContext(self)
    if let command = Keymap.command(for: key, in: context, of: settings.keys) {
      run(command)
    } else if context.isTyping {
      edit(context) { $0.edit(key) ?? false }
    }
  }

  private mutating func type(_ text: String) {
    let context = KeyContext(self)
    guard context.isTyping else { return }
    edit(context) { field in
      field.insert(text)
      return true
    }
  }

  /// Changes the text being typed; `change` tells whether it did.
  mutating func edit(_ context: KeyContext, _ change: (inout TextField) -> Bool) {
    switch context {
    case .query: if change(&place.search.field) { search(isFinal: false) }
    case .filter:
      guard change(&place.browse.filter) else { return }
      place.browse.recalledFilter = nil
      filterChanged()
    case .help:
      guard case .help(var help) = overlay, change(&help.filter) else { return }
      help.scroll = BlockScroll()
      overlay = .help(help)
    case .commandLine:
      guard case .commandLine(var line) = overlay else { return }
      _ = change(&line.field)
      overlay = .commandLine(line)
    case .deletion:
      guard case .deletion(var deletion) = overlay, !deletion.isRunning else { return }
      _ = change(&deletion.field)
      overlay = .deletion(deletion)
    case .naming:
      guard case .naming(var naming) = overlay else { return }
      if change(&naming.field) { naming.isReplacing = false }
      overlay = .naming(naming)
    case .export, .tags, .note: editAction(change)
    default: break
    }
  }

  // MARK: Mouse

  private static let wheelLines = 3

  private mutating func handle(_ mouse: Mouse) {
    switch mouse.action {
    case .scrollUp: wheel(-Self.wheelLines, at: mouse.point)
    case .scrollDown: wheel(Self.wheelLines, at: mouse.point)
    case .press(.left): click(at: mouse.point)
    case .drag(.left): if overlay == nil, focus == .timeline { dragInTimeline(to: mouse.point) }
    case .release(.left): place.timeline?.grip = nil
    default: break
    }
  }

  private mutating func wheel(_ lines: Int, at point: Point) {
    if let overlay {
      switch overlay {
      case .help, .sheet, .themes, .inspector, .entries, .export: moveInOverlay(lines < 0 ? .up : .down)
      case .commandLine, .deletion, .naming, .annotation: break
      }
      return
    }
    let layout = ScreenLayout(self)
    guard let pane = layout.panes.first(where: { $0.frame.contains(point) })?.pane else { return }
    if pane == .timeline { return wheelInTimeline(lines) }
    if [.tenants, .list, .results].contains(pane) {
      self[scroll: pane].selected += lines.signum()
      settle(pane, layout)
      moved(in: pane, layout)
    } else {
      scroll(pane, by: lines, layout)
      if focus == pane { keepSelectionVisible(pane, layout) }
      loadPages(of: pane, layout)
    }
  }

  private mutating func keepSelectionVisible(_ pane: Pane, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    let visible = self[scroll: pane].visible(rows: layout.rows(of: pane, self), count: count, height: height)
    guard let first = visible.first?.index, let last = visible.last?.index else { return }
    self[scroll: pane].selected = min(max(self[scroll: pane].selected, first), last)
  }

  private mutating func click(at point: Point) {
    notice = nil
    let layout = ScreenLayout(self)
    if layout.bar.contains(point) {
      if let entry = BarLine(self, columns: layout.bar.width).entry(at: point.x) { run(entry.command.id) }
      return
    }
    if case .themes(let picker) = overlay, let index = ThemePickerView.theme(at: point, self, picker) {
      if themeList[index].identifier == picker.selected { return keepTheme() }
      return moveInThemePicker { _, _ in index }
    }
    if case .entries(let list) = overlay, let index = EntryListView(self, list).entry(at: point) {
      return click(on: index, of: list)
    }
    if overlay != nil { return }
    if layout.query?.contains(point) == true {
      focus = .query
      return
    }
    if let chips = layout.chips, chips.contains(point) {
      if let piece = ChipLine(self).piece(at: point.x) { remove(piece) }
      return
    }
    guard let frame = layout.panes.first(where: { $0.frame.contains(point) }) else { return }
    if frame.pane == .timeline { return pressInTimeline(at: point, layout) }
    click(in: frame.pane, row: point.y, layout)
  }

  /// Selects what is there; what was selected already is opened.
  private mutating func click(in pane: Pane, row: Int, _ layout: ScreenLayout) {
    let content = pane == .list ? layout.listRows(self) : layout[pane]?.content
    guard let content else { return }
    let hadFocus = focus == pane
    if !hadFocus { go(to: pane) }
    guard row >= content.y, row < content.maxY else { return }
    let (count, height) = blocks(of: pane, layout)
    let blocks = self[scroll: pane].visible(rows: content.height, count: count, height: height)
    guard let block = blocks.first(where: { row - content.y >= $0.row && row - content.y < $0.row + $0.height })
    else { return }
    if hadFocus, self[scroll: pane].selected == block.index, pane != .transcript, pane != .conversation {
      run(.open)
      return
    }
    self[scroll: pane].selected = block.index
    moved(in: pane, ScreenLayout(self))
  }
}
