// Which part of a picture is taken for moved.

import Testing

@testable import Terminal

@Suite struct ScrolledAreaTests {
  /// A heading, a list that begins with a number beside a pane, a foot.
  private func picture(first: Int, page: Int = 0, columns: Int = 80) -> Surface {
    var surface = Surface(size: Size(columns: columns, rows: 24))
    surface.put("heading", x: 0, y: 0)
    for y in 1..<23 {
      let number = first + y
      surface.put("\(number * 7919 % 1000) words of row \(number), \(number * number)", x: 2, y: y, style: .text)
      surface.put("│ page \(page) \(page * 31 + y)", x: 50, y: y)
    }
    surface.put("foot", x: 0, y: 23)
    return surface
  }

  @Test(arguments: [1, 2, 3, -1, -2, -3])
  func aListThatMovedIsFound(lines: Int) throws {
    let old = picture(first: 100)
    let new = picture(first: 100 + lines)
    let area = try #require(ScrolledArea.best(from: old, to: new, hasMargins: true))
    #expect(area.lines == lines)
    #expect(area.rows == 1..<23)
    #expect(area.columns.lowerBound >= 2 && area.columns.upperBound <= 50)
  }

  @Test func withoutMarginsWholeRowsMoveWhereThatPays() throws {
    let area = try #require(
      ScrolledArea.best(from: picture(first: 100), to: picture(first: 101), hasMargins: false))
    #expect(area.columns == 0..<80)
    #expect(area.lines == 1)
  }

  @Test func whatDidNotMoveIsPainted() {
    let old = picture(first: 100)
    #expect(ScrolledArea.best(from: old, to: old, hasMargins: true) == nil)
    #expect(ScrolledArea.best(from: old, to: picture(first: 120), hasMargins: true) == nil)
    #expect(ScrolledArea.best(from: old, to: picture(first: 101, columns: 81), hasMargins: true) == nil)
    var little = old
    little.put("a word", x: 2, y: 5)
    #expect(ScrolledArea.best(from: old, to: little, hasMargins: true) == nil)
  }

  @Test func noWideCharacterIsCutInTwo() {
    var old = picture(first: 100)
    var new = picture(first: 101)
    // At the right edge of what changed, half of it inside.
    for y in 1..<23 { old.put("日日日", x: 44, y: y) }
    for y in 1..<23 { new.put("日日語", x: 44, y: y) }
    if let area = ScrolledArea.best(from: old, to: new, hasMargins: true) {
      for y in area.rows {
        #expect(new[area.columns.upperBound, y]?.width != 0 && new[area.columns.lowerBound, y]?.width != 0)
      }
    }
  }
}
