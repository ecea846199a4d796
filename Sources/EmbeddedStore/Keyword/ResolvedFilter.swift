// A search filter in the numbers of one tenant's tables, for both legs of a search and for a last look at each hit.

import ConversationMemory
import GRDB
import KeywordIndex
import TextAnalysis
import VectorIndex

struct ResolvedFilter: Sendable {
  var session: Int64?
  var excludedSession: Int64?
  var channel: Int64?
  var role: UInt8?
  var author: Int64?
  var timeRange: TimeRange
  /// Only these: they have the tags and the note that are asked for.
  var annotated: Set<Int64>?
  /// All of them must be met.
  var metadata: [MetadataCondition] = []
  /// What only the text of a message can tell: no index knows it.
  var text: TextConditions
  /// Only these messages: those that are known to meet all conditions, that of the text with them.
  var rows: Set<Int64>?

  /// Nil where a name in the filter belongs to nothing: then nothing can match.
  init?(_ filter: SearchFilter, _ database: Database) throws {
    func sessionOrdinal(_ id: SessionID) throws -> Int64? {
      let statement = try database.cachedStatement(sql: "SELECT ordinal FROM sessions WHERE id = ?")
      return try Int64.fetchOne(statement, arguments: [id.rawValue])
    }
    if let name = filter.session {
      guard let ordinal = try sessionOrdinal(name) else { return nil }
      session = ordinal
    }
    if let name = filter.excludedSession { excludedSession = try sessionOrdinal(name) }
    if let name = filter.channel {
      guard let ordinal = try Ordinals.find("channels", name.rawValue, database) else { return nil }
      channel = ordinal
    }
    if let name = filter.author {
      guard let ordinal = try Ordinals.find("authors", name, database) else { return nil }
      author = ordinal
    }
    if !filter.tags.isEmpty || filter.note != nil {
      let sessions = try AnnotationRecord.sessions(tags: filter.tags, note: filter.note, database)
      guard !sessions.isEmpty else { return nil }
      annotated = sessions
    }
    role = filter.role.map(RoleCode.code(of:))
    timeRange = filter.timeRange
    text = TextConditions(filter)
    let asked: [(String, String?)] = filter.metadata.map { ($0, $1) } + filter.hasMetadata.map { ($0, nil) }
    for (key, value) in asked.sorted(by: { $0.0 < $1.0 }) {
      let condition = try MetadataCondition(key: key, value: value, database)
      guard !condition.isVain else { return nil }
      metadata.append(condition)
    }
  }

  /// A condition on `messages m`; empty where everything passes. It says nothing about the text.
  func condition(arguments: inout StatementArguments) -> String {
    var conditions: [String] = []
    func add(_ sql: String, _ value: any DatabaseValueConvertible) {
      conditions.append(sql)
      arguments += [value]
    }
    if let session { add("m.session = ?", session) }
    if let excludedSession { add("m.session <> ?", excludedSession) }
    if let annotated { add("m.session IN (SELECT value FROM json_each(?))", SetText.encode(annotated)) }
    if let channel { add("m.channel = ?", channel) }
    if let role { add("m.role = ?", Int64(role)) }
    if let author { add("m.author = ?", author) }
    if let since = timeRange.since { add("m.timestamp >= ?", since.milliseconds) }
    if let until = timeRange.until { add("m.timestamp < ?", until.milliseconds) }
    for condition in metadata {
      if let rows = condition.rows {
        add("m.row IN (SELECT value FROM json_each(?))", SetText.encode(rows))
      } else {
        add("m.session IN (SELECT value FROM json_each(?))", SetText.encode(condition.sessions))
      }
    }
    if let rows { add("m.row IN (SELECT value FROM json_each(?))", SetText.encode(rows)) }
    return conditions.joined(separator: " AND ")
  }

  /// For the vector index. Its ordinals are 32 bits wide: beyond four thousand million sessions two of them may share
  /// one, which ``admits(_:)`` then tells apart.
  var vectorFilter: VectorFilter {
    var result = VectorFilter.everything
    if let session { result.sessions = [UInt32(truncatingIfNeeded: session)] }
    if let annotated {
      let sessions = Set(annotated.map { UInt32(truncatingIfNeeded: $0) })
      result.sessions = result.sessions?.intersection(sessions) ?? sessions
    }
    result.excludedSession = excludedSession.map { UInt32(truncatingIfNeeded: $0) }
    if let channel { result.channels = [UInt32(truncatingIfNeeded: channel)] }
    result.role = role
    if let author { result.authors = [UInt32(truncatingIfNeeded: author)] }
    if !timeRange.isUnbounded {
      let lower = timeRange.since?.milliseconds ?? Int64.min
      let upper = timeRange.until?.milliseconds ?? Int64.max
      result.timeRange = lower..<max(lower, upper)
    }
    result.allowedKeys = rows
    for condition in metadata {
      if let rows = condition.rows {
        result.allowedKeys = result.allowedKeys?.intersection(rows) ?? rows
      } else {
        let sessions = Set(condition.sessions.map { UInt32(truncatingIfNeeded: $0) })
        result.sessions = result.sessions?.intersection(sessions) ?? sessions
      }
    }
    return result
  }

  /// For the keyword index, whose ordinals are as wide.
  var keywordFilter: KeywordFilter {
    let vectors = vectorFilter
    return KeywordFilter(
      sessions: vectors.sessions, excludedSession: vectors.excludedSession, channels: vectors.channels,
      authors: vectors.authors, role: vectors.role, timeRange: vectors.timeRange, allowedKeys: vectors.allowedKeys)
  }

  /// Whether a message passes: the last word, whatever an index said.
  func admits(_ record: MessageRecord) -> Bool {
    if let session, record.sessionOrdinal != session { return false }
    if let excludedSession, record.sessionOrdinal == excludedSession { return false }
    if let annotated, !annotated.contains(record.sessionOrdinal) { return false }
    if let channel, record.channelOrdinal != channel { return false }
    if let role, RoleCode.code(of: record.message.role) != role { return false }
    if let author, record.authorOrdinal != author { return false }
    return timeRange.contains(record.message.timestamp) && metadata.allSatisfy { $0.admits(record) }
      && text.admits(record.message.content)
  }
}
