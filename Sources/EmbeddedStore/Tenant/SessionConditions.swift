// The conditions of a listing of sessions, in SQL.

import ConversationMemory
import GRDB

struct SessionConditions {
  private let query: SessionQuery
  private let database: Database

  init(_ query: SessionQuery, _ database: Database) {
    self.query = query
    self.database = database
  }

  /// Clauses over the tables of ``SessionRecord/select``, all of which have to hold; none where every session is meant.
  func clauses(_ arguments: inout StatementArguments) throws -> [String] {
    var clauses: [String] = []
    if let channel = query.channel { clauses.append(try clause(.channel(channel), &arguments)) }
    if let until = query.timeRange.until {
      clauses.append("s.started_at < ?")
      arguments += [until.milliseconds]
    }
    if let since = query.timeRange.since {
      clauses.append("s.last_activity >= ?")
      arguments += [since.milliseconds]
    }
    if let text = query.text, !text.isEmpty { clauses.append(try clause(.text(text), &arguments)) }
    for (key, value) in query.metadata.sorted(by: { $0.key < $1.key }) {
      clauses.append(try clause(.metadata(key, value), &arguments))
    }
    if !query.tags.isEmpty || query.note != nil {
      clauses.append(try annotated(tags: query.tags, note: query.note, &arguments))
    }
    for condition in query.conditions {
      let clause = try clause(condition.kind, &arguments)
      clauses.append(condition.isExcluded ? "NOT \(clause)" : clause)
    }
    // Nothing at all is met by every session: none is left when that is turned round.
    guard query.isInverted else { return clauses }
    return [clauses.isEmpty ? "0" : "NOT (" + clauses.joined(separator: " AND ") + ")"]
  }

  /// Never NULL: NOT of it is the other sessions.
  private func clause(_ kind: SessionCondition.Kind, _ arguments: inout StatementArguments) throws -> String {
    switch kind {
    case .text(let text):
      let pattern = "%" + Self.likeEscaped(text) + "%"
      arguments += [pattern, pattern, pattern, pattern, pattern]
      return """
        (s.title LIKE ? ESCAPE '\\' OR s.id LIKE ? ESCAPE '\\' OR s.metadata LIKE ? ESCAPE '\\'
          OR coalesce(n.tags, '') LIKE ? ESCAPE '\\' OR coalesce(n.note, '') LIKE ? ESCAPE '\\')
        """
    case .channel(let channel):
      arguments += [channel.rawValue, channel.rawValue]
      // Its own channel, or that of any of its messages.
      return """
        (c.name = ? OR EXISTS (SELECT 1 FROM channel_sessions x JOIN channels y ON y.ordinal = x.channel
          WHERE x.session = s.ordinal AND y.name = ?))
        """
    case .metadata(let key, let value):
      arguments += [key, value]
      return "EXISTS (SELECT 1 FROM json_each(s.metadata) AS pair WHERE pair.key = ? AND pair.value = ?)"
    case .tag(let tag): return try annotated(tags: [tag], note: nil, &arguments)
    case .note(let text): return try annotated(tags: [], note: text, &arguments)
    }
  }

  private func annotated(
    tags: Set<String>, note: String?, _ arguments: inout StatementArguments
  ) throws -> String {
    let sessions = try AnnotationRecord.sessions(tags: tags, note: note, database)
    arguments += [SetText.encode(sessions)]
    return "s.ordinal IN (SELECT value FROM json_each(?))"
  }

  private static func likeEscaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
  }
}
