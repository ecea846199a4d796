// Deleting: at once out of sight of every reader. The bytes go when the cluster's optimizer writes their segments anew,
// which recollect can neither force nor see.

import ConversationMemory

extension QdrantTenantStore {
  func deleteSession(_ session: SessionID) async throws -> Int {
    let points = points
    let filter = PointFilter(.equals(.session, session.rawValue))
    async let found = points.points("look up a session", [.session(session, of: id)])
    async let messages = points.count(filter.and(.kind(.message)))
    let count = try await messages
    guard try await !found.isEmpty || count > 0 else {
      try await requireTenant()
      throw MemoryError.unknownSession(session, tenant: id)
    }
    // Messages, their passages and the sheet in one request.
    try await points.delete(filter)
    try await noteChange(losing: count)
    return count
  }

  func deleteTenant() async throws -> TenantSummary {
    let summary = try await counts()
    try await points.delete(PointFilter())
    return summary
  }
}
