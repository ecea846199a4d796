// Reads what a place of the plain mode shows, a part at a time.

import ConversationMemory

/// A part of what is shown: a heading, then items, those with a choice numbered.
struct PlainPart: Sendable {
  struct Item: Sendable {
    var choice: PlainChoice?
    var lines: [String]
  }

  var heading: [String] = []
  var items: [Item] = []
  var continuation: PlainContinuation?
}

struct PlainReader: Sendable {
  let questions: Questions
  let settings: Settings
  let text: PlainText
  let order: SessionQuery.Order
  let isReversed: Bool

  static let page = 20
  static let messagePage = 10
  /// With more days than this, months are listed.
  static let mostDays = 62

  /// - Parameter next: goes on with it; nil begins.
  func read(_ place: PlainPlace, from next: PlainContinuation? = nil) async throws -> PlainPart {
    switch place {
    case .tenants: try await tenants(next)
    case .sessions(let tenant, let filter): try await sessions(tenant, filter, next)
    case .channels(let tenant): try await channels(tenant)
    case .transcript(let tenant, let source, let message): try await transcript(tenant, source, message, next)
    case .results(let tenant, let line): try await results(tenant, line, next)
    case .context(let tenant, let session, let options): try await context(tenant, session, options)
    case .sheet(let tenant, let session):
      PlainPart(heading: text.sheet(try await summary(tenant, session)))
    case .timeline(let tenant): try await timeline(tenant, next)
    }
  }

  // MARK: Lists

  private func tenants(_ next: PlainContinuation?) async throws -> PlainPart {
    var cursor: Cursor?
    if case .tenants(let place) = next { cursor = place }
    let page = try await questions.tenants(after: cursor)
    var part = PlainPart(continuation: page.next.map(PlainContinuation.tenants))
    if next == nil {
      part.heading =
        page.items.isEmpty
        ? ["There are no conversations yet: recollect import --tenant NAME FILE brings some in."]
        : ["\(NumberText.count(page.items.count, "tenant")):"]
    }
    part.items = page.items.map { PlainPart.Item(choice: .tenant($0.id), lines: [text.tenant($0)]) }
    return part
  }

  private func sessions(_ tenant: TenantID, _ filter: String, _ next: PlainContinuation?) async throws -> PlainPart {
    var cursor: Cursor?
    if case .sessions(let place) = next { cursor = place }
    guard case .counts(let counts, _) = try await questions.answer(.counts(tenant)) else { return PlainPart() }
    let query = try await sessionQuery(tenant, filter, cursor)
    guard case .sessions(let page) = try await questions.answer(.sessions(tenant, query)) else { return PlainPart() }
    var part = PlainPart(continuation: page.next.map(PlainContinuation.sessions))
    if next == nil {
      let order = order.caption(isReversed: isReversed)
      if page.items.isEmpty {
        part.heading = [filter.isEmpty ? "\(tenant) has no sessions yet." : "No session fits \"\(filter)\"."]
      } else if filter.isEmpty {
        part.heading = ["Sessions of \(tenant), \(NumberText.grouped(counts.sessions)) in all, \(order):"]
      } else {
        part.heading = ["Sessions of \(tenant) for \"\(filter)\", \(order):"]
      }
    }
    part.items = page.items.map { session in
      PlainPart.Item(choice: .session(session.id), lines: [text.session(session, columns: settings.sessionColumns)])
    }
    return part
  }

  private func sessionQuery(_ tenant: TenantID, _ filter: String, _ cursor: Cursor?) async throws -> SessionQuery {
    let parsed = try SessionFilter.parse(
      filter, metadataKeys: try await metadataKeys(tenant), zone: settings.zone, now: text.dates.now)
    return SessionQuery(
      order: order, reversed: isReversed, timeRange: parsed.timeRange, conditions: parsed.conditions,
      isInverted: parsed.isInverted, limit: Self.page, cursor: cursor)
  }

  private func metadataKeys(_ tenant: TenantID) async throws -> Set<String> {
    guard case .metadataKeys(let keys) = try await questions.answer(.metadataKeys(tenant)) else { return [] }
    return keys
  }

  private func channels(_ tenant: TenantID) async throws -> PlainPart {
    guard case .channels(let channels) = try await questions.answer(.channels(tenant)) else { return PlainPart() }
    return PlainPart(
      heading: ["Channels of \(tenant), \(channels.count):"],
      items: channels.map { PlainPart.Item(choice: .channel($0.id), lines: [text.channel($0)]) })
  }

  // MARK: Conversations

