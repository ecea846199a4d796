// Drawing: clipping, wide characters, frames, golden text.

import Testing

@testable import Terminal

@Suite struct SurfaceTests {
  private func surface(_ columns: Int, _ rows: Int) -> Surface { Surface(size: Size(columns: columns, rows: rows)) }

  @Test func `A wide character is never cut in half by an edge or a clip`() {
    var surface = surface(5, 3)
    surface.put("日本語", x: 0, y: 0)
    surface.put("日本語", x: -1, y: 1)
    surface.put("日本語", x: 0, y: 2, clip: Rect(x: 1, y: 0, width: 3, height: 3))
    #expect((0..<3).map { surface.text(row: $0) } == ["日本 ", " 本語", "  本 "])
  }

  @Test func `Writing over half of a wide character blanks the other half`() {
    var surface = surface(6, 1)
    surface.put("日本語", x: 0, y: 0)
    surface.put("x", x: 1, y: 0)
    surface.put("y", x: 4, y: 0)
    #expect(surface.text(row: 0) == " x本y ")
    surface.put("字", x: 2, y: 0)
    surface.put("日", x: 1, y: 0)
    #expect(surface.text(row: 0) == " 日 y ")
    #expect(surface.cells.reduce(0) { $0 + Int($1.width) } == 6)
  }

  @Test func `Drawing outside is cut off, and the column after the text is still returned`() {
    var surface = surface(4, 2)
    #expect(surface.put("ab", x: 1, y: 5) == 3)
    #expect(surface.put("ab", x: 1, y: 0) == 3)
    surface.fill(Rect(x: -3, y: -3, width: 5, height: 4), character: "x")
    surface.fill(Rect(x: 3, y: 1, width: 100, height: 100), character: "y")
    #expect(surface.text == "xxb\n   y")
  }

  @Test func `A frame with a title and clipped contents looks like this`() {
    var surface = surface(16, 4)
    let inside = surface.box(surface.bounds, title: "Sessions", style: Style(.borderFocused), titleStyle: Style(.title))
    let line = "find words here"
    surface.put("a long line of text", x: inside.x, y: inside.y, clip: inside)
    surface.put(
      line[...], highlighting: line.ranges(of: "words"),
      with: Style(.match, on: .selection, .bold), x: inside.x, y: inside.y + 1, style: Style(.selection), clip: inside)
    #expect(
      surface.golden == """
        |┌ Sessions ────┐
          0-0 border-focused, 1-10 title, 11-15 border-focused
        |│a long line of│
          0-0 border-focused, 15-15 border-focused
        |│find words her│
          0-0 border-focused, 1-5 selection, 6-10 match/selection+bold, 11-14 selection, 15-15 border-focused
        |└──────────────┘
          0-15 border-focused
        """)
  }

  @Test func `Bars, columns and scroll bars are drawn in eighths`() {
    var surface = surface(9, 4)
    surface.bar(0.3, x: 0, y: 0, columns: 8, style: Style(.barSemantic))
    surface.bar(.nan, x: 0, y: 1, columns: 4, style: Style(.barSemantic))
    surface.column(0.5, x: 5, bottom: 3, rows: 3, style: Style(.histogram))
    surface.column(0.001, x: 6, bottom: 3, rows: 3, style: Style(.histogram))
    surface.scrollbar(x: 8, y: 0, height: 4, first: 90, visible: 10, total: 100)
    #expect(surface.text == "██▍·····│\n····    │\n     ▄  │\n     █▁ ┃")
  }

  @Test func `Rows are equal only with equal text and equal styles`() {
    var first = surface(3, 2)
    var second = surface(3, 2)
    first.put("abc", x: 0, y: 0)
    second.put("abc", x: 0, y: 0)
    #expect(first.isRowEqual(0, to: second))
    second.restyle(Rect(x: 1, y: 0, width: 1, height: 1)) { $0.on(.selection) }
    #expect(!first.isRowEqual(0, to: second))
    #expect(first.isRowEqual(1, to: second))
    #expect(!first.isRowEqual(0, to: surface(4, 2)))
    #expect(!first.isRowEqual(7, to: second))
  }

  @Test func `Every style survives being stored in a cell`() {
    for role in Role.allCases {
      for ground in [nil, Role.selection, Role.text] {
        let style = Style(role, on: ground, [.bold, .underline])
        #expect(Cell(blank: style).style == style)
      }
    }
    #expect(MemoryLayout<Cell>.stride == 24)
    #expect(MemoryLayout<Cell>.size == 24)
  }

  @Test func `Where the locale has no Unicode, frames and letters have ASCII stand-ins`() {
    let shown = "┌─│▌█…é Ñ ø’日".unicodeScalars.map { ASCIIFallback.character(for: $0.value) }
    #expect(String(decoding: shown.map { UInt8($0) }, as: UTF8.self) == "+-|>#~e N o'?")
    for value in UInt32(0x80)...0xFFFF where Unicode.Scalar(value) != nil {
      let fallback = ASCIIFallback.character(for: value)
      #expect(fallback >= 0x20 && fallback < 0x7F)
    }
  }

  @Test func `Rectangles split, shrink and meet without ever being negative`() {
    let area = Rect(x: 2, y: 1, width: 10, height: 4)
    #expect(area.split(left: 3).right == Rect(x: 5, y: 1, width: 7, height: 4))
    #expect(area.split(top: 9).bottom.isEmpty)
    #expect(area.inset(columns: 6, rows: 1).width == 0)
    #expect(area.intersection(Rect(x: 50, y: 50, width: 3, height: 3)).isEmpty)
    #expect(area.row(4).isEmpty)
    #expect(area.centered(width: 4, height: 2) == Rect(x: 5, y: 2, width: 4, height: 2))
  }
}
