// What the server answers.

import Foundation

struct ServerVersion: Decodable, Sendable {
  let title: String
  let version: String
}

struct UpdateAnswer: Decodable, Sendable {
  let status: String
}

struct CountAnswer: Decodable, Sendable {
  let count: Int
}

struct ScrollAnswer: Decodable, Sendable {
  let points: [StoredPoint]
  /// Where the next page begins; never given with an order.
  let nextPageOffset: PointID?

  enum CodingKeys: String, CodingKey {
    case points
    case nextPageOffset = "next_page_offset"
  }
}

struct QueryAnswer: Decodable, Sendable {
  let points: [StoredPoint]
}

struct FacetAnswer: Decodable, Sendable {
  struct Hit: Decodable, Sendable {
    let value: Value
    let count: Int
  }

  enum Value: Decodable, Sendable {
    case text(String)
    case integer(Int64)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .integer(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  let hits: [Hit]

  /// Counts by text; values that are none are left out.
  var byText: [(value: String, count: Int)] {
    hits.compactMap { hit in
      if case .text(let text) = hit.value { (text, hit.count) } else { nil }
    }
  }

  var byInteger: [(value: Int64, count: Int)] {
    hits.compactMap { hit in
      if case .integer(let number) = hit.value { (number, hit.count) } else { nil }
    }
  }
}

/// A point as it is stored, or as a search found it.
struct StoredPoint: Decodable, Sendable {
  let id: PointID
  let payload: PointPayload?
  let vector: StoredVectors?
  /// Of a search: cosine, or the sum over words.
  let score: Double?
}

struct StoredVectors: Decodable, Sendable {
  struct Sparse: Decodable, Sendable {
    let indices: [UInt32]
    let values: [Float]
  }

  let dense: [Float]?
  let sparse: Sparse?
}
