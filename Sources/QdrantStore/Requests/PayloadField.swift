// The fields of points that requests filter, order and count by. Each has an index: the collection is strict, and refuses a
// filter on a field that has none.

/// An indexed field of the payload.
enum PayloadField: String, CaseIterable, Sendable {
  /// Whose point it is. Only `QdrantRequest.swift` filters by it.
  case tenant = "tenant_id"
  case kind
  case session = "session_id"
  case channel
  /// Of a session's sheet: its own channel and those of its messages.
  case channels
  /// Of a session's sheet: those of its messages.
  case spokenChannels = "spoken_channels"
  case role
  case author
  /// Milliseconds UTC.
  case timestamp
  /// What histories are ordered by: see ``Place``.
  case place
  /// Its number in its session, in order of arrival: what the messages around it are asked for by.
  case sequence = "seq"
  /// Of a session's sheet: milliseconds UTC.
  case startedAt = "started_at"
  case lastActivity = "last_activity"
  /// Quarters of an hour since 1970: days of every zone are made of whole ones.
  case quarterHour = "quarter_hour"
  /// Of a session's sheet: see `SessionTag`.
  case tags
  /// The mark of the model whose vectors the message has, or ``noModel``: so that one count by it says how many messages there
  /// are, and how many of them wait.
  case model
  /// Of a session's sheet: changes with every write, so that of two writers one finds out that it came second.
  case revision
  case metadataNames = "metadata_names"
  /// Digests of names with their values: see ``MetadataDigest``.
  case metadataPairs = "metadata_pairs"

  /// The ``model`` of a message that has no vectors yet.
  static let noModel = "none"

  /// The index, as `PUT /collections/…/index` wants it.
  ///
  /// The vectors' graph has links for tenants alone. Every search has a tenant's condition, and links for the values of every
  /// other field cost several times the work: those of `kind` are a graph over everybody's messages.
  var schema: JSONValue {
    switch self {
    case .tenant: ["type": "keyword", "is_tenant": true]
    case .timestamp:
      ["type": "integer", "lookup": true, "range": true, "is_principal": true, "enable_hnsw": false]
    case .place, .sequence, .startedAt, .lastActivity:
      ["type": "integer", "lookup": false, "range": true, "enable_hnsw": false]
    case .quarterHour: ["type": "integer", "lookup": true, "range": true, "enable_hnsw": false]
    default: ["type": "keyword", "enable_hnsw": false]
    }
  }

  /// The kind of index, as the server calls it.
  var dataType: String {
    switch self {
    case .timestamp, .place, .sequence, .startedAt, .lastActivity, .quarterHour: "integer"
    default: "keyword"
    }
  }
}

/// What a point stands for.
enum PointKind: String, Codable, Sendable {
  /// A whole message, with the vector of its first passage and its words.
  case message
  /// A further passage of a long message: a vector and token signs.
  case passage
  /// A session's sheet: no vectors, so no search returns it.
  case session
  /// A tenant: that it exists, and when it was changed last.
  case tenant
}
