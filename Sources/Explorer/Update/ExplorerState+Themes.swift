// Choosing a theme, and themes whose files change while they are in use.

import Terminal

extension ExplorerState {
  /// The themes in the order of the list; before the files have been read, by their names alone.
  var themeList: [ThemeSummary] {
    if !themeSummaries.isEmpty { return themeSummaries }
    return settings.themes.map { ThemeSummary(identifier: $0, name: $0) }
  }

  /// `:theme NAME` takes one; without a name the list opens.
  mutating func changeTheme(_ argument: String) {
    let name = argument.split(separator: " ").joined(separator: "-").lowercased()
    if name.isEmpty {
      openThemePicker()
    } else if let found = themeNamed(name) {
      theme = found
      outbox.append(.theme(found))
      notice = Notice(kind: .information, text: "theme: \(found)")
    } else {
      notice = Notice(
        kind: .error,
        text: "there is no theme \"\(argument)\": known are \(settings.themes.joined(separator: ", "))")
    }
  }

  /// The one of that name, or the only one that begins so.
  private func themeNamed(_ name: String) -> String? {
    if settings.themes.contains(name) { return name }
    let candidates = settings.themes.filter { $0.lowercased().hasPrefix(name) }
    return candidates.count == 1 ? candidates[0] : nil
  }

  mutating func openThemePicker() {
    overlay = .themes(ThemePickerState(original: theme, selected: theme))
    outbox.append(.readThemes)
  }

  /// Moves the selection, and shows what is selected.
  mutating func moveInThemePicker(to target: (_ index: Int, _ count: Int) -> Int) {
    guard case .themes(var picker) = overlay else { return }
    let themes = themeList
    guard !themes.isEmpty else { return }
    let index = themes.firstIndex { $0.identifier == picker.selected } ?? 0
    let next = themes[min(max(0, target(index, themes.count)), themes.count - 1)]
    guard next.identifier != picker.selected else { return }
    picker.selected = next.identifier
    overlay = .themes(picker)
    preview(next)
  }

  private mutating func preview(_ summary: ThemeSummary) {
    if let problem = summary.problem {
      notice = Notice(kind: .error, text: problem)
    } else if theme != summary.identifier {
      theme = summary.identifier
      outbox.append(.theme(theme))
    }
  }

  /// Keeps what is selected until the explorer is left.
  mutating func keepTheme() {
    guard case .themes(let picker) = overlay else { return }
    if let problem = themeList.first(where: { $0.identifier == picker.selected })?.problem {
      notice = Notice(kind: .error, text: problem)
      return
    }
    overlay = nil
    notice = Notice(kind: .information, text: "theme: \(theme)")
  }

  mutating func restoreTheme(_ picker: ThemePickerState) {
    overlay = nil
    guard theme != picker.original else { return }
    theme = picker.original
    outbox.append(.theme(theme))
  }

  /// What is in the folder now.
  mutating func take(_ news: ThemeNews) {
    themeSummaries = news.themes
    settings.themes = news.themes.map(\.identifier).sorted()
    guard news.changed.contains(theme) else { return }
    if let summary = news.themes.first(where: { $0.identifier == theme }) {
      if let problem = summary.problem {
        // The colours stay as they are: who edits the file sees what is wrong with it and can go on.
        notice = Notice(kind: .error, text: problem)
      } else {
        outbox.append(.theme(theme))
        notice = Notice(kind: .information, text: "theme: \(theme), read again")
      }
    } else {
      notice = Notice(
        kind: .warning, text: "the theme \"\(theme)\" is gone; its colours stay until another one is chosen")
    }
  }
}
