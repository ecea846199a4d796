// A session in a few lines, made by extraction: no language model, nothing invented.

/// What a session was: how long, how much, about what.
public struct SessionSummary: Hashable, Sendable {
  /// How many of the last messages topics are drawn from.
  static let messagesRead = 400

  public var session: ConversationSession
  /// The words and pairs of words that set this session apart, most telling first; at most eight.
  public var topics: [String]
  public var participants: [String]

  public init(session: ConversationSession, messages: [ConversationMessage]) {
    self.session = session
    topics = TopicExtraction.topics(of: messages)
    var seen = Set<String>()
    participants = messages.compactMap(\.author).filter { seen.insert($0).inserted }
  }

  /// Two lines: `Session {id} on {channel} ({n} messages, {duration})` and `Topics discussed: …`.
  public var text: String {
    let count = session.messageCount == 1 ? "1 message" : "\(session.messageCount) messages"
    let first = "Session \(session.id) on \(session.channel) (\(count), \(duration))"
    return first + "\nTopics discussed: " + (topics.isEmpty ? "none stand out" : topics.joined(separator: ", "))
  }

  /// From the first to the last message, in its largest two units.
  public var duration: String {
    let minutes = (session.lastActivity.milliseconds - session.startedAt.milliseconds) / 60_000
    switch minutes {
    case ..<1: return "under a minute"
    case ..<60: return "\(minutes) min"
    case ..<1440: return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
    default:
      let hours = minutes / 60 % 24
      return hours == 0 ? "\(minutes / 1440) d" : "\(minutes / 1440) d \(hours) h"
    }
  }
}
