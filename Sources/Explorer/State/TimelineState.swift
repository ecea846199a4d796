// The timeline: how many messages there were when, and which days are chosen.

import ConversationMemory

/// How many messages a channel, or all of them, had on which days.
struct TimelineSeries: Sendable, Equatable {
  /// Nil stands for all channels.
  var channel: Channel?
  /// Days with messages, ascending.
  private let days: [Int64]
  /// Messages before each of `days`, and of all in the end: a range costs two searches whatever its length.
  private let sums: [Int]

  /// - Parameter counts: days with their messages, in any order.
  init(channel: Channel?, counts: [Int64: Int]) {
    self.channel = channel
    days = counts.keys.sorted()
    sums = days.reduce(into: [0]) { $0.append(($0.last ?? 0) + (counts[$1] ?? 0)) }
  }

  var total: Int { sums.last ?? 0 }
  /// From the first day with messages to the last, which is in; nil without any.
  var extent: ClosedRange<Int64>? {
    guard let first = days.first, let last = days.last else { return nil }
    return first...last
  }

  func messages(in range: Range<Int64>) -> Int {
    sums[position(of: range.upperBound)] - sums[position(of: range.lowerBound)]
  }

  /// How many of `days` lie before `day`.
  private func position(of day: Int64) -> Int {
    var low = 0
    var high = days.count
    while low < high {
      let middle = (low + high) / 2
      if days[middle] < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Everything the timeline shows; days are counted from 1970-01-01 in the explorer's zone.
struct TimelineState: Sendable, Equatable {
  /// All channels together, then each, the one with most messages first. Empty until the store has answered.
  private(set) var series: [TimelineSeries] = []
  /// The days that can be gone to; nil where there are no messages.
  private(set) var extent: Range<Int64>?
  private(set) var isLoaded = false
  var zoom = TimelineZoom.day
  /// The bucket one stands on is the one with this day.
  private(set) var cursor: Int64 = 0
  /// Where a marked range began: the days of the bucket that was marked first.
  private(set) var anchor: Range<Int64>?
  /// The bucket the mouse was pressed on, while it is held.
  var grip: Range<Int64>?
  /// The row one stands on: a channel, or all of them.
  var channel: Channel?
  /// The first bucket in sight.
  var leading: Int64 = 0

  /// A quiet time of up to so many days before today is shown as such; old data end with their last message.
  static let quietDays: Int64 = 31

  /// Takes over what the store has counted. Who stands somewhere stays there.
  mutating func show(_ activity: [DayActivity], today: Int64) {
    var all: [Int64: Int] = [:]
    var channels: [Channel: [Int64: Int]] = [:]
    for item in activity where item.messages > 0 {
      let day = item.day.daysSinceEpoch
      all[day, default: 0] += item.messages
      channels[item.channel, default: [:]][day, default: 0] += item.messages
    }
    let whole = TimelineSeries(channel: nil, counts: all)
    let parts = channels.map { TimelineSeries(channel: $0.key, counts: $0.value) }.sorted {
      ($1.total, $0.channel?.rawValue ?? "") < ($0.total, $1.channel?.rawValue ?? "")
    }
    let isFirst = extent == nil
    series = [whole] + parts
    isLoaded = true
    guard let days = whole.extent else {
      extent = nil
      anchor = nil
      return
    }
    let isRecent = (days.upperBound...days.upperBound + Self.quietDays).contains(today)
    extent = days.lowerBound..<(isRecent ? today : days.upperBound) + 1
    if isFirst { cursor = days.upperBound }
    if !series.contains(where: { $0.channel == channel }) { channel = nil }
    go(to: cursor)
  }

  var row: Int { series.firstIndex { $0.channel == channel } ?? 0 }

  mutating func select(row: Int) {
    guard !series.isEmpty else { return }
    channel = series[min(max(0, row), series.count - 1)].channel
  }

  /// The buckets there are.
  var buckets: Range<Int64> {
    guard let extent else { return 0..<0 }
    return zoom.bucket(of: extent.lowerBound)..<zoom.bucket(of: extent.upperBound - 1) + 1
  }

  var bucket: Int64 { zoom.bucket(of: cursor) }

  /// Stands on the bucket with a day; days beyond an end are that end.
  mutating func go(to day: Int64) {
    guard let extent else { return }
    cursor = min(max(extent.lowerBound, day), extent.upperBound - 1)
  }

  mutating func move(by count: Int64, _ step: TimelineZoom.Step) { go(to: zoom.moved(cursor, by: count, step)) }

  /// The days that are chosen: the marked ones, or the bucket one stands on.
  var selection: Range<Int64> {
    let own = zoom.days(of: bucket)
    guard let anchor else { return own }
    return min(anchor.lowerBound, own.lowerBound)..<max(anchor.upperBound, own.upperBound)
  }

  /// Begins a range here.
  mutating func mark() { anchor = zoom.days(of: bucket) }

  /// Begins a range elsewhere.
  mutating func mark(_ days: Range<Int64>) { anchor = days }

  mutating func unmark() { anchor = nil }

  /// Looks closer or wider. A marked range keeps its days: closer by, one stands on its outermost one.
  mutating func zoom(to zoom: TimelineZoom) {
    if let anchor, zoom.rawValue < self.zoom.rawValue {
      let days = selection
      go(to: cursor >= anchor.lowerBound ? days.upperBound - 1 : days.lowerBound)
    }
    self.zoom = zoom
  }
}
