// What an update asks the world to do, and what the world answers.

import ConversationExchange
import ConversationMemory
import Foundation
import Terminal

/// Something to do outside the state.
enum Effect: Sendable, Equatable {
  /// Ask the store; a question under way in the slot is cancelled.
  case ask(Question)
  /// Forget what is under way in these slots.
  case cancel([Slot])
  /// Come back with ``Delivery/tick(upTo:)``.
  case tick(after: Duration, upTo: UInt64)
  /// Tell of changes in this tenant from now on, and in no other; of new tenants in any case.
  case watch(TenantID?)
  case theme(String)
  /// Come back with ``Delivery/marks(_:)``.
  case readMarks
  /// Keep a change of the marks, by its number; come back with what the file has then.
  case keep(Int, Marks.Change)
  /// Come back with ``Delivery/alarm(_:)``.
  case alarm(after: Duration)
  /// Come back with ``Delivery/themes(_:)``.
  case readThemes
  case mouse(Bool)
  case redraw
  /// To the clipboard.
  case copy(String)
  /// A program that gets the terminal.
  case run([String])
  /// A file that was made for it.
  case remove(String)
  case suspend
  case quit
}

/// One question to the store.
struct Question: Sendable, Equatable {
  var slot: Slot
  var generation: UInt64
  /// Waited before asking: what is superseded within it is never asked.
  var delay: Duration
  var operation: Operation
}

/// What can be asked. Every operation names its tenant: an answer can be about no other.
enum Operation: Sendable, Equatable {
  case tenants(after: Cursor?)
  case counts(TenantID)
  case sessions(TenantID, SessionQuery)
  /// The sessions of the best hits, best first.
  case relevantSessions(TenantID, SearchRequest, reversed: Bool)
  case channels(TenantID)
  /// The last messages, or those before a cursor.
  case history(TenantID, TranscriptSource, limit: Int, before: Cursor?)
  /// Of a session or an author.
  case following(TenantID, TranscriptSource, limit: Int, after: Cursor)
  /// The last messages of an author, with the sheets of their sessions.
  case author(TenantID, String, limit: Int)
  case person(TenantID, String)
  case titles(TenantID, Set<SessionID>)
  /// A message with its surroundings.
  case surroundings(TenantID, ConversationMessage, limit: Int)
  /// Hits, with the sheets of their sessions that are not `known` yet.
  case search(TenantID, SearchRequest, known: Set<SessionID>)
  case metadataKeys(TenantID)
  case context(TenantID, SessionID, ContextOptions)
  /// Messages per day of the zone and channel.
  case activity(TenantID, TimeZone)
  case sheet(TenantID, SessionID)
  case message(TenantID, MessageID)
  /// What a bookmark leads to.
  case landing(TenantID, SessionID, MessageID?)
  case delete(TenantID, SessionID)
  case export(TenantID, ExportScope, ExportOptions, path: String, overwrites: Bool)
  case text(TenantID, ExportScope, ExportOptions, TextUse)
  /// A text that no clipboard takes, to a new file of the folder.
  case keep(String, what: String, folder: String)
  case tags(TenantID)
  case annotate(TenantID, SessionID, AnnotationEdit)
}

enum Answer: Sendable, Equatable {
  case tenants(Page<TenantSummary>)
  case counts(TenantSummary, SemanticStatus)
  case sessions(Page<ConversationSession>)
  case channels([ChannelSummary])
  case messages(Page<ConversationMessage>)
  case surroundings(ConversationMessage, before: Page<ConversationMessage>, after: Page<ConversationMessage>)
  case search(SearchResult, [SessionID: ConversationSession])
  case metadataKeys(Set<String>)
  case context(AgentContext, SessionSummary, [SessionID: ConversationSession])
  case activity([DayActivity])
  case author(String, Page<ConversationMessage>, [SessionID: ConversationSession])
  case person(PersonSummary)
  case titles([SessionID: ConversationSession])
  case sheet(SessionSummary, [Participation])
  case message(ConversationMessage)
  case landing(TenantID, ConversationSession, ConversationMessage?)
  case deleted(TenantID, SessionID, messages: Int)
  case action(ActionAnswer)
}

/// What comes from outside: from effects, the watcher, timers.
enum Delivery: Sendable, Equatable {
  case answer(Slot, generation: UInt64, Result<Answer, Failure>)
  case tick(upTo: UInt64)
  /// Somebody changed the tenant.
  case changed(TenantID)
  /// The first page of the tenants is another than before.
  case tenants(Page<TenantSummary>)
  case semantic(TenantID, SemanticStatus)
  /// The themes there are, asked for or changed.
  case themes(ThemeNews)
  case marks(MarksNews)
  /// The time, for what counts as today.
  case clock(Timestamp)
  /// The time, as it was asked for.
  case alarm(Timestamp)

  /// An error as people read it.
  struct Failure: Error, Sendable, Equatable {
    var text: String
  }
}
