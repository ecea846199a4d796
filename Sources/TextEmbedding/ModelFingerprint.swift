// A short hash that tells models apart without reading all of their weights.

internal import Crypto
internal import Foundation

/// Computes `EmbeddingModel.fingerprint`.
enum ModelFingerprint {
  private static let samples = 64
  private static let sampleSize = 4096

  /// SHA-256 over the vocabulary, the size and the first bytes of the weights (their header), 64 samples spread over
  /// them, and what else decides the vectors. Training changes every weight, so the samples differ between any two
  /// models; whether a file is intact is for `ModelLibrary.verify(_:)` to say.
  static func compute(
    weights path: String, vocabulary: String, configuration: ModelConfiguration, maximumTokens: Int,
    precision: SentenceEncoder.Precision
  ) throws(EmbeddingError) -> String {
    var hash = SHA256()
    let weights = try MappedFile(path: path)
    // Models without prompts keep the fingerprint that they had before there were any.
    let prompts = configuration.prompts
    let prefixes =
      prompts == TextPrompts() ? "" : " \(prompts.question.debugDescription)\(prompts.passage.debugDescription)"
    let options =
      "recollect-1 \(weights.count) \(configuration.pooling.rawValue) \(configuration.heads) "
      + "\(configuration.layerNormEpsilon.bitPattern) \(maximumTokens) \(precision.rawValue)\(prefixes)\n"
    hash.update(data: Data(options.utf8))
    try MappedFile(path: vocabulary).withBytes { hash.update(bufferPointer: $0) }
    let last = max(weights.count - sampleSize, 0)
    for sample in 0...samples {
      let start = last / samples * sample + (sample == samples ? last % samples : 0)
      let end = min(start + sampleSize, weights.count)
      weights.withBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }
    return hash.finalize().prefix(16).hexadecimal
  }
}

extension Sequence<UInt8> {
  /// Two lower-case digits per byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
