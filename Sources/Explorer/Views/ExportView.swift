// What is exported, in which format, where to.

import ConversationExchange
import ConversationMemory
import Terminal

struct ExportView {
  let state: ExplorerState
  let export: ExportState

  init(_ state: ExplorerState, _ export: ExportState) {
    self.state = state
    self.export = export
  }

  private static let labelColumns = 9
  private static let ground = Role.overlay

  func draw(into surface: inout Surface) {
    let width = min(84, surface.size.columns - 4)
    let choices = export.choices.count
    let inner = OverlayFrame.draw(title: "Export", width: width, height: choices + 8, into: &surface)
    // Where there is little room the chosen one is enough.
    let isShort = inner.height < choices + 6
    let shown = isShort ? [export.choice] : Array(export.choices.indices)
    var y = inner.y
    label("What", y, inner, into: &surface)
    for index in shown {
      drawChoice(index, into: &surface, in: value(inner, y))
      y += 1
    }
    if !isShort { y += 1 }
    label("Format", y, inner, into: &surface)
    drawFormats(into: &surface, in: value(inner, y))
    y += isShort ? 1 : 2
    label("File", y, inner, into: &surface)
    let row = value(inner, y)
    if export.isRunning {
      let sign = state.spinner.map { state.settings.glyphs.spinner($0) + " " } ?? ""
      surface.put("\(sign)writing…", x: row.x, y: y, style: Style(.muted, on: Self.ground), clip: row)
      return
    }
    FieldView.draw(
      export.field, placeholder: "a file's name; ~/ is your home folder", style: Style(.input), isFocused: true,
      into: &surface, in: row)
    guard !isShort, y + 2 < inner.maxY else { return }
    surface.put(
      TextLayout.truncate(Self.remark(export.format), columns: inner.width), x: inner.x, y: y + 2,
      style: Style(.muted, on: Self.ground), clip: inner)
  }

  private func label(_ text: String, _ y: Int, _ inner: Rect, into surface: inout Surface) {
    surface.put(
      TextLayout.truncate(text, columns: columns(inner) - 1), x: inner.x, y: y, style: Style(.muted, on: Self.ground),
      clip: inner)
  }

  private func columns(_ inner: Rect) -> Int { inner.width < 40 ? 0 : Self.labelColumns }

  private func value(_ inner: Rect, _ y: Int) -> Rect {
    Rect(x: inner.x + columns(inner), y: y, width: inner.width - columns(inner), height: 1)
  }

  private func drawChoice(_ index: Int, into surface: inout Surface, in row: Rect) {
    let isChosen = index == export.choice
    let style = isChosen ? Style(.text, on: Self.ground, .bold) : Style(.muted, on: Self.ground)
    let mark = export.choices.count == 1 ? "" : isChosen ? "\(state.settings.glyphs.step) " : "  "
    surface.put(
      TextLayout.truncate(mark + export.choices[index].label, columns: row.width), x: row.x, y: row.y, style: style,
      clip: row)
    if isChosen, export.choices.count > 1 { surface.restyle(row) { $0.on(.selection) } }
  }

  private func drawFormats(into surface: inout Surface, in row: Rect) {
    var x = row.x
    for format in ExportState.formats {
      let isChosen = format == export.format
      // Where not all fit, the chosen one alone.
      if row.width < 50, !isChosen { continue }
      let style = isChosen ? Style(.chip) : Style(.muted, on: Self.ground)
      x = surface.put(" \(format.caption) ", x: x, y: row.y, style: style, clip: row) + 1
    }
  }

  private static func remark(_ format: ExportFormat) -> String {
    switch format {
    case .jsonl: "for programs; recollect import reads it back, ids, tags and notes included"
    case .csv: "for spreadsheets; what one would run as a formula gets an apostrophe in front"
    case .markdown: "for people and wikis; a message's own marks are shown, not obeyed"
    case .html: "one page for any browser, light and dark"
    case .text: "plain text"
    }
  }
}
