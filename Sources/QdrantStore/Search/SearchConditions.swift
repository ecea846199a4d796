// A search's filter, for the server and for a last look at each hit.

import ConversationMemory
import Foundation
import TextAnalysis

struct SearchConditions: Sendable {
  /// Of messages and their passages; without the conditions on the text, which no index knows.
  let filter: PointFilter
  let text: TextConditions
  /// Nothing in the tenant can meet it.
  let isVain: Bool
  private let asked: SearchFilter
  /// What was asked of sessions, with the sessions that meet it.
  private let lookups: [(lookup: SessionLookup, sessions: Set<String>)]

  /// What has to be known of sessions before a search under a filter can be asked for.
  static func lookups(_ filter: SearchFilter) -> [SessionLookup] {
    let metadata = filter.metadata.map { ($0, Optional($1)) } + filter.hasMetadata.map { ($0, nil) }
    var lookups = metadata.sorted { ($0.0, $0.1 ?? "") < ($1.0, $1.1 ?? "") }.map {
      SessionLookup.metadata(key: $0.0, value: $0.1)
    }
    if !filter.tags.isEmpty || filter.note != nil {
      lookups.append(.annotations(tags: filter.tags, note: filter.note))
    }
    return lookups
  }

  /// - Parameter answers: what each of the filter's lookups found.
  init(_ asked: SearchFilter, lookups: [SessionLookup], answers: some Sequence<[StoredPoint]>) {
    self.asked = asked
    text = TextConditions(asked)
    self.lookups = zip(lookups, answers).map { lookup, sheets in
      (lookup, Set(sheets.compactMap(\.payload).filter { lookup.isMet(by: $0) }.compactMap(\.session)))
    }
    var filter = PointFilter()
    if let session = asked.session { filter.must.append(.equals(.session, session.rawValue)) }
    if let session = asked.excludedSession { filter.mustNot.append(.equals(.session, session.rawValue)) }
    if let channel = asked.channel { filter.must.append(.equals(.channel, channel.rawValue)) }
    if let role = asked.role { filter.must.append(.equals(.role, role.rawValue)) }
    if let author = asked.author { filter.must.append(.equals(.author, author)) }
    if !asked.timeRange.isUnbounded {
      filter.must.append(
        .range(
          .timestamp, atLeast: asked.timeRange.since?.milliseconds, below: asked.timeRange.until?.milliseconds))
    }
    var isVain = false
    for (lookup, sessions) in self.lookups {
      var either = PointFilter(should: [lookup.ownCondition].compactMap(\.self))
      if !sessions.isEmpty { either.should.append(.isAnyOf(.session, sessions.sorted())) }
      if either.should.isEmpty { isVain = true }
      filter.must.append(.nested(either))
    }
    self.filter = filter
    self.isVain = isVain
  }

  /// Whether a message passes: the last word, whatever an index said.
  func admits(_ message: ConversationMessage) -> Bool {
    if let session = asked.session, message.session != session { return false }
    if let session = asked.excludedSession, message.session == session { return false }
    if let channel = asked.channel, message.channel != channel { return false }
    if let role = asked.role, message.role != role { return false }
    // Byte for byte: two Unicode forms of a name are two authors.
    if let author = asked.author, message.author.map({ !$0.utf8.elementsEqual(author.utf8) }) ?? true { return false }
    return asked.timeRange.contains(message.timestamp)
      && lookups.allSatisfy { lookup, sessions in
        sessions.contains(message.session.rawValue) || lookup.isMet(byOwn: message.metadata)
      } && text.admits(message.content)
  }
}

/// A condition that sessions meet, and all of their messages with them.
enum SessionLookup: Sendable {
  /// A message's own metadata counts as well. A value of nil asks for any but an empty one.
  case metadata(key: String, value: String?)
  case annotations(tags: Set<String>, note: String?)

  /// As many sessions as can meet one condition; of more, any that many.
  private static let mostSessions = 100_000

  /// The sheets of the sessions that may meet it.
  var query: PointQuery {
    let fields = [PayloadField.kind.rawValue, PayloadField.session.rawValue]
    switch self {
    case .metadata:
      return PointQuery(
        .none, filter: PointFilter(must: [.kind(.session)] + [ownCondition].compactMap(\.self)),
        limit: Self.mostSessions, payload: .only(fields + [PayloadName.metadata]))
    case .annotations(let tags, _):
      return PointQuery(
        .none, filter: PointFilter(must: [.kind(.session)] + tags.sorted().map { .equals(.tags, $0) }),
        limit: Self.mostSessions, payload: .only(fields + [PayloadField.tags.rawValue, PayloadName.note]))
    }
  }

  /// What a message itself may meet it by.
  var ownCondition: Condition? {
    switch self {
    case .metadata(let key, let value?): .equals(.metadataPairs, MetadataDigest.digest(key, value))
    case .metadata(let key, nil): .equals(.metadataNames, key)
    case .annotations: nil
    }
  }

  func isMet(by sheet: PointPayload) -> Bool {
    switch self {
    case .metadata: isMet(byOwn: sheet.metadata ?? [:])
    case .annotations(let tags, let note):
      SessionAnnotations(tags: sheet.tags ?? [], note: sheet.note).meets(tags: tags, note: note)
    }
  }

  /// Byte for byte: Swift's own equality takes different spellings of an accent for the same.
  func isMet(byOwn metadata: [String: String]) -> Bool {
    guard case .metadata(let key, let value) = self else { return false }
    return metadata.contains { pair in
      guard pair.key.utf8.elementsEqual(key.utf8) else { return false }
      return value.map { pair.value.utf8.elementsEqual($0.utf8) } ?? !pair.value.isEmpty
    }
  }
}
