// The matrices of one forward pass.

internal import CVectorKernels

/// The matrices of one forward pass, kept for the next one. Used by one thread at a time.
final class Workspace {
  private(set) var hidden = FloatBuffer(count: 0)
  private(set) var projected = FloatBuffer(count: 0)
  private(set) var attended = FloatBuffer(count: 0)
  private(set) var normalized = FloatBuffer(count: 0)
  /// The inner activations of a block of rows; in 8 bits, of as many of their columns as share a scale.
  private(set) var intermediate = FloatBuffer(count: 0)
  private(set) var scratch = FloatBuffer(count: 0)
  /// A layer's input in 8 bits, and the inner activations.
  private(set) var quantized = QuantizedRows()
  private(set) var quantizedIntermediate = QuantizedRows()

  func reserve(
    _ configuration: ModelConfiguration, precision: SentenceEncoder.Precision, rows: Int, blockRows: Int, longest: Int
  ) {
    let (width, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    grow(&hidden, rows * width)
    grow(&projected, rows * width * 3)
    grow(&attended, rows * width)
    grow(&normalized, blockRows * width)
    grow(&scratch, encoder_attention_scratch(longest, configuration.headSize))
    switch precision {
    case .float32: grow(&intermediate, blockRows * inner)
    case .int8:
      grow(&intermediate, blockRows * Int(ENCODER_INT8_BLOCK))
      quantized.reserve(rows: rows, columns: width)
      quantizedIntermediate.reserve(rows: blockRows, columns: inner)
    }
  }
}

/// Rows in 8 bits as `encoder_int8_quantize` lays them out, with their scales.
struct QuantizedRows {
  private(set) var values = AlignedBuffer<UInt8>(count: 0)
  private(set) var scales = FloatBuffer(count: 0)

  mutating func reserve(rows: Int, columns: Int) {
    grow(&values, rows * columns)
    grow(&scales, rows * encoder_int8_groups(columns))
  }
}

private func grow<Element>(_ buffer: inout AlignedBuffer<Element>, _ count: Int) {
  if buffer.count < count { buffer = AlignedBuffer(count: count) }
}
