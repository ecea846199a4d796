// Listing tenants: their own points in the order of their names, with exact counts beside them.

public import ConversationMemory

extension QdrantStore {
  /// How many tenants' numbers are asked for at once.
  private static let tenantsAtOnce = 64

  public func tenants(limit: Int, after cursor: Cursor?) async throws -> Page<TenantSummary> {
    let after = try cursor?.tenant
    guard try await context.preparation.dimensions() != nil else { return Page(items: [], next: nil) }
    let limit = QdrantTenantStore.bounded(limit)
    let page = try await names(limit: limit, after: after)
    let items = try await summaries(of: page.rows)
    return Page(
      items: items,
      next: page.hasMore ? page.rows.last.map { Cursor.tenant($0) } : nil)
  }

  /// Names behind another one, by their bytes. The server orders by the first bytes only, the rest is done here.
  private func names(limit: Int, after: TenantID?) async throws -> (rows: [TenantID], hasMore: Bool) {
    let start = after.map { Place(of: $0).rawValue }
    let (client, collection) = (context.client, context.collection)
    return try await OrderedPages.page(
      limit: limit,
      fetch: { count in
        try await client.send(CatalogueRequest.tenants(in: collection, from: start, limit: count)).points
      },
      row: { TenantID(unchecked: $0.payload?.tenant ?? "") }, value: { Place(of: $0).rawValue },
      isPast: { row in after.map { $0 < row } ?? true }, precedes: { $0 < $1 })
  }

  private func summaries(of names: [TenantID]) async throws -> [TenantSummary] {
    let context = context
    return try await withThrowingTaskGroup(of: (Int, TenantSummary?).self) { group in
      var summaries = [TenantSummary?](repeating: nil, count: names.count)
      var next = 0
      func start() {
        guard next < names.count else { return }
        let (index, name) = (next, names[next])
        next += 1
        group.addTask { (index, try await QdrantTenantStore(id: name, context: context).summaryIfThere()) }
      }
      for _ in 0..<Self.tenantsAtOnce { start() }
      while let (index, summary) = try await group.next() {
        summaries[index] = summary
        start()
      }
      // One that was deleted meanwhile is not there.
      return summaries.compactMap { $0 }
    }
  }
}
