// The timeline: going to it, moving and marking in it, and from its days to a search or to sessions.

import ConversationMemory
import Terminal

extension ExplorerState {
  mutating func openTimeline() {
    visit()
    if focus.view != .timeline, !leads(focus, to: .timeline) { place.timelineOrigin = focus }
    place.isDetour = false
    if place.timeline == nil { place.timeline = TimelineState() }
    go(to: .timeline)
  }

  /// Whether Escape, pressed often enough in a pane, comes to a view: then that view must not come back to the pane.
  func leads(_ pane: Pane, to view: Pane.View) -> Bool {
    var pane = pane
    var seen = Set<Pane.View>()
    while seen.insert(pane.view).inserted {
      if pane.view == view { return true }
      switch pane.view {
      case .browse: return false
      case .search: pane = place.searchOrigin
      case .context: pane = place.contextOrigin
      case .timeline: pane = place.timelineOrigin
      case .person: pane = place.personOrigin
      }
    }
    return false
  }

  mutating func loadTimeline() {
    guard let tenant = place.tenant, place.timeline != nil else { return }
    ask(.timeline, .activity(tenant, settings.zone))
  }

  mutating func take(_ activity: [DayActivity]) {
    guard var timeline = place.timeline else { return }
    let isFirst = timeline.extent == nil
    timeline.show(activity, today: dates.day(of: now).daysSinceEpoch)
    if isFirst {
      // At first everything is in sight, as close as that allows.
      let columns = ScreenLayout(self)[.timeline].map { TimelineLayout.chartColumns($0.content) }
      while timeline.buckets.count > columns ?? size.columns / 2, let wider = timeline.zoom.coarser {
        timeline.zoom = wider
      }
    }
    place.timeline = timeline
    settleTimeline(ScreenLayout(self))
  }

  /// Keeps the bucket one stands on in sight, and the chart filled.
  mutating func settleTimeline(_ layout: ScreenLayout) {
    guard var timeline = place.timeline, let content = layout[.timeline]?.content else { return }
    let visible = TimelineLayout.visibleBuckets(timeline, content)
    let buckets = timeline.buckets
    let leading = min(max(timeline.leading, timeline.bucket - visible + 1), timeline.bucket)
    timeline.leading = max(buckets.lowerBound, min(leading, buckets.upperBound - visible))
    place.timeline = timeline
  }

  private mutating func changeTimeline(_ change: (inout TimelineState) -> Void) {
    guard var timeline = place.timeline else { return }
    change(&timeline)
    place.timeline = timeline
    settleTimeline(ScreenLayout(self))
  }

  mutating func runInTimeline(_ id: ExplorerCommand.Identifier) {
    changeTimeline { timeline in
      switch id {
      case .earlier: timeline.move(by: -1, .bucket)
      case .later: timeline.move(by: 1, .bucket)
      case .jumpEarlier: timeline.move(by: -1, .jump)
      case .jumpLater: timeline.move(by: 1, .jump)
      case .extendEarlier, .extendLater:
        if timeline.anchor == nil { timeline.mark() }
        timeline.move(by: id == .extendLater ? 1 : -1, .bucket)
      case .mark: if timeline.anchor == nil { timeline.mark() } else { timeline.unmark() }
      case .zoomIn: if let zoom = timeline.zoom.finer { timeline.zoom(to: zoom) }
      case .zoomOut: if let zoom = timeline.zoom.coarser { timeline.zoom(to: zoom) }
      default: break
      }
    }
  }

  /// Up and down go through the channels, pages and ends through time.
  mutating func moveInTimeline(_ motion: Motion) {
    changeTimeline { timeline in
      switch motion {
      case .up: timeline.select(row: timeline.row - 1)
      case .down: timeline.select(row: timeline.row + 1)
      case .pageUp: timeline.move(by: -1, .page)
      case .pageDown: timeline.move(by: 1, .page)
      case .first: timeline.go(to: .min)
      case .last: timeline.go(to: .max)
      }
    }
  }

