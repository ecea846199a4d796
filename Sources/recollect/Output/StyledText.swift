// Text for people: runs of words with a style each. Styles become escape sequences only when written to a terminal, and
// only here; the words themselves are made harmless on the way, whatever a message holds.

import Terminal

/// A line or more of output.
struct StyledText: ExpressibleByStringInterpolation {
  enum Style {
    case plain, bold, dim, accent, good, warning
    /// A found word: brackets stand for the style where there is none.
    case match

    /// Select Graphic Rendition parameters; the terminal's own palette, which its user chose.
    fileprivate var parameters: String? {
      switch self {
      case .plain: nil
      case .bold: "1"
      case .dim: "2"
      case .accent: "36"
      case .good: "32"
      case .warning: "33"
      case .match: "1;33"
      }
    }
  }

  private var runs: [(text: String, style: Style)]

  init(_ text: String = "", _ style: Style = .plain) { runs = [(SafeText.printable(text), style)] }

  init(stringLiteral value: String) { self.init(value) }

  static func bold(_ text: String) -> StyledText { StyledText(text, .bold) }
  static func dim(_ text: String) -> StyledText { StyledText(text, .dim) }
  static func accent(_ text: String) -> StyledText { StyledText(text, .accent) }
  static func warning(_ text: String) -> StyledText { StyledText(text, .warning) }
  static func good(_ text: String) -> StyledText { StyledText(text, .good) }

  static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum.runs += right.runs
    return sum
  }

  static func += (left: inout StyledText, right: StyledText) { left.runs += right.runs }

  /// Columns on a terminal; only for text without line breaks.
  var columns: Int { runs.reduce(0) { $0 + SafeText.columns($1.text) } }

  /// On one line: line breaks and tabs become spaces.
  var folded: StyledText {
    var result = self
    result.runs = runs.map { ($0.text.replacing(/[\t\n]+/, with: " "), $0.style) }
    return result
  }

  /// At most this many columns, with an ellipsis where something was left out.
  func truncated(to limit: Int) -> StyledText {
    guard columns > limit else { return self }
    var result = StyledText()
    var left = limit
    for run in runs where left > 0 {
      let isLast = SafeText.columns(run.text) >= left
      let text = isLast ? TextLayout.truncate(run.text + " ", columns: left) : run.text
      result.runs.append((text, run.style))
      left -= SafeText.columns(text)
    }
    return result
  }

  /// In lines of at most this many columns, cut between words; all but the first begin with `indent` spaces. One line
  /// where there is no width. Only for text without line breaks.
  func wrapped(to limit: Int?, indent: Int = 0) -> [StyledText] {
    guard let limit, limit > indent, columns > limit else { return [self] }
    let text = runs.map(\.text).joined()
    let lines = TextLayout.wrap(text, columns: limit - indent).map { line in
      piece(text.utf8.distance(from: text.startIndex, to: line.startIndex), length: line.utf8.count)
    }
    let space = StyledText(String(repeating: " ", count: indent))
    return lines.prefix(1) + lines.dropFirst().map { space + $0 }
  }

  /// A part of the text, by UTF-8 offset and length, with its styles.
  private func piece(_ start: Int, length: Int) -> StyledText {
    var result = StyledText()
    var offset = 0
    for run in runs {
      let bytes = run.text.utf8
      let from = max(0, start - offset)
      let count = min(bytes.count, start + length - offset) - from
      if count > 0 { result.runs.append((String(Substring(bytes.dropFirst(from).prefix(count))), run.style)) }
      offset += bytes.count
    }
    return result
  }

  /// Found words in brackets instead of their style.
  var bracketed: StyledText {
    var result = self
    result.runs = runs.map { $0.style == .match ? ("[\($0.text)]", .plain) : $0 }
    return result
  }

  /// As it is written.
  func rendered(inColor: Bool) -> String {
    (inColor ? self : bracketed).runs.reduce(into: "") { result, run in
      if inColor, let parameters = run.style.parameters {
        result += "\u{1B}[\(parameters)m\(run.text)\u{1B}[0m"
      } else {
        result += run.text
      }
    }
  }
}
