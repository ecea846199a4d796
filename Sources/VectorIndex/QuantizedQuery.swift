// A query as two int8 planes.

internal import CVectorKernels

/// A query quantized to 15 bits a component (13 above 1024 dimensions).
///
/// The angle between the query and its quantized form has a sine of at most sqrt(d) * max|q| / (2^15 |q|) or so, below
/// 0.0006 for 384 dimensions in the worst case; the rows' 8 bits make the error of a score, typically below 0.002.
///
/// Unchecked: the planes are filled in `init` and only read afterwards.
final class QuantizedQuery: @unchecked Sendable {
  let pointer: UnsafePointer<RowQuery>

  private let storage: UnsafeMutablePointer<RowQuery>
  private let planes: UnsafeMutablePointer<Int8>

  /// Throws `.invalidVector` for another number of dimensions and for a query without a direction.
  init(_ query: [Float], dimensions: Int, file: String) throws(VectorIndexError) {
    guard query.count == dimensions else {
      throw VectorIndexError(
        code: .invalidVector, file: file,
        what: "the query has \(query.count) dimensions and the index \(dimensions)",
        remedy: "embed the query with the model of the index")
    }
    let padded = (dimensions + 63) / 64 * 64
    planes = .allocate(capacity: 2 * padded)
    storage = .allocate(capacity: 1)
    storage.initialize(to: RowQuery())
    pointer = UnsafePointer(storage)
    guard row_query_make(query, UInt32(dimensions), planes, planes + padded, storage) else {
      throw VectorIndexError(
        code: .invalidVector, file: file, what: "the query's components are all zero or not finite",
        remedy: "embed the query again; a text without words has no direction")
    }
  }

  deinit {
    storage.deallocate()
    planes.deallocate()
  }
}
