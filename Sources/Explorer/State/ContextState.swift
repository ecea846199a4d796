// The context view: what an agent would be told in a session now.

import ConversationMemory

/// The context of one session and how it is put together.
struct ContextState: Sendable, Equatable {
  var session: SessionID
  var title: String
  var options = ContextOptions()
  var context: AgentContext?
  /// The session's summary, line by line.
  var summary: [String] = []
  /// Titles of the recalled messages' sessions, as far as they are known.
  var titles: [SessionID: ConversationSession] = [:]
  var scroll = BlockScroll()

  /// Lines of a message shown here: the conversation itself is one key away.
  static let messageLines = 8

  var selected: ContextMessage? {
    guard let messages = context?.messages, messages.indices.contains(scroll.selected) else { return nil }
    return messages[scroll.selected]
  }
}
