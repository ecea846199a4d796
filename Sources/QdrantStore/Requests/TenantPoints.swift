// One tenant's points: all that the rest of this room can ask of the server about data.

import ConversationMemory

/// Reads and writes a tenant's points, and cannot reach anybody else's.
struct TenantPoints: Sendable {
  let client: QdrantClient
  let tenant: TenantID
  private let requests: TenantRequest

  init(client: QdrantClient, collection: CollectionName, tenant: TenantID) {
    self.client = client
    self.tenant = tenant
    requests = TenantRequest(collection: collection, tenant: tenant)
  }

  /// A page of points, in an order or in that of their ids.
  ///
  /// - Parameter action: What is wanted, as in "cannot list messages".
  func scroll(
    _ action: String, _ filter: PointFilter, order: ScrollOrder? = nil, limit: Int, payload: PayloadSelection = .all,
    after offset: PointID? = nil, withVectors: Bool = false
  ) async throws -> ScrollAnswer {
    try await client.send(
      requests.scroll(
        action, filter, order: order, limit: limit, payload: payload, offset: offset, withVectors: withVectors))
  }

  /// All points that a filter admits, page by page, in the order of their ids.
  func forEachPage(
    _ action: String, _ filter: PointFilter, size: Int, payload: PayloadSelection = .all, withVectors: Bool = false,
    _ body: ([StoredPoint]) async throws -> Void
  ) async throws {
    var offset: PointID?
    repeat {
      let page = try await scroll(
        action, filter, limit: size, payload: payload, after: offset, withVectors: withVectors)
      try await body(page.points)
      offset = page.nextPageOffset
    } while offset != nil
  }

  /// Points by their ids, in no order; those that are not there are left out.
  func points(_ action: String, _ ids: [PointID], payload: PayloadSelection = .all) async throws -> [StoredPoint] {
    guard !ids.isEmpty else { return [] }
    return try await scroll(action, PointFilter(.hasID(ids)), limit: ids.count, payload: payload).points
  }

  func count(_ filter: PointFilter) async throws -> Int { try await client.send(requests.count(filter)).count }

  /// Exact counts by the values of a field, the most frequent first.
  ///
  /// - Parameter limit: Of values. The server makes room for as many at once, up to a million, so it is no larger than it
  ///   has to be.
  func facet(
    _ field: PayloadField, _ filter: PointFilter, limit: Int = TenantPoints.names
  ) async throws -> FacetAnswer {
    try await client.send(requests.facet(field, filter, limit: max(1, limit)))
  }

  /// Channels, tags, names of metadata: people make these up, and there are never more.
  static let names = 20_000

  /// Several searches in one request, answered in their order.
  func query(_ action: String, _ queries: [PointQuery]) async throws -> [[StoredPoint]] {
    guard !queries.isEmpty else { return [] }
    let answers = try await client.send(requests.query(action, queries))
    guard answers.count == queries.count else {
      throw MemoryError(
        .storageUnavailable,
        "Qdrant at \(client.server) answered \(answers.count) of \(queries.count) searches", remedy: "try again")
    }
    return answers.map(\.points)
  }

  /// A request stays below this many bytes, unless a single point is longer: a server takes 32 MiB.
  private static let bytesPerUpsert = 8 << 20

  /// Writes points; on the servers' disks when it returns. Idempotent by the points' ids.
  func upsert(
    _ drafts: [PointDraft], mode: UpdateMode = .upsert, onlyIf filter: PointFilter? = nil, inOneOrder: Bool = false
  ) async throws {
    var start = 0
    while start < drafts.count {
      var end = start
      var size = 0
      repeat {
        size += drafts[end].approximateBytes
        end += 1
      } while end < drafts.count && size + drafts[end].approximateBytes <= Self.bytesPerUpsert
      try await client.send(
        requests.upsert(Array(drafts[start..<end]), mode: mode, onlyIf: filter, inOneOrder: inOneOrder))
      start = end
    }
  }

  func setPayload(_ payload: [(String, JSONValue)], _ filter: PointFilter) async throws {
    try await client.send(requests.setPayload(payload, filter))
  }

  func delete(_ filter: PointFilter) async throws { try await client.send(requests.delete(filter)) }
}

extension PointDraft {
  /// About how long the point is in JSON.
  fileprivate var approximateBytes: Int {
    let dense = (vectors.dense?.count ?? 0) * 12
    let sparse = (vectors.sparse?.indices.count ?? 0) * 22
    let text = payload.reduce(0) { size, member in
      if case .string(let text) = member.1 { size + text.utf8.count } else { size }
    }
    return 600 + dense + sparse + text
  }
}
