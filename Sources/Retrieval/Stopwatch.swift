// Measures what comes one after the other.

package struct Stopwatch {
  private var last = ContinuousClock.now

  package init() {}

  /// Adds the time since it was made, or since the last lap.
  package mutating func lap(_ duration: inout Duration) {
    let now = ContinuousClock.now
    duration += last.duration(to: now)
    last = now
  }
}
