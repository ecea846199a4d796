// The line of a session's tags or note, and the tags there are.

import ConversationMemory
import Terminal

struct AnnotationView {
  let state: ExplorerState
  let annotation: AnnotationState

  init(_ state: ExplorerState, _ annotation: AnnotationState) {
    self.state = state
    self.annotation = annotation
  }

  private static let ground = Role.overlay
  private static let suggestions = 6

  func draw(into surface: inout Surface) {
    let isTags = annotation.subject == .tags
    let width = min(76, surface.size.columns - 4)
    let inner = OverlayFrame.draw(
      title: isTags ? "Tags" : "Note", width: width, height: isTags ? Self.suggestions + 8 : 8, into: &surface)
    var y = inner.y
    if inner.height > 3 {
      surface.put(
        TextLayout.truncate(annotation.title, columns: inner.width), x: inner.x, y: y,
        style: Style(.title, on: Self.ground), clip: inner)
      y += 2
    }
    drawLine(into: &surface, in: Rect(x: inner.x, y: y, width: inner.width, height: 1))
    y += inner.height > 3 ? 2 : 1
    if isTags {
      drawSuggestions(into: &surface, in: Rect(x: inner.x, y: y, width: inner.width, height: inner.maxY - y))
    } else if y < inner.maxY {
      surface.put(
        TextLayout.truncate("found by note:… in a search, and in the list's filter", columns: inner.width), x: inner.x,
        y: y, style: Style(.muted, on: Self.ground), clip: inner)
    }
  }

  private func drawLine(into surface: inout Surface, in row: Rect) {
    func say(_ text: String) {
      surface.put(
        TextLayout.truncate(text, columns: row.width), x: row.x, y: row.y, style: Style(.muted, on: Self.ground),
        clip: row)
    }
    let sign = state.spinner.map { state.settings.glyphs.spinner($0) + " " } ?? ""
    if annotation.isRunning { return say("\(sign)saving…") }
    guard annotation.base != nil else { return say("\(sign)reading…") }
    if annotation.isTooLong { return say("too long for this line: recollect note changes it") }
    let placeholder =
      annotation.subject == .tags ? "words, a space between: follow-up pricing" : "a line of your own about the session"
    FieldView.draw(
      annotation.field, placeholder: placeholder, style: Style(.input), isFocused: true, into: &surface, in: row)
  }

  private func drawSuggestions(into surface: inout Surface, in rect: Rect) {
    guard rect.height > 0 else { return }
    let candidates = annotation.candidates
    guard !candidates.isEmpty else {
      let text = annotation.known.isEmpty ? "no session has a tag yet" : ""
      surface.put(text, x: rect.x, y: rect.y, style: Style(.muted, on: Self.ground), clip: rect)
      return
    }
    for (offset, tag) in candidates.prefix(min(Self.suggestions, rect.height)).enumerated() {
      let row = rect.row(offset)
      let x = surface.put(
        TextLayout.truncate("#\(tag.id)", columns: max(1, row.width - 14)), x: row.x, y: row.y,
        style: Style(.tag, on: Self.ground), clip: row)
      surface.put(
        NumberText.count(tag.sessions, "session"), x: x + 2, y: row.y, style: Style(.muted, on: Self.ground), clip: row)
    }
  }
}
