// How a terminal moves a part of its picture by itself: a scrolling region, with margins left and right where it has them, and
// scrolling inside it.

import CNCurses

/// The capabilities it takes (terminfo(5)), with their padding removed.
struct AreaMovement {
  /// DECLRMM, left and right margins (VT420, xterm): terminfo has no name for it, so terminals are asked.
  static let marginMode = 69
  static let marginQuestion = "\u{1B}[?69$p"

  private let changeRegion: String
  private let moveCursor: String
  private let saveCursor: String
  private let restoreCursor: String
  private let plain: String
  /// One line, and so many where the terminal can.
  private let forward: (one: String, many: String?)
  private let backward: (one: String, many: String?)

  /// - Parameter capability: gives a string capability by its name.
  /// - Returns: nil where one is missing.
  init?(_ capability: (String) -> String?) {
    guard let changeRegion = capability("csr"), let moveCursor = capability("cup"),
      let saveCursor = capability("sc"), let restoreCursor = capability("rc"), let plain = capability("sgr0"),
      let forward = capability("ind"), let backward = capability("ri")
    else { return nil }
    self.changeRegion = changeRegion
    self.moveCursor = moveCursor
    self.saveCursor = saveCursor
    self.restoreCursor = restoreCursor
    self.plain = plain
    self.forward = (forward, capability("indn"))
    self.backward = (backward, capability("rin"))
  }

  /// Moves an area and leaves cursor and colours as they were. What comes in is blank in the terminal's own colours.
  ///
  /// - Parameter size: the screen's.
  func sequence(for area: ScrolledArea, on size: Size) -> [UInt8] {
    let last = area.rows.upperBound - 1
    let isForward = area.lines > 0
    // Lines are moved from the end of the region that loses one.
    let start = isForward ? last : area.rows.lowerBound
    let isNarrow = area.columns != 0..<size.columns
    let margins = "\u{1B}[?69h\u{1B}[\(area.columns.lowerBound + 1);\(area.columns.upperBound)s"
    let text =
      saveCursor + plain + (isNarrow ? margins : "") + filled(changeRegion, area.rows.lowerBound, last)
      + filled(moveCursor, start, area.columns.lowerBound)
      + lines(abs(area.lines), isForward ? forward : backward)
      + (isNarrow ? "\u{1B}[?69l" : "") + filled(changeRegion, 0, size.rows - 1) + restoreCursor
    return Array(text.utf8)
  }

  private func lines(_ count: Int, _ capability: (one: String, many: String?)) -> String {
    guard count > 1, let many = capability.many else { return String(repeating: capability.one, count: count) }
    return filled(many, count, 0)
  }

  private func filled(_ capability: String, _ first: Int, _ second: Int) -> String {
    terminal_filled(capability, Int32(first), Int32(second)).map { String(cString: $0) } ?? ""
  }
}
