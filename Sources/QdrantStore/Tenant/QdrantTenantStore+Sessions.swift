// Sessions: made, looked up, listed.

import ConversationMemory
import Foundation

extension QdrantTenantStore {
  func createSession(_ session: NewSession) async throws -> ConversationSession {
    let id = try session.checkedID()
    try await requireTenant()
    let sheet = StoredSheet(
      SessionSheet(id: id, channel: session.channel, at: .now, metadata: session.metadata), born: Self.now
    ).renewed()
    guard try await write([sheet]).contains(id) else {
      throw MemoryError(
        .conflict, "tenant \"\(self.id)\" already has a session \"\(id)\"",
        remedy: "add to it, or choose another id")
    }
    try await noteChange()
    return sheet.session(messages: 0)
  }

  func session(_ id: SessionID) async throws -> ConversationSession {
    let points = points
    async let found = points.points("look up a session", [.session(id, of: self.id)])
    async let messages = points.count(PointFilter.messages.and(.equals(.session, id.rawValue)))
    guard let point = try await found.first else {
      try await requireTenant()
      throw MemoryError.unknownSession(id, tenant: self.id)
    }
    return try StoredSheet(point).session(messages: try await messages)
  }

  func sessions(_ query: SessionQuery) async throws -> Page<ConversationSession> {
    let order = SheetOrder(query)
    let selection = SheetSelection(query)
    let start = try query.cursor.map { try order.place(of: $0) }
    let limit = Self.bounded(query.limit)
    let page =
      order.field == nil || selection.isLoose
      ? try await wholeListing(selection, order, limit: limit, from: start)
      : try await orderedListing(selection.filter, order, limit: limit, from: start)
    if page.sessions.isEmpty { try await requireTenant() }
    return Page(
      items: page.sessions.map(\.session), next: page.hasMore ? page.sessions.last.map(order.cursor(of:)) : nil)
  }

  private typealias Listing = (sessions: [ListedSession], hasMore: Bool)

  /// A page in an order that the server has: the page, then its sessions' numbers of messages.
  private func orderedListing(
    _ filter: PointFilter, _ order: SheetOrder, limit: Int, from start: SheetOrder.Place?
  ) async throws -> Listing {
    guard let field = order.field else { return ([], false) }
    let points = points
    let page = try await OrderedPages.page(
      limit: limit,
      fetch: { count in
        try await points.scroll(
          "list sessions", filter,
          order: ScrollOrder(field, descending: order.isDescending, from: start?.number), limit: count
        ).points
      },
      row: { ListedSession(try StoredSheet($0), messages: 0) }, value: { order.place(of: $0).number },
      isPast: { row in start.map { order.precedes($0, order.place(of: row)) } ?? true },
      precedes: { order.precedes(order.place(of: $0), order.place(of: $1)) })
    let counts = try await messageCounts(of: page.rows.map(\.session.id))
    return (page.rows.map { $0.with(messages: counts[$0.session.id] ?? 0) }, page.hasMore)
  }

  /// A page in an order, or of a selection, that only whoever has seen all sheets can tell.
  private func wholeListing(
    _ selection: SheetSelection, _ order: SheetOrder, limit: Int, from start: SheetOrder.Place?
  ) async throws -> Listing {
    async let all = points.count(.sessions)
    let sheets = try await sheets(selection.filter).filter(selection.admits)
    let total = try await all
    // Most often all sessions are listed; of a few, the others need not be counted.
    let counts =
      sheets.count <= 1000
      ? try await messageCounts(of: sheets.map(\.id))
      : try await messageCounts(.messages, limit: total + 1000)
    let rows = sheets.lazy
      .map { ListedSession($0, messages: counts[$0.id] ?? 0) }
      .filter { row in start.map { order.precedes($0, order.place(of: row)) } ?? true }
      .sorted { order.precedes(order.place(of: $0), order.place(of: $1)) }
    return (Array(rows.prefix(limit)), rows.count > limit)
  }

  private static let sheetsAtOnce = 20_000

  /// All sheets that a filter admits.
  func sheets(_ filter: PointFilter) async throws -> [StoredSheet] {
    var sheets: [StoredSheet] = []
    try await points.forEachPage("list sessions", filter, size: Self.sheetsAtOnce) { page in
      sheets += try page.map { try StoredSheet($0) }
    }
    return sheets
  }

  /// How many messages some sessions have.
  private func messageCounts(of sessions: [SessionID]) async throws -> [SessionID: Int] {
    try await messageCounts(
      PointFilter.messages.and(.isAnyOf(.session, sessions.map(\.rawValue))), limit: sessions.count)
  }

  private func messageCounts(_ filter: PointFilter, limit: Int) async throws -> [SessionID: Int] {
    guard limit > 0 else { return [:] }
    let facet = try await points.facet(.session, filter, limit: limit)
    return Dictionary(
      facet.byText.map { (SessionID(unchecked: $0.value), $0.count) }, uniquingKeysWith: { first, _ in first })
  }
}