  mutating func closeTimeline() {
    if place.timeline?.anchor != nil {
      changeTimeline { $0.unmark() }
    } else {
      go(to: place.timelineOrigin)
    }
  }

  // MARK: From days to messages

  /// The chosen days, and the channel of the row, as conditions of a line; nil where there are no days.
  private var timelineConditions: String? {
    guard let timeline = place.timeline, timeline.extent != nil else { return nil }
    let days = timeline.selection
    // `until:` with a date is up to the end of that day.
    var conditions = [
      SearchQueryParser.written(.since, CivilDay(daysSinceEpoch: days.lowerBound).description),
      SearchQueryParser.written(.until, CivilDay(daysSinceEpoch: days.upperBound - 1).description),
    ]
    if let channel = timeline.channel { conditions.append(SearchQueryParser.written(.channel, channel.rawValue)) }
    return conditions.joined(separator: " ")
  }

  /// A search line with the chosen days in place of the time it had; nil where there are no days to choose.
  ///
  /// - Parameter words: what to look for; nil takes the words of the line as it is.
  func timelineSearchLine(_ words: String?) -> String? {
    guard let conditions = timelineConditions else { return nil }
    return "\(conditions) \(withoutTimes(words ?? place.search.field.text))"
  }

  private func withoutTimes(_ line: String) -> String {
    var line = line
    if parsed(line) == nil {
      // A line that contradicts itself, such as one with two times, can be read once its fields are gone.
      let fields = ["since:", "until:"] + (place.timeline?.channel == nil ? [] : ["channel:"])
      let words = line.split(separator: " ").filter { word in !fields.contains { word.hasPrefix($0) } }
      line = words.joined(separator: " ")
    }
    for piece in (parsed(line)?.pieces ?? []).reversed() where isReplaced(piece) {
      line = SearchQueryParser.removing(piece, from: line)
    }
    return line
  }

  private func parsed(_ line: String) -> SearchQuery? {
    try? SearchQueryParser.parse(line, metadataKeys: place.metadataKeys, zone: settings.zone, now: now)
  }

  private func isReplaced(_ piece: SearchQuery.Piece) -> Bool {
    switch piece.kind {
    case .field(.since), .field(.until), .time: true
    case .field(.channel): place.timeline?.channel != nil
    case .field, .phrase, .exclusion: false
    }
  }

  /// Lists the sessions that were going on in the chosen days.
  mutating func listSessionsInRange() {
    guard let conditions = timelineConditions else { return }
    visit()
    place.browse.kind = .sessions
    place.browse.filter.set(conditions)
    go(to: .list)
    filterChanged()
  }

  // MARK: Mouse

  /// Goes to the bucket and the row that were pressed on.
  mutating func pressInTimeline(at point: Point, _ layout: ScreenLayout) {
    guard let timeline = place.timeline, let content = layout[.timeline]?.content else { return }
    let drawn = TimelineLayout(timeline, content)
    guard let row = drawn.row(at: point.y) else { return }
    changeTimeline { timeline in
      timeline.select(row: row)
      guard let bucket = drawn.bucket(at: point.x), timeline.buckets.contains(bucket) else { return }
      timeline.unmark()
      timeline.grip = timeline.zoom.days(of: bucket)
      timeline.go(to: timeline.zoom.days(of: bucket).lowerBound)
    }
  }

  /// Marks from where the mouse was pressed to where it is now.
  mutating func dragInTimeline(to point: Point) {
    guard let timeline = place.timeline, let grip = timeline.grip, let content = ScreenLayout(self)[.timeline]?.content
    else { return }
    let bucket = TimelineLayout(timeline, content).nearestBucket(to: point.x)
    changeTimeline { timeline in
      timeline.mark(grip)
      timeline.go(to: timeline.zoom.days(of: bucket).lowerBound)
    }
  }

  mutating func wheelInTimeline(_ buckets: Int) {
    changeTimeline { $0.move(by: Int64(buckets), .bucket) }
  }
}
