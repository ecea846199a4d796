// The query line: filters are taken out, everything else stays text, mistakes are named with their place.

import ConversationMemory
import Foundation
import Testing

@Suite("Search query line")
struct SearchQueryParserTests {
  @Test func aLineWithoutFiltersIsText() throws {
    let query = try SearchQueryParser.parse("  what would it   cost? ")
    #expect(query.text == "what would it cost?")
    #expect(query.filter.isEmpty)
    #expect(query.pieces.isEmpty)
  }

  @Test func filtersAreTakenOutWhereverTheyStand() throws {
    let query = try SearchQueryParser.parse("channel:email price Role:USER for session:s-1 seats")
    #expect(query.text == "price for seats")
    #expect(query.filter.channel?.rawValue == "email")
    #expect(query.filter.role == .user)
    #expect(query.filter.session?.rawValue == "s-1")
    #expect(query.pieces.map(\.range) == [0..<13, 20..<29, 34..<45])
  }

  @Test func quotesHoldAValueTogether() throws {
    let query = try SearchQueryParser.parse(#"author:"Dana Whitfield" quote"#)
    #expect(query.filter.author == "Dana Whitfield")
    #expect(query.text == "quote")
    #expect(query.pieces[0].range == 0..<23)
  }

  @Test func anOpenQuoteReachesToTheEndWhileItIsTyped() throws {
    #expect(try SearchQueryParser.parse(#"author:"Dana Wh"#).filter.author == "Dana Wh")
  }

  @Test(arguments: ["plain", "two words", #"with "quotes""#, #"back\slash here"#, #""led"#, "ünï cödé 料金", "a:b"])
  func writtenValuesAreReadBack(_ value: String) throws {
    let line = "before \(SearchQueryParser.written(.author, value)) after"
    let query = try SearchQueryParser.parse(line)
    #expect(query.filter.author == value)
    #expect(query.text == "before after")
  }

  @Test func aBareDateCoversItsWholeDayInTheZone() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    let query = try SearchQueryParser.parse("since:2026-10-01 until:2026-10-31 price", zone: zone)
    #expect(query.filter.timeRange.since?.iso8601 == "2026-09-30T22:00:00Z")
    // Summer time ended in between.
    #expect(query.filter.timeRange.until?.iso8601 == "2026-10-31T23:00:00Z")
  }

  @Test(arguments: [
    "see https://example.com/a?b=c", "call at 14:30", "ratio 3:4", "note: this", "re: the quote", "std::vector",
    "a stray \" quote", "why?", "::", ":x", "smile :)", "don't stop", "naïve:text", "x-y:z", "C:/temp",
  ])
  func whatOnlyLooksLikeAFieldStaysText(_ line: String) throws {
    let query = try SearchQueryParser.parse(line)
    #expect(query.text == line)
    #expect(query.filter.isEmpty)
  }

  @Test func anUnknownFieldIsAnErrorAtItsPlace() {
    let error = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse("price chanel:email") }
    #expect(error?.range == 6..<18)
    #expect(error?.description.contains("chanel") == true)
    #expect(error?.description.contains("channel, role") == true)
  }

  @Test(arguments: ["role:boss", "since:soon", "until:2026-13-01", "role:user role:user"])
  func aValueThatCannotBeIsAnError(_ line: String) {
    #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse(line) }
  }

  @Test func aRangeThatIsEmptyIsAnError() {
    #expect(throws: SearchQueryError.self) {
      try SearchQueryParser.parse("price since:2026-10-02 until:2026-10-01")
    }
  }

  @Test func placesAreCountedInBytes() {
    let error = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse("é料 role:boss") }
    #expect(error?.range == 6..<15)
  }

  @Test func aFieldWhoseValueIsStillToComeIsNeitherTextNorFilter() throws {
    let query = try SearchQueryParser.parse("price channel:")
    #expect(query.text == "price")
    #expect(query.filter.isEmpty)
    #expect(query.unfinished == 6..<14)
    #expect(try SearchQueryParser.parse("which channel: email").text == "which channel: email")
  }
}
