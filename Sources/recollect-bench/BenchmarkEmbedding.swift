// The encoder, and a stand-in beside it that makes vectors at once, to fill large stores with.

import TextEmbedding

/// Embeds questions with a service, and messages with it or a stand-in.
struct BenchmarkEmbedding: EmbeddingService {
  let model: EmbeddingModel

  private let service: any EmbeddingService
  private let isStandIn: Bool

  /// - Parameter isStandIn: texts get vectors made of random numbers that follow from their words, and the service is
  ///   not asked: for timing, where what is found does not matter.
  init(_ service: any EmbeddingService, isStandIn: Bool) {
    self.service = service
    self.isStandIn = isStandIn
    model = EmbeddingModel(
      name: service.model.name, dimensions: service.model.dimensions, maximumTokens: service.model.maximumTokens,
      fingerprint: service.model.fingerprint + (isStandIn ? "-stand-in" : ""))
  }

  func embed(_ texts: [String]) async throws -> EmbeddingBatch {
    isStandIn ? standIn(texts) : try await service.embed(texts)
  }

  func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch {
    guard isStandIn else { return try await service.embedPassages(texts, keeping: selection) }
    return PassageBatch(vectors: standIn(texts), tokens: texts.map { standInTokens($0, selection) })
  }

  /// Always by the real encoder: that is what is timed.
  func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding] {
    try await service.embedQuestions(texts)
  }

  func passages(of content: String, author: String?) -> [Passage] { service.passages(of: content, author: author) }

  /// Bits that follow from each word.
  private func standInTokens(_ text: String, _ selection: TokenSelection) -> TokenSigns {
    var bytes: [UInt8] = []
    var count = 0
    for word in text.split(separator: " ").prefix(selection.limit) where !selection.stopWords.contains(String(word)) {
      var state = word.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      for _ in 0..<model.dimensions / 8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 56))
      }
      count += 1
    }
    return TokenSigns(count: count, bytes: bytes)
  }

  /// The sum of a direction for each word, so that texts with words in common are near each other.
  private func standIn(_ texts: [String]) -> EmbeddingBatch {
    var values: [Float] = []
    values.reserveCapacity(texts.count * model.dimensions)
    for text in texts {
      var sum = [Float](repeating: 0, count: model.dimensions)
      for word in text.split(separator: " ") {
        var state = word.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        for index in sum.indices {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          sum[index] += Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
      }
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      values += sum.map { $0 / length }
    }
    return EmbeddingBatch(dimensions: model.dimensions, values: values)
  }
}
