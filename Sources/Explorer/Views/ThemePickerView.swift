// The list of themes. It stands at the side, so that the view behind it shows what the selected one looks like.

import Terminal

struct ThemePickerView {
  let state: ExplorerState
  let picker: ThemePickerState

  init(_ state: ExplorerState, _ picker: ThemePickerState) {
    self.state = state
    self.picker = picker
  }

  private static let leastColumns = 46
  /// The dot, the spaces around name and caption, the frame.
  private static let margins = 10
  /// Below the list: a blank row, the sample and the hint.
  private static let footRows = 4

  /// Where the list's rows are.
  static func listRect(_ size: Size, _ themes: [ThemeSummary]) -> Rect {
    let inner = inner(size, themes)
    let foot = inner.height > footRows + 3 ? footRows : 0
    return Rect(x: inner.x, y: inner.y, width: inner.width, height: max(0, inner.height - foot))
  }

  private static func isSmall(_ size: Size) -> Bool { size.columns < 60 || size.rows < 15 }

  /// As wide as the longest name needs, as far as the view behind it still shows.
  private static func frame(_ size: Size, _ themes: [ThemeSummary]) -> Rect {
    if isSmall(size) { return Rect(x: 0, y: 0, width: size.columns, height: max(1, size.rows - 1)) }
    let height = min(size.rows - 2, themes.count + footRows + 2)
    let longest = themes.map { SafeText.columns($0.name) + SafeText.columns(caption($0)) }.max() ?? 0
    let columns = min(max(leastColumns, longest + margins), max(leastColumns, size.columns * 3 / 4))
    return Rect(x: size.columns - columns - 1, y: 1, width: columns, height: height)
  }

  private static func caption(_ theme: ThemeSummary) -> String {
    theme.problem == nil ? theme.caption : "cannot be used"
  }

  private static func inner(_ size: Size, _ themes: [ThemeSummary]) -> Rect {
    let frame = frame(size, themes)
    if isSmall(size) { return Rect(x: 1, y: 1, width: max(0, frame.width - 2), height: max(0, frame.height - 1)) }
    return frame.inset(columns: 2, rows: 1)
  }

  func draw(into surface: inout Surface) {
    let themes = state.themeList
    let frame = Self.frame(surface.size, themes)
    surface.fill(frame, style: Style(.overlay))
    surface.cursor = nil
    surface.isCursorVisible = false
    if Self.isSmall(surface.size) {
      surface.put("Themes", x: 1, y: frame.y, style: Style(.title, on: .overlay), clip: frame)
    } else {
      surface.box(
        frame, title: "Themes", style: Style(.borderFocused, on: .overlay), titleStyle: Style(.title, on: .overlay),
        set: .rounded)
    }
    let list = Self.listRect(surface.size, themes)
    let top = Self.top(themes, picker.selected, rows: list.height)
    for (offset, theme) in themes.dropFirst(top).prefix(list.height).enumerated() {
      draw(theme, into: &surface, in: list.row(offset))
    }
    surface.scrollbar(
      x: list.maxX, y: list.y, height: list.height, first: top, visible: list.height, total: themes.count,
      style: Style(.scrollbar, on: .overlay))
    let inner = Self.inner(surface.size, themes)
    if inner.maxY > list.maxY { drawFoot(into: &surface, in: inner, from: list.maxY + 1) }
  }

  private static func top(_ themes: [ThemeSummary], _ selected: String, rows: Int) -> Int {
    let index = themes.firstIndex { $0.identifier == selected } ?? 0
    return min(max(0, index - rows / 2), max(0, themes.count - rows))
  }

  /// The theme in a row of the screen.
  static func theme(at point: Point, _ state: ExplorerState, _ picker: ThemePickerState) -> Int? {
    let themes = state.themeList
    let list = listRect(state.size, themes)
    guard list.contains(point) else { return nil }
    let index = top(themes, picker.selected, rows: list.height) + point.y - list.y
    return themes.indices.contains(index) ? index : nil
  }

  private func draw(_ theme: ThemeSummary, into surface: inout Surface, in row: Rect) {
    let ground = Role.overlay
    let isOriginal = theme.identifier == picker.original
    if isOriginal {
      surface.put(state.settings.glyphs.dot, x: row.x, y: row.y, style: Style(.accent, on: ground), clip: row)
    }
    let caption = Self.caption(theme)
    let captionX = row.maxX - 1 - SafeText.columns(caption)
    surface.put(
      TextLayout.truncate(theme.name, columns: max(1, captionX - row.x - 3)), x: row.x + 2, y: row.y,
      style: Style(theme.problem == nil ? .text : .disabled, on: ground), clip: row)
    surface.put(
      caption, x: captionX, y: row.y, style: Style(theme.problem == nil ? .muted : .error, on: ground), clip: row)
    if theme.identifier == picker.selected {
      surface.restyle(row) { $0.on(.selection) }
      surface.cursor = Point(x: row.x, y: row.y)
    }
  }

  /// The words a theme tells apart, and where one's own go.
  private func drawFoot(into surface: inout Surface, in rect: Rect, from y: Int) {
    let ground = Role.overlay
    let samples: [(String, Role)] = [
      ("customer", .user), ("agent", .assistant), ("found", .match), ("tag", .tag), ("warning", .warning),
      ("error", .error),
    ]
    var x = rect.x
    for (text, role) in samples {
      x = surface.put(text, x: x, y: y, style: Style(role, on: ground), clip: rect) + 1
    }
    let bar = state.settings.glyphs.semanticBlock
    surface.put(
      "\(bar)\(bar)\(bar) meaning ", x: rect.x, y: y + 1, style: Style(.barSemantic, on: ground), clip: rect)
    let chip = surface.put(" email × ", x: rect.x + 14, y: y + 1, style: Style(.chip), clip: rect)
    surface.put(" not this × ", x: chip + 1, y: y + 1, style: Style(.chipExcluded), clip: rect)
    let hint =
      state.settings.showsColors
      ? state.settings.themeFolder.map { "Your own: \($0)/*.toml" } ?? ""
      : "This terminal shows no colours."
    surface.put(
      TextLayout.truncate(hint, columns: rect.width), x: rect.x, y: y + 2, style: Style(.muted, on: ground), clip: rect)
  }
}
