// Every request there is. The initializer is this file's own: a request about a tenant's data can only be made here, where
// the tenant's condition is put before all others, at the top level and in every nested search, and its name into every
// point that is written.

import ConversationMemory
import Foundation
import NIOHTTP1

/// A request and what it is answered with.
struct QdrantRequest<Answer: Sendable>: Sendable {
  /// What is asked, as in "cannot list messages".
  let action: String
  let method: HTTPMethod
  /// Percent-encoded, with the question behind it.
  let path: String
  let body: [UInt8]?
  let timeout: Duration
  let decode: @Sendable (Data) throws -> Answer

  fileprivate init(
    _ action: String, _ method: HTTPMethod, _ path: String, body: JSONValue? = nil, timeout: Duration = .seconds(30),
    decode: @escaping @Sendable (Data) throws -> Answer
  ) {
    self.action = action
    self.method = method
    self.path = path
    self.body = body?.bytes
    self.timeout = timeout
    self.decode = decode
  }
}

extension QdrantRequest where Answer: Decodable {
  fileprivate init(
    _ action: String, _ method: HTTPMethod, _ path: String, body: JSONValue? = nil, timeout: Duration = .seconds(30)
  ) {
    self.init(action, method, path, body: body, timeout: timeout) {
      try JSONDecoder().decode(Envelope<Answer>.self, from: $0).result
    }
  }
}

/// What Qdrant puts around every answer.
private struct Envelope<Result: Decodable>: Decodable {
  let result: Result
}

/// Requests about the server and the collection as such: none touches a point.
enum AdministrationRequest {
  static func version() -> QdrantRequest<ServerVersion> {
    QdrantRequest("tell its version", .GET, "/") { try JSONDecoder().decode(ServerVersion.self, from: $0) }
  }

  static func collection(_ name: CollectionName) -> QdrantRequest<CollectionDescription> {
    QdrantRequest("describe the collection \"\(name)\"", .GET, name.path)
  }

  static func create(_ name: CollectionName, _ body: JSONValue) -> QdrantRequest<Bool> {
    QdrantRequest("make the collection \"\(name)\"", .PUT, name.path, body: body, timeout: .seconds(60))
  }

  static func delete(_ name: CollectionName) -> QdrantRequest<Bool> {
    QdrantRequest("delete the collection \"\(name)\"", .DELETE, name.path, timeout: .seconds(60))
  }

  static func index(_ field: PayloadField, of name: CollectionName) -> QdrantRequest<UpdateAnswer> {
    QdrantRequest(
      "index the field \"\(field.rawValue)\"", .PUT, name.path + "/index?wait=true",
      body: ["field_name": .string(field.rawValue), "field_schema": field.schema], timeout: .seconds(120))
  }
}

/// Requests about which tenants there are: points of the kind `tenant`, never a message.
enum CatalogueRequest {
  /// Tenants' own points, in the order of their places.
  static func tenants(
    in name: CollectionName, from place: Int64?, limit: Int
  ) -> QdrantRequest<ScrollAnswer> {
    var order: [(String, JSONValue)] = [("key", .string(PayloadField.place.rawValue)), ("direction", "asc")]
    if let place { order.append(("start_from", .integer(place))) }
    return QdrantRequest(
      "list tenants", .POST, name.path + "/points/scroll",
      body: [
        "filter": PointFilter(.kind(.tenant)).json(after: []), "limit": .integer(Int64(limit)),
        "order_by": .object(order), "with_payload": true, "with_vector": false,
      ])
  }
}

/// Requests about one tenant's points.
struct TenantRequest: Sendable {
  let collection: CollectionName
  let tenant: TenantID

  /// The tenant's condition, before all others.
  private func json(_ filter: PointFilter) -> JSONValue {
    filter.json(after: [
      ["key": .string(PayloadField.tenant.rawValue), "match": ["value": .string(tenant.rawValue)]]
    ])
  }

  private var points: String { collection.path + "/points" }

  func scroll(
    _ action: String, _ filter: PointFilter, order: ScrollOrder?, limit: Int, payload: PayloadSelection,
    offset: PointID?, withVectors: Bool
  ) -> QdrantRequest<ScrollAnswer> {
    var body: [(String, JSONValue)] = [
      ("filter", json(filter)), ("limit", .integer(Int64(limit))), ("with_payload", payload.json),
      ("with_vector", withVectors ? [.string(VectorName.dense)] : false),
    ]
    if let order { body.append(("order_by", order.json)) }
    if let offset { body.append(("offset", .string(offset.text))) }
    return QdrantRequest(action, .POST, points + "/scroll", body: .object(body))
  }

