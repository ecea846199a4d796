// What a person sets once for all sessions of the explorer.

public import Foundation

/// The values of a configuration file; without one, these are the explorer's own.
public struct ExplorerPreferences: Sendable, Equatable {
  /// A theme's identifier; nil takes the default.
  public var theme: String?
  /// nil is the machine's.
  public var zone: TimeZone?
  public var dates = DateStyle.dayMonth
  /// Whether the mouse belongs to the explorer at the start.
  public var isMouseOn = true
  /// Draws the Markdown in messages from the start.
  public var rendersMarkdown = true
  /// Starts where one was the last time.
  public var restoresPlace = false
  /// Names of metadata, a column each in the list of sessions.
  public var sessionColumns: [String] = []
  /// Tokens an agent's context may have; nil where none is set.
  public var tokenBudget: Int?
  /// Where the memory is, if not in a folder.
  public var cluster = ClusterPreferences()
  var keys = KeyBindings.standard

  public init() {}
}
