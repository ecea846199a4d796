// Text into cells: what may never reach a terminal, and how wide things are.

import Testing

@testable import Terminal

@Suite struct SafeTextTests {
  private func shown(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    SafeText.forEachGlyph(in: text) { glyph in
      for value in [glyph.scalars.0, glyph.scalars.1, glyph.scalars.2, glyph.scalars.3, glyph.scalars.4]
      where value != 0 {
        if let scalar = Unicode.Scalar(value) { result.append(scalar) }
      }
      return true
    }
    return String(result)
  }

  private static func isDangerous(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }

  @Test func `No scalar that steers a terminal survives in any cell, alone, after a base, or before a mark`() {
    var failures: Set<UInt32> = []
    let batch = UInt32(512)
    for start in stride(from: UInt32(0), to: 0x110000, by: Int(batch)) {
      var text = ""
      for value in start..<start + batch {
        guard let scalar = Unicode.Scalar(value) else { continue }
        text.unicodeScalars.append(contentsOf: [scalar, "a", scalar, "\u{301}"])
      }
      var surface = Surface(size: Size(columns: Int(batch) * 16, rows: 1))
      let end = surface.put(text, x: 0, y: 0)
      #expect(end <= surface.size.columns && surface.cells.reduce(0) { $0 + Int($1.width) } == surface.size.columns)
      for cell in surface.cells[..<end] {
        let values = [cell.scalar0, cell.scalar1, cell.scalar2, cell.scalar3, cell.scalar4]
        let isEmpty = values == [0, 0, 0, 0, 0]
        let used = values.prefix { $0 != 0 }
        if isEmpty != (cell.width == 0) || used.contains(where: Self.isDangerous) { failures.insert(start) }
      }
      for scalar in SafeText.printable(text).unicodeScalars where Self.isDangerous(scalar.value) {
        if scalar != "\n", scalar != "\t" { failures.insert(start) }
      }
    }
    #expect(failures.isEmpty, "\(failures.sorted().prefix(10).map { String($0, radix: 16) })")
  }

  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}[31mred", "␛[31mred"), ("\u{9B}31m", "\u{FFFD}31m"), ("a\u{0}b\u{7F}", "a␀b␡"),
    ("\u{202E}abc\u{2066}", "¤abc¤"), ("a\u{2028}b", "a\u{FFFD}b"), ("a\r\nb\nc\rd", "a b c d"), ("a\tb", "a    b"),
    ("👨‍👩‍👧‍👦|", "👨|"), ("👍🏽|", "👍|"), ("🏽|", "🏽|"), ("❤️|", "❤|"), ("🇫🇷|", "FR|"), ("e\u{301}|", "é|"),
    ("\u{301}|", "\u{25CC}\u{301}|"), ("soft\u{AD}hyphen", "softhyphen"), ("स्ते", "स्ते"), ("\u{E0041}", "\u{FFFD}"),
    ("\u{FEFF}text", "\u{FFFD}text"), ("한글", "한글"),
  ])
  func `Hostile and difficult text has one fixed appearance`(text: String, expected: String) {
    #expect(shown(text) == expected)
  }

  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👨‍👩‍👧‍👦", 2), ("🇫🇷", 2), ("नमस्ते", 4), ("مرحبا", 5), ("\u{1B}[m", 3), ("", 0),
    ("\t", 4), ("\r\n", 1), ("ｱ", 1), ("Ａ", 2),
  ])
  func `Columns are counted as the terminal counts them`(text: String, columns: Int) {
    #expect(SafeText.columns(text) == columns)
    #expect(text.reduce(0) { $0 + TextLayout.columnCount(of: $1) } == columns)
  }

  @Test func `A glyph never has more scalars than ncurses holds`() {
    var surface = Surface(size: Size(columns: 4, rows: 1))
    surface.put("e" + String(repeating: "\u{301}", count: 100) + "x", x: 0, y: 0)
    #expect(surface[0, 0]?.text.unicodeScalars.count == 5)
    #expect(surface[1, 0]?.text == "x")
  }

  @Test func `Plain output keeps line feeds and tabs, and turns a lone return into a picture`() {
    #expect(SafeText.printable("a\r\nb\tc\rd\u{1B}]8;;x\u{7}") == "a\nb\tc␍d␛]8;;x␇")
    #expect(SafeText.printable("👨‍👩‍👧‍👦 日本\r") == "👨‍👩‍👧‍👦 日本␍")
  }
}
