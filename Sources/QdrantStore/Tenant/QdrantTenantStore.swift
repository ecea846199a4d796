// One tenant's memory on the cluster. Its abilities are in the extensions beside this file, one a topic.

import ConversationMemory
import Foundation
import Retrieval

/// A ``TenantStore`` on a Qdrant cluster. Everything it asks goes through ``TenantPoints``, which adds whose points are meant.
struct QdrantTenantStore: TenantStore {
  let id: TenantID
  let context: QdrantContext
  let points: TenantPoints

  init(id: TenantID, context: QdrantContext) {
    self.id = id
    self.context = context
    points = context.points(of: id)
  }

  /// At least one row, and no more than a page can hold in memory.
  static func bounded(_ limit: Int) -> Int { min(max(1, limit), 100_000) }

  private var ownPoint: PointID { .tenant(id) }

  /// Whether the tenant is there.
  func exists() async throws -> Bool { try await stamp() != nil }

  /// Where an answer is empty: is the tenant, too?
  func requireTenant() async throws {
    guard try await exists() else { throw MemoryError.unknownTenant(id) }
  }

  /// Makes the tenant. Of two that do so at once, the second finds it made.
  func create() async throws {
    try await points.upsert([tenantDraft(stamp: Self.now)], mode: .insertOnly)
  }

  /// Microseconds since 1970.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  private func tenantDraft(stamp: Int64) -> PointDraft {
    PointDraft(
      id: ownPoint,
      payload: [
        (PayloadField.kind.rawValue, .string(PointKind.tenant.rawValue)),
        (PayloadField.place.rawValue, .integer(Place(of: id).rawValue)),
        (PayloadName.stamp, .integer(stamp)),
      ])
  }

  /// When something other than adding messages changed the tenant last; nil where there is no such tenant.
  private func stamp() async throws -> Int64? {
    try await points.points("look up tenant \"\(id)\"", [ownPoint]).first.map { $0.payload?.stamp ?? 0 }
  }

  /// Notes a change that the number of messages does not tell.
  ///
  /// - Parameter lost: How many messages went with it: the counter must not fall.
  func noteChange(losing lost: Int = 0) async throws {
    let last = try await stamp() ?? 0
    let next = max(Self.now, last + Int64(lost) + 1)
    try await points.setPayload([(PayloadName.stamp, .integer(next))], PointFilter(.kind(.tenant)))
  }

  /// The stamp, and the number of messages: adding some is a change by itself and needs no further write. Stamps are
  /// microseconds of the writers' clocks; where those of two machines disagree, the counter can stand still for as long as
  /// they do, but it does not return to a number it had.
  func changeCounter() async throws -> Int64 {
    async let stamp = stamp()
    async let messages = points.count(.messages)
    guard let stamp = try await stamp else { throw MemoryError.unknownTenant(id) }
    return stamp + Int64(try await messages)
  }

  func counts() async throws -> TenantSummary {
    guard let summary = try await summaryIfThere() else { throw MemoryError.unknownTenant(id) }
    return summary
  }

  /// The tenant in numbers, in one round trip; nil where it is not there.
  func summaryIfThere() async throws -> TenantSummary? {
    async let isThere = exists()
    async let messages = points.count(.messages)
    async let sessions = points.count(.sessions)
    async let last = points.scroll(
      "find the latest message", .messages, order: ScrollOrder(.place, descending: true), limit: 1,
      payload: .only([PayloadField.kind.rawValue, PayloadField.timestamp.rawValue]))
    let latest = try await last.points.first?.payload?.timestamp
    let summary = TenantSummary(
      id: id, messages: try await messages, sessions: try await sessions,
      lastActivity: latest.map { Timestamp(milliseconds: $0) })
    return try await isThere ? summary : nil
  }

  func semanticStatus() async -> SemanticStatus { await context.semantic.status() }
}
