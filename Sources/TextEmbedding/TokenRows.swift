// Where the token vectors that are kept go to while chunks are computed on several threads: as they are, or as signs.

internal import CVectorKernels

/// Rows that are filled one by one, each once and by one thread.
protocol TokenRows: Sendable {
  /// Keeps one token's vector as the row with this number.
  func take(_ state: UnsafePointer<Float>, row: Int)
}

/// Token vectors as they are.
struct TokenVectorRows: TokenRows {
  private let dimensions: Int
  private let buffer: FloatBuffer

  init(count: Int, dimensions: Int) {
    self.dimensions = dimensions
    buffer = FloatBuffer(count: count * dimensions)
  }

  func take(_ state: UnsafePointer<Float>, row: Int) {
    (buffer.start + row * dimensions).update(from: state, count: dimensions)
  }

  /// The rows in `range`, all of which must have been taken.
  func values(_ range: Range<Int>) -> [Float] {
    withExtendedLifetime(buffer) {
      Array(UnsafeBufferPointer(start: buffer.start + range.lowerBound * dimensions, count: range.count * dimensions))
    }
  }
}

/// The signs of token vectors.
///
/// `@unchecked Sendable` holds because each thread writes rows of its own, and they are read when all are done.
final class TokenSignRows: TokenRows, @unchecked Sendable {
  private let rowSize: Int
  private let dimensions: Int
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(count: Int, dimensions: Int) {
    self.dimensions = dimensions
    rowSize = dimensions / 8
    bytes = .allocate(capacity: count * rowSize)
    bytes.initialize(repeating: 0)
  }

  deinit { bytes.deallocate() }

  func take(_ state: UnsafePointer<Float>, row: Int) {
    guard let start = bytes.baseAddress else { return }
    encoder_signs(state, dimensions, start + row * rowSize)
  }

  /// The rows in `range`, all of which must have been taken.
  func signs(_ range: Range<Int>) -> TokenSigns {
    TokenSigns(count: range.count, bytes: Array(bytes[range.lowerBound * rowSize..<range.upperBound * rowSize]))
  }
}
