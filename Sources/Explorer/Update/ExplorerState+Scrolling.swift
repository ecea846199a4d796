// Moving the selection and the view in any pane, and keeping both where they belong.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Keeps a pane's selection in sight and the pane filled.
  mutating func settle(_ pane: Pane, _ layout: ScreenLayout) {
    if pane == .timeline { return settleTimeline(layout) }
    if self[transcript: pane]?.unfolded.isEmpty == false {
      let text = messageText(in: pane, layout)
      self[transcript: pane]?.rewrap(text)
    }
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    self[scroll: pane].reveal(rows: rows, count: count, height: height)
    self[scroll: pane].fill(rows: rows, count: count, height: height)
  }

  /// Fills the pane without moving to the selection.
  mutating func settleView(_ pane: Pane, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    self[scroll: pane].fill(rows: layout.rows(of: pane, self), count: count, height: height)
  }

  func showsEnd(_ pane: Pane, _ layout: ScreenLayout) -> Bool {
    let (count, height) = blocks(of: pane, layout)
    return self[scroll: pane].showsEnd(rows: layout.rows(of: pane, self), count: count, height: height)
  }

  mutating func showEnd(of pane: Pane, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    self[scroll: pane].selected = max(0, count - 1)
    self[scroll: pane].toEnd(rows: layout.rows(of: pane, self), count: count, height: height)
    // A message taller than the pane is read from its start.
    if count > 0, height(count - 1) > layout.rows(of: pane, self) {
      self[scroll: pane].top = BlockScroll.Top(index: count - 1)
    }
  }

  /// Shows what was added at the end, as far as the selected message stays in sight.
  mutating func follow(_ pane: Pane, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    self[scroll: pane].toEnd(rows: rows, count: count, height: height)
    if focus == pane { self[scroll: pane].reveal(rows: rows, count: count, height: height) }
  }

  /// Brings the message a transcript was opened at near the middle of the pane.
  mutating func showTarget(in pane: Pane) {
    let layout = ScreenLayout(self)
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    guard count > 0, let transcript = self[transcript: pane] else { return }
    let own = height(transcript.scroll.selected)
    self[scroll: pane].top = BlockScroll.Top(index: transcript.scroll.selected)
    self[scroll: pane].scroll(by: -max(0, (rows - own) / 3), count: count, height: height)
    settleView(pane, layout)
    loadPages(of: pane, layout)
  }

  enum Motion: Equatable { case up, down, pageUp, pageDown, first, last }

  mutating func move(_ motion: Motion, in pane: Pane) {
    if pane == .timeline { return moveInTimeline(motion) }
    let layout = ScreenLayout(self)
    let rows = max(1, layout.rows(of: pane, self))
    if moveToFarEnd(motion, in: pane) { return }
    let isTranscript = pane == .transcript || pane == .conversation || pane == .context || pane == .person
    switch motion {
    case .up, .down:
      if isTranscript, scrollWithinMessage(motion == .down ? 1 : -1, pane, layout) { break }
      let before = self[scroll: pane].selected
      self[scroll: pane].selected += motion == .down ? 1 : -1
      settle(pane, layout)
      if motion == .up, self[scroll: pane].selected != before { showLastLines(pane, layout) }
    case .pageUp, .pageDown:
      let sign = motion == .pageDown ? 1 : -1
      if isTranscript {
        scroll(pane, by: sign * max(1, rows - 2), layout)
        selectVisible(pane, layout, motion: motion)
      } else {
        let (_, height) = blocks(of: pane, layout)
        self[scroll: pane].selected += sign * max(1, rows / max(1, height(0)) - 1)
        settle(pane, layout)
      }
    case .first:
      self[scroll: pane] = BlockScroll()
      settle(pane, layout)
    case .last: showEnd(of: pane, layout)
    }
    moved(in: pane, layout)
  }

  /// What follows from another selection: previews, further pages.
  mutating func moved(in pane: Pane, _ layout: ScreenLayout) {
    loadPages(of: pane, layout)
    switch pane {
    case .tenants:
      if let tenant = tenants.selected, tenant.id != place.tenant { enter(tenant.id, delay: Self.previewDelay) }
    case .list, .query, .results: previewSelection()
    case .transcript, .conversation, .context, .timeline, .person: break
    }
  }

  /// Ends that are not held have to be read first; true where that was started.
  private mutating func moveToFarEnd(_ motion: Motion, in pane: Pane) -> Bool {
    guard let tenant = place.tenant else { return false }
    switch (motion, pane) {
    case (.first, .list) where place.browse.kind == .sessions && place.browse.sessions.previous != nil:
      loadList(.listStart)
    case (.last, .list) where place.browse.kind == .sessions && place.browse.sessions.next != nil:
      ask(.listEnd, .sessions(tenant, sessionQuery(fromEnd: true)))
    case (.first, .transcript), (.first, .conversation), (.first, .person):
      guard let transcript = self[transcript: pane], transcript.older != .end else { return false }
      if case .channel = transcript.source { return false }
      let start = Cursor.message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
      ask(.head(pane), .following(tenant, transcript.source, limit: TranscriptState.pageSize, after: start))
    case (.last, .transcript), (.last, .conversation), (.last, .person):
      guard let transcript = self[transcript: pane], transcript.newer != .end else { return false }
      ask(.end(pane), .history(tenant, transcript.source, limit: TranscriptState.pageSize, before: nil))
    default: return false
    }
    return true
  }

  /// A message taller than the pane is scrolled through before the next one is selected.
  private mutating func scrollWithinMessage(_ lines: Int, _ pane: Pane, _ layout: ScreenLayout) -> Bool {
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    let scroll = self[scroll: pane]
    guard count > 0, scroll.selected < count, height(scroll.selected) > rows else { return false }
    guard
      let own = scroll.visible(rows: rows, count: count, height: height).first(where: { $0.index == scroll.selected })
    else { return false }
    if lines > 0, own.row + own.height > rows || own.row > 0 {
      self[scroll: pane].scroll(by: max(1, min(3, own.row + own.height - rows)), count: count, height: height)
      return true
    }
    if lines < 0, own.row < 0 {
      self[scroll: pane].scroll(by: -min(3, -own.row), count: count, height: height)
      return true
    }
    return false
  }

  /// Coming from below, a block taller than the pane shows its end.
  private mutating func showLastLines(_ pane: Pane, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    let selected = self[scroll: pane].selected
    if count > 0, selected < count, height(selected) > rows {
      self[scroll: pane].top = BlockScroll.Top(index: selected, line: height(selected) - rows)
    }
  }

  /// Moves the view by lines; the selection follows only as far as it must.
  mutating func scroll(_ pane: Pane, by lines: Int, _ layout: ScreenLayout) {
    let (count, height) = blocks(of: pane, layout)
    self[scroll: pane].scroll(by: lines, count: count, height: height)
    self[scroll: pane].fill(rows: layout.rows(of: pane, self), count: count, height: height)
  }

  /// Selects a block in sight where the selected one is not.
  mutating func selectVisible(_ pane: Pane, _ layout: ScreenLayout, motion: Motion) {
    let (count, height) = blocks(of: pane, layout)
    let rows = layout.rows(of: pane, self)
    let visible = self[scroll: pane].visible(rows: rows, count: count, height: height)
    guard let first = visible.first, let last = visible.last else { return }
    let whole = visible.filter { $0.row >= 0 && $0.row + $0.height <= rows + 1 }
    let atEnd = last.index == count - 1 && last.row + last.height <= rows
    let atStart = first.index == 0 && first.row == 0
    if motion == .pageDown {
      self[scroll: pane].selected = atEnd ? last.index : (whole.first ?? last).index
    } else {
      self[scroll: pane].selected = atStart ? first.index : (whole.last ?? first).index
    }
  }
}
