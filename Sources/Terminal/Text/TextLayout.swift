// Cutting text to a width: wrapping by words, truncation.

/// Lines and cuts measured in columns. Lines are slices of the text given, so that ranges in it (found words) stay valid.
public enum TextLayout {
  /// The lines of `text` in `columns`, made as they are asked for: a megabyte costs nothing beyond the lines used.
  public static func lines(of text: Substring, columns: Int) -> LineWrapper { LineWrapper(text, columns: columns) }
  public static func lines(of text: String, columns: Int) -> LineWrapper { LineWrapper(text[...], columns: columns) }

  /// At most `limit` lines of `text` in `columns`.
  public static func wrap(_ text: Substring, columns: Int, limit: Int = .max) -> [Substring] {
    var result: [Substring] = []
    var wrapper = lines(of: text, columns: columns)
    while result.count < limit, let line = wrapper.next() { result.append(line) }
    return result
  }
  public static func wrap(_ text: String, columns: Int, limit: Int = .max) -> [Substring] {
    wrap(text[...], columns: columns, limit: limit)
  }

  /// How many lines `wrap` gives, counting no further than `limit`.
  public static func lineCount(_ text: Substring, columns: Int, limit: Int = .max) -> Int {
    var count = 0
    var wrapper = lines(of: text, columns: columns)
    while count < limit, wrapper.next() != nil { count += 1 }
    return count
  }
  public static func lineCount(_ text: String, columns: Int, limit: Int = .max) -> Int {
    lineCount(text[...], columns: columns, limit: limit)
  }

  /// Which part of a text gives way.
  public enum Cut: Sendable {
    case start, middle, end
  }

  /// `text` in at most `columns`, with an ellipsis where something was left out.
  public static func truncate(_ text: Substring, columns: Int, cut: Cut = .end) -> String {
    guard columns > 0 else { return "" }
    if prefix(of: text, columns: columns).endIndex == text.endIndex { return String(text) }
    let room = columns - 1
    switch cut {
    case .end: return prefix(of: text, columns: room) + "…"
    case .start: return "…" + suffix(of: text, columns: room)
    case .middle: return prefix(of: text, columns: room - room / 2) + "…" + suffix(of: text, columns: room / 2)
    }
  }
  public static func truncate(_ text: String, columns: Int, cut: Cut = .end) -> String {
    truncate(text[...], columns: columns, cut: cut)
  }

  /// `text` truncated, or filled with spaces, to exactly `columns`.
  public static func pad(_ text: Substring, columns: Int, alignRight: Bool = false) -> String {
    let shown = truncate(text, columns: columns)
    let space = String(repeating: " ", count: max(0, columns - SafeText.columns(shown)))
    return alignRight ? space + shown : shown + space
  }
  public static func pad(_ text: String, columns: Int, alignRight: Bool = false) -> String {
    pad(text[...], columns: columns, alignRight: alignRight)
  }

  /// The longest start of `text` that fits into `columns`, marks included.
  public static func prefix(of text: Substring, columns: Int) -> Substring {
    let end = UTF8Bytes.with(text) { bytes in
      var scanner = ScalarScanner()
      var used = 0
      var position = 0
      while position < bytes.count {
        let (value, next) = UTF8Bytes.scalar(in: bytes, at: position)
        used += scanner.step(value).columns
        if used > columns { break }
        position = next
      }
      return position
    }
    return text[..<text.utf8.index(text.startIndex, offsetBy: end)]
  }
  public static func prefix(of text: String, columns: Int) -> Substring { prefix(of: text[...], columns: columns) }

  /// The longest end of `text` that fits into `columns`.
  public static func suffix(of text: Substring, columns: Int) -> Substring {
    var used = 0
    var index = text.endIndex
    while index > text.startIndex {
      let before = text.index(before: index)
      used += columnCount(of: text[before])
      if used > columns { break }
      index = before
    }
    return text[index...]
  }
  public static func suffix(of text: String, columns: Int) -> Substring { suffix(of: text[...], columns: columns) }

  /// Columns of one `Character`.
  public static func columnCount(of character: Character) -> Int { SafeText.columns(String(character)) }
}
