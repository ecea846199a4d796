// Messages over time as bars: all channels, and each below. Every row has a scale of its own, whose end it names.

import ConversationMemory
import Foundation
import Terminal

struct TimelineView {
  let state: ExplorerState

  init(_ state: ExplorerState) { self.state = state }

  private var glyphs: Glyphs { state.settings.glyphs }

  func draw(into surface: inout Surface, _ frame: ScreenLayout.PaneFrame) {
    let timeline = state.place.timeline ?? TimelineState()
    let figure = timeline.extent.map { text($0) } ?? ""
    PaneChrome.title(
      "Timeline", remark: "\(glyphs.dot) \(remark(timeline))", figure: figure, isFocused: true, into: &surface,
      in: frame.title)
    guard timeline.isLoaded else { return PaneChrome.waiting(state, into: &surface, in: frame.content) }
    guard timeline.extent != nil else {
      PaneChrome.empty(
        [
          "There are no messages yet.",
          "recollect import --tenant \(state.place.tenant?.rawValue ?? "NAME") FILE… brings some in.",
          "They appear here as they come.",
        ], into: &surface, in: frame.content)
      return
    }
    let layout = TimelineLayout(timeline, frame.content)
    for group in layout.groups { draw(group, timeline, layout, into: &surface) }
    drawAxis(timeline, layout, into: &surface)
    mark(timeline, layout, into: &surface)
    surface.put(
      summary(timeline, columns: layout.summary.width - 2), x: layout.summary.x + 1, y: layout.summary.y,
      clip: layout.summary)
    let others = layout.groups.dropFirst()
    surface.scrollbar(
      x: frame.content.maxX - 1, y: layout.chart.y, height: layout.chart.height,
      first: (others.first?.index ?? 1) - 1, visible: others.count, total: timeline.series.count - 1)
  }

  private func remark(_ timeline: TimelineState) -> String {
    // Where only one row fits, it has no label that says whose it is.
    let isNarrow = state.size.columns < 40
    return timeline.zoom.caption + (isNarrow ? timeline.channel.map { " \(glyphs.dot) \($0)" } ?? "" : "")
  }

  // MARK: Rows

  private func draw(
    _ group: TimelineLayout.Group, _ timeline: TimelineState, _ layout: TimelineLayout, into surface: inout Surface
  ) {
    let series = timeline.series[group.index]
    let values = layout.buckets.map { series.messages(in: timeline.zoom.days(of: $0)) }
    let peak = values.max() ?? 0
    let selection = timeline.selection
    for (bucket, value) in zip(layout.buckets, values) {
      let columns = layout.columns(of: bucket)
      let isChosen = selection.overlaps(timeline.zoom.days(of: bucket))
      let style = Style(isChosen ? .histogramSelected : .histogram)
      let base = group.rows.upperBound - 1
      guard value > 0 else {
        surface.put(glyphs.noBar, x: columns.lowerBound, y: base, style: Style(.barTrack), clip: layout.chart)
        continue
      }
      for row in 0..<group.barRows {
        let eighths = Self.eighths(value, of: peak, rows: group.barRows) - 8 * row
        guard eighths > 0 else { break }
        let bar = String(repeating: glyphs.bars[min(8, eighths) - 1], count: columns.count)
        surface.put(bar, x: columns.lowerBound, y: base - row, style: style, clip: layout.chart)
      }
    }
    drawLabel(of: series, peak: peak, group, timeline, layout, into: &surface)
  }

  /// Eighths of a row that a bar fills: one at least, so that a single message shows beside thousands.
  static func eighths(_ value: Int, of peak: Int, rows: Int) -> Int {
    guard value > 0, peak > 0 else { return 0 }
    return max(1, Int((Double(value) / Double(peak) * Double(rows * 8)).rounded()))
  }

  private func drawLabel(
    of series: TimelineSeries, peak: Int, _ group: TimelineLayout.Group, _ timeline: TimelineState,
    _ layout: TimelineLayout, into surface: inout Surface
  ) {
    let columns = layout.labelColumns - 2
    let x = layout.chart.x - layout.labelColumns
    let area = Rect(x: x, y: group.rows.lowerBound, width: layout.labelColumns - 1, height: group.rows.count)
    let isSelected = timeline.row == group.index
    let sign = series.channel.map(glyphs.channel) ?? "*"
    let style = Style(series.channel == nil ? .title : .channel, isSelected ? .bold : [])
    if columns < 6 {
      surface.put(sign, x: x + 1, y: area.y, style: style, clip: area)
    } else {
      let total = NumberText.grouped(series.total)
      let room = max(1, columns - SafeText.columns(total) - 2)
      let name = series.channel.map { "\(sign) \($0.rawValue)" } ?? (room < 12 ? "All" : "All channels")
      surface.put(TextLayout.truncate(name, columns: room), x: x + 1, y: area.y, style: style, clip: area)
      surface.put(total, x: area.maxX - SafeText.columns(total) - 1, y: area.y, style: .text, clip: area)
      var lines = [Span("peak \(NumberText.grouped(peak))", Style(.muted))]
      let chosen = series.messages(in: timeline.selection)
      lines.append(
        Span("\(timeline.anchor == nil ? "here" : "marked") \(NumberText.grouped(chosen))", Style(.histogramSelected)))
      for (index, line) in lines.prefix(group.rows.count - 1).enumerated() {
        surface.put([line], x: x + 3, y: area.y + 1 + index, clip: area)
      }
    }
    guard isSelected else { return }
    for y in group.rows { surface.put(glyphs.pointer, x: x, y: y, style: Style(.accent)) }
  }

