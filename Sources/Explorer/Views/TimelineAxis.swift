// The dates below the timeline's bars: the small steps in one row, the large ones in another.

import ConversationMemory

struct TimelineAxis {
  struct Label: Equatable {
    var bucket: Int64
    var text: String
  }

  let zoom: TimelineZoom
  let buckets: Range<Int64>
  let bucketColumns: Int
  var style = DateStyle.dayMonth

  /// The rows from the top; where there is only one, the one that says most.
  func rows(_ count: Int) -> [[Label]] {
    let fine = fine
    let coarse = coarse
    switch count {
    case 0: return []
    case 1: return [zoom == .day || zoom == .week && bucketColumns >= 3 ? coarse : fine]
    default: return [fine, coarse]
    }
  }

  /// Mondays, or every day where there is room for their numbers; months.
  private var fine: [Label] {
    switch zoom {
    case .day:
      return buckets.compactMap { bucket in
        guard
          bucketColumns >= 3 || TimelineZoom.week.days(of: TimelineZoom.week.bucket(of: bucket)).lowerBound == bucket
        else { return nil }
        return Label(bucket: bucket, text: String(CivilDay(daysSinceEpoch: bucket).day))
      }
    case .week where bucketColumns >= 3:
      return buckets.map { bucket in
        Label(bucket: bucket, text: String(CivilDay(daysSinceEpoch: zoom.days(of: bucket).lowerBound).day))
      }
    case .week:
      return starts(of: .month).map { Label(bucket: $0.bucket, text: name($0.month)) }
    case .month:
      let stride = [1, 2, 3, 4, 6, 12].first { Int($0) * bucketColumns >= 4 } ?? 12
      return buckets.compactMap { bucket in
        bucket % Int64(stride) == 0 ? Label(bucket: bucket, text: name(bucket)) : nil
      }
    }
  }

  /// Months with their year, or years.
  private var coarse: [Label] {
    let isByMonth = zoom == .day || zoom == .week && bucketColumns >= 3
    var result = starts(of: isByMonth ? .month : .year).map {
      Label(bucket: $0.bucket, text: text($0.month, isByMonth))
    }
    // What lies left of the first one has a name as well, where there is room for it.
    if let first = buckets.first, result.first?.bucket != first {
      let month = TimelineZoom.month.bucket(of: zoom.days(of: first).lowerBound)
      let label = Label(bucket: first, text: text(month, isByMonth))
      let room = result.first.map { Int($0.bucket - first) * bucketColumns } ?? .max
      if room > label.text.count { result.insert(label, at: 0) }
    }
    return result
  }

  private func text(_ month: Int64, _ isByMonth: Bool) -> String {
    guard isByMonth else { return String(month / 12) }
    return style == .iso
      ? String(TimelineZoom.firstDay(of: month).description.prefix(7)) : "\(Self.month(month)) \(month / 12)"
  }

  /// A month without its year: `Nov`, `11`.
  private func name(_ month: Int64) -> String {
    style == .iso ? String(TimelineZoom.firstDay(of: month).description.dropFirst(5).prefix(2)) : Self.month(month)
  }

  private enum Unit { case month, year }

  /// The buckets in which a month or a year begins.
  private func starts(of unit: Unit) -> [(bucket: Int64, month: Int64)] {
    buckets.compactMap { bucket in
      let days = zoom.days(of: bucket)
      let month = TimelineZoom.month.bucket(of: days.upperBound - 1)
      let firstDay = TimelineZoom.month.days(of: month).lowerBound
      guard days.contains(firstDay), unit == .month || month % 12 == 0 else { return nil }
      return (bucket, month)
    }
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Parameter month: counted from January of the year 0.
  private static func month(_ month: Int64) -> String { months[Int((month % 12 + 12) % 12)] }
}
