// What is counted: channels, days, names of metadata.

import ConversationMemory
import Foundation

extension QdrantTenantStore {
  func channels() async throws -> [ChannelSummary] {
    let points = points
    async let messages = points.facet(.channel, .messages)
    async let sessions = points.facet(.spokenChannels, .sessions)
    async let all = points.facet(.channels, .sessions)
    let counts = Dictionary(try await messages.byText, uniquingKeysWith: { first, _ in first })
    let spoken = Dictionary(try await sessions.byText, uniquingKeysWith: { first, _ in first })
    let names = Set(counts.keys).union(try await all.byText.map(\.value)).map { Channel(unchecked: $0) }.sorted()
    if names.isEmpty { try await requireTenant() }
    let latest = try await latestTimes(of: names.filter { counts[$0.rawValue] != nil })
    return names.map { name in
      ChannelSummary(
        id: name, messages: counts[name.rawValue] ?? 0, sessions: spoken[name.rawValue] ?? 0,
        lastActivity: latest[name])
    }
  }

  /// When something was said in each of some channels last.
  private func latestTimes(of channels: [Channel]) async throws -> [Channel: Timestamp] {
    let answers = try await points.query(
      "find the latest messages",
      channels.map { channel in
        PointQuery(
          .ordered(ScrollOrder(.place, descending: true)),
          filter: PointFilter.messages.and(.equals(.channel, channel.rawValue)), limit: 1,
          payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue]))
      })
    var latest: [Channel: Timestamp] = [:]
    for (channel, found) in zip(channels, answers) {
      latest[channel] = found.first?.payload?.timestamp.map { Timestamp(milliseconds: $0) }
    }
    return latest
  }

  func metadataKeys() async throws -> Set<String> {
    let names = try await points.facet(.metadataNames, PointFilter(.kinds([.message, .session])))
    if names.hits.isEmpty { try await requireTenant() }
    return Set(names.byText.map(\.value))
  }

  func activity(in range: TimeRange, zone: TimeZone) async throws -> [DayActivity] {
    let points = points
    let inRange = PointFilter.messages.and(
      .range(.timestamp, atLeast: range.since?.milliseconds ?? 0, below: range.until?.milliseconds))
    async let first = points.scroll(
      "find the first message", inRange, order: ScrollOrder(.place, descending: false), limit: 1,
      payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue]))
    async let last = points.scroll(
      "find the latest message", inRange, order: ScrollOrder(.place, descending: true), limit: 1,
      payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue]))
    async let channels = points.facet(.channel, inRange)
    guard let since = try await first.points.first?.payload?.timestamp,
      let until = try await last.points.first?.payload?.timestamp
    else {
      try await requireTenant()
      return []
    }
    let days = LocalDays(LocalDaySpans.spans(of: since..<until + 1, in: zone))
    let names = try await channels.byText.map { Channel(unchecked: $0.value) }.sorted()
    return try await withThrowingTaskGroup(of: (Int, [DayActivity]).self) { group in
      for (index, channel) in names.enumerated() {
        group.addTask {
          let counts = try await days.counts(points, inRange.and(.equals(.channel, channel.rawValue)))
          return (
            index,
            counts.sorted { $0.key < $1.key }.map {
              DayActivity(channel: channel, day: CivilDay(daysSinceEpoch: $0.key), messages: $0.value)
            }
          )
        }
      }
      var found = [[DayActivity]](repeating: [], count: names.count)
      for try await (index, days) in group { found[index] = days }
      return found.flatMap { $0 }
    }
  }
}

/// Days of a zone, counted from quarters of an hour: every offset that any zone has had since 1973 is a multiple of one.
private struct LocalDays: Sendable {
  private static let quarter: Int64 = 900_000

  let spans: [LocalDaySpans.Span]

  init(_ spans: [LocalDaySpans.Span]) { self.spans = spans }

  /// How many there are at most.
  private var quarters: Int {
    guard let first = spans.first, let last = spans.last else { return 1 }
    return Int((last.until - first.since) / Self.quarter) + 2
  }

  /// Messages by days since 1970.
  func counts(_ points: TenantPoints, _ filter: PointFilter) async throws -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    let isWhole = spans.enumerated().allSatisfy { index, span in
      span.offset % Self.quarter == 0 && (index == 0 || span.since % Self.quarter == 0)
    }
    guard isWhole else { return try await exactCounts(points, filter) }
    for (quarter, count) in try await points.facet(.quarterHour, filter, limit: quarters).byInteger {
      counts[day(of: quarter * Self.quarter), default: 0] += count
    }
    return counts
  }

  /// Where a zone's clocks are off by less than a quarter of an hour, each message is looked at.
  private func exactCounts(_ points: TenantPoints, _ filter: PointFilter) async throws -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    try await points.forEachPage(
      "count days", filter, size: 20_000, payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue])
    ) { page in
      for moment in page.compactMap({ $0.payload?.timestamp }) { counts[day(of: moment), default: 0] += 1 }
    }
    return counts
  }

  /// The first span's beginning lies anywhere in its quarter.
  private func day(of moment: Int64) -> Int64 {
    let span = spans.last { $0.since <= moment } ?? spans[0]
    let local = moment + span.offset
    return (local >= 0 ? local : local - LocalDaySpans.day + 1) / LocalDaySpans.day
  }
}
