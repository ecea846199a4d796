// Times as people and programs write them.

import ConversationMemory
import Foundation
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("2026-11-21T14:02:00Z", 1_795_269_720_000), ("2026-11-21T15:02:00+01:00", 1_795_269_720_000),
    ("2026-11-21 14:02", 1_795_269_720_000), ("2026-11-21t14:02:00.250z", 1_795_269_720_250),
    ("2026-11-21T14:02:00.25-0000", 1_795_269_720_250), ("1795269720", 1_795_269_720_000),
    ("1795269720250", 1_795_269_720_250), ("1795269720.25", 1_795_269_720_250), ("1795269720250000", 1_795_269_720_250),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("1970-01-01T00:00:00Z", 0),
  ])
  func readsMoments(text: String, milliseconds: Int64) throws {
    #expect(try TimestampParser.parse(text) == .moment(Timestamp(milliseconds: milliseconds)))
  }

  @Test(arguments: [
    "", "yesterday", "2026-13-01", "2026-02-29", "2026-11-21T25:00:00Z", "2026-11-21T14:02:00+99:00", "1e30", "nan",
    "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "1e19", "2026-11-21T14", "-5", "2026-11-21T14:02:00Zjunk",
    "1969-12-31T23:59:59Z",
  ])
  func refusesWhatIsNoTime(text: String) {
    #expect(throws: MemoryError.self) { try TimestampParser.parse(text) }
  }

  @Test func aBareDateCoversItsWholeDayInItsZone() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    // The day the clocks go back has 25 hours.
    guard case .day(let start, let end) = try TimestampParser.parse("2026-10-25", zone: berlin) else {
      Issue.record("not a day")
      return
    }
    #expect(end.milliseconds - start.milliseconds == 25 * 3_600_000)
    #expect(start.iso8601 == "2026-10-24T22:00:00Z")
    let range = TimeRange(
      since: try TimestampParser.parse("2026-11-01"), until: try TimestampParser.parse("2026-11-02"))
    #expect(range.contains(try TimestampParser.parse("2026-11-01T00:00:00Z").start))
    #expect(range.contains(try TimestampParser.parse("2026-11-02T23:59:59.999Z").start))
    #expect(!range.contains(try TimestampParser.parse("2026-11-03T00:00:00Z").start))
  }

  @Test func writingAndReadingAgree() throws {
    for milliseconds in stride(from: Int64(0), to: 7_258_118_400_000, by: 97_654_321_987) {
      let moment = Timestamp(milliseconds: milliseconds)
      #expect(try TimestampParser.parse(moment.iso8601) == .moment(moment))
      let day = CivilDay(daysSinceEpoch: milliseconds / 86_400_000)
      #expect(day.daysSinceEpoch == milliseconds / 86_400_000)
      #expect(day.exists)
    }
  }
}
