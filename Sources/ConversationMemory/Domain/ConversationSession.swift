// A stored session.

/// One conversation's sheet: everything about it but its messages.
public struct ConversationSession: Hashable, Sendable, Identifiable {
  public var id: SessionID
  public var channel: Channel
  /// A mail's subject, the prospect with the first thing the customer said, or that alone.
  public var title: String
  /// Time of the earliest message, or of creation while there is none.
  public var startedAt: Timestamp
  /// Time of the latest message, or of creation while there is none.
  public var lastActivity: Timestamp
  public var messageCount: Int
  /// prospect_name, deal_stage, product_discussed and whatever else was given.
  public var metadata: [String: String]
  /// What people tagged it with: see ``SessionAnnotations``.
  public var tags: [String]
  /// What people noted about it.
  public var note: String?

  public init(
    id: SessionID, channel: Channel, title: String, startedAt: Timestamp, lastActivity: Timestamp, messageCount: Int,
    metadata: [String: String], tags: [String] = [], note: String? = nil
  ) {
    self.id = id
    self.channel = channel
    self.title = title
    self.startedAt = startedAt
    self.lastActivity = lastActivity
    self.messageCount = messageCount
    self.metadata = metadata
    self.tags = tags
    self.note = note
  }

  public var annotations: SessionAnnotations {
    get { SessionAnnotations(tags: tags, note: note) }
    set {
      tags = newValue.tags
      note = newValue.note
    }
  }
}

/// Makes titles: a list of ids helps nobody.
public enum SessionTitle {
  /// The longest title, in characters.
  public static let length = 80

  /// - Parameters:
  ///   - metadata: the session's; `subject` wins, `prospect_name` comes before the words.
  ///   - opening: the first thing the customer said, or anyone where the customer has not spoken yet.
  public static func make(metadata: [String: String], opening: String?, id: SessionID) -> String {
    if let subject = metadata[MetadataKey.subject], let line = firstLine(of: subject) { return line }
    let line = opening.flatMap(firstLine(of:))
    if let prospect = metadata[MetadataKey.prospectName].flatMap(firstLine(of:)) {
      return cut(line.map { "\(prospect): \($0)" } ?? prospect)
    }
    return line ?? id.rawValue
  }

  /// The first line that says something, its white space folded, at most ``length`` characters. Bounded work: a
  /// megabyte without a line break is read no further than needed.
  private static func firstLine(of text: String) -> String? {
    let start = String(decoding: text.utf8.prefix(4000), as: UTF8.self).unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar.properties.isWhitespace
      case .format: scalar == "\u{200D}"
      default: true
      }
    }
    for line in String(String.UnicodeScalarView(start)).split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      if !words.isEmpty { return cut(words.joined(separator: " ")) }
    }
    return nil
  }

  private static func cut(_ text: String) -> String {
    // By bytes too: one character may carry any number of accents.
    let bounded = text.utf8.count > length * 8 ? String(decoding: text.utf8.prefix(length * 8), as: UTF8.self) : text
    guard bounded.count > length || bounded.utf8.count < text.utf8.count else { return text }
    return bounded.prefix(length - 1).trimmingSuffix(while: \.isWhitespace) + "…"
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var end = self
    while let last = end.last, predicate(last) { end.removeLast() }
    return String(end)
  }
}
