// The JSON of answers: names and order that programs rely on.

import ConversationExchange
import ConversationMemory

extension JSONText {
  static func time(_ time: Timestamp?) -> JSONText { .optional(time?.iso8601) }

  static func cursor(_ cursor: Cursor?) -> JSONText { .optional(cursor?.description) }

  static func message(_ message: ConversationMessage) -> JSONText { .object(members(of: message)) }

  static func members(of message: ConversationMessage) -> [Member] {
    [
      Member("message_id", .string(message.id.rawValue)),
      Member("session_id", .string(message.session.rawValue)),
      Member("channel", .string(message.channel.rawValue)),
      Member("role", .string(message.role.rawValue)),
      Member("author", .optional(message.author)),
      Member("timestamp", .time(message.timestamp)),
      Member("content", .string(message.content)),
      Member("metadata", .strings(message.metadata)),
    ]
  }

  static func session(_ session: ConversationSession) -> JSONText {
    .object([
      Member("session_id", .string(session.id.rawValue)),
      Member("channel", .string(session.channel.rawValue)),
      Member("title", .string(session.title)),
      Member("messages", .integer(session.messageCount)),
      Member("started_at", .time(session.startedAt)),
      Member("last_activity", .time(session.lastActivity)),
      Member("metadata", .strings(session.metadata)),
      Member("tags", .array(session.tags.map(JSONText.string))),
      Member("note", .optional(session.note)),
    ])
  }

  static func person(_ person: PersonSummary) -> JSONText {
    .object([
      Member("author", .string(person.id)),
      Member("messages", .integer(person.messages)),
      Member("sessions", .integer(person.sessions)),
      Member("channels", .array(person.channels.map { .string($0.rawValue) })),
      Member("first", .time(person.first)),
      Member("last", .time(person.last)),
    ])
  }

  static func tag(_ tag: TagSummary) -> JSONText {
    .object([Member("tag", .string(tag.id)), Member("sessions", .integer(tag.sessions))])
  }

  static func tenant(_ tenant: TenantSummary) -> JSONText {
    .object([
      Member("tenant_id", .string(tenant.id.rawValue)),
      Member("messages", .integer(tenant.messages)),
      Member("sessions", .integer(tenant.sessions)),
      Member("last_activity", .time(tenant.lastActivity)),
    ])
  }

  static func channel(_ channel: ChannelSummary) -> JSONText {
    .object([
      Member("channel", .string(channel.id.rawValue)),
      Member("messages", .integer(channel.messages)),
      Member("sessions", .integer(channel.sessions)),
      Member("last_activity", .time(channel.lastActivity)),
    ])
  }

  /// A range of UTF-8 bytes of the content: `[from, to)`.
  static func range(_ range: Range<Int>) -> JSONText {
    .array([.integer(range.lowerBound), .integer(range.upperBound)])
  }

  /// How long the stages of a search took, in milliseconds.
  static func stages(_ stages: SearchStages) -> JSONText {
    .object(
      stages.all.map { stage in
        Member(stage.name, .real((stage.duration / .milliseconds(1) * 1000).rounded() / 1000))
      })
  }

  /// The turn that lent to a hit: `{"message_id", "offset"}`.
  static func lender(_ lender: SearchHit.Lender) -> JSONText {
    .object([
      Member("message_id", .string(lender.message.rawValue)), Member("offset", .integer(lender.offset)),
    ])
  }

  static func hit(_ hit: SearchHit) -> JSONText {
    .object(
      members(of: hit.message) + [
        Member("score", .real(hit.score)),
        Member("weak", .bool(hit.weak)),
        Member(
          "parts",
          .object([
            Member("semantic", .real(hit.parts.semantic)),
            Member("keyword", .real(hit.parts.keyword)),
            Member("tokens", .real(hit.parts.tokens)),
            Member("features", .real(hit.parts.features)),
          ])),
        Member("similarity", hit.similarity.map(JSONText.real) ?? .null),
        Member("interaction", hit.interaction.map(JSONText.real) ?? .null),
        Member("lender", hit.lender.map(JSONText.lender) ?? .null),
        Member("matched_words", .array(hit.matchedWords.map(JSONText.string))),
        Member("matched_ranges", .array(hit.matchedRanges.map(JSONText.range))),
        Member("passage", .range(hit.passage)),
        Member("cursor", .cursor(hit.cursor)),
      ])
  }

  static func contextMessage(_ entry: ContextMessage) -> JSONText {
    .object(
      members(of: entry.message) + [
        Member("origin", .string(entry.origin.rawValue)),
        Member("score", entry.score.map(JSONText.real) ?? .null),
        Member("reason", .optional(entry.reason)),
        Member("other_prospect", .optional(entry.otherProspect)),
      ])
  }

  static func semantic(_ status: SemanticStatus) -> JSONText {
    let name =
      switch status {
      case .ready: "ready"
      case .pending: "pending"
      case .loading: "loading"
      case .off: "off"
      }
    return .object([Member("status", .string(name)), Member("notice", .optional(status.notice))])
  }
}

extension SemanticStatus {
  /// Messages that only words can find for now.
  var pendingMessages: Int {
    if case .pending(let count) = self { count } else { 0 }
  }
}
