// Every command with its keys, found by typing, run with Enter.

import Terminal

struct HelpView {
  let state: ExplorerState
  let help: HelpState

  init(_ state: ExplorerState, _ help: HelpState) {
    self.state = state
    self.help = help
  }

  private static let columns = 116
  /// With the colon in front.
  private static let longestName = (CommandTable.all.map(\.name.count).max() ?? 0) + 1

  private struct Line {
    var heading: String?
    var index: Int?
    var command: ExplorerCommand?
  }

  /// Rows of the list of commands.
  static func rows(_ size: Size) -> Int {
    // As high as the whole table needs, whatever is typed: a box that changes its size is hard to read.
    let all = CommandTable.all.count + ExplorerCommand.Group.allCases.count * 2 - 1
    return max(1, OverlayFrame.innerRows(size, wanted: all + 2) - 2)
  }

  func draw(into surface: inout Surface) {
    let rows = Self.rows(state.size)
    let inner = OverlayFrame.draw(
      title: "Everything you can do", width: min(Self.columns, surface.size.columns - 4), height: rows + 4,
      into: &surface)
    let field = Rect(x: inner.x, y: inner.y, width: inner.width, height: 1)
    FieldView.draw(
      help.filter, placeholder: "type to find a command or a key", style: Style(.input), isFocused: true,
      into: &surface, in: field)
    let list = Rect(x: inner.x, y: inner.y + 2, width: inner.width, height: max(0, inner.height - 2))
    let lines = lines
    guard !lines.isEmpty else {
      surface.put(
        "No command has this in its name, description or keys.", x: list.x, y: list.y,
        style: Style(.muted, on: .overlay), clip: list)
      return
    }
    let selected = lines.firstIndex { $0.index == help.scroll.selected } ?? 0
    let top = min(max(0, selected - list.height / 2), max(0, lines.count - list.height))
    for (offset, line) in lines[top..<min(lines.count, top + list.height)].enumerated() {
      draw(line, into: &surface, in: list.row(offset))
    }
    surface.scrollbar(
      x: inner.maxX, y: list.y, height: list.height, first: top, visible: list.height, total: lines.count,
      style: Style(.scrollbar, on: .overlay))
  }

  private var lines: [Line] {
    var result: [Line] = []
    var group: ExplorerCommand.Group?
    for (index, command) in state.helpCommands(help.filter.text).enumerated() {
      if command.group != group {
        if group != nil { result.append(Line()) }
        group = command.group
        result.append(Line(heading: command.group.rawValue))
      }
      result.append(Line(index: index, command: command))
    }
    return result
  }

  private func draw(_ line: Line, into surface: inout Surface, in row: Rect) {
    let ground = Role.overlay
    if let heading = line.heading {
      surface.put(heading, x: row.x, y: row.y, style: Style(.title, on: ground), clip: row)
    }
    guard let command = line.command else { return }
    var bare = state
    bare.overlay = nil
    let isAvailable = command.whyNot(bare) == nil
    let isWide = row.width >= 84
    let keyColumns = isWide ? 24 : min(15, row.width / 3)
    let nameColumns = isWide ? Self.longestName : 0
    let keys = state.settings.keys.keys(of: command).prefix(isWide ? 4 : 2).map(Keymap.label).joined(separator: " ")
    surface.put(
      TextLayout.truncate(keys, columns: keyColumns - 1), x: row.x + 2, y: row.y,
      style: Style(isAvailable ? .key : .disabled, on: ground), clip: row)
    var x = row.x + 2 + keyColumns
    if nameColumns > 0 {
      surface.put(":\(command.name)", x: x, y: row.y, style: Style(.muted, on: ground), clip: row)
      x += nameColumns + 1
    }
    surface.put(
      TextLayout.truncate(command.description, columns: row.maxX - x), x: x, y: row.y,
      style: Style(isAvailable ? .text : .disabled, on: ground), clip: row)
    if line.index == help.scroll.selected { surface.restyle(row) { $0.on(.selection) } }
  }
}
