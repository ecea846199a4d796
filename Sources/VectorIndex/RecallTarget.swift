// How much of the exact answer a search is to find.

/// The share of the exact nearest neighbours that a search is to find, on average. More takes longer; the index works
/// out by itself how far it has to look, from what it measured when it built its segments.
///
/// ```swift
/// try index.search(query: vector, topK: 10, recall: .fast)
/// try index.search(query: vector, topK: 10, recall: .atLeast(0.99))
/// ```
public struct RecallTarget: Sendable, Hashable {
  /// The share, above 0 and up to 1.
  public let share: Double

  /// At least this share of the nearest neighbours. 1 and more is ``exact``; below a half counts as a half.
  public static func atLeast(_ share: Double) -> RecallTarget { RecallTarget(share: share) }

  /// 95 of 100: for suggestions while somebody types.
  public static let fast = RecallTarget(share: 0.95)

  /// 98 of 100.
  public static let balanced = RecallTarget(share: 0.98)

  /// Every row that passes is scored.
  public static let exact = RecallTarget(share: 1)

  private init(share: Double) {
    self.share = share.isNaN ? 1 : Swift.min(1, Swift.max(0.5, share))
  }

  var isExact: Bool { share >= 1 }
}
