// Messages in time order: of a session, of a channel, of everything. Equal times stand in the order of arrival.

import ConversationMemory

extension QdrantTenantStore {
  func message(_ id: MessageID) async throws -> ConversationMessage {
    let found = try await points.points(
      "read a message", [.message(id, of: self.id)], payload: .message)
    guard let point = found.first else {
      try await requireTenant()
      throw MemoryError(
        .unknownMessage, "tenant \"\(self.id)\" has no message \"\(id)\"", remedy: "it may have been deleted")
    }
    return try StoredTurn(point).message
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, before cursor: Cursor?
  ) async throws -> Page<ConversationMessage> {
    let page = try await turns(
      PointFilter.messages.and(.equals(.session, session.rawValue)), limit: limit, from: cursor, isDescending: true)
    if page.items.isEmpty { try await requireSession(session) }
    return Page(items: page.items.reversed().map(\.message), next: page.next)
  }

  func sessionHistory(
    _ session: SessionID, limit: Int, after cursor: Cursor
  ) async throws -> Page<ConversationMessage> {
    let page = try await turns(
      PointFilter.messages.and(.equals(.session, session.rawValue)), limit: limit, from: cursor, isDescending: false)
    if page.items.isEmpty { try await requireSession(session) }
    return Page(items: page.items.map(\.message), next: page.next)
  }

  func channelHistory(
    _ channel: Channel, limit: Int, before cursor: Cursor?
  ) async throws -> Page<ConversationMessage> {
    let page = try await turns(
      PointFilter.messages.and(.equals(.channel, channel.rawValue)), limit: limit, from: cursor, isDescending: true)
    if page.items.isEmpty { try await requireChannel(channel) }
    return Page(items: page.items.reversed().map(\.message), next: page.next)
  }

  func recentContext(limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> {
    let page = try await turns(.messages, limit: limit, from: cursor, isDescending: true)
    if page.items.isEmpty { try await requireTenant() }
    return Page(items: page.items.map(\.message), next: page.next)
  }

  /// The messages that follow a place in the order of time, one way or the other; nearly always in one round trip.
  func turns(
    _ filter: PointFilter, limit: Int, from cursor: Cursor?, isDescending: Bool
  ) async throws -> Page<StoredTurn> {
    let key = try cursor?.integers(listing: "messages", count: 3)
    let here = key.map { (Timestamp(milliseconds: $0[0]), $0[1], $0[2]) }
    let start = here.map { Place(timestamp: $0.0, sequence: $0.1).rawValue }
    let points = points
    let page = try await OrderedPages.page(
      limit: Self.bounded(limit),
      fetch: { count in
        try await points.scroll(
          "list messages", filter, order: ScrollOrder(.place, descending: isDescending, from: start), limit: count,
          payload: .message
        ).points
      },
      row: { try StoredTurn($0) },
      value: { Place(timestamp: $0.message.timestamp, sequence: $0.message.sequence).rawValue },
      isPast: { turn in here.map { isDescending ? turn.key < $0 : $0 < turn.key } ?? true },
      precedes: { isDescending ? $1.key < $0.key : $0.key < $1.key })
    return Page(items: page.rows, next: page.hasMore ? page.rows.last?.cursor : nil)
  }

  /// Where a session's history is empty: is there such a session?
  func requireSession(_ session: SessionID) async throws {
    guard try await points.points("look up a session", [.session(session, of: id)]).isEmpty else { return }
    try await requireTenant()
    throw MemoryError.unknownSession(session, tenant: id)
  }

  private func requireChannel(_ channel: Channel) async throws {
    guard try await points.count(PointFilter.sessions.and(.equals(.channels, channel.rawValue))) == 0 else { return }
    try await requireTenant()
    throw MemoryError.unknownChannel(channel, tenant: id)
  }
}
