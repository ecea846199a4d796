// Every instruction set's kernels against plain arithmetic in double precision.

import CVectorKernels
import Foundation
import Testing

@testable import TextEmbedding

@Suite struct KernelTests {
  static let levels = [CPULevel.portable, .NEON, .AVX2, .AVX512, .AVX512VNNI, .AVX512VBMI].filter {
    cpu_level_is_available($0)
  }

  private func numbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
    var generator = SeededGenerator(state: seed)
    return (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
  }

  @Test func thisMachineRunsThePortableKernelsAndReportsWhatItHas() {
    #expect(Self.levels.contains(.portable))
    #expect(Self.levels.contains(cpu_level_detected()))
    #expect(cpu_level_clamped(.AVX512VBMI) == cpu_level_detected())
  }

  @Test(arguments: levels, [(1, 32, 16), (2, 32, 7), (5, 64, 400), (12, 32, 384), (13, 96, 800), (39, 64, 33)])
  func linearLayersMatchPlainArithmetic(level: CPULevel, shape: (rows: Int, outputs: Int, inputs: Int)) {
    let (rows, outputs, inputs) = shape
    let x = numbers(rows * inputs, seed: 1)
    let weights = numbers(outputs * inputs, seed: 2)
    let bias = numbers(outputs, seed: 3)
    var packed = [Float](repeating: .nan, count: outputs * inputs)
    var y = [Float](repeating: .nan, count: rows * outputs)
    encoder_pack(level, weights, outputs, inputs, &packed)
    encoder_linear(level, x, rows, packed, bias, outputs, inputs, &y)
    for row in 0..<rows {
      for output in 0..<outputs {
        var expected = Double(bias[output])
        for i in 0..<inputs { expected += Double(x[row * inputs + i]) * Double(weights[output * inputs + i]) }
        #expect(abs(Double(y[row * outputs + output]) - expected) < 1e-4)
      }
    }
  }

  @Test(arguments: levels)
  func geluMatchesTheErrorFunctionEverywhere(level: CPULevel) {
    let inputs = (-2000...2001).map { Float($0) / 100 } + [0, -0.0, 1e-30, -1e30, 1e30]
    var outputs = inputs
    encoder_gelu(level, &outputs, outputs.count)
    for (x, y) in zip(inputs, outputs) {
      let expected = 0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot()))
      #expect(abs(Double(y) - expected) <= 1e-6 * max(1, abs(expected)), "at \(x)")
    }
  }

  @Test(arguments: levels, [true, false])
  func layerNormalisationMatchesItsDefinition(level: CPULevel, withResidual: Bool) {
    let (rows, width) = (3, 48)
    let x = numbers(rows * width, seed: 4, scale: 10)
    let residual = numbers(rows * width, seed: 5, scale: 10)
    let gain = numbers(width, seed: 6)
    let offset = numbers(width, seed: 7)
    var y = x
    if withResidual {
      encoder_add_layer_norm(level, &y, residual, gain, offset, rows, width, 1e-12)
    } else {
      encoder_add_layer_norm(level, &y, nil, gain, offset, rows, width, 1e-12)
    }
    for row in 0..<rows {
      let values = (0..<width).map {
        Double(x[row * width + $0]) + (withResidual ? Double(residual[row * width + $0]) : 0)
      }
      let mean = values.reduce(0, +) / Double(width)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
      for column in 0..<width {
        let expected = (values[column] - mean) / variance.squareRoot() * Double(gain[column]) + Double(offset[column])
        #expect(abs(Double(y[row * width + column]) - expected) < 1e-5)
      }
    }
  }

  @Test(arguments: levels, [1, 2, 7, 8, 9, 16, 17, 39])
  func attentionMatchesItsDefinition(level: CPULevel, tokens: Int) {
    let (heads, size) = (3, 32)
    let width = heads * size
    let qkv = numbers(tokens * 3 * width, seed: UInt64(tokens), scale: 3)
    var out = [Float](repeating: .nan, count: tokens * width)
    var scratch = [Float](repeating: .nan, count: encoder_attention_scratch(tokens, size))
    encoder_attention(level, qkv, tokens, heads, size, &out, &scratch)
    for head in 0..<heads {
      for token in 0..<tokens {
        func value(_ part: Int, _ row: Int, _ column: Int) -> Double {
          Double(qkv[row * 3 * width + part * width + head * size + column])
        }
        let scores = (0..<tokens).map { other in
          (0..<size).map { value(0, token, $0) * value(1, other, $0) }.reduce(0, +) / Double(size).squareRoot()
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        for column in 0..<size {
          let expected = (0..<tokens).map { weights[$0] * value(2, $0, column) }.reduce(0, +) / total
          #expect(abs(Double(out[token * width + head * size + column]) - expected) < 2e-5)
        }
      }
    }
  }

  @Test(arguments: levels)
  func poolingIsTheMeanOfUnitLengthAndReportsALengthOfZero(level: CPULevel) {
    let (tokens, width) = (5, 32)
    let x = numbers(tokens * width, seed: 8)
    var out = [Float](repeating: .nan, count: width)
    #expect(encoder_pool(level, x, tokens, width, &out) > 0)
    let mean = (0..<width).map { column in
      (0..<tokens).map { Double(x[$0 * width + column]) }.reduce(0, +) / Double(tokens)
    }
    let length = mean.map { $0 * $0 }.reduce(0, +).squareRoot()
    for column in 0..<width { #expect(abs(Double(out[column]) - mean[column] / length) < 1e-6) }
    #expect(encoder_pool(level, [Float](repeating: 0, count: width), 1, width, &out) == 0)
  }
}
