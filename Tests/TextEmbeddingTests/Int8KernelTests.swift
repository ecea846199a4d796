// The 8-bit kernels of every instruction set: the same bits as the portable ones, and close to plain arithmetic.

import CVectorKernels
import Foundation
import Testing

@testable import TextEmbedding

@Suite struct Int8KernelTests {
  private func numbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    var generator = SeededGenerator(state: seed)
    return (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
  }

  /// A layer of random weights, its arrays, and `body` called with it.
  private func withLayer(
    outputs: Int, inputs: Int, extreme: Bool = false, _ body: (inout EncoderInt8Layer, [Float]) -> Void
  ) {
    var weights = numbers(outputs * inputs, seed: 11, scale: 0.2)
    // All at the ends of the range: sums that saturate would show.
    if extreme { weights = weights.map { $0 < 0 ? -0.2 : 0.2 } }
    let bias = numbers(outputs, seed: 12)
    var packed = [Int8](repeating: 0, count: outputs * inputs)
    var scales = [Float](repeating: 0, count: outputs)
    var offsets = [Int32](repeating: 0, count: encoder_int8_groups(inputs) * outputs)
    encoder_int8_pack(weights, outputs, inputs, &packed, &scales, &offsets, outputs)
    packed.withUnsafeBufferPointer { packed in
      scales.withUnsafeBufferPointer { scales in
        offsets.withUnsafeBufferPointer { offsets in
          bias.withUnsafeBufferPointer { bias in
            var layer = EncoderInt8Layer(
              n: outputs, k: inputs, weights: packed.baseAddress, scales: scales.baseAddress,
              offsets: offsets.baseAddress, bias: bias.baseAddress)
            body(&layer, weights)
          }
        }
      }
    }
  }

  private func quantize(_ level: CPULevel, _ x: [Float], rows: Int, columns: Int) -> (values: [UInt8], scales: [Float])
  {
    var values = [UInt8](repeating: 0, count: rows * columns)
    var scales = [Float](repeating: 0, count: rows * encoder_int8_groups(columns))
    encoder_int8_quantize(level, x, rows, columns, &values, &scales)
    return (values, scales)
  }

  @Test(arguments: KernelTests.levels, [(1, 32), (7, 384), (13, 416), (5, 1536)])
  func quantisedRowsAreThoseOfThePortableKernel(level: CPULevel, shape: (rows: Int, columns: Int)) {
    var x = numbers(shape.rows * shape.columns, seed: 3, scale: 5)
    x[0] = 0
    // Halves of a step, which must all be rounded alike.
    for index in 0..<min(32, x.count) where index % 3 == 0 { x[index] = (Float(index) - 16.5) * 5 / 127 }
    let found = quantize(level, x, rows: shape.rows, columns: shape.columns)
    let expected = quantize(.portable, x, rows: shape.rows, columns: shape.columns)
    #expect(found.values == expected.values && found.scales == expected.scales)
  }

  @Test(arguments: KernelTests.levels, [false, true])
  func sumsAreExact(level: CPULevel, extreme: Bool) {
    for (rows, outputs, inputs) in [(1, 32, 32), (13, 64, 384), (25, 96, 416), (6, 32, 1536)] {
      withLayer(outputs: outputs, inputs: inputs, extreme: extreme) { layer, _ in
        var x = numbers(rows * inputs, seed: 5, scale: 3)
        if extreme { x = x.map { $0 < 0 ? -3 : 3 } }
        let quantized = quantize(level, x, rows: rows, columns: inputs)
        for group in 0..<encoder_int8_groups(inputs) {
          var found = [Int32](repeating: -1, count: rows * outputs)
          var expected = found
          encoder_int8_sums(level, &layer, quantized.values, rows, group, &found)
          encoder_int8_sums(.portable, &layer, quantized.values, rows, group, &expected)
          #expect(found == expected, "group \(group) of \(rows) x \(outputs) x \(inputs)")
        }
      }
    }
  }

  @Test(arguments: KernelTests.levels, [(1, 32, 64), (12, 64, 384), (39, 416, 800)])
  func layersAreCloseToPlainArithmetic(level: CPULevel, shape: (rows: Int, outputs: Int, inputs: Int)) {
    let (rows, outputs, inputs) = shape
    let x = numbers(rows * inputs, seed: 7)
    withLayer(outputs: outputs, inputs: inputs) { layer, weights in
      let quantized = quantize(level, x, rows: rows, columns: inputs)
      var y = [Float](repeating: .nan, count: rows * outputs)
      encoder_int8_linear(level, &layer, quantized.values, quantized.scales, rows, &y)
      // Rounding errors of half a step each, of either factor, add up as a random walk does.
      let tolerance = 2 * Double(inputs).squareRoot() * 0.2 / 127
      for row in 0..<rows {
        for output in 0..<outputs {
          var expected = Double(layer.bias[output])
          for i in 0..<inputs { expected += Double(x[row * inputs + i]) * Double(weights[output * inputs + i]) }
          #expect(abs(Double(y[row * outputs + output]) - expected) < tolerance)
        }
      }
    }
  }
}
