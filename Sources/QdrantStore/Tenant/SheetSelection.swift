// Which sessions a listing has: what the server checks, and what only whoever has read a sheet can tell.

import ConversationMemory

struct SheetSelection: Sendable {
  /// What the server checks; it lets through every session of the listing.
  let filter: PointFilter
  /// Whether the filter lets through others too.
  let isLoose: Bool
  private let range: TimeRange
  private let checks: [Check]
  private let isInverted: Bool

  private struct Check: Sendable {
    var condition: SessionCondition
    /// The words of a text, ready to be looked for.
    var text: SheetText?
  }

  init(_ query: SessionQuery) {
    var conditions = query.channel.map { [SessionCondition(.channel($0))] } ?? []
    conditions += query.metadata.sorted { $0.key < $1.key }.map { SessionCondition(.metadata($0.key, $0.value)) }
    conditions += query.tags.sorted().map { SessionCondition(.tag($0)) }
    if let note = query.note { conditions.append(SessionCondition(.note(note))) }
    if let text = query.text, !text.isEmpty { conditions.append(SessionCondition(.text(text))) }
    conditions += query.conditions
    range = query.timeRange
    isInverted = query.isInverted
    checks = conditions.map { condition in
      if case .text(let text) = condition.kind { return Check(condition: condition, text: SheetText(text)) }
      return Check(condition: condition)
    }
    let known = conditions.map { Self.known($0.kind) }
    isLoose = query.isInverted || known.contains { $0 == nil }
    // Turned round, a part that the server does not know may be what a session fails.
    filter = query.isInverted ? .sessions : Self.filter(range, zip(conditions, known))
  }

  private static func filter(
    _ range: TimeRange, _ conditions: some Sequence<(SessionCondition, Condition?)>
  ) -> PointFilter {
    var filter = PointFilter.sessions
    if let until = range.until { filter.must.append(.range(.startedAt, atLeast: nil, below: until.milliseconds)) }
    if let since = range.since { filter.must.append(.range(.lastActivity, atLeast: since.milliseconds, below: nil)) }
    for (condition, known) in conditions {
      guard let known else { continue }
      if condition.isExcluded { filter.mustNot.append(known) } else { filter.must.append(known) }
    }
    return filter
  }

  /// A condition as the server knows it; nil where it does not.
  private static func known(_ kind: SessionCondition.Kind) -> Condition? {
    switch kind {
    // Its own channel, or that of any of its messages.
    case .channel(let channel): .equals(.channels, channel.rawValue)
    case .metadata(let name, let value): .equals(.metadataPairs, MetadataDigest.digest(name, value))
    case .tag(let tag): .equals(.tags, tag)
    case .text, .note: nil
    }
  }

  func admits(_ sheet: StoredSheet) -> Bool {
    let session = sheet.sheet.session
    let isInRange =
      range.until.map { session.startedAt < $0 } ?? true && range.since.map { session.lastActivity >= $0 } ?? true
    let isMeant = isInRange && checks.allSatisfy { meets($0, sheet) != $0.condition.isExcluded }
    return isMeant != isInverted
  }

  private func meets(_ check: Check, _ sheet: StoredSheet) -> Bool {
    let session = sheet.sheet.session
    switch check.condition.kind {
    case .text: return check.text?.isPart(of: sheet) ?? true
    case .channel(let channel): return session.channel == channel || sheet.spokenChannels.contains(channel)
    case .metadata(let name, let value): return session.metadata[name] == value
    case .tag(let tag): return session.annotations.meets(tags: [tag], note: nil)
    case .note(let text): return session.annotations.meets(tags: [], note: text)
    }
  }
}
