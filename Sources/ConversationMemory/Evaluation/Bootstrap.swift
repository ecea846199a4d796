// How far the mean over some questions can be trusted: what it might have been with other questions of the same kind.

/// Percentile bootstrap of a mean (Efron and Tibshirani 1993, chapter 13): questions are drawn anew, with replacement, and
/// the middle 95% of the means so found are the interval.
///
/// The draws are the same in every run, so that the same input gives the same figures.
public enum Bootstrap {
  /// How often questions are drawn anew.
  public static let resamples = 1000
  /// Means left out on either side: 2.5% of ``resamples``, of which the one just inside is the bound.
  private static let leftOut = 24

  /// The mean; 0 of nothing.
  public static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// The 95% interval of the mean; 0…0 of nothing.
  public static func interval(_ values: [Double]) -> ClosedRange<Double> {
    guard !values.isEmpty else { return 0...0 }
    var random = SplitMix(state: 2026)
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var sum = 0.0
      for _ in values.indices { sum += values[random.next(below: values.count)] }
      means.append(sum / Double(values.count))
    }
    means.sort()
    return means[leftOut]...means[resamples - 1 - leftOut]
  }
}

/// Two runs over the same questions, question by question: what a change of the ranking is judged by. Most of the spread
/// between questions is common to both runs and cancels out, so much smaller differences show than between two intervals.
public struct PairedDifference: Hashable, Sendable {
  /// Questions for which the value rose, and for which it fell.
  public var better: Int
  public var worse: Int
  /// Means of the earlier and of the later run.
  public var before: Double
  public var after: Double
  /// The 95% bootstrap interval of the mean difference, later less earlier.
  public var interval: ClosedRange<Double>

  /// - Parameter pairs: a question's value in the earlier and in the later run.
  public init(_ pairs: [(before: Double, after: Double)]) {
    // Values that were written and read again may differ in their last digit.
    let negligible = 1e-9
    let differences = pairs.map { $0.after - $0.before }
    better = differences.count { $0 > negligible }
    worse = differences.count { $0 < -negligible }
    before = Bootstrap.mean(pairs.map(\.before))
    after = Bootstrap.mean(pairs.map(\.after))
    interval = Bootstrap.interval(differences)
  }

  public var difference: Double { after - before }

  /// 1 or −1 where the whole interval lies on that side of zero, else 0: nothing can be told from these questions.
  public var direction: Int { interval.lowerBound > 0 ? 1 : interval.upperBound < 0 ? -1 : 0 }
}

/// Steele, Lea and Flood 2014: small, and the same on every platform and in every release, which the standard library does
/// not promise of its generators.
private struct SplitMix {
  var state: UInt64

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    value ^= value >> 31
    return Int(value.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
