// One author, across sessions and channels.

import ConversationMemory

extension QdrantTenantStore {
  func authorHistory(_ author: String, limit: Int, before cursor: Cursor?) async throws -> Page<ConversationMessage> {
    let page = try await turns(Self.messages(by: author), limit: limit, from: cursor, isDescending: true)
    if page.items.isEmpty { try await requireAuthor(author) }
    return Page(items: page.items.reversed().map(\.message), next: page.next)
  }

  func authorHistory(_ author: String, limit: Int, after cursor: Cursor) async throws -> Page<ConversationMessage> {
    let page = try await turns(Self.messages(by: author), limit: limit, from: cursor, isDescending: false)
    if page.items.isEmpty { try await requireAuthor(author) }
    return Page(items: page.items.map(\.message), next: page.next)
  }

  func person(_ author: String) async throws -> PersonSummary {
    let points = points
    let filter = Self.messages(by: author)
    // Who writes in more sessions than these is counted in these only: a machine, not a person.
    async let sessions = points.facet(.session, filter, limit: 1_000_000)
    async let channels = points.facet(.channel, filter)
    async let ends = points.query(
      "find an author's first and latest message",
      [false, true].map { isDescending in
        PointQuery(
          .ordered(ScrollOrder(.place, descending: isDescending)), filter: filter, limit: 1,
          payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue]))
      })
    let times = try await ends.compactMap { $0.first?.payload?.timestamp }
    guard times.count == 2 else {
      try await requireTenant()
      throw MemoryError.unknownAuthor(author, tenant: id)
    }
    let found = try await sessions.byText
    return PersonSummary(
      id: author, messages: found.reduce(0) { $0 + $1.count }, sessions: found.count,
      channels: try await channels.byText.map { Channel(unchecked: $0.value) }.sorted(),
      first: Timestamp(milliseconds: times[0]), last: Timestamp(milliseconds: times[1]))
  }

  private static func messages(by author: String) -> PointFilter {
    PointFilter.messages.and(.equals(.author, author))
  }

  private func requireAuthor(_ author: String) async throws {
    guard try await points.count(Self.messages(by: author)) == 0 else { return }
    try await requireTenant()
    throw MemoryError.unknownAuthor(author, tenant: id)
  }
}
