// Messages to measure the encoder with: made up, the same ones each time, of lengths that differ as messages' do.

import Foundation

enum EncoderTexts {
  private static let openings = [
    "Hi Anna,", "Thanks for the call.", "Quick question:", "As discussed,", "Hello team,", "Good morning!", "",
  ]
  private static let clauses = [
    "the enterprise price needs the approval of our procurement team", "can you send the redlines before Thursday",
    "we would renew for 36 months at a discount of 12%", "single sign-on was promised with the pilot",
    "the migration from Salesforce took longer than expected", "our security review is blocked by the audit report",
    "does the webhook retry when the endpoint times out", "I'll follow up with the onboarding plan",
    "the quote of $1,200.50 per seat does not include support", "their champion left the company in March",
    "legal asked for the data processing agreement again", "the demo went well with the VP of operations",
    "how many seats are unused this quarter", "integration with HubSpot is a blocker for us",
  ]

  static func make(_ count: Int) -> [String] {
    var state: UInt64 = 20_261_124
    func pick(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return (0..<count).map { _ in
      // One to five clauses, of about twelve word pieces each.
      let parts = (0...pick(5)).map { _ in clauses[pick(clauses.count)] }
      let text = openings[pick(openings.count)] + " " + parts.joined(separator: [", ", ". ", " and "][pick(3)]) + "."
      return text.trimmingCharacters(in: .whitespaces)
    }
  }
}
