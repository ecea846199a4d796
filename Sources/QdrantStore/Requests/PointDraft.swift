// A point on its way to the server.

/// The vectors' names.
enum VectorName {
  static let dense = "dense"
  static let sparse = "sparse"
}

/// What is written: everything but the tenant's name, which goes in where the request is made.
struct PointDraft: Sendable {
  struct Vectors: Sendable {
    /// Of unit length.
    var dense: [Float]?
    var sparse: SparseVector?

    var json: JSONValue {
      var members: [(String, JSONValue)] = []
      if let dense { members.append((VectorName.dense, .floats(dense))) }
      if let sparse, !sparse.indices.isEmpty {
        members.append(
          (
            VectorName.sparse,
            ["indices": .array(sparse.indices.map { .integer(Int64($0)) }), "values": .floats(sparse.values)]
          ))
      }
      return .object(members)
    }
  }

  var id: PointID
  var vectors = Vectors()
  var payload: [(String, JSONValue)]
}

/// Words with their weights. Indices are ascending and unique.
struct SparseVector: Sendable, Equatable {
  var indices: [UInt32]
  var values: [Float]
}
