// The agent's side: sessions that persist, and the context across them.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct SessionContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("sessionManagerCreateAndAdd") { try await $0.sessionManagerCreateAndAdd() },
    rule("crossSessionContext") { try await $0.crossSessionContext() },
    rule("smallTalkNeitherAsksNorIsRecalled") { try await $0.smallTalkNeitherAsksNorIsRecalled() },
    rule("anAnswerComesAlongWithTheQuestionItReplies") {
      try await $0.anAnswerComesAlongWithTheQuestionItReplies()
    },
    rule("arrangingToTalkNeitherAsksNorIsRecalled") {
      try await $0.arrangingToTalkNeitherAsksNorIsRecalled()
    },
    rule("whatTheSessionQuotesIsNotRecalledAgain") {
      try await $0.whatTheSessionQuotesIsNotRecalledAgain()
    },
    rule("aColleagueIsRecalledAndMarkedAndLeftOutOfTheNarrowScope") {
      try await $0.aColleagueIsRecalledAndMarkedAndLeftOutOfTheNarrowScope()
    },
    rule("aSummaryNamesWhatWasDiscussed") { try await $0.aSummaryNamesWhatWasDiscussed() },
    rule("sessionsAreSortedFilteredAndPaged") { try await $0.sessionsAreSortedFilteredAndPaged() },
    rule("aSessionsMetadataComesWithItsMessageAndStaysWhatItWas") {
      try await $0.aSessionsMetadataComesWithItsMessageAndStaysWhatItWas()
    },
  ]

  func sessionManagerCreateAndAdd() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let manager = SessionManager(try await temporary.tenant("lumenworks"))
    let session = try await manager.createSession(
      channel: Channel("web"), metadata: ["prospect_name": "Dana Whitfield", "deal_stage": "negotiation"])
    #expect(session.messageCount == 0)
    let base = Int64(1_790_000_000_000)
    for number in 0..<3 {
      let message = try await manager.addMessage(
        to: session.id, role: number % 2 == 0 ? .user : .assistant, content: "Message \(number)",
        timestamp: Timestamp(milliseconds: base + Int64(number) * 1000))
      #expect(message.sequence == Int64(number + 1))
      #expect(message.channel.rawValue == "web")
    }
    let again = try await temporary.reopened(semantic: SemanticSource.none).tenant(TenantID("lumenworks")).session(
      session.id)
    #expect(again.messageCount == 3)
    #expect(again.startedAt.milliseconds == base)
    #expect(again.lastActivity.milliseconds == base + 2000)
    #expect(again.title == "Dana Whitfield: Message 0")
    #expect(again.metadata["deal_stage"] == "negotiation")
    await #expect(throws: MemoryError.self) {
      try await manager.addMessage(to: SessionID("nowhere"), role: .user, content: "x")
    }
    await #expect(throws: MemoryError.self) {
      try await manager.createSession(id: session.id, channel: Channel("web"))
    }
  }

  func crossSessionContext() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("lumenworks")
    let globex = ["prospect_name": "Globex"]
    try await tenant.add([
      MessageDraft(
        "What would the enterprise tier cost us for 200 seats?", session: "chat", author: "Dana", minute: 0, id: "c1",
        metadata: globex),
      MessageDraft(
        "We can hold the enterprise price of $41 a seat until January.", session: "chat", role: .assistant, minute: 1,
        id: "c2", metadata: globex),
      MessageDraft(
        "Great, so the enterprise price per seat stays at $41 for us.", session: "chat", author: "Dana", minute: 2,
        id: "c3",
        metadata: globex),
      MessageDraft(
        "Is the enterprise price per seat negotiable for 50 seats?", session: "rival", channel: "slack", author: "Bo",
        minute: 3, id: "r1", metadata: ["prospect_name": "Initech"]),
      MessageDraft(
        "The enterprise price per seat is $45 below 100 seats.", session: "rival", channel: "slack", role: .assistant,
        minute: 4, id: "r2", metadata: ["prospect_name": "Initech"]),
      MessageDraft(
        "Enterprise pricing also includes support, at the same price per seat.", session: "rival", channel: "slack",
        role: .assistant, minute: 5, id: "r3", metadata: ["prospect_name": "Initech"]),
      MessageDraft(
        "The printer on the second floor is out of toner.", session: "noise", author: "Ed", minute: 6, id: "n1"),
      MessageDraft("Lunch is at noon, bring an umbrella.", session: "noise", role: .assistant, minute: 7, id: "n2"),
      MessageDraft(
        "Hello, it is Dana again.", session: "mail", channel: "email", author: "Dana", minute: 100, id: "m1",
        metadata: globex),
      MessageDraft(
        "Hello Dana, how can I help?", session: "mail", channel: "email", role: .assistant, minute: 101, id: "m2",
        metadata: globex),
      MessageDraft(
        "Does the enterprise price per seat you promised still stand?", session: "mail", channel: "email",
        author: "Dana", minute: 102, id: "m3", metadata: globex),
    ])
    let manager = SessionManager(tenant)
    let context = try await manager.context(for: SessionID("mail"))
    #expect(context.current.map(\.message.id.rawValue) == ["m1", "m2", "m3"])
    #expect(context.recalled.map(\.message.id.rawValue) == ["c1", "c2", "c3", "r1", "r2"])
    #expect(context.messages.prefix(5).allSatisfy { $0.origin == .recalled })
    #expect(context.recalled.allSatisfy { ($0.score ?? 0) > 0 && $0.reason?.isEmpty == false })
    #expect(context.recalled.map(\.otherProspect) == [nil, nil, nil, "Initech", "Initech"])
    #expect(context.tokenEstimate > 0)

    let own = try await manager.context(for: SessionID("mail"), options: ContextOptions(scope: .sameProspect))
    #expect(Set(own.recalled.map(\.message.id.rawValue)) == ["c1", "c2", "c3"])
    let alone = try await manager.context(
      for: SessionID("mail"), options: ContextOptions(includeCrossSession: false, maxMessages: 2))
    #expect(alone.messages.map(\.message.id.rawValue) == ["m2", "m3"])

    try await tenant.add([
      MessageDraft("My cat keeps jumping on the piano at night.", session: "cat", minute: 200, id: "x1"),
      MessageDraft(
        "Cats love warm places, try a blanket elsewhere.", session: "cat", role: .assistant, minute: 201, id: "x2"),
    ])
    let unrelated = try await manager.context(for: SessionID("cat"))
    #expect(unrelated.recalled.isEmpty)
    #expect(unrelated.current.map(\.message.id.rawValue) == ["x1", "x2"])
    await #expect(throws: MemoryError.self) { try await manager.context(for: SessionID("nowhere")) }
  }

  func smallTalkNeitherAsksNorIsRecalled() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("The webhook lost 163 shipment events this week.", session: "old", minute: 0, id: "loss"),
      MessageDraft("Thank you so much, have a great day!", session: "old", minute: 1, id: "thanks"),
      MessageDraft("Our webhook is losing shipment events again.", session: "new", minute: 9, id: "again"),
      MessageDraft("I will look at it right away.", session: "new", role: .assistant, minute: 10),
      MessageDraft("Thanks, have a great day!", session: "new", minute: 11),
    ])
    let context = try await SessionManager(tenant).context(for: SessionID("new"))
    #expect(context.recalled.map(\.message.id.rawValue) == ["loss"])
    #expect(context.question.map(\.text).contains("Our webhook is losing shipment events again."))
    #expect(!context.question.map(\.text).contains("Thanks, have a great day!"))
    #expect(context.recalled.first?.reason?.contains("Our webhook is losing") == true)
  }

  func anAnswerComesAlongWithTheQuestionItReplies() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("Does the exporter handle invoices in several currencies?", session: "old", minute: 0, id: "q"),
      MessageDraft("Ticket 12 opened.", session: "old", role: .system, minute: 1, id: "ticket"),
      MessageDraft("Yes, since March.", session: "old", role: .assistant, minute: 2, id: "yes"),
      MessageDraft("Is there an exporter for invoices in several currencies?", session: "sorry", minute: 3, id: "s"),
      MessageDraft("Good morning! How can I help?", session: "sorry", role: .assistant, minute: 4, id: "courtesy"),
      MessageDraft(
        "Could the exporter cope with invoices in more than one currency?", session: "new", minute: 90),
    ])
    let context = try await SessionManager(tenant).context(for: SessionID("new"))
    #expect(context.recalled.map(\.message.id.rawValue) == ["q", "yes", "s"])
    let reason = try #require(context.recalled.first { $0.message.id.rawValue == "yes" }?.reason)
    #expect(reason.hasPrefix("the reply to \"Does the exporter handle"))
  }

  func arrangingToTalkNeitherAsksNorIsRecalled() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft("The contract was sent on Friday.", session: "old", role: .assistant, minute: 0, id: "sent"),
      MessageDraft("Thursday at three works for my manager.", session: "old", minute: 1, id: "thursday"),
      MessageDraft("Thursday at three works for our director.", session: "talk", minute: 9),
      MessageDraft("Did you send the contract?", session: "ask", minute: 10),
    ])
    let manager = SessionManager(tenant)
    let talk = try await manager.context(for: SessionID("talk"))
    #expect(talk.question.isEmpty)
    #expect(talk.recalled.isEmpty)
    let ask = try await manager.context(for: SessionID("ask"))
    #expect(ask.recalled.map(\.message.id.rawValue) == ["sent"])
  }

  func whatTheSessionQuotesIsNotRecalledAgain() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    let promise = "We can hold the enterprise price of $41 a seat until January."
    try await tenant.add([
      MessageDraft(promise, session: "chat", role: .assistant, minute: 0, id: "promise"),
      MessageDraft(
        "Above 200 seats the enterprise price is $38 a seat.", session: "chat", role: .assistant, minute: 1, id: "more"),
      MessageDraft(
        "You wrote: \"\(promise)\" Does the enterprise price per seat still stand?", session: "mail", minute: 90),
    ])
    let context = try await SessionManager(tenant).context(for: SessionID("mail"))
    #expect(context.recalled.map(\.message.id.rawValue) == ["more"])
  }

  func aColleagueIsRecalledAndMarkedAndLeftOutOfTheNarrowScope() async throws {
    let temporary = try await stores.make()
    let tenant = try await temporary.tenant("t")
    func metadata(_ name: String) -> [String: String] { ["prospect_name": name, "company": "BluePine"] }
    try await tenant.add([
      MessageDraft(
        "The webhook lost 163 shipment events.", session: "chat", minute: 0, id: "c", metadata: metadata("Marcus Reyes")
      ),
      MessageDraft(
        "Shipment events were lost a second time.", session: "mail", channel: "email", minute: 9, id: "m",
        metadata: metadata("Helen Marsh")),
    ])
    let manager = SessionManager(tenant)
    let wide = try await manager.context(for: SessionID("mail"))
    #expect(wide.recalled.map(\.otherProspect) == ["Marcus Reyes"])
    let narrow = try await manager.context(for: SessionID("mail"), options: ContextOptions(scope: .sameProspect))
    #expect(narrow.recalled.isEmpty)
  }

  func aSummaryNamesWhatWasDiscussed() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add([
      MessageDraft(
        "Hi, the webhook integration drops events since the upgrade.", session: "s1", author: "Kim", minute: 0),
      MessageDraft(
        "Sorry! Which webhook integration, and how many events?", session: "s1", role: .assistant, author: "Agent",
        minute: 3),
      MessageDraft(
        "The Salesforce webhook integration, about 40 events an hour.", session: "s1", author: "Kim", minute: 95),
    ])
    let summary = try await SessionManager(tenant).summarize(SessionID("s1"))
    let lines = summary.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0] == "Session s1 on web (3 messages, 1 h 35 min)")
    #expect(lines[1].hasPrefix("Topics discussed: webhook integration"))
    #expect(summary.participants == ["Kim", "Agent"])
  }

  func sessionsAreSortedFilteredAndPaged() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    for number in 0..<25 {
      try await tenant.add(
        (0...(number % 4)).map {
          try MessageDraft(
            "Opening \(number)", session: "s\(number)", channel: number % 2 == 0 ? "web" : "email",
            minute: number / 2 * 10 + $0,
            metadata: number == 7 ? ["subject": "100% off_deal", "prospect_name": "Globex"] : [:])
        })
    }
    for order in SessionQuery.Order.allCases {
      for reversed in [false, true] {
        var query = SessionQuery(order: order, reversed: reversed, limit: 100)
        let all = try await tenant.sessions(query).items.map(\.id)
        #expect(all.count == 25)
        query.limit = 4
        var paged: [SessionID] = []
        repeat {
          let page = try await tenant.sessions(query)
          paged += page.items.map(\.id)
          query.cursor = page.next
        } while query.cursor != nil
        #expect(paged == all)
      }
    }
    let newest = try await tenant.sessions(SessionQuery(limit: 1)).items
    #expect(newest.first?.lastActivity == Timestamp(milliseconds: 1_790_000_000_000 + 120 * 60_000))
    #expect(try await tenant.sessions(SessionQuery(channel: Channel("email"), limit: 100)).items.count == 12)
    #expect(try await tenant.sessions(SessionQuery(text: "100% OFF_")).items.map(\.id.rawValue) == ["s7"])
    #expect(try await tenant.sessions(SessionQuery(text: "%")).items.map(\.id.rawValue) == ["s7"])
    let all = Set(try await tenant.sessions(SessionQuery(limit: 100)).items.map(\.id))
    func found(_ conditions: [SessionCondition], isInverted: Bool = false) async throws -> Set<SessionID> {
      let query = SessionQuery(conditions: conditions, isInverted: isInverted, limit: 100)
      return Set(try await tenant.sessions(query).items.map(\.id))
    }
    let seven: Set<SessionID> = [SessionID(unchecked: "s7")]
    let email = try Channel("email")
    let mails = try await found([SessionCondition(.channel(email))])
    #expect(mails.count == 12)
    #expect(try await found([SessionCondition(.channel(email), isExcluded: true)]) == all.subtracting(mails))
    #expect(try await found([SessionCondition(.text("off_")), SessionCondition(.text("100%"))]) == seven)
    #expect(try await found([SessionCondition(.text("off_"), isExcluded: true)]) == all.subtracting(seven))
    let globex = SessionCondition(.metadata("prospect_name", "Globex"), isExcluded: true)
    #expect(try await found([globex]) == all.subtracting(seven))
    #expect(try await found([globex], isInverted: true) == seven)
    #expect(try await found([], isInverted: true).isEmpty)
    let first = try await tenant.sessions(SessionQuery(conditions: [globex], limit: 5))
    let second = try await tenant.sessions(SessionQuery(conditions: [globex], limit: 5, cursor: first.next))
    #expect(Set(first.items.map(\.id)).isDisjoint(with: second.items.map(\.id)) && second.items.count == 5)
    #expect(
      try await tenant.sessions(SessionQuery(metadata: ["prospect_name": "Globex"])).items.map(\.id.rawValue) == ["s7"])
    #expect(try await tenant.sessions(SessionQuery(metadata: ["prospect_name": "Glob"])).items.isEmpty)
    let other = try await tenant.sessions(SessionQuery(limit: 2)).next
    await #expect(throws: MemoryError.self) { try await tenant.sessions(SessionQuery(order: .title, cursor: other)) }
  }

  func aSessionsMetadataComesWithItsMessageAndStaysWhatItWas() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    var draft = try MessageDraft("Hello", session: "s", minute: 0, metadata: ["mood": "good"])
    draft.sessionMetadata = ["prospect_name": "Globex", "tier": "gold"]
    try await tenant.add(draft)
    draft = try MessageDraft("Again", session: "s", minute: 1)
    draft.sessionMetadata = ["tier": "tin"]
    try await tenant.add(draft)
    let session = try await tenant.session(SessionID("s"))
    #expect(session.metadata == ["prospect_name": "Globex", "tier": "gold"])
    #expect(session.title == "Globex: Hello")
    #expect(try await tenant.sessionHistory(SessionID("s")).map(\.metadata) == [["mood": "good"], [:]])
  }
}
