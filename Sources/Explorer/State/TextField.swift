// One line being edited.

import Terminal

/// Text with an insertion point, and the keys that change it.
struct TextField: Sendable, Equatable {
  private(set) var text = ""
  /// Characters before the insertion point.
  private(set) var position = 0

  /// The longest line, in characters: a paste of a megabyte is no query.
  static let limit = 1000
  /// The same in scalars: a single character may have any number of marks.
  private static let scalarLimit = 4 * limit

  init(_ text: String = "") { set(text) }

  mutating func set(_ text: String) {
    self.text = String(Self.bounded(text).prefix(Self.limit))
    position = self.text.count
  }

  /// Inserts at the insertion point; line breaks and tabs become spaces.
  mutating func insert(_ addition: String) {
    let clean = Self.bounded(addition).map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let room = text.unicodeScalars.count < Self.scalarLimit ? max(0, Self.limit - text.count) : 0
    let taken = String(clean.prefix(room))
    let before = text.count
    text.insert(contentsOf: taken, at: text.index(text.startIndex, offsetBy: position))
    // Counted afterwards: a combining mark joins the character before it.
    position = min(text.count, position + max(0, text.count - before))
  }

  private static func bounded(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(scalarLimit)))
  }

  /// Applies an editing key; nil where the key is none, else whether the text changed.
  mutating func edit(_ key: Key) -> Bool? {
    let before = text
    switch (key.code, key.modifiers) {
    case (.character(let character), []): insert(String(character))
    case (.backspace, []), (.character("h"), .control): remove(to: position - 1)
    case (.delete, []), (.character("d"), .control): remove(to: position + 1)
    case (.left, []), (.character("b"), .control): position = max(0, position - 1)
    case (.right, []), (.character("f"), .control): position = min(text.count, position + 1)
    case (.home, []), (.character("a"), .control): position = 0
    case (.end, []), (.character("e"), .control): position = text.count
    case (.left, .control), (.character("b"), .alt): position = wordStart()
    case (.right, .control), (.character("f"), .alt): position = wordEnd()
    case (.character("w"), .control), (.backspace, .alt): remove(to: wordStart())
    case (.character("u"), .control): remove(to: 0)
    case (.character("k"), .control): remove(to: text.count)
    default: return nil
    }
    return text != before
  }

  /// Takes out what lies between the insertion point and `other`.
  private mutating func remove(to other: Int) {
    let lower = max(0, min(position, other))
    let upper = min(text.count, max(position, other))
    let start = text.index(text.startIndex, offsetBy: lower)
    text.removeSubrange(start..<text.index(start, offsetBy: upper - lower))
    position = lower
  }

  private func wordStart() -> Int {
    let characters = Array(text.prefix(position))
    var index = characters.count
    while index > 0, characters[index - 1] == " " { index -= 1 }
    while index > 0, characters[index - 1] != " " { index -= 1 }
    return index
  }

  private func wordEnd() -> Int {
    let characters = Array(text)
    var index = position
    while index < characters.count, characters[index] == " " { index += 1 }
    while index < characters.count, characters[index] != " " { index += 1 }
    return index
  }
}
