// Conversations for the tests: a price promised in a chat and asked about by mail, a long mail, a long session, texts in
// several scripts, and text that means harm.

import ConversationMemory

enum SampleConversations {
  /// 2026-11-21T14:10:00Z.
  static let now = Timestamp(milliseconds: 1_795_270_200_000)

  /// A moment before `now`.
  static func ago(days: Int64 = 0, hours: Int64 = 0, minutes: Int64 = 0) -> Timestamp {
    now.adding(milliseconds: -((days * 24 + hours) * 60 + minutes) * 60_000)
  }

  static func store(scripts: Bool = true) -> InMemoryStore {
    let northwind = InMemoryTenant("northwind")
    for day in 0..<3 {
      northwind.say("nw-\(day)", on: "web", .user, "Ana", at: ago(days: Int64(day)), "Where is my order \(day)?")
    }
    let tailspin = InMemoryTenant("tailspin")
    tailspin.say("ts-1", on: "slack", .user, "Wim", at: ago(days: 9), "The import fails with a timeout.")
    return InMemoryStore([lumenworks(scripts: scripts), northwind, tailspin])
  }

  /// - Parameter scripts: whether texts in other scripts, and hostile ones, are among them.
  static func lumenworks(scripts: Bool = true) -> InMemoryTenant {
    InMemoryTenant(copying: scripts ? withScripts : withoutScripts)
  }

  private static let withScripts = makeLumenworks(scripts: true)
  private static let withoutScripts = makeLumenworks(scripts: false)

  private static func makeLumenworks(scripts: Bool) -> InMemoryTenant {
    let tenant = InMemoryTenant("lumenworks")
    addFiller(to: tenant)
    let globex = ["prospect_name": "Globex", "deal_stage": "negotiation", "product_discussed": "enterprise tier"]
    tenant.say(
      "chat-globex-1", on: "web", .user, "Dana Whitfield", at: ago(days: 30, minutes: 12),
      "Hello! We are about 400 people. What would the enterprise tier cost us?", metadata: globex)
    tenant.say(
      "chat-globex-1", on: "web", .assistant, "Kim Osei", at: ago(days: 30, minutes: 10),
      "For 400 seats the enterprise price is 18 euro a seat and month. I can hold that quote until 31 January.",
      metadata: globex)
    tenant.say(
      "chat-globex-1", on: "web", .user, "Dana Whitfield", at: ago(days: 30, minutes: 4),
      "Good. Please keep that price for us; the board meets in December.", metadata: globex)
    let mail = globex.merging(["subject": "Renewal and the October quote"]) { $1 }
    tenant.say(
      "renewal-2026", on: "email", .user, "Dana Whitfield", at: ago(hours: 26),
      "Hi Kim,\n\ncan you hold the enterprise price until January? Our board has moved its meeting, and I would hate to "
        + "start over.\n\nBest\nDana", metadata: mail)
    tenant.say(
      "renewal-2026", on: "email", .assistant, "Kim Osei", at: ago(hours: 3),
      "Dana, of course. The October quote stands: 18 euro a seat and month for 400 seats, until 31 January.",
      metadata: mail)
    tenant.say(
      "renewal-2026", on: "email", .system, nil, at: ago(hours: 3), "Deal stage changed to negotiation.", metadata: mail
    )
    tenant.say(
      "globex-gmbh", on: "teams", .user, "Jürgen Falk", at: ago(days: 2, hours: 4),
      "Globex GmbH here (not Globex Inc.): is the price per seat the same for us?",
      metadata: ["prospect_name": "Globex GmbH"])
    let lines = (1...60).map { "\($0). Requirement number \($0) of the tender, with a few words that fill the line." }
    tenant.say(
      "tender", on: "email", .user, "Procurement", at: ago(days: 3),
      "Dear all,\n\n" + lines.joined(separator: "\n") + "\n\nRegards", metadata: ["subject": "Tender with sixty points"]
    )
    for turn in 0..<150 {
      let isCustomer = turn % 2 == 0
      tenant.say(
        "migration", on: "slack", isCustomer ? .user : .assistant, isCustomer ? "Priya" : "Kim Osei",
        at: ago(days: 5).adding(milliseconds: Int64(turn) * 60_000),
        isCustomer
          ? "Step \(turn + 1): the importer stopped at row \(turn * 100)."
          : "Thanks, row \(turn * 100) was a quote mark.")
    }
    if scripts { addScripts(to: tenant) }
    return tenant
  }

  private static func addScripts(to tenant: InMemoryTenant) {
    tenant.say("tokyo", on: "web", .user, "山田 花子", at: ago(days: 4), "料金はいくらですか。年間契約を検討しています。👍🏽 ありがとうございます。")
    tenant.say("cairo", on: "web", .user, "ليلى", at: ago(days: 4, hours: 1), "كم السعر لخمسين مستخدما؟")
    tenant.say("delhi", on: "email", .user, "आरव", at: ago(days: 4, hours: 2), "नमस्ते, कृपया कीमत बताइए।")
    tenant.say("hostile", on: "email", .user, "Mallory\u{1B}[31m", at: ago(days: 4, hours: 3), hostile)
  }

  /// Escape sequences, C1, bidirectional controls, a pile of marks, a lone combining mark, tags.
  static let hostile =
    "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31mred\u{202E}drowssap\u{2066} z"
    + String(repeating: "\u{0301}", count: 40) + "\n\u{0301}lone \u{E0041}tag\r\nnul\u{0} bell\u{7}"

  private static let subjects = [
    "Invoice 4711 has the wrong address", "Single sign-on with Okta", "Can I export to CSV?", "Password reset",
    "Question about data residency", "Feature request: dark mode", "Seats for the Lisbon office", "API limit reached",
  ]

  private static func addFiller(to tenant: InMemoryTenant) {
    let channels = ["web", "email", "slack", "teams"]
    for index in 0..<140 {
      let start = ago(days: Int64(6 + index), hours: Int64(index % 9))
      let channel = channels[index % channels.count]
      tenant.say(
        "s-\(1000 + index)", on: channel, .user, "Customer \(index % 17)", at: start, subjects[index % subjects.count])
      for turn in 0..<(index % 5) {
        tenant.say(
          "s-\(1000 + index)", on: channel, turn % 2 == 0 ? .assistant : .user, turn % 2 == 0 ? "Kim Osei" : nil,
          at: start.adding(milliseconds: Int64(turn + 1) * 240_000), "Turn \(turn + 2) about this matter.")
      }
    }
  }
}
