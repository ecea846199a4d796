// What was measured of a segment when it was built: how far a search has to go for how much recall.
//
//   for each measure, for each count of neighbours in `counts`, for each level in `levels`, a f32:
//   gap         the cosine of the nearest list less that of the list which the neighbour is in
//   group gap   the same of groups of lists
//   rank        the place of the neighbour among the codes' candidates
//
// `levels` are the shares of neighbours for which each suffices. The questions are mixtures of two rows (see
// SegmentBuilder+Calibration.swift).

/// How far to go for how much recall.
struct Calibration: Sendable, Hashable {
  /// Numbers of nearest neighbours that were looked for.
  static let counts = [10, 100]
  /// Shares of the neighbours found.
  static let levels: [Double] = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998]

  /// One measure: [counts][levels].
  typealias Table = [[Float]]

  var gaps: Table
  var groupGaps: Table
  var ranks: Table

  /// Of a segment too small to measure anything: everything is looked at.
  static let none = Calibration(gaps: constant(4), groupGaps: constant(4), ranks: constant(4096))

  private static func constant(_ value: Float) -> Table {
    counts.map { _ in [Float](repeating: value, count: levels.count) }
  }

  /// How far below the nearest list lists have to be looked at for `count` neighbours with `recall`.
  func gap(count: Double, recall: Double) -> Float {
    Float(Swift.max(0, Self.interpolated(gaps, count: count, recall: recall) { Double($0) }))
  }

  /// The same of groups of lists.
  func groupGap(count: Double, recall: Double) -> Float {
    Float(Swift.max(0, Self.interpolated(groupGaps, count: count, recall: recall) { Double($0) }))
  }

  /// How many candidates have to be kept for `count` neighbours with `recall`.
  func rank(count: Double, recall: Double) -> Double {
    exponential(Self.interpolated(ranks, count: count, recall: recall) { logarithm(Double(Swift.max($0, 1))) })
  }

  /// Linear in the logarithms of the count and of the share missed, beyond the ends too.
  private static func interpolated(
    _ table: Table, count: Double, recall: Double, _ value: (Float) -> Double
  ) -> Double {
    let missed = -logarithm(Swift.max(1 - recall, 1e-4))
    let steps = levels.map { -logarithm(1 - $0) }
    let right = Swift.max(1, steps.firstIndex { $0 >= missed } ?? steps.count - 1)
    let along = Swift.max(0, (missed - steps[right - 1]) / (steps[right] - steps[right - 1]))
    let ofCount = table.map { row in
      let low = value(row[right - 1])
      return low + along * (value(row[right]) - low)
    }
    let logarithms = counts.map { logarithm(Double($0)) }
    let between = (logarithm(Swift.max(count, 1)) - logarithms[0]) / (logarithms[1] - logarithms[0])
    return ofCount[0] + between * (ofCount[1] - ofCount[0])
  }
}

extension Calibration {
  static let size = 3 * 4 * counts.count * levels.count

  var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    for (index, value) in values.enumerated() { bytes.put(value.bitPattern, at: 4 * index) }
    return bytes
  }

  private var values: [Float] { (gaps + groupGaps + ranks).flatMap { $0 } }

  /// Nil where a value is no number.
  init?(_ bytes: [UInt8], at offset: Int) {
    var values: [Float] = []
    for index in 0..<Self.size / 4 {
      guard let bits = bytes.number(UInt32.self, at: offset + 4 * index) else { return nil }
      let value = Float(bitPattern: bits)
      guard value.isFinite else { return nil }
      values.append(value)
    }
    func table(_ number: Int) -> Table {
      Self.counts.indices.map { count in
        let start = (number * Self.counts.count + count) * Self.levels.count
        return Array(values[start..<start + Self.levels.count])
      }
    }
    self.init(gaps: table(0), groupGaps: table(1), ranks: table(2))
  }
}
