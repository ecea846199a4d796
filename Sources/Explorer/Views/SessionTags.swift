// Tags and the sign of a note behind a session's title, where a list has room for them.

import ConversationMemory
import Terminal

struct SessionTags {
  /// Fewer columns than this say nothing.
  private static let narrowest = 6

  private let text: String
  /// Columns that the title leaves to them, a space before them included: a third of the room at most.
  let width: Int

  init(_ session: ConversationSession, room: Int) {
    text = (session.tags.map { "#" + $0 } + (session.note == nil ? [] : ["(note)"])).joined(separator: " ")
    let wanted = min(SafeText.columns(text) + 1, room / 3)
    width = text.isEmpty || wanted < Self.narrowest ? 0 : wanted
  }

  func draw(into surface: inout Surface, x: Int, in row: Rect) {
    guard width > 0 else { return }
    surface.put(
      TextLayout.truncate(text, columns: width - 1), x: x + 1, y: row.y, style: Style(.tag), clip: row)
  }
}
