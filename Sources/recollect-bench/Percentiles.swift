// Latencies and what is said of them.

/// Durations of single operations.
struct Latencies: Sendable {
  private var nanoseconds: [Int64] = []

  mutating func add(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    nanoseconds.append(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  mutating func add(contentsOf other: Latencies) { nanoseconds += other.nanoseconds }

  /// The latency that a share of the operations stays within, in microseconds; 0 where there are none.
  func microseconds(_ share: Double) -> Double {
    guard !nanoseconds.isEmpty else { return 0 }
    let sorted = nanoseconds.sorted()
    return Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]) / 1000
  }
}

extension Duration {
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
