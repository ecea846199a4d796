// What `has:` finds in a text.

import ConversationMemory
import Testing

@Suite("Message features")
struct MessageFeatureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var feature: MessageFeature
    var has: [String]
    var hasNot: [String]
    var testDescription: String { feature.rawValue }
  }

  static let cases: [Case] = [
    Case(
      feature: .link, has: ["see https://a.b", "HTTP://x.y/z?q", "(www.example.com)", "at\nhttp://1.2.3.4"],
      hasNot: ["", "https://", "www.", "awww.x", "ftp", "https: //a", "http"]),
    Case(
      feature: .email, has: ["write dana@globex.com.", "a.b+c@x-y.co.uk", "<D_W@MAIL.example>", "x@münchen.de"],
      hasNot: ["@dana", "dana@", "dana@globex", "a @ b.c", "@here at x.com", "a@b.1", "a@b.c"]),
    Case(
      feature: .phone,
      has: ["+49 30 1234567", "call 555-019-9222", "(212) 555-0199", "030/1234567", "+4930123456", "0171 2345678"],
      hasNot: [
        "2026-11-21", "1,000,000", "1 000 000", "1.000.000", "12345678", "order 12-34", "21.11.2026", "Q-20417", "5-10",
      ]),
    Case(
      feature: .number, has: ["42", "the 3rd", "$1,000", "€5", "x=7", "-5", "4 seats."],
      hasNot: ["", "Q3", "three", "v2", "a1b2", "x_1", "e.1"]),
    Case(
      feature: .price,
      has: [
        "$41 a seat", "41 €", "41€", "EUR 300", "300 EUR", "1,200.50 USD", "40 euros", "£ 9.99", "$5k", "₹500", "5k€",
        "12 dollars.",
      ],
      hasNot: ["41 seats", "$ a lot", "EUROPE 5", "5 europeans", "price 41", "US 5", "41 centuries", "3 poundage"]),
    Case(
      feature: .date,
      has: [
        "2026-11-21", "on 21.11.2026", "11/21/26", "21 November", "21st of Nov", "November 21st", "Nov. 3",
        "March 2026",
        "5-Mar", "due 1. März oder 1. April",
      ],
      hasNot: [
        "yesterday", "March", "may 99", "99 march", "1.2", "v1.2.3.4", "2026-13-01", "10/20", "marching 5", "may be 5",
        "192.168.10.20",
      ]),
    Case(
      feature: .question, has: ["why?", "Really?!", "\"why?\" she said", "何？", "(ok?)"],
      hasNot: ["", "no.", "https://a.b/?q=1", "a?b=c"]),
    Case(
      feature: .code, has: ["run `ls`", "```\nlet x = 1\n```", "``` a\n\nb ```"],
      hasNot: ["it's", "a ` b", "`open\nclosed`", "```open"]),
    Case(
      feature: .list, has: ["- a\n- b", "so:\n1. a\n2) b", "• a\n\n• b", "  * a\r\n  * b"],
      hasNot: ["- a", "-a\n-b", "a\nb", "1.5\n2.5", "---\n---", "- \n- "]),
  ]

  @Test(arguments: cases)
  func aFeatureIsDecidedFromTheText(_ example: Case) {
    for text in example.has { #expect(example.feature.isPresent(in: text), "\(text.debugDescription)") }
    for text in example.hasNot { #expect(!example.feature.isPresent(in: text), "\(text.debugDescription)") }
  }

  @Test func everyFeatureIsTested() {
    #expect(Set(Self.cases.map(\.feature)) == Set(MessageFeature.allCases))
  }

  /// Each of these would take minutes, were it looked at again from each of its places.
  @Test(arguments: ["11 ", "1'", "+1", "(1)", "1.", "a@", "- ", "`", "http:/", "1-"], MessageFeature.allCases)
  func aLongMessageIsDecidedInOneWalk(piece: String, feature: MessageFeature) {
    _ = feature.isPresent(in: String(repeating: piece, count: (1 << 17) / piece.utf8.count))
  }
}
