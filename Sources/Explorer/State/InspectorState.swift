// The inspector: one message with everything known about it, and why it stands where it was found.

import ConversationMemory

struct InspectorState: Sendable, Equatable {
  var message: ConversationMessage
  /// Where it was found by a search.
  var hit: SearchHit?
  /// Where it is part of what an agent is told.
  var told: ContextMessage?
  /// The turn that lent to the hit, once it has been read.
  var lender: ConversationMessage?
  /// First line shown.
  var top = 0
}
