// Where a TOML file says what: its parser gives no places for values.

/// The lines on which a file's tables and settings are written, found in its text.
struct ConfigurationLines {
  /// From 1, both ends included.
  private var ranges: [[String]: ClosedRange<Int>] = [:]
  private let lines: [Substring]

  init(_ source: String) {
    lines = source.split(omittingEmptySubsequences: false) { $0.isNewline }
    var header: [String] = []
    var index = 0
    while index < lines.count {
      let first = index
      let line = lines[index].drop { $0 == " " || $0 == "\t" }
      index += 1
      if line.first == "[" {
        header = Self.names(line.drop { $0 == "[" }, until: "]").names
        remember(header, first...first)
      } else if !line.isEmpty, line.first != "#" {
        let (names, value) = Self.names(line, until: "=")
        guard let value else { continue }
        // A list may go on for some lines.
        var depth = Self.depth(value)
        while depth > 0, index < lines.count {
          depth += Self.depth(lines[index])
          index += 1
        }
        for count in 1...max(1, names.count) { remember(header + names.prefix(count), first...(index - 1)) }
      }
    }
  }

  /// The line of a setting, or of what holds it; 0 where that is not found.
  ///
  /// - Parameter word: of a text in the setting's value, whose line is meant then.
  func line(of path: [String], word: String? = nil) -> Int {
    var path = path
    var word = word
    while !path.isEmpty {
      if let range = ranges[path] { return word.flatMap { line(of: $0, in: range) } ?? range.lowerBound + 1 }
      word = path.removeLast()
    }
    return 0
  }

  private func line(of word: String, in range: ClosedRange<Int>) -> Int? {
    let forms = ["\"\(word)\"", "'\(word)'", word]
    for form in forms { if let found = range.first(where: { lines[$0].contains(form) }) { return found + 1 } }
    return nil
  }

  private mutating func remember(_ path: [String], _ range: ClosedRange<Int>) {
    if !path.isEmpty, ranges[path] == nil { ranges[path] = range }
  }

  /// A dotted name up to its end, and what follows; no rest where the end is missing.
  private static func names(_ text: Substring, until end: Character) -> (names: [String], rest: Substring?) {
    var names: [String] = []
    var name = ""
    var quote: Character?
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil } else { name.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "." || character == end {
        names.append(name)
        name = ""
        if character == end { return (names, text[text.index(after: index)...]) }
      } else if character != " ", character != "\t" {
        name.append(character)
      }
    }
    return (names, nil)
  }

  /// Brackets opened less those closed, outside of texts and comments.
  private static func depth(_ text: Substring) -> Int {
    var depth = 0
    var quote: Character?
    var isEscaped = false
    for character in text {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if character == "\\", open == "\"" {
          isEscaped = true
        } else if character == open {
          quote = nil
        }
      } else {
        switch character {
        case "\"", "'": quote = character
        case "#": return depth
        case "[", "{": depth += 1
        case "]", "}": depth -= 1
        default: break
        }
      }
    }
    return depth
  }
}
