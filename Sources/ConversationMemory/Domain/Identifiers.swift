// The names of things: tenants, sessions, channels and messages, each a type of its own so that one can never be
// passed where another is meant. Equality is by bytes: two Unicode forms of one text are two identifiers.

/// Text that names something. Equal only when the UTF-8 bytes are equal, unlike `String`, which would take the
/// composed and the decomposed form of "é" for the same tenant.
public protocol Identifier: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  /// What the identifier names, as error messages call it.
  static var kind: String { get }
  /// The text as it was given.
  var rawValue: String { get }
  /// Only for values already checked by ``init(_:)``.
  init(unchecked rawValue: String)
}

extension Identifier {
  /// Checks the text: 1 to ``MessageLimits/identifierBytes`` bytes of UTF-8, no NUL.
  ///
  /// - Throws: ``MemoryError`` with code ``MemoryError/Code/invalidIdentifier``.
  public init(_ rawValue: String) throws(MemoryError) {
    let length = rawValue.utf8.count
    guard length > 0 else {
      throw MemoryError(.invalidIdentifier, "the \(Self.kind) is empty", remedy: "give it at least one character")
    }
    guard length <= MessageLimits.identifierBytes else {
      throw MemoryError(
        .invalidIdentifier, "the \(Self.kind) has \(length) bytes",
        remedy: "use at most \(MessageLimits.identifierBytes) bytes")
    }
    guard !rawValue.utf8.contains(0) else {
      throw MemoryError(.invalidIdentifier, "the \(Self.kind) holds a NUL character", remedy: "remove it")
    }
    self.init(unchecked: rawValue)
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
  }

  public static func < (left: Self, right: Self) -> Bool {
    left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in rawValue.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }

  public var description: String { rawValue }

  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// The company whose agents use the memory (the vendor), not its prospect. The wall between tenants is absolute.
public struct TenantID: Identifier {
  public static let kind = "tenant id"
  public let rawValue: String
  public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// One conversation: a chat, a mail thread, a ticket.
public struct SessionID: Identifier {
  public static let kind = "session id"
  public let rawValue: String
  public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// The medium a message came through: web, email, slack, teams, or any other name.
public struct Channel: Identifier {
  public static let kind = "channel"
  public let rawValue: String
  public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// One message, unique within its tenant. Writes are idempotent on it.
public struct MessageID: Identifier {
  public static let kind = "message id"
  public let rawValue: String
  public init(unchecked rawValue: String) { self.rawValue = rawValue }
}
