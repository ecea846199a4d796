// The order of a scroll, and how its start is written down without losing anything.

/// Points in the order of a numeric field.
struct ScrollOrder: Sendable {
  var field: PayloadField
  var isDescending: Bool
  /// Points from here on, this one included. The server keeps integers whole, but makes a double of this one: it is moved
  /// back by what that can lose, so points before it may come along, and none is left out.
  var start: Int64?

  init(_ field: PayloadField, descending: Bool, from start: Int64? = nil) {
    self.field = field
    isDescending = descending
    self.start = start
  }

  var json: JSONValue {
    var order: [(String, JSONValue)] = [
      ("key", .string(field.rawValue)), ("direction", isDescending ? "desc" : "asc"),
    ]
    if let start {
      let slack = start.magnitude < 1 << 53 ? 0 : Int64(Double(start).ulp)
      let (moved, overflows) =
        isDescending ? start.addingReportingOverflow(slack) : start.subtractingReportingOverflow(slack)
      order.append(("start_from", .integer(overflows ? (isDescending ? .max : .min) : moved)))
    }
    return .object(order)
  }
}

/// What happens to a point that is there already, or is not.
enum UpdateMode: String, Sendable {
  case upsert
  /// What is there stays as it is.
  case insertOnly = "insert_only"
  /// What is not there is not made: a message that was deleted meanwhile does not come back.
  case updateOnly = "update_only"
}
