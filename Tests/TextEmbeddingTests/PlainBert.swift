// BERT's forward pass as its definition reads, in double precision: the reference for the encoder on a tiny model.

import Foundation

@testable import TextEmbedding

struct PlainBert {
  typealias Matrix = [[Double]]

  let model: TinyModel

  func vector(_ ids: [Int32]) throws -> [Double] {
    let states = try states(ids)
    return unit((0..<model.hidden).map { column in states.map { $0[column] }.reduce(0, +) / Double(ids.count) })
  }

  func unit(_ vector: [Double]) -> [Double] {
    let length = vector.map { $0 * $0 }.reduce(0, +).squareRoot()
    return vector.map { $0 / length }
  }

  /// The last layer's state of every token.
  func states(_ ids: [Int32]) throws -> Matrix {
    let words = try matrix("embeddings.word_embeddings.weight", model.hidden)
    let positions = try matrix("embeddings.position_embeddings.weight", model.hidden)
    let type = try matrix("embeddings.token_type_embeddings.weight", model.hidden)[0]
    var x = ids.enumerated().map { position, id in
      (0..<model.hidden).map { words[Int(id)][$0] + positions[position][$0] + type[$0] }
    }
    x = try norm(x, "embeddings.LayerNorm")
    for layer in 0..<model.layers {
      let name = "encoder.layer.\(layer)."
      let mixed = try linear(try attention(x, name + "attention.self."), name + "attention.output.dense")
      x = try norm(add(x, mixed), name + "attention.output.LayerNorm")
      let inner = try linear(x, name + "intermediate.dense").map { row in
        row.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
      }
      x = try norm(add(x, try linear(inner, name + "output.dense")), name + "output.LayerNorm")
    }
    return x
  }

  private func attention(_ x: Matrix, _ name: String) throws -> Matrix {
    let (query, key, value) = try (linear(x, name + "query"), linear(x, name + "key"), linear(x, name + "value"))
    let size = model.hidden / model.heads
    var out = Matrix(repeating: [Double](repeating: 0, count: model.hidden), count: x.count)
    for head in 0..<model.heads {
      let columns = head * size..<(head + 1) * size
      for row in x.indices {
        let scores = x.indices.map { other in
          exp(columns.map { query[row][$0] * key[other][$0] }.reduce(0, +) / Double(size).squareRoot())
        }
        let total = scores.reduce(0, +)
        for column in columns {
          out[row][column] = x.indices.map { scores[$0] * value[$0][column] }.reduce(0, +) / total
        }
      }
    }
    return out
  }

  private func linear(_ x: Matrix, _ name: String) throws -> Matrix {
    let weights = try matrix(name + ".weight", x[0].count)
    let bias = try model.values(name + ".bias")
    return x.map { row in
      weights.indices.map { output in
        zip(row, weights[output]).map { $0 * $1 }.reduce(Double(bias[output]), +)
      }
    }
  }

  private func norm(_ x: Matrix, _ name: String) throws -> Matrix {
    let gain = try model.values(name + ".weight")
    let offset = try model.values(name + ".bias")
    return x.map { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(row.count)
      return row.indices.map {
        (row[$0] - mean) / (variance + 1e-12).squareRoot() * Double(gain[$0]) + Double(offset[$0])
      }
    }
  }

  private func add(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b).map { zip($0, $1).map { $0 + $1 } } }

  private func matrix(_ name: String, _ columns: Int) throws -> Matrix {
    let values = try model.values(name)
    return stride(from: 0, to: values.count, by: columns).map { start in
      values[start..<start + columns].map(Double.init)
    }
  }
}