  func count(_ filter: PointFilter) -> QdrantRequest<CountAnswer> {
    QdrantRequest("count", .POST, points + "/count", body: ["filter": json(filter), "exact": true])
  }

  /// Exact counts by the values of a field, the most frequent first.
  func facet(_ field: PayloadField, _ filter: PointFilter, limit: Int) -> QdrantRequest<FacetAnswer> {
    QdrantRequest(
      "count by \(field.rawValue)", .POST, collection.path + "/facet",
      body: [
        "key": .string(field.rawValue), "limit": .integer(Int64(limit)), "exact": true, "filter": json(filter),
      ])
  }

  func query(_ action: String, _ queries: [PointQuery]) -> QdrantRequest<[QueryAnswer]> {
    QdrantRequest(action, .POST, points + "/query/batch", body: ["searches": .array(queries.map { search($0) })])
  }

  private func search(_ query: PointQuery) -> JSONValue {
    let filter = json(query.filter)
    var body: [(String, JSONValue)] = [
      ("filter", filter), ("limit", .integer(Int64(query.limit))), ("with_payload", query.payload.json),
      ("with_vector", query.vectors.isEmpty ? false : .strings(query.vectors)),
    ]
    switch query.ranking {
    case .nearest(let vector):
      body += [
        ("query", .floats(vector)), ("using", .string(VectorName.dense)),
        (
          "params",
          [
            "hnsw_ef": .integer(PointQuery.hnswEf),
            "quantization": ["rescore": true, "oversampling": .real(PointQuery.oversampling)],
          ]
        ),
      ]
    case .words(let indices, let values, let corpus):
      body += [
        ("query", ["indices": .array(indices.map { .integer(Int64($0)) }), "values": .floats(values)]),
        ("using", .string(VectorName.sparse)), ("params", ["idf": ["corpus": json(corpus)]]),
      ]
    case .ordered(let order): body.append(("query", ["order_by": order.json]))
    case .none: break
    }
    return .object(body)
  }

  /// Writes points. The tenant's name is put into each payload here.
  ///
  /// - Parameter filter: What points that are there already must meet to be replaced; such a request goes through the shard's
  ///   leader, so that of two writers exactly one meets it.
  /// - Parameter inOneOrder: Through the shard's leader even without a condition: of two writers that insert the same point,
  ///   one wins on all replicas.
  func upsert(
    _ drafts: [PointDraft], mode: UpdateMode, onlyIf filter: PointFilter?, inOneOrder: Bool = false
  ) -> QdrantRequest<UpdateAnswer> {
    let ordering = inOneOrder || filter != nil ? "strong" : "weak"
    let list = drafts.map { draft -> JSONValue in
      [
        "id": .string(draft.id.text), "vector": draft.vectors.json,
        "payload": .object([(PayloadField.tenant.rawValue, .string(tenant.rawValue))] + draft.payload),
      ]
    }
    var body: [(String, JSONValue)] = [("points", .array(list))]
    if mode != .upsert { body.append(("update_mode", .string(mode.rawValue))) }
    if let filter { body.append(("update_filter", json(filter))) }
    return QdrantRequest(
      "store \(drafts.count) points", .PUT, points + "?wait=true&ordering=\(ordering)",
      body: .object(body), timeout: .seconds(60))
  }

  /// Sets fields of all points that a filter admits, and leaves their other fields alone.
  func setPayload(_ payload: [(String, JSONValue)], _ filter: PointFilter) -> QdrantRequest<UpdateAnswer> {
    QdrantRequest(
      "change points", .POST, points + "/payload?wait=true&ordering=weak",
      body: ["payload": .object(payload), "filter": json(filter)], timeout: .seconds(60))
  }

  func delete(_ filter: PointFilter) -> QdrantRequest<UpdateAnswer> {
    QdrantRequest(
      "delete points", .POST, points + "/delete?wait=true&ordering=strong", body: ["filter": json(filter)],
      timeout: .seconds(120))
  }
}
