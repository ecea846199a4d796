// The one place where text becomes cells, and where hostile text is made inert (CWE-150). Nothing else in the program may
// hand text to a terminal: views go through `Surface`, plain output through `SafeText.printable`.

import Glibc

/// Turns any text into glyphs that are safe to show. Columns follow `wcwidth`, as ncurses and tmux count them.
///
/// | in the text | shown |
/// |---|---|
/// | tab | four spaces; other line breaks (LF, CR, CRLF) one space |
/// | other C0 controls, DEL | their control pictures, U+2400 to U+2421 |
/// | C1 controls, tags, interlinear and line or paragraph separators, U+FEFF, unassigned | U+FFFD |
/// | bidirectional controls | U+00A4 |
/// | emoji sequences | their base; a flag becomes its two letters |
/// | a combining mark without a base | on a dotted circle |
public enum SafeText {
  /// Columns a tab takes: text is cut and wrapped anywhere, so there are no tab stops to align to.
  public static let tabColumns = 4

  /// Columns of `text` on one line.
  public static func columns(_ text: some StringProtocol) -> Int {
    UTF8Bytes.with(text) { bytes in
      var scanner = ScalarScanner()
      var total = 0
      var position = 0
      while position < bytes.count {
        let (value, next) = UTF8Bytes.scalar(in: bytes, at: position)
        total += scanner.step(value).columns
        position = next
      }
      return total
    }
  }

  /// Hands out the glyphs of `text` from the left until `body` returns false.
  static func forEachGlyph(in text: some StringProtocol, _ body: (Glyph) -> Bool) {
    UTF8Bytes.with(text) { bytes in forEachGlyph(in: bytes, body) }
  }

  private static func forEachGlyph(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Glyph) -> Bool) {
    var scanner = ScalarScanner()
    // Held back until it is known that no mark follows.
    var current: Glyph?
    var position = 0
    while position < bytes.count {
      // Printable ASCII before more ASCII is the common case: nothing can attach to it.
      if let run = asciiRun(in: bytes, from: position) {
        if let finished = current, !body(finished) { return }
        current = nil
        for index in position..<run where !body(Glyph(UInt32(bytes[index]), width: 1)) { return }
        position = run
        scanner = ScalarScanner()
        continue
      }
      let (value, next) = UTF8Bytes.scalar(in: bytes, at: position)
      position = next
      let step = scanner.step(value)
      switch step {
      case .nothing: continue
      case .mark(let mark):
        current = current?.adding(mark: mark)
        continue
      case .glyph, .loneMark, .spaces: break
      }
      if let finished = current, !body(finished) { return }
      switch step {
      case .glyph(let scalar, let width): current = Glyph(scalar, width: width)
      case .loneMark(let mark): current = Glyph(0x25CC, width: 1).adding(mark: mark)
      case .spaces(let count):
        current = nil
        for _ in 0..<count where !body(.space) { return }
      case .nothing, .mark: break
      }
    }
    if let current { _ = body(current) }
  }

  /// Where a run of printable ASCII from `start` ends, short of a last one that a mark could follow; nil where there is none.
  /// Bounded, as a caller may want no more than a row of a long text.
  private static func asciiRun(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    let limit = min(bytes.count, start + 256)
    var end = start
    while end < limit, bytes[end] >= 0x20, bytes[end] < 0x7F { end += 1 }
    if end < bytes.count, bytes[end] >= 0x80 { end -= 1 }
    return end > start ? end : nil
  }

  /// `text` for plain output on a terminal: line feeds and tabs stay, CRLF becomes LF, everything that could steer a
  /// terminal or reorder a line is replaced as in cells. Emoji sequences stay whole.
  public static func printable(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    var previousWasReturn = false
    for scalar in text.unicodeScalars {
      if previousWasReturn, scalar.value != 10 { result.append("\u{240D}") }
      previousWasReturn = scalar.value == 13
      if previousWasReturn { continue }
      if scalar.value == 10 || scalar.value == 9 {
        result.append(scalar)
      } else if let picture = ScalarKind.picture(of: scalar.value), let shown = Unicode.Scalar(picture) {
        result.append(shown)
      } else {
        result.append(scalar)
      }
    }
    if previousWasReturn { result.append("\u{240D}") }
    return String(result)
  }

  /// `text` as ``printable(_:)``, in ASCII: for terminals whose locale is not UTF-8. A mark is left out.
  public static func printableASCII(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    for scalar in printable(text).unicodeScalars {
      if scalar.value == 10 || scalar.value == 9 {
        result.append(scalar)
      } else if case .spacing(let width) = ScalarKind(scalar.value) {
        let shown = Unicode.Scalar(ASCIIFallback.character(for: scalar.value)) ?? "?"
        for _ in 0..<max(1, width) { result.append(shown) }
      }
    }
    return String(result)
  }

  /// Whether the user's locale is UTF-8.
  public static var isLocaleUnicode: Bool {
    setlocale(LC_ALL, "")
    return String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
  }
}
