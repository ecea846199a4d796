// Messages per day and channel, in days of any zone.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct ActivityContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("daysAreCountedByChannelAndEmptyDaysAreLeftOut") {
      try await $0.daysAreCountedByChannelAndEmptyDaysAreLeftOut()
    },
    rule("aDayBelongsToTheZoneThatIsAskedFor") { try await $0.aDayBelongsToTheZoneThatIsAskedFor() },
    rule("aDayOnWhichTheClocksChangeIsOneDay") { try await $0.aDayOnWhichTheClocksChangeIsOneDay() },
    rule("everyMessageIsCountedOnceUnderItsOwnDayWhateverTheZone") {
      try await $0.everyMessageIsCountedOnceUnderItsOwnDayWhateverTheZone()
    },
    rule("aRangeIsHalfOpenAndAnEmptyTenantHasNoDays") { try await $0.aRangeIsHalfOpenAndAnEmptyTenantHasNoDays() },
  ]

  private static func draft(_ time: String, on channel: String) throws -> MessageDraft {
    MessageDraft(
      session: try SessionID("s-\(channel)"), channel: try Channel(channel), role: .user, content: "At \(time).",
      timestamp: try TimestampParser.parse(time).start)
  }

  private func tenant(_ temporary: any StoreUnderTest, _ messages: [(String, String)]) async throws -> any TenantStore {
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add(try messages.map { try Self.draft($0.0, on: $0.1) })
    return tenant
  }

  private func text(_ days: [DayActivity]) -> [String] { days.map { "\($0.channel) \($0.day) \($0.messages)" } }

  func daysAreCountedByChannelAndEmptyDaysAreLeftOut() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await tenant(
      temporary,
      [
        ("2026-03-01T00:00:00Z", "web"), ("2026-03-01T23:59:59.999Z", "web"), ("2026-03-02T00:00:00Z", "web"),
        ("2026-03-09T12:00:00Z", "web"), ("2026-03-01T12:00:00Z", "email"),
      ])
    #expect(
      text(try await tenant.activity(in: TimeRange(), zone: .gmt)) == [
        "email 2026-03-01 1", "web 2026-03-01 2", "web 2026-03-02 1", "web 2026-03-09 1",
      ])
  }

  func aDayBelongsToTheZoneThatIsAskedFor() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await tenant(
      temporary, [("2026-03-01T02:00:00Z", "web"), ("2026-03-01T12:00:00Z", "web"), ("1970-01-01T00:30:00Z", "web")])
    let newYork = try #require(TimeZone(identifier: "America/New_York"))
    let auckland = try #require(TimeZone(identifier: "Pacific/Auckland"))
    #expect(
      text(try await tenant.activity(in: TimeRange(), zone: newYork)) == [
        "web 1969-12-31 1", "web 2026-02-28 1", "web 2026-03-01 1",
      ])
    #expect(
      text(try await tenant.activity(in: TimeRange(), zone: auckland)) == [
        "web 1970-01-01 1", "web 2026-03-01 1", "web 2026-03-02 1",
      ])
  }

  func aDayOnWhichTheClocksChangeIsOneDay() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    // In Berlin 25 October 2026 has 25 hours and 29 March 2026 has 23.
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let tenant = try await tenant(
      temporary,
      [
        ("2026-10-24T21:59:59Z", "web"), ("2026-10-24T22:00:00Z", "web"), ("2026-10-25T00:30:00Z", "web"),
        ("2026-10-25T01:30:00Z", "web"), ("2026-10-25T22:59:59Z", "web"), ("2026-10-25T23:00:00Z", "web"),
        ("2026-03-28T23:00:00Z", "web"), ("2026-03-29T21:59:59Z", "web"), ("2026-03-29T22:00:00Z", "web"),
      ])
    #expect(
      text(try await tenant.activity(in: TimeRange(), zone: berlin)) == [
        "web 2026-03-29 2", "web 2026-03-30 1", "web 2026-10-24 1", "web 2026-10-25 4", "web 2026-10-26 1",
      ])
  }

  func everyMessageIsCountedOnceUnderItsOwnDayWhateverTheZone() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let messages = (0..<400).map { index in
      let time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(index) * 86_413_777 * 2 / 3)
      return (time.iso8601, ["web", "email", "slack"][index % 3])
    }
    let tenant = try await tenant(temporary, messages)
    for name in ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "America/St_Johns"] {
      let zone = try #require(TimeZone(identifier: name))
      var expected: [String: Int] = [:]
      for (time, channel) in messages {
        let moment = try TimestampParser.parse(time).start
        let local = moment.milliseconds + Int64(zone.secondsFromGMT(for: moment.date)) * 1000
        expected["\(channel) \(CivilDay(daysSinceEpoch: local / 86_400_000))", default: 0] += 1
      }
      let found = try await tenant.activity(in: TimeRange(), zone: zone)
      #expect(text(found) == expected.map { "\($0.key) \($0.value)" }.sorted(), "\(name)")
    }
  }

  func aRangeIsHalfOpenAndAnEmptyTenantHasNoDays() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let empty = try await temporary.tenant("northwind")
    #expect(try await empty.activity(in: TimeRange(), zone: .gmt).isEmpty)
    let tenant = try await tenant(
      temporary, [("2026-03-01T10:00:00Z", "web"), ("2026-03-01T11:00:00Z", "web"), ("2026-03-02T10:00:00Z", "web")])
    let range = TimeRange(
      since: try TimestampParser.parse("2026-03-01T11:00:00Z").start,
      until: try TimestampParser.parse("2026-03-02T10:00:00Z").start)
    #expect(text(try await tenant.activity(in: range, zone: .gmt)) == ["web 2026-03-01 1"])
    let outside = TimeRange(since: try TimestampParser.parse("2027-01-01").start)
    #expect(try await tenant.activity(in: outside, zone: .gmt).isEmpty)
  }
}
