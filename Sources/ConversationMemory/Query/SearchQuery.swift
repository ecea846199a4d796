// What a query line means: the text that ranks, the conditions, and the pieces they were read from. Reading a line is in
// `SearchQueryParser`.

/// A query line, taken apart.
public struct SearchQuery: Hashable, Sendable {
  /// A part of the line that was understood as a condition.
  public struct Piece: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// `field:value`.
      case field(SearchField)
      /// `"exact words"`: they also stay part of the text.
      case phrase
      /// `-word` or `-"exact words"`.
      case exclusion
      /// Plain words about time: `last week`, `in March`.
      case time(TimeRange)
    }

    public var kind: Kind
    /// The value of a field, the words of a phrase, an exclusion or a time, without quotes and the like.
    public var value: String
    /// For people: `channel: email`, `last week: 2026-11-16 to 2026-11-22`. Dates are those of the zone it was read in.
    public var label: String
    /// Where it stands in the line, name, quotes and sign included: UTF-8 offsets.
    public var range: Range<Int>

    public init(kind: Kind, value: String, label: String, range: Range<Int>) {
      self.kind = kind
      self.value = value
      self.label = label
      self.range = range
    }
  }

  /// What is to be looked for: the line without its pieces, but with the words of phrases. Empty where the line has
  /// nothing but conditions.
  public var text: String
  /// All conditions together.
  public var filter: SearchFilter
  /// In the order of the line; they do not overlap.
  public var pieces: [Piece]
  /// A field at the very end of the line whose value is still to be typed: its place, in UTF-8 offsets.
  public var unfinished: Range<Int>?

  public init(
    text: String = "", filter: SearchFilter = SearchFilter(), pieces: [Piece] = [], unfinished: Range<Int>? = nil
  ) {
    self.text = text
    self.filter = filter
    self.pieces = pieces
    self.unfinished = unfinished
  }
}

/// What a query line can filter by: these, and the names of the tenant's metadata.
public enum SearchField: Hashable, Sendable {
  case session, channel, role, author, since, until, has
  /// The session's: see ``SessionAnnotations``.
  case tag, note
  /// A message's own metadata, or its session's.
  case metadata(String)

  /// All but metadata.
  public static let named: [SearchField] = [.session, .channel, .role, .author, .since, .until, .has, .tag, .note]

  public var name: String {
    switch self {
    case .session: "session"
    case .channel: "channel"
    case .role: "role"
    case .author: "author"
    case .since: "since"
    case .until: "until"
    case .has: "has"
    case .tag: "tag"
    case .note: "note"
    case .metadata(let key): key
    }
  }

  /// The field that is called so in any case of letters; never metadata.
  init?(named name: String) {
    guard let field = Self.named.first(where: { $0.name == name.lowercased() }) else { return nil }
    self = field
  }
}

/// What is wrong with a query line, and where.
public struct SearchQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The offending part of the line: UTF-8 offsets.
  public var range: Range<Int>
  public var message: String
  public var remedy: String

  public init(range: Range<Int>, message: String, remedy: String) {
    self.range = range
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message): \(remedy)" }

  /// The same for code that knows one kind of error only.
  public var memoryError: MemoryError { MemoryError(.unknownField, message, remedy: remedy) }
}
