// The person view: what one author said, across sessions and channels.

import ConversationMemory

struct PersonState: Sendable, Equatable {
  var name: String
  /// Nil while it is being counted.
  var summary: PersonSummary?
  var transcript: TranscriptState
  /// The sheets of the messages' sessions, as far as they are known.
  var titles: [SessionID: ConversationSession] = [:]

  init(_ name: String) {
    self.name = name
    transcript = TranscriptState(source: .author(name))
  }
}
