// A query in the forms that the kernels take.

internal import CVectorKernels

/// A query quantized to 15 bits a component (13 above 1024 dimensions).
///
/// The angle between the query and its quantized form has a sine of at most sqrt(d) * max|q| / (2^15 |q|) or so, below
/// 0.0006 for 384 dimensions in the worst case; the rows' 10 bits make the error of a score, typically below 0.0005.
///
/// Unchecked: the planes are filled in `init` and only read afterwards.
final class QuantizedQuery: @unchecked Sendable {
  let pointer: UnsafePointer<RowQuery>
  /// The query's own components.
  let components: [Float]
  /// 1 / length of the components.
  let scale: Float
  /// 1 / length of the high plane, which alone is enough to compare with centroids.
  let highScale: Float

  /// The upper plane, an int8 a component.
  var high: UnsafePointer<Int8> { UnsafePointer(planes) }

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
    components = query
    var isValid = row_query_make(query, UInt32(dimensions), planes, planes + padded, storage)
    let length = query.withUnsafeBufferPointer { row_length($0.baseAddress, $0.count) }
    scale = 1 / length
    highScale = isValid ? 1 / row_length_int8(planes, dimensions) : 0
    if !scale.isFinite || scale == 0 { isValid = false }
    guard isValid else {
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