  private func transcript(
    _ tenant: TenantID, _ source: TranscriptSource, _ message: ConversationMessage?, _ next: PlainContinuation?
  ) async throws -> PlainPart {
    if let next { return try await messages(tenant, source, next) }
    switch source {
    case .channel(let channel):
      let page = try await history(.history(tenant, source, limit: Self.messagePage, before: nil))
      return part(page, "Channel \(channel), the last messages:") { .older($0) }
    case .author(let name):
      let page = try await history(.history(tenant, source, limit: Self.messagePage, before: nil))
      return part(page, "Messages by \(name), the last ones:") { .older($0) }
    case .session(let session):
      let sheet = try await summary(tenant, session).session
      let title = "\(sheet.title), \(sheet.channel), \(NumberText.count(sheet.messageCount, "message"))"
      if let message { return try await around(message, tenant, title) }
      let start = Cursor.message(timestamp: Timestamp(milliseconds: 0), sequence: 0, row: 0)
      let page = try await history(.following(tenant, source, limit: Self.messagePage, after: start))
      return part(page, "Session \(title):") { .newer($0) }
    }
  }

  private func around(_ message: ConversationMessage, _ tenant: TenantID, _ title: String) async throws -> PlainPart {
    guard
      case .surroundings(_, let before, let after) = try await questions.answer(
        .surroundings(tenant, message, limit: Self.messagePage / 2))
    else { return PlainPart() }
    let shown = before.items.filter { $0.id != message.id } + [message] + after.items.filter { $0.id != message.id }
    var part = part(
      Page(items: shown, next: after.next), "Session \(title); the message and what is around it:"
    ) { .newer($0) }
    if let index = shown.firstIndex(where: { $0.id == message.id }), let heading = part.items[index].lines.first {
      part.items[index].lines[0] = "\(heading), this is the one"
    }
    return part
  }

  private func messages(
    _ tenant: TenantID, _ source: TranscriptSource, _ next: PlainContinuation
  ) async throws -> PlainPart {
    switch (next, source) {
    case (.newer(let cursor), .session):
      let page = try await history(.following(tenant, source, limit: Self.messagePage, after: cursor))
      return part(page) { .newer($0) }
    case (.older(let cursor), _):
      let page = try await history(.history(tenant, source, limit: Self.messagePage, before: cursor))
      return part(page, "Before these:") { .older($0) }
    default: return PlainPart()
    }
  }

  private func history(_ operation: Operation) async throws -> Page<ConversationMessage> {
    guard case .messages(let page) = try await questions.answer(operation) else { return Page(items: [], next: nil) }
    return page
  }

  private func part(
    _ page: Page<ConversationMessage>, _ heading: String? = nil, _ continuation: (Cursor) -> PlainContinuation
  ) -> PlainPart {
    let items = page.items.map { message in
      PlainPart.Item(
        choice: .message(message), lines: [text.heading(message)] + text.body(message, isWhole: false))
    }
    return PlainPart(
      heading: heading.map { [page.items.isEmpty ? "Nothing has been said here yet." : $0] } ?? [], items: items,
      continuation: page.next.map(continuation))
  }

  private func summary(_ tenant: TenantID, _ session: SessionID) async throws -> SessionSummary {
    guard case .sheet(let summary, _) = try await questions.answer(.sheet(tenant, session)) else {
      throw PlainMistake("there is no session \(session)")
    }
    return summary
  }

  // MARK: Search and context

  private func results(_ tenant: TenantID, _ line: String, _ next: PlainContinuation?) async throws -> PlainPart {
    if case .hits(let rest) = next { return try await hits(rest, tenant, heading: []) }
    let query = try SearchQueryParser.parse(
      line, metadataKeys: try await metadataKeys(tenant), zone: settings.zone, now: text.dates.now)
    guard !query.text.isEmpty else {
      throw PlainMistake("these are filters: say what to look for as well")
    }
    var request = SearchRequest(query.text, topK: SearchState.topK)
    request.filter = query.filter
    guard case .search(let result, _) = try await questions.answer(.search(tenant, request, known: [])) else {
      return PlainPart()
    }
    let notice = result.semantic.notice.map { [$0] } ?? []
    if result.hits.isEmpty {
      let advice = query.pieces.isEmpty ? "Try other words, or fewer." : "Try without a filter."
      return PlainPart(heading: notice + ["Nothing was found. \(advice)"])
    }
    let filters = query.pieces.isEmpty ? "" : ", only \(query.pieces.map(\.label).joined(separator: ", "))"
    let count = NumberText.count(result.hits.count, "hit")
    return try await hits(result.hits, tenant, heading: notice + ["\(count), best first\(filters):"])
  }

