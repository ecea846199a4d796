// A question's token vectors, prepared for late interaction.

internal import CVectorKernels

/// The token vectors of a question, each quantized to 4 bits a component and laid out as bit planes. Safe to share.
public struct TokenQuestion: Sendable {
  /// The number of tokens.
  public let count: Int
  let dimensions: Int
  let planes: [UInt64]
  let totals: [Int32]
  /// What a sum is multiplied with to be a cosine.
  let scales: [Float]

  /// - Parameters:
  ///   - vectors: `count` x `dimensions` finite components, token after token, of any length.
  ///   - dimensions: those of the index.
  public init(vectors: [Float], dimensions: Int) {
    let count = dimensions > 0 ? vectors.count / dimensions : 0
    let planeWords = Int(SIGN_PLANES) * ((dimensions + 63) / 64)
    var planes = [UInt64](repeating: 0, count: Swift.max(1, count * planeWords))
    var totals = [Int32](repeating: 0, count: count)
    var scales: [Float] = []
    vectors.withUnsafeBufferPointer { vectors in
      planes.withUnsafeMutableBufferPointer { planes in
        guard let vector = vectors.baseAddress, let place = planes.baseAddress else { return }
        for token in 0..<count {
          scales.append(
            sign_prepare(
              vector + token * dimensions, UInt32(dimensions), place + token * planeWords, &totals[token]))
        }
      }
    }
    self.count = count
    self.dimensions = dimensions
    self.planes = planes
    self.totals = totals
    self.scales = scales
  }

  /// The largest cosine of each of the question's tokens over a passage's, for passages that lie elsewhere than in an index.
  ///
  /// - Parameter signs: Those of the passage's tokens, as the encoder gives them; 0 for every token without any.
  package func maxima(over signs: [UInt8]) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    signs.withUnsafeBytes { maxima(over: $0, into: &result) }
    return result
  }

  /// The largest cosine of each of the question's tokens over a passage's; 0 without tokens.
  func maxima(over tokens: UnsafeRawBufferPointer, into result: inout [Float]) {
    let number = tokens.count / FileFormat.tokenBytes(dimensions: dimensions)
    guard let start = tokens.baseAddress, number > 0 else {
      for token in 0..<count { result[token] = 0 }
      return
    }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Swift.max(1, count)) { best in
      best.initialize(repeating: .min)
      guard let place = best.baseAddress else { return }
      sign_maxima(
        cpu_level(), planes, totals, UInt32(count), start, number, UInt32(dimensions), place)
      for token in 0..<count { result[token] = Float(best[token]) * scales[token] }
    }
  }
}
