// One linear layer of the encoder, in either precision, ready for the kernels.

internal import CVectorKernels

/// `y[rows][outputs] = x[rows][inputs] * weights^T + bias`.
enum LinearLayer {
  /// Panels as made by `encoder_pack`.
  case float32(outputs: Int, inputs: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>)
  case int8(EncoderInt8Layer)

  func apply(
    _ level: CPULevel, _ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    switch self {
    case .float32(let outputs, let inputs, let packed, let bias):
      encoder_linear(level, x, rows, packed, bias, outputs, inputs, y)
    case .int8(var layer):
      let quantized = workspace.quantized
      encoder_int8_quantize(level, x, rows, layer.k, quantized.values.start, quantized.scales.start)
      encoder_int8_linear(level, &layer, quantized.values.start, quantized.scales.start, rows, y)
    }
  }

  /// This layer, GELU, and then another layer, whose inputs are this one's outputs. Both are of the same precision.
  func apply(
    _ level: CPULevel, _ x: UnsafePointer<Float>, rows: Int, then next: LinearLayer,
    to y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) {
    let inner = workspace.intermediate.start
    switch (self, next) {
    case (.int8(var layer), .int8(var next)):
      let (quantized, activated) = (workspace.quantized, workspace.quantizedIntermediate)
      encoder_int8_quantize(level, x, rows, layer.k, quantized.values.start, quantized.scales.start)
      encoder_int8_linear_gelu(
        level, &layer, quantized.values.start, quantized.scales.start, rows, activated.values.start,
        activated.scales.start, inner)
      encoder_int8_linear(level, &next, activated.values.start, activated.scales.start, rows, y)
    default:
      apply(level, x, rows: rows, to: inner, workspace)
      encoder_gelu(level, inner, rows * outputs)
      next.apply(level, inner, rows: rows, to: y, workspace)
    }
  }

  private var outputs: Int {
    switch self {
    case .float32(let outputs, _, _, _): outputs
    case .int8(let layer): layer.n
    }
  }
}

/// Gain and offset of a layer normalisation.
struct LayerNorm {
  let gain: UnsafePointer<Float>
  let offset: UnsafePointer<Float>
}
