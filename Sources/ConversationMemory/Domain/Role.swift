// Who speaks in a conversation, as agents' programs mark it.

/// The part a message plays: the customer's side, the agent's side, or the machinery's.
public enum Role: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
  case user
  case assistant
  case system

  /// Reads the name without regard to case.
  public init(_ name: String) throws(MemoryError) {
    guard let role = Role(rawValue: name.lowercased()) else {
      throw MemoryError(
        .invalidMessage, "the role \"\(name.prefix(40))\" is unknown", remedy: "use user, assistant or system")
    }
    self = role
  }

  public var description: String { rawValue }
}
