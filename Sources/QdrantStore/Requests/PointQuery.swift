// Searches of a tenant's points: by a vector, by words, or by nothing but an order.

/// One search. It is always one of a batch: see ``TenantPoints/query(_:)``.
struct PointQuery: Sendable {
  enum Ranking: Sendable {
    /// By cosine to a vector of unit length, from the quantized vectors and then from the whole ones.
    case nearest([Float])
    /// By the sum of products over common terms, each weighed by its rarity among the points that `corpus` admits.
    case words(indices: [UInt32], values: [Float], corpus: PointFilter)
    case ordered(ScrollOrder)
    /// As stored: for reading points by their ids or other conditions.
    case none
  }

  var ranking: Ranking
  var filter: PointFilter
  var limit: Int
  var payload: PayloadSelection
  /// Names of the vectors that the answer has.
  var vectors: [String]

  init(
    _ ranking: Ranking, filter: PointFilter, limit: Int, payload: PayloadSelection = .all, vectors: [String] = []
  ) {
    self.ranking = ranking
    self.filter = filter
    self.limit = limit
    self.payload = payload
    self.vectors = vectors
  }

  /// How many nearest neighbours the graph looks at, and how many times as many candidates as asked for come from the
  /// quantized vectors, to be rescored. Of the true hundred among 25,000 vectors in loose clusters, which are hard, 85 are
  /// found with twice as many and 94 with four times.
  static let hnswEf: Int64 = 128
  static let oversampling = 4.0
}

/// Which fields of the payload an answer has.
enum PayloadSelection: Sendable {
  case all
  case none
  case only([String])
  case allBut([String])

  var json: JSONValue {
    switch self {
    case .all: true
    case .none: false
    case .only(let fields): .strings(fields)
    case .allBut(let fields): ["exclude": .strings(fields)]
    }
  }

  /// A message without its token signs, which are longer than its words.
  static let message = PayloadSelection.allBut([PayloadName.tokens])
}
