// Plain words about time in a query line: which become a condition, what days they mean, and which stay text. It is
// Tuesday, 24 November 2026, 11:00 in UTC.

import ConversationMemory
import Foundation
import Testing

@Suite("Query times")
struct QueryTimeTests {
  static let now = Timestamp(milliseconds: 1_795_518_000_000)

  /// A line, the text that is left and the days of its time: the first and the one behind the last.
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var text: String
    var since: String?
    var until: String?

    init(_ line: String, _ text: String, _ since: String?, _ until: String?) {
      self.line = line
      self.text = text
      self.since = since
      self.until = until
    }

    var testDescription: String { line }
  }

  static let recognised: [Case] = [
    Case("pricing today", "pricing", "2026-11-24", "2026-11-25"),
    Case("Today: what came in?", "what came in?", "2026-11-24", "2026-11-25"),
    Case("pricing yesterday?", "pricing?", "2026-11-23", "2026-11-24"),
    Case("mails from yesterday", "mails", "2026-11-23", "2026-11-24"),
    Case("pricing the day before yesterday", "pricing", "2026-11-22", "2026-11-23"),
    Case(
      "what did we discuss about pricing last week?", "what did we discuss about pricing?", "2026-11-16", "2026-11-23"),
    Case("Last week, what did Dana say?", "what did Dana say?", "2026-11-16", "2026-11-23"),
    Case("what did Dana say in the last week", "what did Dana say", "2026-11-16", "2026-11-23"),
    Case("complaints this week", "complaints", "2026-11-23", "2026-11-30"),
    Case("complaints during this week", "complaints", "2026-11-23", "2026-11-30"),
    Case("complaints previous month", "complaints", "2026-10-01", "2026-11-01"),
    Case("complaints last month", "complaints", "2026-10-01", "2026-11-01"),
    Case("complaints this month", "complaints", "2026-11-01", "2026-12-01"),
    Case("LAST QUARTER refunds", "refunds", "2026-07-01", "2026-10-01"),
    Case("refunds this quarter", "refunds", "2026-10-01", "2027-01-01"),
    Case("refunds last year", "refunds", "2025-01-01", "2026-01-01"),
    Case("refunds this year", "refunds", "2026-01-01", "2027-01-01"),
    Case("discounts in March", "discounts", "2026-03-01", "2026-04-01"),
    Case("discounts in december", "discounts", "2025-12-01", "2026-01-01"),
    Case("discounts in November", "discounts", "2026-11-01", "2026-12-01"),
    Case("discounts in May", "discounts", "2026-05-01", "2026-06-01"),
    Case("discounts in March 2025", "discounts", "2025-03-01", "2025-04-01"),
    Case("discounts in Feb 2024", "discounts", "2024-02-01", "2024-03-01"),
    Case("discounts during October", "discounts", "2026-10-01", "2026-11-01"),
    Case("discounts in 2025", "discounts", "2025-01-01", "2026-01-01"),
    Case("discounts last December", "discounts", "2025-12-01", "2026-01-01"),
    Case("discounts last November", "discounts", "2025-11-01", "2025-12-01"),
    Case("the call on Monday", "the call", "2026-11-23", "2026-11-24"),
    Case("the call on Tuesday", "the call", "2026-11-24", "2026-11-25"),
    Case("the call on wednesday", "the call", "2026-11-18", "2026-11-19"),
    Case("the call last Tuesday", "the call", "2026-11-17", "2026-11-18"),
    Case("the call on last Friday", "the call", "2026-11-20", "2026-11-21"),
    Case("the call on 2026-11-05", "the call", "2026-11-05", "2026-11-06"),
    Case("the call on 5 March", "the call", "2026-03-05", "2026-03-06"),
    Case("the call on the 5th of March", "the call", "2026-03-05", "2026-03-06"),
    Case("the call on March 5th, 2025 about seats", "the call about seats", "2025-03-05", "2025-03-06"),
    Case("the call on 24 Dec", "the call", "2025-12-24", "2025-12-25"),
    Case("the call on 29 February", "the call", "2024-02-29", "2024-03-01"),
    Case("pricing 3 days ago", "pricing", "2026-11-21", "2026-11-22"),
    Case("pricing a week ago", "pricing", "2026-11-16", "2026-11-23"),
    Case("pricing two weeks ago", "pricing", "2026-11-09", "2026-11-16"),
    Case("pricing 2 months ago", "pricing", "2026-09-01", "2026-10-01"),
    Case("pricing last 7 days", "pricing", "2026-11-17", "2026-11-25"),
    Case("pricing in the last 30 days", "pricing", "2026-10-25", "2026-11-25"),
    Case("pricing over the past two weeks", "pricing", "2026-11-10", "2026-11-25"),
    Case("pricing past week", "pricing", "2026-11-17", "2026-11-25"),
    Case("pricing in the past month", "pricing", "2026-10-24", "2026-11-25"),
    Case("pricing in the last three months", "pricing", "2026-08-24", "2026-11-25"),
    Case("pricing in the past 9 months", "pricing", "2026-02-24", "2026-11-25"),
    Case("pricing since Monday", "pricing", "2026-11-23", nil),
    Case("pricing since yesterday", "pricing", "2026-11-23", nil),
    Case("pricing since last week", "pricing", "2026-11-16", nil),
    Case("pricing since the 1st of March", "pricing", "2026-03-01", nil),
    Case("pricing since 2026-10-01", "pricing", "2026-10-01", nil),
    Case("pricing since March", "pricing", "2026-03-01", nil),
    Case("pricing since 2025", "pricing", "2025-01-01", nil),
    Case("pricing since May", "pricing", "2026-05-01", nil),
    Case("pricing after March", "pricing", "2026-04-01", nil),
    Case("pricing after 5 March 2026", "pricing", "2026-03-06", nil),
    Case("pricing before Friday", "pricing", nil, "2026-11-20"),
    Case("pricing before 5 March", "pricing", nil, "2026-03-05"),
    Case("pricing before last month", "pricing", nil, "2026-10-01"),
    Case("pricing until Friday", "pricing", nil, "2026-11-21"),
    Case("pricing till yesterday", "pricing", nil, "2026-11-24"),
    Case("pricing until 2026-10-31", "pricing", nil, "2026-11-01"),
    Case("pricing until 31 October", "pricing", nil, "2026-11-01"),
    Case("pricing until 31 January 2026", "pricing", nil, "2026-02-01"),
    Case("pricing since Monday until Tuesday", "pricing", "2026-11-23", "2026-11-25"),
    Case("pricing between March and May", "pricing", "2026-03-01", "2026-06-01"),
    Case("pricing between November and February", "pricing", "2025-11-01", "2026-03-01"),
    Case("pricing between March and May 2025", "pricing", "2025-03-01", "2025-06-01"),
    Case("pricing between 1 March and 5 March", "pricing", "2026-03-01", "2026-03-06"),
    Case("pricing between March 1 and March 5, 2025", "pricing", "2025-03-01", "2025-03-06"),
    Case("pricing between Wednesday and Monday", "pricing", "2026-11-18", "2026-11-24"),
    Case("pricing between 2026-11-01 and 2026-11-05", "pricing", "2026-11-01", "2026-11-06"),
    Case("pricing from March to May", "pricing", "2026-03-01", "2026-06-01"),
    Case("pricing from 2026-11-01 until yesterday", "pricing", "2026-11-01", "2026-11-24"),
    Case("who wrote on Monday?", "who wrote?", "2026-11-23", "2026-11-24"),
    Case("did they complain (last week)", "did they complain ()", "2026-11-16", "2026-11-23"),
  ]

  @Test(arguments: recognised)
  func aTimePhraseBecomesACondition(_ example: Case) throws {
    let query = try SearchQueryParser.parse(example.line, now: Self.now)
    #expect(query.text == example.text)
    #expect(query.filter.timeRange.since?.iso8601 == example.since.map { $0 + "T00:00:00Z" })
    #expect(query.filter.timeRange.until?.iso8601 == example.until.map { $0 + "T00:00:00Z" })
    let times = query.pieces.filter { if case .time = $0.kind { true } else { false } }
    #expect(times.count == query.pieces.count && !times.isEmpty)
    for piece in times {
      #expect(piece.label.hasPrefix(piece.value + ": "))
      // Taken away, or quoted, it is no condition.
      let without = SearchQueryParser.removing(piece, from: example.line)
      #expect(try SearchQueryParser.parse(without, now: Self.now).pieces.count == query.pieces.count - 1)
      let quoted = String(decoding: Array(example.line.utf8)[piece.range], as: UTF8.self)
      let line = example.line.replacing(quoted, with: "\"\(quoted)\"")
      #expect(try SearchQueryParser.parse(line, now: Self.now).filter.timeRange.isUnbounded || times.count > 1)
    }
  }

  @Test(arguments: [
    "may I ask about pricing", "they march on", "a second price", "the last price", "last", "the last call", "this",
    "this price", "what may change", "before may I ask", "since we may move", "the last march", "a march order",
    "in second place", "on the list", "Monday", "march", "May", "Dana May", "mail from May", "mail from March",
    "today's price", "yesterday's call", "last week's mail", "the end of last week", "the invoice for last month",
    "better than last year", "the last week of the contract", "the last quarter of the year", "due by yesterday",
    "more than 3 days ago", "about two weeks ago", "a few days ago", "the last few days", "the last 5 messages",
    "last 3 invoices", "5 days", "7", "two weeks notice", "tomorrow", "next week", "next Monday", "in 3 days",
    "in two weeks", "on Mondays", "in March 2027", "since 2030", "in 20255", "in 25", "open from Monday to Friday",
    "between us and them", "from here to there", "on Monday next week", "last, week", "last \"week\"", "version 2025",
    "in Jan", "since Jan called", "the may fair", "in last place", "past due", "the past", "this is it",
    "before and after",
    "the week before 3 August 2026", "two weeks before August 11", "the day after Friday", "moved from 4 years ago",
    "a year ago", "until now", "is the price held until 31 January?", "valid till March", "14:30", "at 3",
    "on 31 February",
    "per quarter", "every last week", "on March", "1 March",
    "2026-11-05",
    "March 2025", "in the 2025 plan", "years ago", "0 days ago", "a month", "a quarter ago's price",
  ])
  func whatIsNotUnmistakablyATimeStaysText(_ line: String) throws {
    let query = try SearchQueryParser.parse(line, now: Self.now)
    #expect(query.filter.timeRange.isUnbounded)
    #expect(!query.pieces.contains { if case .time = $0.kind { true } else { false } })
    #expect(query.text == line.replacing("\"", with: ""))
  }

  @Test(arguments: [
    "When did Caroline go to the group yesterday?", "when was the call in March",
    "How long did the trial run last year?",
    "Which year did they renew before March?", "What month was the refund last year?",
    "On what day did we call last week?",
    "since when do they pay, since March?", "How many days did it take last month?", "and when did they pay last week?",
    "Do you know when Dana called last week?", "tell me when the outage was last week",
    "How often did it fail this week?",
    "what time was the call on Monday?", "which week in March was it", "How long ago was the call, last week?",
    "When's the renewal, in March?", "Can you tell me how long the outage was yesterday?",
  ])
  func aQuestionThatAsksForATimeKeepsItsTimeWords(_ line: String) throws {
    let query = try SearchQueryParser.parse(line, now: Self.now)
    #expect(query.filter.isEmpty)
    #expect(query.text == line)
  }

  @Test(arguments: [
    ("what did we say when we met last week", "what did we say when we met"),
    ("how did the call go yesterday", "how did the call go"), ("how many seats last week", "how many seats"),
    ("which plan did we offer last week", "which plan did we offer"),
  ])
  func aQuestionThatAsksForSomethingElseDoesNot(_ line: String, _ text: String) throws {
    let query = try SearchQueryParser.parse(line, now: Self.now)
    #expect(query.pieces.count == 1)
    #expect(query.text == text)
  }

  @Test func aWrittenTimeStillCountsInAQuestionThatAsksForOne() throws {
    let query = try SearchQueryParser.parse("when did they pay since:2026-11-01 last week", now: Self.now)
    #expect(query.filter.timeRange == TimeRange(since: Timestamp(milliseconds: 1_793_491_200_000)))
    #expect(query.text == "when did they pay last week")
  }

  @Test func timeWordsCanBeLeftAlone() throws {
    let query = try SearchQueryParser.parse("pricing last week since:7d", now: Self.now, readsTimeWords: false)
    #expect(query.text == "pricing last week")
    #expect(query.filter.timeRange.since?.iso8601 == "2026-11-17T00:00:00Z")
  }

  @Test(arguments: [
    ("pricing last week", "last week: 2026-11-16 to 2026-11-22"), ("pricing  yesterday", "yesterday: 2026-11-23"),
    ("pricing since  Monday", "since Monday: from 2026-11-23"),
    ("pricing before Friday", "before Friday: up to 2026-11-19"),
    ("pricing in March", "in March: 2026-03-01 to 2026-03-31"),
    ("pricing in the last 3 hours", "in the last 3 hours: since 2026-11-24 08:00"),
  ])
  func theLabelSaysWhatIsMeant(_ line: String, _ label: String) throws {
    #expect(try SearchQueryParser.parse(line, now: Self.now).pieces.map(\.label) == [label])
  }

  @Test func hoursCountFromNow() throws {
    let query = try SearchQueryParser.parse("outage past 2 hours", now: Self.now)
    #expect(query.filter.timeRange == TimeRange(since: Self.now.adding(milliseconds: -7_200_000)))
    #expect(query.text == "outage")
  }

  @Test func daysAreThoseOfTheZone() throws {
    let auckland = try #require(TimeZone(identifier: "Pacific/Auckland"))
    // There it is Wednesday already: 25 November, half past midnight.
    let now = Timestamp(milliseconds: 1_795_518_000_000 + 30 * 60_000)
    let query = try SearchQueryParser.parse("pricing yesterday", zone: auckland, now: now)
    #expect(query.filter.timeRange.since?.iso8601 == "2026-11-23T11:00:00Z")
    #expect(query.filter.timeRange.until?.iso8601 == "2026-11-24T11:00:00Z")
    // The month in which summer time begins has an hour less.
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let march = try SearchQueryParser.parse("pricing in March", zone: berlin, now: Self.now).filter.timeRange
    #expect(march.since?.iso8601 == "2026-02-28T23:00:00Z")
    #expect(march.until?.iso8601 == "2026-03-31T22:00:00Z")
  }

  @Test(arguments: [
    ("since:monday", "2026-11-23"), ("since:march", "2026-03-01"), ("since:\"last week\"", "2026-11-16"),
    ("since:\"3 days ago\"", "2026-11-21"), ("since:yesterday", "2026-11-23"), ("since:7d", "2026-11-17"),
    ("since:2w", "2026-11-10"), ("since:\"5 March 2025\"", "2025-03-05"), ("since:2026-01-02", "2026-01-02"),
  ])
  func fieldsReadTheSameTimes(_ line: String, _ day: String) throws {
    let query = try SearchQueryParser.parse(line, now: Self.now)
    #expect(query.filter.timeRange == TimeRange(since: try TimestampParser.parse(day), until: nil))
  }

  /// A line and the part of it that the error points at.
  @Test(arguments: [
    ("since Monday since Friday", "since Friday"), ("pricing last week yesterday", "yesterday"),
    ("since:2026-11-01 last week", "last week"), ("last week since:2026-11-01", "last week"),
    ("since:2026-11-01 since:2026-11-02", "since:2026-11-02"), ("before Monday before Tuesday", "before Tuesday"),
    ("since Tuesday before Monday", "before Monday"), ("until:2026-11-01 since:2026-11-02", "since:2026-11-02"),
    ("since:2026-11-02 until:2026-11-01", "until:2026-11-01"),
  ])
  func contradictionsAreErrorsAtTheirPlace(_ line: String, _ place: String) {
    let error = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse(line, now: Self.now) }
    let bytes = Array(line.utf8)
    #expect(error.map { String(decoding: bytes[$0.range], as: UTF8.self) } == place)
  }

  @Test(arguments: [0, 1_000_000_000, 7_258_118_300_000, -1, Int64.max / 2, Int64.min / 2])
  func noTimeOfDayMakesItFail(_ milliseconds: Int64) throws {
    let now = Timestamp(milliseconds: milliseconds)
    for line in ["last year", "in March", "on Monday", "200 weeks ago", "9999 months ago", "past 9999 months", "today"]
    {
      _ = try SearchQueryParser.parse("x \(line)", now: now)
    }
  }
}
