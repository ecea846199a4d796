// What lies over the views: help, session sheet, inspector, lists of marks, `:` line, deletion, themes. Actions have theirs
// beside this file.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Handles a command while something lies over the view; false leaves it to the view.
  mutating func runInOverlay(_ id: ExplorerCommand.Identifier) -> Bool {
    switch id {
    case .moveUp: moveInOverlay(.up)
    case .moveDown: moveInOverlay(.down)
    case .pageUp: moveInOverlay(.pageUp)
    case .pageDown: moveInOverlay(.pageDown)
    case .moveFirst: moveInOverlay(.first)
    case .moveLast: moveInOverlay(.last)
    case .close: closeOverlay()
    case .open: confirmOverlay()
    case .complete: if case .annotation = overlay { completeTag() } else { completeCommand() }
    case .help:
      if case .themes(let picker) = overlay { restoreTheme(picker) }
      return false
    case .sheet:
      guard case .sheet = overlay else { return false }
      closeOverlay()
    case .nextPerson: selectPerson(1)
    case .previousPerson: selectPerson(-1)
    case .removeEntry: removeEntry()
    case .renameEntry: renameEntry()
    case .inspect, .openLender:
      guard case .inspector(let inspector) = overlay else { return false }
      if id == .inspect { closeOverlay() } else { openLender(of: inspector) }
    default: return false
    }
    return true
  }

  mutating func moveInOverlay(_ motion: Motion) {
    switch overlay {
    case .help(var help):
      let count = helpCommands(help.filter.text).count
      let page = max(1, HelpView.rows(size) - 1)
      help.scroll.selected = Self.moved(help.scroll.selected, motion, page: page, count: count)
      overlay = .help(help)
    case .sheet(var sheet):
      let lines = SheetView(self, sheet).lines.count
      let rows = SheetView.rows(size, lines: lines)
      sheet.top = Self.moved(sheet.top, motion, page: rows, count: max(1, lines - rows + 1))
      overlay = .sheet(sheet)
    case .entries(var list):
      let page = max(1, EntryListView.rows(size) - 1)
      list.selected = Self.moved(list.selected, motion, page: page, count: entries(list.kind).count)
      list.isRemoving = false
      overlay = .entries(list)
    case .inspector(var inspector):
      let lines = InspectorView(self, inspector).lines.count
      let rows = InspectorView.rows(size, lines: lines)
      inspector.top = Self.moved(inspector.top, motion, page: rows, count: max(1, lines - rows + 1))
      overlay = .inspector(inspector)
    case .themes:
      let page = max(1, ThemePickerView.listRect(size, themeList).height - 1)
      moveInThemePicker { Self.moved($0, motion, page: page, count: $1) }
    case .export(let export):
      let count = export.choices.count
      changeExport { $0.choose(Self.moved($0.choice, motion, page: count, count: count)) }
    default: break
    }
  }

  private static func moved(_ index: Int, _ motion: Motion, page: Int, count: Int) -> Int {
    let target =
      switch motion {
      case .up: index - 1
      case .down: index + 1
      case .pageUp: index - page
      case .pageDown: index + page
      case .first: 0
      case .last: count - 1
      }
    return min(max(0, target), max(0, count - 1))
  }

  private mutating func closeOverlay() {
    if case .deletion(let deletion) = overlay, deletion.isRunning { return }
    if case .themes(let picker) = overlay { return restoreTheme(picker) }
    if [.export, .tags, .note].contains(KeyContext(self)) { return closeAction() }
    cancel(.sheet)
    cancel(.inspector)
    overlay = nil
  }

  private mutating func confirmOverlay() {
    switch overlay {
    case .help(let help):
      let commands = helpCommands(help.filter.text)
      guard commands.indices.contains(help.scroll.selected) else { return }
      overlay = nil
      run(commands[help.scroll.selected].id)
    case .commandLine(let line):
      overlay = nil
      runLine(line.field.text)
    case .deletion(var deletion):
      guard let tenant = place.tenant, deletion.isConfirmed, !deletion.isRunning else { return }
      deletion.isRunning = true
      overlay = .deletion(deletion)
      ask(.deletion, .delete(tenant, deletion.session))
    case .themes: keepTheme()
    case .inspector(let inspector): openInspected(inspector)
    case .entries(let list): openEntry(of: list)
    case .naming(let naming): confirm(naming)
    case .sheet(let sheet) where sheet.person != nil: openSelectedPerson(of: sheet)
    case .export, .annotation: confirmAction()
    case .sheet, nil: closeOverlay()
    }
  }

  // MARK: Sheet and deletion

  mutating func openSheet() {
    guard let tenant = place.tenant, let session = currentSession else { return }
    overlay = .sheet(SheetState(session: session, sheet: currentSheet))
    ask(.sheet, .sheet(tenant, session))
  }

  mutating func openDeletion() {
    guard let tenant = place.tenant, let session = currentSession else { return }
    overlay = .deletion(DeletionState(session: session))
    ask(.sheet, .sheet(tenant, session))
  }

  // MARK: The `:` line

  /// Commands whose name begins as typed.
  func completions(_ text: String) -> [ExplorerCommand] {
    guard !text.contains(" ") else { return [] }
    return CommandTable.all.filter { $0.name.hasPrefix(text.lowercased()) }.sorted { $0.name < $1.name }
  }

  private mutating func completeCommand() {
    guard case .commandLine(var line) = overlay else { return }
    let candidates = completions(line.field.text)
    guard let first = candidates.first else { return }
    // One candidate is taken; several as far as they agree.
    let common = candidates.dropFirst().reduce(first.name) { $0.commonPrefix(with: $1.name) }
    line.field.set(candidates.count == 1 ? first.name + (first.argument == nil ? "" : " ") : common)
    overlay = .commandLine(line)
  }

  private mutating func runLine(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let word = parts.first.map({ $0.lowercased() }) else { return }
    let argument = parts.count > 1 ? String(parts[1]) : ""
    let candidates = completions(word)
    guard let command = CommandTable.command(named: word) ?? (candidates.count == 1 ? candidates[0] : nil) else {
      let meant = candidates.isEmpty ? "? lists them all" : candidates.map(\.name).joined(separator: ", ")
      let fault = candidates.isEmpty ? "there is no command" : "several commands begin with"
      notice = Notice(kind: .error, text: "\(fault) \"\(word)\": \(meant)")
      return
    }
    run(command.id, argument: argument)
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
