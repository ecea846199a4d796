// Columns of metadata in the list of sessions, as configured.

import ConversationMemory
import Terminal

/// Values of a session's metadata, right of its title. The title goes first: columns that would leave it less than
/// ``titleColumns`` are not shown, the last of them first.
struct MetadataColumns {
  private static let columns = 16
  private static let titleColumns = 24

  private let names: ArraySlice<String>
  /// All of them together.
  let width: Int

  init(_ state: ExplorerState, room: Int) {
    let count = max(0, room - Self.titleColumns) / Self.columns
    names = state.settings.sessionColumns.prefix(count)
    width = names.count * Self.columns
  }

  func draw(_ session: ConversationSession, into surface: inout Surface, x: Int, in row: Rect) {
    for (index, name) in names.enumerated() {
      guard let value = session.metadata[name] else { continue }
      let text = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      surface.put(
        TextLayout.truncate(text, columns: Self.columns - 2), x: x + index * Self.columns + 1, y: row.y,
        style: Style(.muted), clip: row)
    }
  }
}
