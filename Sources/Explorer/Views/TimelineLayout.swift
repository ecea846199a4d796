// Where the parts of the timeline are in its pane, computed from its state alone: the view draws by it, the mouse points
// by it.

import ConversationMemory
import Terminal

struct TimelineLayout {
  /// One row of the timeline: the label at the left, the bars beside it.
  struct Group {
    /// In the timeline's series.
    var index: Int
    var rows: Range<Int>
    /// Rows the bars may fill: the topmost one of a tall group stays empty.
    var barRows: Int { rows.count >= 3 ? rows.count - 1 : rows.count }
  }

  let chart: Rect
  let labelColumns: Int
  /// Columns of a bucket, with the gap to the next one where it is wide.
  let bucketColumns: Int
  /// The buckets in sight.
  let buckets: Range<Int64>
  let groups: [Group]
  /// Two rows of dates, one where there is little room, none where there is next to none.
  let axis: Rect
  /// What is chosen, in words.
  let summary: Rect

  private static let widestBucket = 6
  private static let tallestChannel = 9
  private static let tallestWhole = 14

  private let first: Int64
  private let all: Range<Int64>

  init(_ timeline: TimelineState, _ content: Rect) {
    labelColumns = Self.labelColumns(content)
    let summaryRows = content.height >= 3 ? 1 : 0
    let axisRows = content.height >= 8 ? 2 : content.height >= 2 ? 1 : 0
    let rows = content.height - summaryRows - axisRows
    chart = Rect(x: content.x + labelColumns, y: content.y, width: Self.chartColumns(content), height: rows)
    groups = Self.groups(timeline, chart)
    axis = Rect(x: chart.x, y: groups.last?.rows.upperBound ?? chart.maxY, width: chart.width, height: axisRows)
    summary = Rect(x: content.x, y: axis.maxY, width: content.width, height: summaryRows)
    bucketColumns = Self.bucketColumns(timeline, content)
    all = timeline.buckets
    first = timeline.leading
    let end = min(first + Self.visibleBuckets(timeline, content), all.upperBound)
    buckets = first..<max(first, end)
  }

  static func labelColumns(_ content: Rect) -> Int {
    switch content.width {
    case 100...: 28
    case 60...: 21
    case 40...: 15
    default: 3
    }
  }

  /// The last column is the scroll bar's.
  static func chartColumns(_ content: Rect) -> Int { max(1, content.width - labelColumns(content) - 1) }

  private static func bucketColumns(_ timeline: TimelineState, _ content: Rect) -> Int {
    max(1, min(widestBucket, chartColumns(content) / max(1, timeline.buckets.count)))
  }

  static func visibleBuckets(_ timeline: TimelineState, _ content: Rect) -> Int64 {
    Int64(max(1, chartColumns(content) / bucketColumns(timeline, content)))
  }

  /// All channels on top; below them as many channels as fit, the selected one among them.
  private static func groups(_ timeline: TimelineState, _ chart: Rect) -> [Group] {
    let count = timeline.series.count
    guard count > 0, chart.height > 0 else { return [] }
    guard chart.height > 1 else { return [Group(index: timeline.row, rows: chart.y..<chart.y + 1)] }
    var indices = Array(0..<count)
    if count > chart.height {
      let room = chart.height - 1
      let start = max(1, timeline.row - room + 1)
      indices = [0] + Array(start..<start + room)
    }
    let height = max(1, min(tallestChannel, chart.height / indices.count))
    let whole = min(tallestWhole, chart.height - height * (indices.count - 1))
    var y = chart.y
    return indices.map { index in
      let own = index == 0 ? max(height, whole) : height
      defer { y += own }
      return Group(index: index, rows: y..<y + own)
    }
  }

  /// The columns of a bucket, from the chart's left edge to its own right one, without the gap.
  func columns(of bucket: Int64) -> Range<Int> {
    let x = chart.x + Int(bucket - first) * bucketColumns
    return x..<x + (bucketColumns >= 3 ? bucketColumns - 1 : bucketColumns)
  }

  func row(at y: Int) -> Int? { groups.first { $0.rows.contains(y) }?.index }

  /// The bucket of a column; nil beside the chart.
  func bucket(at x: Int) -> Int64? {
    guard x >= chart.x, x < chart.maxX else { return nil }
    let bucket = first + Int64((x - chart.x) / bucketColumns)
    return buckets.contains(bucket) ? bucket : nil
  }

  /// The bucket of a column; beside the chart the one just out of sight, so that dragging scrolls.
  func nearestBucket(to x: Int) -> Int64 {
    let bucket = x < chart.x ? first - 1 : min(first + Int64((x - chart.x) / bucketColumns), buckets.upperBound)
    return min(max(all.lowerBound, bucket), max(all.lowerBound, all.upperBound - 1))
  }
}
