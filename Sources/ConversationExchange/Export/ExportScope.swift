// What is exported, how, and what became of it.

public import ConversationMemory
public import Foundation

/// What is to be written.
public enum ExportScope: Hashable, Sendable {
  /// The conversations of all sessions of a listing, one after the other; of a query with a channel only that channel's
  /// messages, and only messages of the range.
  case sessions(SessionQuery, within: TimeRange = TimeRange())
  /// The conversations of these sessions.
  case chosen([SessionID])
  /// All that one author wrote, in time order.
  case author(String)
  /// These messages, in this order: what a search found, what an agent is told.
  case messages([ExportedMessage])
  /// The sessions of a listing without their messages.
  case list(SessionQuery)

  /// A whole tenant, the sessions that began first in front.
  public static let everything = ExportScope.sessions(SessionQuery(order: .startedAt, reversed: true))
}

/// A message, and why it is there.
public struct ExportedMessage: Hashable, Sendable {
  public var message: ConversationMessage
  /// For people; formats for programs leave it out.
  public var remark: String?

  public init(_ message: ConversationMessage, remark: String? = nil) {
    self.message = message
    self.remark = remark
  }
}

/// How it is to be written.
public struct ExportOptions: Hashable, Sendable {
  public var format: ExportFormat
  /// Over all; nil where a session's own title says it.
  public var title: String?
  /// The zone of times for people; programs get UTC.
  public var zone: TimeZone
  /// Whether CSV puts an apostrophe before what a spreadsheet would take for a formula. Customers write what they like, and
  /// a spreadsheet runs it; text that is changed so is not quite what it was when it is imported again.
  public var guardsFormulas: Bool

  public init(
    format: ExportFormat, title: String? = nil, zone: TimeZone = .gmt, guardsFormulas: Bool = true
  ) {
    self.format = format
    self.title = title
    self.zone = zone
    self.guardsFormulas = guardsFormulas
  }
}

/// What was written.
public struct ExportReport: Hashable, Sendable {
  public var messages = 0
  public var sessions = 0

  public init(messages: Int = 0, sessions: Int = 0) {
    self.messages = messages
    self.sessions = sessions
  }
}
