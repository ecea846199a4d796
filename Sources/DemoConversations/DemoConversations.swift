// The sample conversations behind `recollect demo`: three vendors (tenants), their prospects and customers, told over
// the six weeks up to now. The stories themselves are in `Conversations/*.txt`; `StoryParser` documents their format.
// Nothing here knows how messages are stored.

/// Invented sales and support conversations of three invented vendors.
public enum DemoConversations {
  /// The vendors whose conversations there are, the one with the most sessions first.
  public static let tenants: [String] = stories.map(\.tenant)

  /// Reads the conversations of one tenant and places them in time.
  ///
  /// The newest sessions end within the last hours before `nowMilliseconds`; no message lies at or after it. The same
  /// `nowMilliseconds` gives the same messages.
  ///
  /// - Parameters:
  ///   - tenant: one of `tenants`.
  ///   - nowMilliseconds: milliseconds since 1970-01-01 00:00 UTC.
  /// - Returns: the sessions, ordered by their first message; each one's messages are in time order.
  /// - Throws: `DemoConversationsError` for an unknown tenant or a story file that breaks the format.
  public static func sessions(tenant: String, nowMilliseconds: Int64) throws -> [DemoSession] {
    guard let story = stories.first(where: { $0.tenant == tenant }) else {
      throw DemoConversationsError.unknownTenant(tenant, known: tenants)
    }
    var parser = StoryParser(fileName: "\(tenant).txt", text: String(decoding: story.text(), as: UTF8.self))
    return try parser.parse()
      .map { try $0.placed(nowMilliseconds: nowMilliseconds) }
      .sorted { $0.startMilliseconds < $1.startMilliseconds }
  }

  /// Bytes are behind a closure so that asking for one tenant does not build the arrays of the others.
  private static let stories: [(tenant: String, text: @Sendable () -> [UInt8])] = [
    ("lumenworks", { PackageResources.lumenworks_txt }),
    ("northwind", { PackageResources.northwind_txt }),
    ("tailspin", { PackageResources.tailspin_txt }),
  ]
}
