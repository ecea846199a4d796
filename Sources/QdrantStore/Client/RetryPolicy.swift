// When a failed request is sent again, and after how long.

/// Exponential back-off with full jitter: clients that failed together do not come back together (Brooker, "Exponential
/// Backoff And Jitter", AWS 2015).
struct RetryPolicy: Sendable {
  /// How often a request is sent at most.
  var attempts: Int
  /// The longest wait before the second attempt; it doubles with each one.
  var base: Duration
  /// No wait is longer, unless the server asks for it.
  var cap: Duration
  /// All attempts and waits of a request together.
  var total: Duration

  static let standard = RetryPolicy(attempts: 6, base: .milliseconds(100), cap: .seconds(5), total: .seconds(120))

  /// The wait after an attempt that failed, counted from 1.
  ///
  /// - Parameter asked: What the server wants to be left alone for.
  func delay(after attempt: Int, asked: Duration?) -> Duration {
    let ceiling = min(cap, base * (1 << min(attempt - 1, 16)))
    let jittered = ceiling * Double.random(in: 0...1)
    guard let asked else { return jittered }
    // Not all of those that were told the same time come at that time.
    return asked + jittered * 0.25
  }
}
