// What became of a migration, and how far one is.

public import ConversationMemory

/// The counts of one tenant's migration.
public struct MigrationReport: Sendable {
  /// A session that is not the same on both sides.
  public struct Difference: Sendable, Hashable {
    public var session: SessionID
    public var reason: String
  }

  /// Sessions gone through.
  public var sessions = 0
  /// Messages that the target did not have.
  public var copied = 0
  /// What checking found; empty where all is the same.
  public var differences: [Difference] = []
  /// It was asked to stop before it was done.
  public var isStopped = false

  public init() {}
}

/// How far a migration is.
public struct MigrationProgress: Sendable, Hashable {
  public enum Phase: String, Sendable {
    case copying
    case checking
  }

  public var phase: Phase
  /// Of the source, gone through in this phase.
  public var messages: Int
  public var total: Int
}
