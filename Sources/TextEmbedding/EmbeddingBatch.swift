// Vectors of several texts in one piece of memory.

/// The vectors of `count` texts: a row-major matrix [count][dimensions] of rows with unit length.
public struct EmbeddingBatch: Sendable, Equatable {
  /// The number of rows.
  public let count: Int
  /// The number of columns.
  public let dimensions: Int
  /// `count * dimensions` values, row after row.
  public let values: [Float]

  /// Makes a batch of `values.count / dimensions` rows; values beyond the last full row are dropped.
  public init(dimensions: Int, values: [Float]) {
    let rows = dimensions > 0 ? values.count / dimensions : 0
    self.count = rows
    self.dimensions = dimensions
    self.values = rows * dimensions == values.count ? values : Array(values.prefix(rows * dimensions))
  }

  /// The vector of the text at `index`, which must be in `0..<count`. The slice's indices are those of `values`.
  public subscript(index: Int) -> ArraySlice<Float> {
    values[index * dimensions..<(index + 1) * dimensions]
  }
}
