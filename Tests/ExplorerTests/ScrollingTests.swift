// The pieces of state that scroll and are edited.

import ConversationMemory
import Foundation
import Terminal
import Testing

@testable import Explorer

@Suite("Scrolling and editing")
struct ScrollingTests {
  private let heights = [3, 5, 2, 40, 1, 7, 3, 3]
  private func height(_ index: Int) -> Int { heights[index] }

  @Test(arguments: 0..<8)
  func theSelectedBlockIsAlwaysInSight(_ selected: Int) {
    for start in heights.indices {
      var scroll = BlockScroll()
      scroll.top.index = start
      scroll.selected = selected
      scroll.reveal(rows: 10, count: heights.count, height: height)
      let own = scroll.visible(rows: 10, count: heights.count, height: height).first { $0.index == selected }
      #expect(own != nil)
      if heights[selected] <= 10 {
        #expect((own?.row ?? -1) >= 0 && (own?.row ?? 99) + heights[selected] <= 10)
      }
    }
  }

  @Test func theEndFillsThePane() {
    var scroll = BlockScroll()
    scroll.toEnd(rows: 10, count: heights.count, height: height)
    #expect(scroll.showsEnd(rows: 10, count: heights.count, height: height))
    let visible = scroll.visible(rows: 10, count: heights.count, height: height)
    #expect(visible.last.map { $0.row + $0.height } == 10)
    scroll.scroll(by: -1, count: heights.count, height: height)
    #expect(!scroll.showsEnd(rows: 10, count: heights.count, height: height))
  }

  @Test func linesScrolledDownAndUpAgainEndWhereTheyBegan() {
    var scroll = BlockScroll()
    for lines in 1...60 {
      scroll.scroll(by: lines, count: heights.count, height: height)
      let wentTo = scroll.top
      scroll.scroll(by: -lines, count: heights.count, height: height)
      if wentTo.index < heights.count - 1 { #expect(scroll.top == BlockScroll.Top()) }
      scroll = BlockScroll()
    }
  }

  @Test func fewBlocksStandAtTheTop() {
    var scroll = BlockScroll()
    scroll.toEnd(rows: 100, count: heights.count, height: height)
    #expect(scroll.top == BlockScroll.Top())
  }

  @Test func aFieldIsEditedByCharactersNotBytes() {
    var field = TextField()
    field.insert("naïve 料金 👍🏽")
    #expect(field.edit(Key(.backspace)) == true)
    #expect(field.text == "naïve 料金 ")
    _ = field.edit(.control("w"))
    #expect(field.text == "naïve ")
    _ = field.edit(Key(.home))
    _ = field.edit(.character("x"))
    #expect(field.text == "xnaïve ")
    _ = field.edit(Key(.delete))
    #expect(field.text == "xaïve ")
    _ = field.edit(.control("k"))
    #expect(field.text == "x")
    #expect(field.edit(Key(.up)) == nil)
  }

  @Test func datesAreTodaysHoursThisYearsDaysOrYears() throws {
    let zone = try #require(TimeZone(identifier: "America/New_York"))
    let dates = DateText(zone: zone, now: SampleConversations.now)
    #expect(dates.short(SampleConversations.now) == "09:10")
    #expect(dates.short(SampleConversations.ago(days: 1)) == "20 Nov")
    #expect(dates.short(SampleConversations.ago(days: 400)) == "2025-10")
    #expect(dates.long(SampleConversations.ago(days: 30)) == "22 Oct 10:10")
    #expect(dates.heading(dates.day(of: SampleConversations.ago(hours: 10))) == "Yesterday")
    #expect(dates.heading(CivilDay(year: 1969, month: 7, day: 20)) == "Sunday 20 July 1969")
    // 04:30 UTC on the 21st is still the 20th there.
    #expect(dates.day(of: SampleConversations.ago(hours: 9, minutes: 40)).day == 20)
  }

  @Test func aSnippetShowsTheFirstFoundWordAndItsRangesStayTrue() {
    let content =
      String(repeating: "füllwort ", count: 60) + "the enterprise\nprice " + String(repeating: "rest ", count: 60)
    let bytes = Array(content.utf8)
    let needle = Array("enterprise".utf8)
    let start = (0..<bytes.count - needle.count).first { Array(bytes[$0..<$0 + needle.count]) == needle } ?? 0
    let message = ConversationMessage(
      id: MessageID(unchecked: "m"), session: SessionID(unchecked: "s"), channel: Channel(unchecked: "web"),
      role: .user, author: nil, content: content, timestamp: SampleConversations.now,
      ingestedAt: SampleConversations.now, sequence: 1, metadata: [:])
    let hit = SearchHit(
      message: message, score: 0.5, weak: false, parts: ScoreParts(keyword: 0.5), similarity: nil,
      matchedWords: ["enterprise"], wordCoverage: 1, matchedRanges: [start..<start + 10], passage: 0..<bytes.count,
      cursor: Cursor.message(timestamp: SampleConversations.now, sequence: 1, row: 1))
    let snippet = Snippet(hit, columns: 40, room: 70, rendersMarkdown: true)
    #expect(snippet.text.hasPrefix("… "))
    #expect(!snippet.text.contains("\n"))
    let found = TextRanges.indices(snippet.ranges, in: snippet.text).map { String(snippet.text[$0]) }
    #expect(found == ["enterprise"])
    #expect(snippet.text.prefix(70).contains("enterprise"))
  }
}
