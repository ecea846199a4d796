// The `:` line with the commands that begin as typed.

import Terminal

struct CommandLineView {
  let state: ExplorerState
  let line: CommandLineState

  init(_ state: ExplorerState, _ line: CommandLineState) {
    self.state = state
    self.line = line
  }

  func draw(into surface: inout Surface) {
    let bottom = surface.size.rows - 1
    let row = Rect(x: 0, y: bottom, width: surface.size.columns, height: 1)
    surface.fill(row, style: Style(.input))
    surface.put(":", x: 0, y: bottom, style: Style(.key, on: .input))
    FieldView.draw(
      line.field,
      placeholder:
        "a command's name; \(state.hint(.complete)) completes, \(state.hint(.open)) runs, \(state.hint(.close)) leaves",
      style: Style(.input),
      isFocused: true, into: &surface, in: Rect(x: 1, y: bottom, width: row.width - 1, height: 1))
    let candidates = shown.prefix(max(0, min(10, bottom - 2)))
    for (index, command) in candidates.enumerated() {
      let y = bottom - candidates.count + index
      let area = Rect(x: 0, y: y, width: row.width, height: 1)
      let ground = Role.overlay
      surface.fill(area, style: Style(ground))
      var bare = state
      bare.overlay = nil
      let reason = command.whyNot(bare)
      let name = command.name + (command.argument.map { " \($0)" } ?? "")
      surface.put(
        TextLayout.pad(name, columns: min(24, row.width / 2)), x: 1, y: y,
        style: Style(reason == nil ? .key : .disabled, on: ground), clip: area)
      let text = reason.map { "not now: \($0)" } ?? command.description
      let x = min(24, row.width / 2) + 2
      surface.put(
        TextLayout.truncate(text, columns: max(0, row.width - x - 1)), x: x, y: y,
        style: Style(reason == nil ? .text : .disabled, on: ground), clip: area)
    }
  }

  /// With an argument begun, the command it belongs to.
  private var shown: [ExplorerCommand] {
    let text = line.field.text
    if let space = text.firstIndex(of: " ") {
      return CommandTable.command(named: String(text[..<space]).lowercased()).map { [$0] } ?? []
    }
    return state.completions(text)
  }
}
