// Says exactly what deleting takes away, and asks for the name.

import ConversationMemory
import Terminal

struct DeletionView {
  let state: ExplorerState
  let deletion: DeletionState

  init(_ state: ExplorerState, _ deletion: DeletionState) {
    self.state = state
    self.deletion = deletion
  }

  func draw(into surface: inout Surface) {
    let width = min(76, surface.size.columns - 4)
    let text = paragraphs.flatMap { paragraph in
      TextLayout.wrap(paragraph.text, columns: max(8, width - 4)).map { Span($0, paragraph.style) } + [Span("")]
    }
    let inner = OverlayFrame.draw(title: "Delete a session", width: width, height: text.count + 4, into: &surface)
    var y = inner.y
    for line in text.prefix(max(0, inner.height - 2)) {
      surface.put([line], x: inner.x, y: y, clip: inner)
      y += 1
    }
    guard deletion.sheet != nil else { return }
    y = min(y, inner.maxY - 2)
    if deletion.isRunning {
      let sign = state.spinner.map { state.settings.glyphs.spinner($0) + " " } ?? ""
      surface.put("\(sign)deleting…", x: inner.x, y: y, style: Style(.muted, on: .overlay), clip: inner)
      return
    }
    let prompt = "Type \(deletion.phrase) to delete it:"
    surface.put(
      TextLayout.truncate(prompt, columns: inner.width), x: inner.x, y: y, style: Style(.text, on: .overlay),
      clip: inner)
    let style = deletion.isConfirmed ? Style(.error, on: .input) : Style(.input)
    FieldView.draw(
      deletion.field, placeholder: "", style: style, isFocused: true, into: &surface,
      in: Rect(x: inner.x, y: y + 1, width: inner.width, height: 1))
  }

  private var paragraphs: [Span] {
    guard let sheet = deletion.sheet else { return [Span("reading…", Style(.muted, on: .overlay))] }
    let messages = NumberText.count(sheet.messageCount, "message")
    let span = "\(state.dates.full(sheet.startedAt)) to \(state.dates.full(sheet.lastActivity))"
    let tenant = state.place.tenant?.rawValue ?? ""
    return [
      Span(sheet.title, Style(.title, on: .overlay)),
      Span(
        "This removes the session \(sheet.id) of \(tenant) on \(sheet.channel) with its \(messages), from \(span): the words, "
          + "everything search knows about them, and the session's metadata, tags and note. This cannot be undone.",
        Style(.text, on: .overlay)),
    ]
  }
}
