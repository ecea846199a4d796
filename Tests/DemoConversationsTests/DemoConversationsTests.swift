// The sample conversations as a whole: how many, when, and that the stories they tell run across sessions and channels.

import Testing

import DemoConversations

@Suite struct DemoConversationsTests {
  /// 2026-11-18 10:00 UTC.
  static let now: Int64 = 1_794_996_000_000
  static let midnight: Int64 = now - 10 * 3_600_000
  static let day: Int64 = 86_400_000

  func all(_ tenant: String, now: Int64 = now) throws -> [DemoSession] {
    try DemoConversations.sessions(tenant: tenant, nowMilliseconds: now)
  }

  /// The sessions of a company in which some message holds one of the words.
  func telling(_ sessions: [DemoSession], company: String, words: [String]) -> [DemoSession] {
    sessions.filter { session in
      session.metadata["company"] == company
        && session.messages.contains { message in words.contains { message.content.contains($0) } }
    }
  }

  @Test(arguments: [("lumenworks", 26), ("northwind", 20), ("tailspin", 15)])
  func eachTenantHasItsSessionsOnAllFourChannels(tenant: String, count: Int) throws {
    let sessions = try all(tenant)
    #expect(sessions.count == count)
    #expect(Set(sessions.map(\.channel)) == ["web", "email", "slack", "teams"])
    #expect(Set(sessions.map(\.id)).count == count)
  }

  @Test func thereAreSixToSevenHundredAndFiftyMessagesAndFewRepeat() throws {
    let messages = try DemoConversations.tenants.flatMap { try all($0).flatMap(\.messages) }
    #expect((600...750).contains(messages.count))
    #expect(Set(messages.map(\.content)).count == messages.count)
    #expect(messages.contains { $0.content.split(whereSeparator: \.isWhitespace).count > 400 })
  }

  @Test(arguments: DemoConversations.tenants)
  func everySessionIsComplete(tenant: String) throws {
    for session in try all(tenant) {
      #expect(session.messages.count >= 3, "\(session.id) is too short to show anything")
      for key in ["prospect_name", "company", "deal_stage", "product_discussed"] {
        #expect(session.metadata[key] != nil, "\(session.id) lacks \(key)")
      }
      #expect((session.metadata["subject"] != nil) == (session.channel == "email"), "\(session.id)")
      #expect(session.messages.contains { $0.role == "user" && $0.author != nil })
      #expect(session.messages.contains { $0.role == "assistant" })
      for message in session.messages {
        #expect(message.sessionID == session.id && message.channel == session.channel)
        #expect((message.author == nil) == (message.role == "system"))
        #expect(!message.content.contains("@{"))
      }
      #expect(
        session.messages.contains { $0.role == "user" && $0.author == session.metadata["prospect_name"] },
        "\(session.id): its prospect says nothing")
    }
  }

  @Test(arguments: [
    now, midnight, midnight + 1, midnight + 5 * 60_000, midnight - 1, midnight + 12 * 3_600_000, 1_709_164_800_000,
    4_102_444_799_000,
  ])
  func timesIncreaseAndReachFromSixWeeksAgoUpToNow(now: Int64) throws {
    for tenant in DemoConversations.tenants {
      let sessions = try all(tenant, now: now)
      for session in sessions {
        let times = session.messages.map(\.timestampMilliseconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(session.id)")
      }
      let times = sessions.flatMap(\.messages).map(\.timestampMilliseconds)
      let newest = try #require(times.max())
      let oldest = try #require(times.min())
      #expect(newest < now && newest > now - 3 * 3_600_000)
      #expect((38 * Self.day...43 * Self.day).contains(now - oldest))
      let starts = sessions.compactMap(\.messages.first?.timestampMilliseconds)
      #expect(starts == starts.sorted())
    }
  }

  @Test func orderOfSessionsIsTheSameAtEveryTimeOfDay() throws {
    for tenant in DemoConversations.tenants {
      let expected = try all(tenant).map(\.id)
      for hour in 0..<24 {
        #expect(try all(tenant, now: Self.midnight + Int64(hour) * 3_600_000 + 30_000).map(\.id) == expected)
      }
    }
  }

  @Test func pricePromisedToGlobexComesBackOnTwoOtherChannelsThreeWeeksLater() throws {
    let told = telling(try all("lumenworks"), company: "Globex", words: ["$41"])
      .filter { $0.metadata["prospect_name"] == "Dana Whitfield" }
    #expect(told.map(\.channel) == ["web", "email", "slack"])
    #expect(
      told.first?.messages.contains { $0.content.contains("hold the enterprise price of $41 a seat until January") }
        == true)
    let times = told.compactMap(\.messages.first?.timestampMilliseconds)
    #expect((20 * Self.day...24 * Self.day).contains(times[1] - times[0]))
  }

  @Test func missingWebhookEventsReturnAfterTheirFix() throws {
    let told = telling(try all("northwind"), company: "Bluepine Outdoor", words: ["events"])
    #expect(told.map(\.id).count == 5)
    #expect(Set(told.map(\.channel)) == ["web", "email", "slack", "teams"])
    #expect(told.contains { $0.messages.contains { $0.content.contains("refund") || $0.content.contains("Refund") } })
  }

  @Test(arguments: [
    ("lumenworks", "Globex", "Q-20417", "Globex Retail", "Q-20533"),
    ("northwind", "Initech", "N-5107", "Initrode", "N-5122"),
  ])
  func dealsOfSimilarNamesStayApart(
    tenant: String, company: String, offer: String, otherCompany: String, otherOffer: String
  ) throws {
    let sessions = try all(tenant)
    for (name, own, foreign) in [(company, offer, otherOffer), (otherCompany, otherOffer, offer)] {
      let told = telling(sessions, company: name, words: [own])
      #expect(told.count >= 2 && Set(told.map(\.channel)).count >= 2, "\(name)")
      #expect(telling(sessions, company: name, words: [foreign]).isEmpty, "\(name)")
    }
  }

  @Test(arguments: [
    ("lumenworks", "Harborview Health", ["email", "teams"]), ("lumenworks", "Castellan Offices", ["email", "teams"]),
    ("northwind", "Parcelbay", ["email", "slack"]), ("tailspin", "Kitebank", ["email", "teams"]),
    ("tailspin", "Hearth Home Apps", ["email", "teams"]), ("northwind", "Halvorsen Paper", ["teams", "email"]),
  ])
  func otherStoriesMoveFromChannelToChannel(tenant: String, company: String, channels: [String]) throws {
    let told = try all(tenant).filter { $0.metadata["company"] == company }
    #expect(Set(told.map(\.channel)).isSuperset(of: channels))
  }

  @Test func severalCustomersAskInWebChatOnTheDayOfTheOutage() throws {
    let asking = try all("lumenworks").filter { $0.channel == "web" && $0.id.hasPrefix("outage-") }
    #expect(Set(asking.compactMap { $0.metadata["company"] }).count >= 3)
    #expect(Set(asking.compactMap { $0.messages.first.map { $0.timestampMilliseconds / Self.day } }).count == 1)
  }

  @Test func unknownTenantIsAnErrorThatNamesTheKnownOnes() throws {
    let error = try #require(throws: DemoConversationsError.self) { try all("acme") }
    #expect(error.description.contains("'acme'") && error.description.contains("lumenworks, northwind, tailspin"))
  }
}