  /// The ground of the chosen buckets, in every row alike; the one that one stands on is marked below the bars: without
  /// colours a selection is drawn in reverse, which would turn bars into gaps.
  private func mark(_ timeline: TimelineState, _ layout: TimelineLayout, into surface: inout Surface) {
    let selection = timeline.selection
    for bucket in layout.buckets where selection.overlaps(timeline.zoom.days(of: bucket)) {
      let columns = layout.columns(of: bucket)
      let area = Rect(
        x: columns.lowerBound, y: layout.chart.y, width: columns.count, height: layout.axis.y - layout.chart.y)
      surface.restyle(area.intersection(layout.chart)) { $0.on(.selectionInactive) }
    }
    let columns = layout.columns(of: timeline.bucket)
    let foot = Rect(x: columns.lowerBound, y: layout.axis.y, width: columns.count, height: 1)
    surface.restyle(foot.intersection(layout.axis)) { $0.on(.selection) }
    if let group = layout.groups.first(where: { $0.index == timeline.row }) {
      surface.cursor = Point(x: layout.columns(of: timeline.bucket).lowerBound, y: group.rows.upperBound - 1)
    }
  }

  // MARK: Dates and words

  private func drawAxis(_ timeline: TimelineState, _ layout: TimelineLayout, into surface: inout Surface) {
    let axis = TimelineAxis(
      zoom: timeline.zoom, buckets: layout.buckets, bucketColumns: layout.bucketColumns,
      style: state.settings.dateStyle)
    let selection = timeline.selection
    for (row, labels) in axis.rows(layout.axis.height).enumerated() {
      var free = layout.axis.x
      for label in labels {
        let x = layout.columns(of: label.bucket).lowerBound
        guard x >= free, x + label.text.count <= layout.axis.maxX else { continue }
        let isChosen = row == 0 && selection.overlaps(timeline.zoom.days(of: label.bucket))
        free =
          1
          + surface.put(
            label.text, x: x, y: layout.axis.y + row, style: Style(isChosen ? .accent : .timestamp), clip: layout.axis)
      }
    }
  }

  /// The chosen days, their messages and whose they are, as far as there is room.
  private func summary(_ timeline: TimelineState, columns: Int) -> [Span] {
    let days = timeline.selection
    let row = timeline.series[timeline.row]
    let count = NumberText.count(row.messages(in: days), "message")
    var parts = [
      Span(text(days), Style(.text, .bold)),
      Span(row.channel.map { "\(count) in \($0)" } ?? count, .text),
    ]
    // Where there is no room for both, how many says more than when.
    if columns < 38 { parts = [Span(NumberText.grouped(row.messages(in: days)), Style(.histogramSelected)), parts[0]] }
    if columns >= 38, days.count > 1 { parts.insert(Span(NumberText.count(days.count, "day"), Style(.muted)), at: 1) }
    if row.channel == nil, timeline.series.count > 2 {
      for series in timeline.series.dropFirst() {
        guard let channel = series.channel, case let own = series.messages(in: days), own > 0 else { continue }
        parts.append(Span("\(glyphs.channel(channel)) \(channel) \(NumberText.grouped(own))", Style(.channel)))
      }
    }
    var result: [Span] = []
    var used = 0
    for part in parts {
      let separator = result.isEmpty ? "" : " \(glyphs.dot) "
      used += SafeText.columns(separator) + SafeText.columns(part.text)
      guard used <= columns || columns < 38 else { break }
      if !separator.isEmpty { result.append(Span(separator, Style(.muted))) }
      result.append(part)
    }
    return result
  }

  /// `16 Nov 2026`, or `16 Nov 2026 – 22 Nov 2026`.
  private func text(_ days: Range<Int64>) -> String {
    let first = text(days.lowerBound)
    return days.count == 1 ? first : "\(first) – \(text(days.upperBound - 1))"
  }

  private func text(_ day: Int64) -> String {
    // Noon is on its day in any zone, whatever the clocks do in the night.
    let noon = day * 86_400_000 + 43_200_000
    let offset = Int64(state.settings.zone.secondsFromGMT(for: Timestamp(milliseconds: noon).date)) * 1000
    return state.dates.edge(Timestamp(milliseconds: noon - offset), isLast: true)
  }
}