  private func hits(_ hits: [SearchHit], _ tenant: TenantID, heading: [String]) async throws -> PlainPart {
    let shown = hits.prefix(Self.messagePage)
    let titles = try await titles(of: shown.map(\.message), tenant)
    let rest = Array(hits.dropFirst(Self.messagePage))
    return PlainPart(
      heading: heading,
      items: shown.map { hit in
        let session = titles[hit.message.session] ?? hit.message.session.rawValue
        return PlainPart.Item(choice: .hit(hit.message), lines: text.hit(hit, session: session))
      },
      continuation: rest.isEmpty ? nil : .hits(rest))
  }

  private func titles(of messages: [ConversationMessage], _ tenant: TenantID) async throws -> [SessionID: String] {
    var result: [SessionID: String] = [:]
    for session in Set(messages.map(\.session)) {
      if let sheet = try? await questions.handle(tenant).session(session) { result[session] = sheet.title }
    }
    return result
  }

  private func context(
    _ tenant: TenantID, _ session: SessionID, _ options: ContextOptions
  ) async throws -> PlainPart {
    guard
      case .context(let context, _, let titles) = try await questions.answer(.context(tenant, session, options))
    else { return PlainPart() }
    let estimate = context.tokenEstimate
    let budget = settings.tokenBudget.map { " of \(NumberText.grouped($0))" } ?? ""
    let recall =
      !options.includeCrossSession
      ? "recall off" : options.scope == .tenant ? "recall from all prospects" : "recall from the same prospect"
    var part = PlainPart(
      heading: [
        "What an agent would be told in \(context.session.title): about \(NumberText.grouped(estimate))\(budget) tokens, \(recall)."
      ])
    if context.messages.isEmpty {
      part.heading.append("Nothing: the session has no messages, and nothing was recalled.")
    }
    for (index, item) in context.messages.enumerated() {
      let isFirst = index == 0 || context.messages[index - 1].origin != item.origin
      if isFirst { part.items.append(PlainPart.Item(lines: [groupHeading(item.origin, context)])) }
      let lines: [String]
      if item.origin == .recalled {
        let title = titles[item.message.session]?.title ?? item.message.session.rawValue
        lines = text.recalled(item, session: title)
      } else {
        lines = [text.heading(item.message)] + text.body(item.message, isWhole: false)
      }
      part.items.append(
        PlainPart.Item(choice: item.origin == .recalled ? .hit(item.message) : .message(item.message), lines: lines))
    }
    return part
  }

  private func groupHeading(_ origin: ContextMessage.Origin, _ context: AgentContext) -> String {
    switch origin {
    case .recalled: "Recalled from other sessions, \(context.recalled.count):"
    case .current: "This conversation, last \(NumberText.count(context.current.count, "message")):"
    }
  }

  // MARK: Timeline

  private func timeline(_ tenant: TenantID, _ next: PlainContinuation?) async throws -> PlainPart {
    var days: [PlainDays] = []
    if case .days(let rest) = next {
      days = rest
    } else if case .activity(let activity) = try await questions.answer(.activity(tenant, settings.zone)) {
      days = Self.grouped(activity)
    }
    let rest = Array(days.dropFirst(Self.page))
    return PlainPart(
      heading: next == nil
        ? [days.isEmpty ? "There are no messages yet." : "Messages of \(tenant), latest first:"] : [],
      items: days.prefix(Self.page).map { span in
        let since = SearchQueryParser.written(.since, span.first.description)
        let until = SearchQueryParser.written(.until, span.last.description)
        return PlainPart.Item(choice: .days("\(since) \(until)"), lines: [text.days(span)])
      },
      continuation: rest.isEmpty ? nil : .days(rest))
  }

  /// Days, or months where there are many, latest first.
  static func grouped(_ activity: [DayActivity]) -> [PlainDays] {
    let isLong = Set(activity.map(\.day)).count > mostDays
    var spans: [CivilDay: PlainDays] = [:]
    for entry in activity {
      var first = entry.day
      if isLong { first.day = 1 }
      var span = spans[first] ?? PlainDays(first: first, last: isLong ? lastDay(of: first) : first)
      span.messages[entry.channel, default: 0] += entry.messages
      spans[first] = span
    }
    return spans.values.sorted { $0.first > $1.first }
  }

  private static func lastDay(of first: CivilDay) -> CivilDay {
    let next = CivilDay(
      year: first.month == 12 ? first.year + 1 : first.year, month: first.month == 12 ? 1 : first.month + 1, day: 1)
    return CivilDay(daysSinceEpoch: next.daysSinceEpoch - 1)
  }
}
