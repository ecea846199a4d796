// Phrases, exclusions, `has:`, metadata and what stays text; and what holds for any line at all.

import ConversationMemory
import Foundation
import Testing

@Suite("Query language")
struct QueryLanguageTests {
  static let keys: Set = ["prospect_name", "deal_stage", "deal stage", "Region", "x-id", "channel"]
  static let now = QueryTimeTests.now

  private func parse(_ line: String) throws -> SearchQuery {
    try SearchQueryParser.parse(line, metadataKeys: Self.keys, now: Self.now)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var text: String
    var filter: SearchFilter
    var testDescription: String { line }

    init(_ line: String, _ text: String, _ filter: SearchFilter = SearchFilter()) {
      self.line = line
      self.text = text
      self.filter = filter
    }
  }

  static let cases: [Case] = [
    // Phrases.
    Case(#""annual plan""#, "annual plan", SearchFilter(phrases: ["annual plan"])),
    Case(#"the "annual plan"?"#, "the annual plan?", SearchFilter(phrases: ["annual plan"])),
    Case(#"plans ("annual plan")"#, "plans (annual plan)", SearchFilter(phrases: ["annual plan"])),
    Case(#""a b" and "c d", too"#, "a b and c d, too", SearchFilter(phrases: ["a b", "c d"])),
    Case(#""say \"hi\" now""#, #"say "hi" now"#, SearchFilter(phrases: [#"say "hi" now"#])),
    Case("“smart quotes” here", "smart quotes here", SearchFilter(phrases: ["smart quotes"])),
    Case("„so auch“ here", "so auch here", SearchFilter(phrases: ["so auch"])),
    Case(#""last week""#, "last week", SearchFilter(phrases: ["last week"])),
    Case(#""channel:email""#, "channel:email", SearchFilter(phrases: ["channel:email"])),
    Case(#""-refund""#, "-refund", SearchFilter(phrases: ["-refund"])),
    Case(#""料金 表""#, "料金 表", SearchFilter(phrases: ["料金 表"])),
    // Exclusions.
    Case("price -refund", "price", SearchFilter(excluded: ["refund"])),
    Case("-refund price", "price", SearchFilter(excluded: ["refund"])),
    Case("price -refund?", "price?", SearchFilter(excluded: ["refund"])),
    Case(#"price -"full refund" now"#, "price now", SearchFilter(excluded: ["full refund"])),
    Case("price -e-mail -über", "price", SearchFilter(excluded: ["e-mail", "über"])),
    Case("price -march", "price", SearchFilter(excluded: ["march"])),
    // Has.
    Case("has:link price", "price", SearchFilter(has: [.link])),
    Case("price has:price has:date has:PHONE", "price", SearchFilter(has: [.price, .date, .phone])),
    Case("price has:deal_stage", "price", SearchFilter(hasMetadata: ["deal_stage"])),
    Case(#"price has:"deal stage""#, "price", SearchFilter(hasMetadata: ["deal stage"])),
    // Metadata.
    Case("deal_stage:negotiation price", "price", SearchFilter(metadata: ["deal_stage": "negotiation"])),
    Case(#"prospect_name:"Dana Whitfield""#, "", SearchFilter(metadata: ["prospect_name": "Dana Whitfield"])),
    Case("Deal_Stage:won x", "x", SearchFilter(metadata: ["deal_stage": "won"])),
    Case("region:EU x", "x", SearchFilter(metadata: ["Region": "EU"])),
    Case("x-id:7 x", "x", SearchFilter(metadata: ["x-id": "7"])),
    Case(#""deal stage":won x"#, "x", SearchFilter(metadata: ["deal stage": "won"])),
    Case(#""channel":fax x"#, "x", SearchFilter(metadata: ["channel": "fax"])),
    Case(
      "deal_stage:won region:EU", "", SearchFilter(metadata: ["deal_stage": "won", "Region": "EU"])),
    // Fields.
    Case("author:Dana? who", "who", SearchFilter(author: "Dana")),
    Case("what about channel:email?", "what about?", SearchFilter(channel: Channel(unchecked: "email"))),
    Case("role:User x", "x", SearchFilter(role: .user)),
    Case("author:O'Brien x", "x", SearchFilter(author: "O'Brien")),
    Case("session:a:b:c x", "x", SearchFilter(session: SessionID(unchecked: "a:b:c"))),
    // Nothing but text.
    Case("", ""), Case("   ", ""), Case("?", "?"), Case(":)", ":)"), Case("-", "-"), Case("a - b", "a - b"),
    Case("--", "--"), Case("--verbose", "--verbose"), Case("5-10 seats", "5-10 seats"),
    Case("-5 degrees", "-5 degrees"),
    Case("well-known", "well-known"), Case("- refund", "- refund"), Case("-?", "-?"), Case(#"-"open"#, #"-"open"#),
    Case(#"a " b"#, #"a " b"#), Case(#""open phrase"#, #""open phrase"#),
    Case(#"5" pipe, 7" pipe"#, #"5" pipe, 7" pipe"#),
    Case(#"say"so"now"#, #"say"so"now"#), Case(#""""#, #""""#), Case(#""?!""#, #""?!""#), Case(#""a"b"#, #""a"b"#),
    Case("mailto:dana@x.com", "mailto:dana@x.com"), Case("tel:+4930123", "tel:+4930123"),
    Case("http://a.b/c?d=e&f", "http://a.b/c?d=e&f"), Case("at 14:30:05", "at 14:30:05"), Case("Q:what", "Q:what"),
    Case("C:\\temp", "C:\\temp"), Case("price: 5", "price: 5"), Case("re:(none)", "re:(none)"), Case("a:b", "a:b"),
    Case("naïve:text", "naïve:text"), Case("件名:料金", "件名:料金"), Case("x.y:z", "x.y:z"),
    Case("(channel:email)", "(channel:email)"),
    Case("who said 'no'?", "who said 'no'?"), Case("50% off!!", "50% off!!"), Case("a\tb\n c", "a b c"),
    Case("AND OR NOT NEAR(x) *", "AND OR NOT NEAR(x) *"), Case("\u{301}x", "\u{301}x"),
    // All together.
    Case(
      #"what "annual plan" -refund has:price channel:email role:user deal_stage:won did we offer?"#,
      "what annual plan did we offer?",
      SearchFilter(
        channel: Channel(unchecked: "email"), role: .user, metadata: ["deal_stage": "won"], has: [.price],
        phrases: ["annual plan"], excluded: ["refund"])),
  ]

  @Test(arguments: cases)
  func aLineIsTakenApart(_ example: Case) throws {
    let query = try parse(example.line)
    #expect(query.text == example.text)
    #expect(query.filter == example.filter)
  }

  @Test func thePiecesAreNamedWithTheirPlaces() throws {
    let line = #"ü "annual plan" -refund has:link deal_stage:won last week"#
    let pieces = try parse(line).pieces
    #expect(
      pieces.map(\.label) == [
        #""annual plan""#, "not refund", "has: link", "deal_stage: won", "last week: 2026-11-16 to 2026-11-22",
      ])
    let bytes = Array(line.utf8)
    #expect(
      pieces.map { String(decoding: bytes[$0.range], as: UTF8.self) } == [
        #""annual plan""#, "-refund", "has:link", "deal_stage:won", "last week",
      ])
    #expect(pieces[0].kind == .phrase && pieces[1].kind == .exclusion && pieces[2].kind == .field(.has))
    #expect(pieces[3].kind == .field(.metadata("deal_stage")))
  }

  @Test func eachPieceCanBeTakenAway() throws {
    let line = #"what "annual plan" -refund, has:link did we offer last week?"#
    func without(_ index: Int) throws -> String {
      SearchQueryParser.removing(try parse(line).pieces[index], from: line)
    }
    #expect(try without(0) == "what -refund, has:link did we offer last week?")
    #expect(try without(1) == #"what "annual plan", has:link did we offer last week?"#)
    #expect(try without(2) == #"what "annual plan" -refund, did we offer last week?"#)
    #expect(try without(3) == #"what "annual plan" -refund, has:link did we offer?"#)
  }

  /// A line, the part of it that the error points at, and what the error says.
  @Test(arguments: [
    ("x chanel:email", "chanel:email", "did you mean channel?"), ("x autor:Dana", "autor:Dana", "did you mean author?"),
    ("x deal_stge:won", "deal_stge:won", "did you mean deal_stage?"), ("x zzz:won", "zzz:won", "use session, channel"),
    ("x zzz:won", "zzz:won", "deal_stage"), ("x has:lnik", "has:lnik", "did you mean link?"),
    ("x has:quest", "has:quest", "did you mean question?"),
    ("x has:wings", "has:wings", "link, email, phone, number, price, date, question, code, list"),
    ("x role:boss", "role:boss", "boss"), ("x since:soon", "since:soon", "not a time"),
    ("é -channel:email x", "-channel:email", "minus"), ("x -chanel:email", "-chanel:email", "did you mean channel?"),
    ("x -deal_stage:won", "-deal_stage:won", "minus"), ("x channel:a channel:b", "channel:b", "twice"),
    ("x deal_stage:a Deal_stage:b", "Deal_stage:b", "twice"), ("x foo1:bar", "foo1:bar", "there is no field \"foo1\""),
    (#"x foo:"two words" y"#, #"foo:"two words""#, "there is no field \"foo\""),
  ])
  func aMistakeIsNamedAtItsPlace(_ line: String, _ place: String, _ words: String) {
    let error = #expect(throws: SearchQueryError.self) { try parse(line) }
    let bytes = Array(line.utf8)
    #expect(error.map { String(decoding: bytes[$0.range], as: UTF8.self) } == place)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func metadataIsAFieldOnlyWhereTheTenantHasIt() throws {
    #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse("deal_stage:won") }
    #expect(try SearchQueryParser.parse(#""deal stage":won"#).filter.metadata.isEmpty)
    #expect(try parse("price deal_stage:").unfinished == 6..<17)
  }

  @Test func metadataIsAskedForOnlyWhereALineMayNameIt() throws {
    for line in ["price?", "channel:email since:7d", "last week \"annual plan\" -refund"] {
      #expect(!SearchQueryParser.mayNameMetadata(line), "\(line)")
    }
    for example in Self.cases where !(example.filter.metadata.isEmpty && example.filter.hasMetadata.isEmpty) {
      #expect(SearchQueryParser.mayNameMetadata(example.line), "\(example.line)")
    }
    #expect(SearchQueryParser.mayNameMetadata("chanel:email"))
  }

  // MARK: Any line

  /// Pieces of syntax, words about time and hostile text, put together at random.
  private struct RandomLines {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      // Knuth's MMIX generator.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }

    static let parts = [
      " ", "  ", "\"", "\\", "-", ":", "channel:", "has:", "link", "since:", "7d", "deal_stage:", "last", "week", "in",
      "March", "May", "2025", "5", "between", "and", "from", "to", "on", "Monday", "ago", "days", "3", "?", ",", "(",
      ")",
      "é", "e\u{301}", "料金", "👩‍👩‍👧", "\u{202E}", "\0", "\r\n", "\n", "\u{A0}", "“", "”", "„", "İ", "ß", "\u{FEFF}", "word",
      "today", "before", "role:user", "author:", "https://", "14:30", "'", "\u{200D}", "🇩🇪", "\u{1F3FD}", "when",
    ]

    mutating func line() -> String {
      var line = ""
      for _ in 0..<next(below: 14) {
        if next(below: 5) == 0, let scalar = Unicode.Scalar(UInt32(next(below: 0x11_0000))) {
          line.unicodeScalars.append(scalar)
        } else {
          line += Self.parts[next(below: Self.parts.count)] + (next(below: 2) == 0 ? " " : "")
        }
      }
      return line
    }
  }

  @Test func anyLineIsReadAndEveryPlaceLiesOnScalars() {
    var lines = RandomLines(state: 42)
    var understood = 0
    for _ in 0..<20_000 {
      let line = lines.line()
      let bytes = Array(line.utf8)
      func isBoundary(_ offset: Int) -> Bool {
        offset == bytes.count || (offset >= 0 && offset < bytes.count && bytes[offset] & 0xC0 != 0x80)
      }
      func check(_ range: Range<Int>) {
        #expect(
          isBoundary(range.lowerBound) && isBoundary(range.upperBound) && !range.isEmpty, "\(line.debugDescription)")
      }
      do {
        let query = try parse(line)
        var end = 0
        for piece in query.pieces {
          check(piece.range)
          #expect(piece.range.lowerBound >= end, "\(line.debugDescription)")
          end = piece.range.upperBound
          _ = SearchQueryParser.removing(piece, from: line)
        }
        if let unfinished = query.unfinished { check(unfinished) }
        understood += query.pieces.isEmpty ? 0 : 1
      } catch {
        if let error = error as? SearchQueryError { check(error.range) } else { Issue.record("\(error)") }
      }
    }
    #expect(understood > 2000)
  }

  @Test func whatIsWrittenIsReadBackWhateverItIs() throws {
    var lines = RandomLines(state: 7)
    let fields: [SearchField] = [
      .author, .metadata("deal_stage"), .metadata("deal stage"), .metadata("channel"), .metadata("x-id"),
    ]
    for number in 0..<4000 {
      let value = lines.line()
      guard !value.isEmpty else { continue }
      let field = fields[number % fields.count]
      let query = try parse("before \(SearchQueryParser.written(field, value)) after")
      #expect(query.text == "before after")
      if case .metadata(let key) = field {
        #expect(query.filter == SearchFilter(metadata: [key: value]), "\(value.debugDescription)")
      } else {
        #expect(query.filter == SearchFilter(author: value), "\(value.debugDescription)")
      }
    }
  }
}
