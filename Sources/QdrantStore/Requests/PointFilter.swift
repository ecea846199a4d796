// Exact conditions on a tenant's points. They cannot name the tenant: that one condition is added where requests are made.

/// Conditions of which all of ``must``, any of ``should`` (where there are some) and none of ``mustNot`` hold.
struct PointFilter: Sendable {
  var must: [Condition]
  var should: [Condition]
  var mustNot: [Condition]

  init(must: [Condition] = [], should: [Condition] = [], mustNot: [Condition] = []) {
    self.must = must
    self.should = should
    self.mustNot = mustNot
  }

  init(_ first: Condition, _ others: Condition...) { self.init(must: [first] + others) }

  static let messages = PointFilter(.kind(.message))

  static let sessions = PointFilter(.kind(.session))

  func and(_ conditions: Condition...) -> PointFilter {
    PointFilter(must: must + conditions, should: should, mustNot: mustNot)
  }

  func butNot(_ conditions: Condition...) -> PointFilter {
    PointFilter(must: must, should: should, mustNot: mustNot + conditions)
  }

  /// The filter as JSON, after further conditions that must hold.
  func json(after leading: [JSONValue]) -> JSONValue {
    var parts: [(String, JSONValue)] = []
    let all = leading + must.map(\.json)
    if !all.isEmpty { parts.append(("must", .array(all))) }
    if !should.isEmpty { parts.append(("should", .array(should.map(\.json)))) }
    if !mustNot.isEmpty { parts.append(("must_not", .array(mustNot.map(\.json)))) }
    return .object(parts)
  }
}

/// One condition.
enum Condition: Sendable {
  case kind(PointKind)
  case kinds([PointKind])
  case equals(PayloadField, String)
  case isAnyOf(PayloadField, [String])
  /// Integers; the server compares them as doubles, so they are exact up to 2⁵³.
  case range(PayloadField, atLeast: Int64?, below: Int64?)
  case hasID([PointID])
  /// The field is missing, null or an empty array.
  case isEmpty(PayloadField)
  case nested(PointFilter)

  var json: JSONValue {
    switch self {
    case .kind(let kind): Self.match(.kind, ["value": .string(kind.rawValue)])
    case .kinds(let kinds): Self.match(.kind, ["any": .strings(kinds.map(\.rawValue))])
    case .equals(let field, let value): Self.match(field, ["value": .string(value)])
    case .isAnyOf(let field, let values): Self.match(field, ["any": .strings(values)])
    case .range(let field, let least, let end):
      [
        "key": .string(field.rawValue),
        "range": .object(
          (least.map { [("gte", .integer($0))] } ?? []) + (end.map { [("lt", .integer($0))] } ?? [])),
      ]
    case .hasID(let ids): ["has_id": .strings(ids.map(\.text))]
    case .isEmpty(let field): ["is_empty": ["key": .string(field.rawValue)]]
    case .nested(let filter): filter.json(after: [])
    }
  }

  private static func match(_ field: PayloadField, _ value: JSONValue) -> JSONValue {
    ["key": .string(field.rawValue), "match": value]
  }
}
