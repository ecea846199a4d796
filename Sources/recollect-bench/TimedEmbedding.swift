// The encoder, with a clock beside it; and a stand-in that makes vectors at once, to fill large stores with.

import Synchronization
import TextEmbedding

/// Embeds with a service and adds up how long that takes.
final class TimedEmbedding: EmbeddingService {
  let model: EmbeddingModel

  private let service: any EmbeddingService
  private let spent = Mutex(Duration.zero)
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
    let clock = ContinuousClock()
    let start = clock.now
    // A single text is a question: that is what is timed, by the real encoder.
    let batch = isStandIn && texts.count > 1 ? standIn(texts) : try await service.embed(texts)
    let taken = start.duration(to: clock.now)
    spent.withLock { $0 += taken }
    return batch
  }

  func passages(of content: String, author: String?) -> [Passage] { service.passages(of: content, author: author) }

  /// How long embedding took since this was last asked.
  func takeSpent() -> Duration {
    spent.withLock { spent in
      defer { spent = .zero }
      return spent
    }
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
