// Where the packed arrays of an encoder's linear layers lie in one piece of memory, which is also what is cached in a
// file. The arrays' own layouts are those of `encoder_kernels.h` and `encoder_int8_kernels.h`.

internal import CVectorKernels

/// The places of all arrays, in bytes from the beginning; each begins at a multiple of 64.
struct PackedLayout: Sendable {
  /// Changes whenever the arrays or their order do, so that files of other versions are not taken for this one's.
  static let version = 2

  /// The arrays of one linear layer.
  struct Matrix: Sendable {
    let outputs: Int
    let inputs: Int
    let weights: Int
    let bias: Int
    /// Of 8-bit weights only.
    let scales: Int
    let offsets: Int
  }

  struct Layer: Sendable {
    /// Query, key and value as one product of `3 * hiddenSize` columns.
    let attention: Matrix
    let attentionOutput: Matrix
    let intermediate: Matrix
    let output: Matrix
  }

  let precision: SentenceEncoder.Precision
  private(set) var layers: [Layer] = []
  /// Bytes of all arrays.
  private(set) var size = 0

  init(_ configuration: ModelConfiguration, precision: SentenceEncoder.Precision) {
    self.precision = precision
    let (width, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    for _ in 0..<configuration.layers {
      layers.append(
        Layer(
          attention: matrix(outputs: 3 * width, inputs: width), attentionOutput: matrix(outputs: width, inputs: width),
          intermediate: matrix(outputs: inner, inputs: width), output: matrix(outputs: width, inputs: inner)))
    }
  }

  private mutating func matrix(outputs: Int, inputs: Int) -> Matrix {
    let isQuantized = precision == .int8
    return Matrix(
      outputs: outputs, inputs: inputs, weights: place(outputs * inputs * (isQuantized ? 1 : 4)),
      bias: place(outputs * 4), scales: place(isQuantized ? outputs * 4 : 0),
      offsets: place(isQuantized ? encoder_int8_groups(inputs) * outputs * 4 : 0))
  }

  private mutating func place(_ bytes: Int) -> Int {
    defer { size += (bytes + 63) / 64 * 64 }
    return size
  }
}
